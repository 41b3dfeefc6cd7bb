"""The file is JSON5, which AWS does not read.

Why:
    The file was read and checked, comments and all. Step Functions and CloudFormation refuse it as
    it stands: whatever deploys it has to make JSON of it first. Only the first place that is no
    JSON is shown.

Bad:
    // flow.json5
    {
      StartAt: 'Done',
      States: {
        Done: {Type: 'Succeed'},
      },
    }

Good:
    {
      "StartAt": "Done",
      "States": {
        "Done": {"Type": "Succeed"}
      }
    }

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
    https://spec.json5.org/
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import problems


@rule("IF025", "extended-json")
def extended_json(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "json5", "IF025")
