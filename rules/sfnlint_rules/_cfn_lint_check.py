"""The check of one template for cfn-lint; `cfn_lint` imports it if there is a state machine."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cfnlint.rules import RuleMatch
from cfnlint.template import Template

from sfnlint import config_file
from sfnlint.config import Config
from sfnlint.discovery import repository_root
from sfnlint.engine import run, run_text
from sfnlint.failures import Failure, internal_error
from sfnlint.finding import Finding
from sfnlint.options import InputFile
from sfnlint.report.escaping import escape_controls
from sfnlint.report.positions import with_positions
from sfnlint.rule import FAILURE, all_rules
from sfnlint_rules._cfn_lint_policies import PolicyRules

_NO_FILE = "<template>"
"""The name of a template that is not a file."""


def severity_letters() -> Mapping[str, str]:
    """Return the first letters of the configured severities, by identifier."""
    try:
        severities = _config(Path.cwd()).severities
    except Exception:
        # `matches` reports it; here, cfn-lint would fail.
        return {}
    return {rule: severity[0].upper() for rule, severity in severities.items()}


def matches(
    cfn: Template, disabled: set[str], ignored: Collection[str] = ()
) -> dict[str, list[RuleMatch]]:
    """Return the findings in a template by rule, and failures as findings of `FAILURE`.

    Args:
        cfn: the template.
        disabled: the identifiers of the rules that cfn-lint does not run.
        ignored: the beginnings of the identifiers of all rules that cfn-lint ignores.

    """
    by_rule: dict[str, list[RuleMatch]] = {}
    thresholds = gc.get_threshold()
    # With all objects of cfn-lint in memory, garbage collection takes longer than the check:
    # benchmarks/plugin.py.
    gc.set_threshold(1_000_000, *thresholds[1:])
    try:
        for rule, match in _matches(cfn, disabled, ignored):
            by_rule.setdefault(rule, []).append(match)
    except Exception as error:
        failure = internal_error(error, cfn.filename or _NO_FILE)
        by_rule.setdefault(FAILURE, []).append(_failure_match(failure))
    finally:
        gc.set_threshold(*thresholds)
    if FAILURE in disabled:
        for match in by_rule.get(FAILURE, ()):
            logging.getLogger("sfnlint").warning("sfn-lint: %s", match.message)
    return by_rule


@lru_cache(maxsize=1)
def _config(folder: Path) -> Config:
    return config_file.load(folder, repository_root(folder))


def _failure_match(failure: Failure) -> RuleMatch:
    return RuleMatch([], escape_controls(failure.message), location=(0, 0, 0, 0))


def _matches(
    cfn: Template, disabled: set[str], ignored: Collection[str]
) -> Iterator[tuple[str, RuleMatch]]:
    try:
        config = _config(Path.cwd())
    except config_file.ConfigError as error:
        yield "EF001", RuleMatch([], escape_controls(str(error)), location=(0, 0, 0, 0))
        return
    rules = set(config.select or all_rules()) - config.ignore - disabled
    name: str = cfn.filename or ""
    is_file = Path(name).is_file()
    if not is_file:
        # The folder of the definition files is unknown, so none of them is missing.
        name, rules = _NO_FILE, rules - {"WF016"}
    options = config.options(rules)._replace(keep_going=True)
    if is_file:
        # The file is parsed again because cfn-lint's data has no positions inside strings.
        result = run([InputFile(Path(name), name)], options)
    else:
        result = run_text(json.dumps(cfn.template, default=str), name, options)
    policy_rules = PolicyRules(cfn, ignored)
    for position, finding in config.apply(with_positions(result.findings)):
        path = _path(finding, name)
        if position.file == name and policy_rules.report(finding.rule, path):
            continue
        location: dict[str, Any] = {}
        if is_file:
            location["location"] = tuple(number - 1 for number in position[1:5])
            if position.file != name:
                location["filename"] = position.file
        message = escape_controls(finding.message)
        yield finding.rule, RuleMatch(path, message, **location)
    reported = {finding.message for finding in result.findings}
    for failure in result.failures:
        # Most files that were not read are findings, too.
        if failure.reason not in reported:
            yield FAILURE, _failure_match(failure)


def _path(finding: Finding, template: str) -> list[str | int]:
    """Return the path of a finding in the template; its resource's Metadata can suppress it."""
    for place in (finding.place, *(note.place for note in reversed(finding.notes))):
        located = place.locate()
        if located.root.file == template:
            return list(located.path)
    return ["Resources", finding.machine] if finding.machine else ["Resources"]
