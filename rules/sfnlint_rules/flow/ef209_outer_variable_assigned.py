"""An inner scope assigns a variable of an outer scope.

Why:
    A Branch or an ItemProcessor can read the variables of outer scopes, but cannot change them. The
    execution fails.

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
    """Report assignments to variables that an outer scope has when the state starts."""
    known = variables(subject.machine)
    for assignment in known.assignments:
        name, state = assignment.name, assignment.state
        outer = set(enclosing_scopes(state.scope))
        first = next((item for item in known.assigned[name] if item.state.scope in outer), None)
        parent = state.scope.parent
        if first is None or parent is None:
            continue
        before = known.assigned_before(parent, name)
        if before is not None and before[0]:
            yield subject.finding(
                f"state '{state.name}' cannot assign '{name}', a variable of an outer scope",
                assignment.place,
                state=state,
                fix="use another variable name",
                notes=(Note("first assigned here", first.place),),
            )
