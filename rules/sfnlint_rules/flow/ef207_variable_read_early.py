"""A variable is read before it has a value.

Why:
    A variable has its value from the next state on, not yet in the state that assigns it. Step
    Functions accepts the definition, and the execution fails when it comes to this state.

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
from sfnlint_rules.flow._variables import reads


@rule("EF207", "variable-read-early")
def variable_read_early(subject: Subject) -> Iterator[Finding]:
    """Reads of variables that no way to the state assigns."""
    for read in reads(subject, "later"):
        states = {one.state for one in read.references}
        if any(one.state in states for one in read.assignments):
            why = "its value is there from the next state on"
        else:
            why = "no way to this state assigns it"
        message = f"variable '${read.name}' has no value yet: {why}"
        yield read.finding("EF207", message, "assign it in an earlier state", subject)
