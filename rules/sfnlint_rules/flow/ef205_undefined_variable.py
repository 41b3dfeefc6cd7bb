"""A variable is never assigned.

Why:
    Step Functions accepts the definition, but the execution fails when it reaches this state.

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
from sfnlint_rules._suggestions import Suggestions
from sfnlint_rules.flow._variables import unassigned_reads


@rule("EF205", "undefined-variable")
def undefined_variable(subject: Subject) -> Iterator[Finding]:
    """Report reads of variables that no Assign field defines."""
    suggestions = Suggestions()
    for read in unassigned_reads(subject, "never"):
        names = [*variables(subject.machine).assigned, "states"]
        hint = suggestions.did_you_mean(read.name, names, cutoff=0.8, prefix="$")
        fix = f"assign '{read.name}' in an earlier state, or read it from the input"
        message = f"variable '${read.name}' is never assigned{hint}"
        yield read.finding(subject, message, "" if hint else fix)
