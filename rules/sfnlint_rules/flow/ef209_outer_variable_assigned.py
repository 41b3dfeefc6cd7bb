"""A Branch or a Map's processor assigns a variable of the scope around it.

Why:
    An inner scope can read the variables around it but not change them. The execution fails.

Bad:
    StartAt: Start
    States:
      Start:
        Type: Pass
        Assign:
          count: 0
        Next: Both
      Both:
        Type: Parallel
        Branches:
          - StartAt: Count
            States:
              Count:
                Type: Pass
                Assign:
                  count: 1
                End: true
        End: true

Good:
    StartAt: Start
    States:
      Start:
        Type: Pass
        Assign:
          count: 0
        Next: Both
      Both:
        Type: Parallel
        Branches:
          - StartAt: Count
            States:
              Count:
                Type: Pass
                Assign:
                  branchCount: 1
                End: true
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.variables import enclosing_scopes, variables
from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF209", "outer-variable-assigned")
def outer_variable_assigned(subject: Subject) -> Iterator[Finding]:
    """Assigned names that already belong to a scope around the state when it begins."""
    known = variables(subject.machine)
    for one in known.assignments:
        state = one.state
        outer = set(enclosing_scopes(state.scope))
        first = next((two for two in known.assigned[one.name] if two.state.scope in outer), None)
        parent = state.scope.parent
        if first is None or parent is None:
            continue
        before = known.before(parent, one.name)
        if before is not None and before[0]:
            yield Finding(
                "EF209",
                f"state '{state.name}' cannot assign '{one.name}': it is a variable of the scope "
                "around it",
                one.place,
                (Note("assigned here", first.place),),
                "choose another name",
                subject.logical_id,
                state.name,
            )
