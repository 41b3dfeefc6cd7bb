"""A variable is read before it is assigned.

Why:
    The value of a variable is available from the next state on, not yet in the state that assigns
    it. Step Functions accepts the definition, but the execution fails when it reaches this state.

Bad:
    StartAt: Count
    States:
      Count:
        Type: Pass
        QueryLanguage: JSONata
        Assign:
          total: "{% $states.input.total %}"
        Output: "{% $total + 1 %}"
        End: true

Good:
    StartAt: Count
    States:
      Count:
        Type: Pass
        QueryLanguage: JSONata
        Assign:
          total: "{% $states.input.total %}"
        Output: "{% $states.input.total + 1 %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._variables import unassigned_reads


@rule("EF207", "variable-read-early")
def variable_read_early(subject: Subject) -> Iterator[Finding]:
    """Report reads of variables that are not assigned on any path to the state."""
    for read in unassigned_reads(subject, "too late"):
        states = {reference.state for reference in read.references}
        if any(assignment.state in states for assignment in read.assignments):
            reason = "its value is available from the next state on"
        else:
            reason = "no path to this state assigns it"
        message = f"variable '${read.name}' has no value yet: {reason}"
        yield read.finding(subject, message, "assign it in an earlier state")
