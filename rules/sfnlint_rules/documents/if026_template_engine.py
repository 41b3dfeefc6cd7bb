"""The file is one from which a template engine makes another.

Why:
    As it stands it is neither YAML nor JSON, so that Jinja, Helm, Terraform or another engine
    has to fill it in first. What an expression gives is unknown here; a part that depends on a
    condition, or that is repeated, is taken as there once. Where parts stand instead of each other,
    nothing was checked: check what the engine makes.

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
from sfnlint_rules.documents._input_problems import problems


@rule("IF026", "template-engine")
def template_engine(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "template-engine", "IF026")
