"""A variable is read outside of the scope that assigns it.

Why:
    Variables of a Branch or a Map's processor do not leave it, and a Distributed Map cannot read
    those outside of it. Step Functions accepts the definition, and the execution fails.

Bad:
    StartAt: Both
    States:
      Both:
        Type: Parallel
        Branches:
          - StartAt: Count
            States:
              Count:
                Type: Pass
                Assign:
                  count: 3
                End: true
        Next: Wait
      Wait:
        Type: Wait
        SecondsPath: $count
        End: true

Good:
    StartAt: Both
    States:
      Both:
        Type: Parallel
        Branches:
          - StartAt: Count
            States:
              Count:
                Type: Pass
                Result: 3
                End: true
        Assign:
          count.$: $[0]
        Next: Wait
      Wait:
        Type: Wait
        SecondsPath: $count
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.variables import enclosing_scopes
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._variables import reads


@rule("EF206", "variable-out-of-scope")
def variable_out_of_scope(subject: Subject) -> Iterator[Finding]:
    """Reads of variables that are assigned only in scopes that cannot be read from there."""
    for read in reads(subject, "elsewhere"):
        scope = read.references[0].state.scope
        above = {*enclosing_scopes(scope)}
        while scope.parent is not None:
            scope = scope.parent.scope
            if scope not in above and any(one.state.scope is scope for one in read.assignments):
                why = "a Distributed Map cannot read the variables outside of it"
                fix = "pass it in ItemSelector"
                break
        else:
            why = "the scope that assigns it keeps it"
            fix = "return it as the scope's output, and assign it from there"
        message = f"variable '${read.name}' cannot be read here: {why}"
        yield read.finding("EF206", message, fix, subject)
