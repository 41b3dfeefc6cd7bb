"""A variable is assigned nowhere.

Why:
    Step Functions accepts the definition, and the execution fails when it comes to this state.

Bad:
    StartAt: Count
    States:
      Count:
        Type: Pass
        QueryLanguage: JSONata
        Assign:
          interval: 1
        Next: Wait
      Wait:
        Type: Wait
        QueryLanguage: JSONata
        Seconds: "{% $intervall * 10 %}"
        End: true

Good:
    StartAt: Count
    States:
      Count:
        Type: Pass
        QueryLanguage: JSONata
        Assign:
          interval: 1
        Next: Wait
      Wait:
        Type: Wait
        QueryLanguage: JSONata
        Seconds: "{% $interval * 10 %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import Near
from sfnlint_rules.flow._variables import reads


@rule("EF205", "undefined-variable")
def undefined_variable(subject: Subject) -> Iterator[Finding]:
    """Reads of variables that no Assign of the machine names."""
    near = Near()
    for read in reads(subject, "nowhere"):
        names = [*variables(subject.machine).assigned, "states"]
        meant = near.find(read.name, names, cutoff=0.8)
        hint = f"; did you mean '${meant}'?" if meant else ""
        fix = "" if meant else f"assign '{read.name}' in a state before, or read it from the input"
        message = f"variable '${read.name}' is assigned nowhere{hint}"
        yield read.finding("EF205", message, fix, subject)
