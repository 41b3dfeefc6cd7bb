"""Every rule as a rule of cfn-lint: `cfn-lint template.yaml -a sfnlint_rules.cfn_lint`.

How cfn-lint finds and runs rules, and what it makes of an exception in one:
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/getting_started/rules.md
"""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cfnlint.rules import CloudFormationLintRule, RuleMatch

import sfnlint_rules
from sfnlint.rule import address

# What reads and checks is imported when there is a state machine to check.
if TYPE_CHECKING:
    from cfnlint.rules import Match
    from cfnlint.template import Template

    from sfnlint.config import Config
    from sfnlint.finding import Finding
    from sfnlint.internal_errors import InternalError

_TEXT = "<template>"
"""The name of a template that is no file."""
_MACHINES = ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"]


class _Rule(CloudFormationLintRule):
    """One rule: its findings in a template, of which all are found at once.

    cfn-lint asks every rule about every resource; what is overridden keeps that free of charge.
    """

    def __init__(self) -> None:
        super().__init__()
        self._check = _NOTHING

    def initialize(self, cfn: Template) -> None:
        """Take the check of the template, which all rules share."""
        self._check = _check_of(cfn)

    def is_enabled(
        self,
        include_experimental: bool = False,
        ignore_rules: list[str] | None = None,
        include_rules: list[str] | None = None,
        mandatory_rules: list[str] | None = None,
    ) -> bool:
        """Whether the rule is on; of one with a severity of the user's, that letter decides.

        One that is off has no need to be looked for.
        """
        level = self._check.levels.get(self.id) if self._check.levels else None
        if level is not None:
            include_rules = include_rules or []
            own = [self.id] if level in include_rules else []
            include_rules = [one for one in include_rules if one != self.id[0]] + own
        enabled: bool = super().is_enabled(
            include_experimental, ignore_rules, include_rules, mandatory_rules
        )  # type: ignore[no-untyped-call]
        if not enabled:
            self._check.off.add(self.id)
        return enabled

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What the rule finds in the template."""
        return _check_of(cfn).matches(cfn).get(self.id, [])

    def matchall(self, filename: str | None, cfn: Template) -> Iterable[Match]:
        """The same, as cfn-lint reports it."""
        found = _check_of(cfn).matches(cfn)
        matches: Iterable[Match] = super().matchall(filename, cfn) if self.id in found else ()
        return matches

    # The whole template is looked at once. cfn-lint asks each rule about each resource: what takes
    # every argument and makes nothing of them, without a function of Python's, costs least.
    matchall_resource_properties = "".format


class _Check:
    """What is found in one template.

    Attributes:
        levels: the first letters of the severities that the configuration gives to rules.
        off: the rules of which cfn-lint has said that they are off.

    """

    def __init__(self, *, has_machine: bool) -> None:
        self.levels: Mapping[str, str] = _levels() if has_machine else {}
        self.off: set[str] = set()
        self._matches: dict[str, list[RuleMatch]] | None = None if has_machine else {}

    def matches(self, cfn: Template) -> Mapping[str, list[RuleMatch]]:
        """All findings, by rule."""
        if self._matches is None:
            self._matches = _matches(cfn, self.off)
        return self._matches


_NOTHING = _Check(has_machine=False)
_checks: WeakKeyDictionary[Template, _Check] = WeakKeyDictionary()


def _check_of(cfn: Template) -> _Check:
    check = _checks.get(cfn)
    if check is None:
        check = _checks[cfn] = _Check(has_machine=bool(cfn.get_resources(_MACHINES)))
    return check


@lru_cache(maxsize=1)
def _config(folder: Path) -> Config:
    from sfnlint import config_file
    from sfnlint.discovery import repository_root

    return config_file.load(folder, repository_root(folder))


def _levels() -> Mapping[str, str]:
    try:
        severities = _config(Path.cwd()).severities or {}
    except Exception:
        # `_found` says what is wrong.
        return {}
    return {rule: severity[0].upper() for rule, severity in severities.items()}


def _matches(cfn: Template, off: set[str]) -> dict[str, list[RuleMatch]]:
    from sfnlint.internal_errors import InternalError, messages
    from sfnlint.report.escaping import escape_controls

    found: dict[str, list[RuleMatch]] = {}
    failures: list[InternalError] = []
    thresholds = gc.get_threshold()
    # Among all that cfn-lint holds, looking for garbage takes longer than the check.
    gc.set_threshold(1_000_000, *thresholds[1:])
    try:
        for rule, match in _found(cfn, off, failures.append):
            found.setdefault(rule, []).append(match)
    except Exception as error:
        failures.append(InternalError(None, cfn.filename or _TEXT, error))
    finally:
        gc.set_threshold(*thresholds)
    # An exception would become E0002 and fail a build for a mistake that is not in it.
    for line in messages(failures):
        logging.getLogger("sfnlint").warning("sfn-lint: %s", escape_controls(line))
    return found


def _found(
    cfn: Template, off: set[str], on_failure: Callable[[InternalError], object]
) -> Iterator[tuple[str, RuleMatch]]:
    from sfnlint.config_file import ConfigError
    from sfnlint.engine import run, run_text
    from sfnlint.options import InputFile
    from sfnlint.report.escaping import escape_controls
    from sfnlint.report.positions import with_positions
    from sfnlint.rule import all_rules

    try:
        config = _config(Path.cwd())
    except ConfigError as error:
        yield "EF001", RuleMatch([], escape_controls(str(error)), location=(0, 0, 0, 0))
        return
    rules = set(config.select or all_rules()) - config.ignore - off
    name: str = cfn.filename or ""
    is_file = Path(name).is_file()
    if not is_file:
        # Where a definition's file would lie is not known, so that none is missed.
        name, rules = _TEXT, rules - {"WF016"}
    options = config.options(rules)._replace(on_internal_error=on_failure)
    if is_file:
        # Read anew: cfn-lint's data does not say where the characters of a string stand.
        result = run([InputFile(Path(name), name, True)], options)
    else:
        result = run_text(json.dumps(cfn.template, default=str), name, options)
    for position, finding in config.apply(with_positions(result.findings)):
        more: dict[str, Any] = {}
        if is_file:
            more["location"] = tuple(number - 1 for number in position[1:5])
            if position.file != name:
                more["filename"] = position.file
        yield (
            finding.rule,
            RuleMatch(_path(finding, name), escape_controls(finding.message), **more),
        )


def _path(finding: Finding, name: str) -> list[str | int]:
    """Where the finding belongs in the template: by the resource there, cfn-lint suppresses it."""
    for place in (finding.place, *(note.place for note in reversed(finding.notes))):
        located = place.locate()
        if located.root.file == name:
            return list(located.path)
    return ["Resources", finding.machine] if finding.machine else ["Resources"]


def _listed() -> Iterator[tuple[str, str]]:
    """Identifiers and summaries of the rules, of which cfn-lint's start imports none."""
    for file in sorted(Path(sfnlint_rules.__file__).parent.glob("*/[ewi]f[0-9]*.py")):
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
