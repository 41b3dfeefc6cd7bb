"""A template engine or a script must fill in the file.

Why:
    The file is neither YAML nor JSON until Jinja, Helm, Terraform or another engine has rendered
    it, or a script has replaced words such as SUBNETS. In a plain definition, such a word may be
    quoted where the language needs no string: `"Retry": "RETRY_RULES"`. The values of expressions
    and such words are unknown. Conditional and repeated parts are checked as if they occurred
    exactly once. A file with alternative parts or unknown members is not checked: check the output
    instead.

Bad:
    StartAt: Greet
    States:
      Greet:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters:
          FunctionName: {{ cookiecutter.function }}
        End: true

Good:
    StartAt: Greet
    States:
      Greet:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters:
          FunctionName: hello
        End: true

Source:
    https://jinja.palletsprojects.com/en/stable/templates/
    https://cookiecutter.readthedocs.io/en/stable/overview.html
    https://developer.hashicorp.com/terraform/language/expressions/strings#directives
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("IF026", "template-engine")
def template_engine(reading: Reading) -> Iterator[Finding]:
    """Report files that contain the markup of a template engine, or words to replace."""
    return findings(reading, "template-engine")
