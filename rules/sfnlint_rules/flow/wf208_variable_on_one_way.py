"""A variable is assigned only on some of the ways to where it is read.

Why:
    When the execution comes by another way, the variable has no value and the execution fails.
    A Catch keeps only its own Assign, not that of its state.

Bad:
    StartAt: Big?
    States:
      Big?:
        Type: Choice
        QueryLanguage: JSONata
        Choices:
          - Condition: "{% $states.input.size > 10 %}"
            Next: Wait
            Assign:
              pause: 60
        Default: Wait
      Wait:
        Type: Wait
        QueryLanguage: JSONata
        Seconds: "{% $pause %}"
        End: true

Good:
    StartAt: Big?
    States:
      Big?:
        Type: Choice
        QueryLanguage: JSONata
        Choices:
          - Condition: "{% $states.input.size > 10 %}"
            Next: Wait
            Assign:
              pause: 60
        Assign:
          pause: 10
        Default: Wait
      Wait:
        Type: Wait
        QueryLanguage: JSONata
        Seconds: "{% $pause %}"
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


@rule("WF208", "variable-on-one-way")
def variable_on_one_way(subject: Subject) -> Iterator[Finding]:
    """Reads of variables that have a value only on some of the ways to the state."""
    for read in reads(subject, "sometimes"):
        yield read.finding(
            "WF208",
            f"variable '${read.name}' has no value on some way to state "
            f"'{read.references[0].state.name}'",
            "assign it before the ways part, or on each of them",
            subject,
        )
