"""The manifest of a CDK app names a stack that is not in its folder.

Why:
    Nothing of the stack was checked. The CDK writes every template into the folder of the manifest;
    what lies elsewhere, or behind a link, is not read, and what is not there cannot be deployed
    from this folder.

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
from sfnlint_rules.documents._input_problems import problems


@rule("WF019", "stack-not-read")
def stack_not_read(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "stack-not-read", "WF019")
