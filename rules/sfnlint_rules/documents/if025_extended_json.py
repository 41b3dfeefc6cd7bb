"""The file is JSON5, which AWS does not accept.

Why:
    The file was read and checked, but Step Functions and CloudFormation reject it in this form:
    convert it to JSON before the deployment. Only the first JSON5 construct in the file is
    reported.

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
from sfnlint_rules.documents._input_problems import findings


@rule("IF025", "extended-json")
def extended_json(reading: Reading) -> Iterator[Finding]:
    """Report the first construct of a file that is JSON5 but not JSON."""
    return findings(reading, "json5")
