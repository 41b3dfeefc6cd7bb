"""A stack of a CDK app could not be read.

Why:
    The stack was not checked. The CDK writes every template into the folder of the manifest. A
    template outside this folder or behind a symbolic link is not read, and a missing template
    cannot be deployed.

Bad:
    {
      "version": "48.0.0",
      "artifacts": {
        "Training": {
          "type": "aws:cloudformation:stack",
          "properties": {"templateFile": "../elsewhere/Training.template.json"}
        }
      }
    }

Good:
    {
      "version": "48.0.0",
      "artifacts": {
        "Training": {
          "type": "aws:cloudformation:stack",
          "properties": {"templateFile": "Training.template.json"}
        }
      }
    }

Source:
    https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("WF019", "stack-not-read")
def stack_not_read(reading: Reading) -> Iterator[Finding]:
    """Report stacks whose template is missing or outside the assembly folder."""
    return findings(reading, "stack-not-read")
