"""A variable is read outside its scope.

Why:
    A variable of a Branch or an ItemProcessor exists only inside it, and a Distributed Map cannot
    read the variables outside of it. Step Functions accepts the definition, but the execution
    fails.

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
from sfnlint_rules.flow._variables import unassigned_reads


@rule("EF206", "variable-out-of-scope")
def variable_out_of_scope(subject: Subject) -> Iterator[Finding]:
    """Report reads of variables that are assigned only in scopes that are not visible."""
    for read in unassigned_reads(subject, "out of scope"):
        scope = read.references[0].state.scope
        visible = {*enclosing_scopes(scope)}
        assigning = {assignment.state.scope for assignment in read.assignments}
        reason = "only the scope that assigns it can read it"
        fix = "return it in the output of that scope, and assign it from there"
        while scope.parent is not None:
            scope = scope.parent.scope
            if scope in assigning and scope not in visible:
                reason = "a Distributed Map cannot read outer variables"
                fix = "pass it in ItemSelector"
        yield read.finding(subject, f"variable '${read.name}' is out of scope: {reason}", fix)
