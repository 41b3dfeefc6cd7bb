"""Every rule as a rule of cfn-lint: `cfn-lint template.yaml -a sfnlint_rules.cfn_lint`.

How cfn-lint finds and runs rules, and what it makes of an exception in one:
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/getting_started/rules.md
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

import sfnlint_rules
from sfnlint.rule import address

if TYPE_CHECKING:
    from cfnlint.template import Template

    from sfnlint.finding import Finding

_MACHINES = ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"]


class _Rule(CloudFormationLintRule):
    """One rule: its findings in a template, which all of them share."""

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What the rule finds in the template."""
        return [match for rule, match in _matches(cfn) if rule == self.id]


@lru_cache(maxsize=1)
def _matches(cfn: Template) -> list[tuple[str, RuleMatch]]:
    """All findings of all rules in the template that cfn-lint has in hand."""
    try:
        if not cfn.get_resources(_MACHINES):
            return []
        name = cfn.filename
        return list(_of_file(name) if name and Path(name).is_file() else _of_data(cfn.template))
    except Exception as error:
        # An exception would become E0002 and fail a build for a mistake that is not in it.
        logging.getLogger("sfnlint").warning(
            "sfn-lint could not check %r, please report it: %r", cfn.filename, error
        )
        return []


def _of_file(name: str) -> Iterator[tuple[str, RuleMatch]]:
    """Read the file anew: cfn-lint's data does not say where the characters of a string stand."""
    from sfnlint.discovery import Found
    from sfnlint.engine import Options, run
    from sfnlint.report import located, printable

    for spot, finding in located(run([Found(Path(name), name, True)], Options()).findings):
        location = (spot.line - 1, spot.column - 1, spot.end_line - 1, spot.end_column - 1)
        more: dict[str, Any] = {"location": location}
        if spot.file != name:
            more["filename"] = spot.file
        path = _path(finding, name)
        yield finding.rule, RuleMatch(path, printable(finding.message), **more)


def _of_data(template: Any) -> Iterator[tuple[str, RuleMatch]]:
    """Check what has no file, standard input for one: cfn-lint finds the lines of the properties.

    Where a definition's file would lie is not known, so that none is missed.
    """
    from sfnlint.engine import Options, run_text
    from sfnlint.report import ordered, printable
    from sfnlint.rule import all_rules

    name = "template.json"
    options = Options(rules=set(all_rules()) - {"WF016"})
    for finding in ordered(run_text(json.dumps(template, default=str), name, options).findings):
        yield finding.rule, RuleMatch(_path(finding, name), printable(finding.message))


def _path(finding: Finding, name: str) -> list[str | int]:
    """Where the finding belongs in the template: by the resource there, cfn-lint suppresses it."""
    for place in (finding.place, *(note.place for note in reversed(finding.notes))):
        located = place.locate()
        if located.root.file == name:
            return list(located.path)
    return ["Resources", finding.machine] if finding.machine else ["Resources"]


def _listed() -> Iterator[tuple[str, str]]:
    """Identifiers and summaries of the rules, of which cfn-lint's start imports none."""
    for file in sorted(Path(sfnlint_rules.__file__).parent.glob("[ewi]f[0-9]*.py")):
        with file.open(encoding="utf-8") as stream:
            summary = stream.readline().strip().lstrip('r"').rstrip('."')
        yield file.name.partition("_")[0].upper(), summary


for _identifier, _summary in _listed():
    globals()[_identifier] = type(
        _identifier,
        (_Rule,),
        {
            "id": _identifier,
            "shortdesc": _summary,
            "description": _summary,
            "tags": ["stepfunctions", "iam"],
            "source_url": address(_identifier),
        },
    )
