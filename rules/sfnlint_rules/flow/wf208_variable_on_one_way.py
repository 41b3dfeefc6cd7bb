"""A variable is not assigned on every path to a state that reads it.

Why:
    On the other paths, the variable has no value and the execution fails. A Catch applies only its
    own Assign, not the Assign of its state.

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
from sfnlint_rules.flow._variables import unassigned_reads


@rule("WF208", "variable-on-one-way")
def variable_on_one_way(subject: Subject) -> Iterator[Finding]:
    """Report reads of variables that only some of the paths to the state assign."""
    for read in unassigned_reads(subject, "on some paths"):
        state = read.references[0].state.name
        message = f"variable '${read.name}' is not assigned on every path to state '{state}'"
        yield read.finding(subject, message, "assign it before the paths diverge, or on each path")
