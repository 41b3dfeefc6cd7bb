"""The plug-in for cfn-lint: `cfn-lint template.yaml -a sfnlint_rules.cfn_lint`.

Every rule of sfn-lint is a rule of cfn-lint, with the same identifier. The rule `FAILURE` reports
what sfn-lint could not check, as E0002 reports a rule of cfn-lint that fails:
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/getting_started/rules.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cfnlint.rules import CloudFormationLintRule, RuleMatch

import sfnlint_rules
from sfnlint.rule import FAILURE, address

if TYPE_CHECKING:
    from cfnlint.rules import Match
    from cfnlint.template import Template

_FAILURES = "https://github.com/sfn-lint/sfn-lint/blob/main/docs/cfn-lint.md#failures"
_MACHINES = ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"]


class _Rule(CloudFormationLintRule):
    """A rule: its findings are those of the check of the template, which all rules share.

    cfn-lint calls every rule for every resource. The methods that do nothing are written so that
    these calls cost least: benchmarks/plugin.py.
    """

    def __init__(self) -> None:
        super().__init__()
        self._check = _NO_CHECK

    def initialize(self, cfn: Template) -> None:
        """Set the check of the template."""
        self._check = _check_of(cfn)

    def is_enabled(
        self,
        include_experimental: bool = False,
        ignore_rules: list[str] | None = None,
        include_rules: list[str] | None = None,
        mandatory_rules: list[str] | None = None,
    ) -> bool:
        """Whether the rule is enabled; a configured severity replaces that of the identifier."""
        self._check.ignored.update(ignore_rules or ())
        letter = self._check.severity_letters.get(self.id) if self._check.severity_letters else None
        if letter is not None:
            include_rules = include_rules or []
            own = [self.id] if letter in include_rules else []
            include_rules = [word for word in include_rules if word != self.id[0]] + own
        enabled: bool = super().is_enabled(
            include_experimental, ignore_rules, include_rules, mandatory_rules
        )  # type: ignore[no-untyped-call]
        if not enabled:
            # The check does not run it.
            self._check.disabled.add(self.id)
        return enabled

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Return the findings of the rule in the template."""
        return _check_of(cfn).matches(cfn).get(self.id, [])

    def matchall(self, filename: str | None, cfn: Template) -> Iterable[Match]:
        """Return the findings of the rule in cfn-lint's own type."""
        has_findings = self.id in _check_of(cfn).matches(cfn)
        matches: Iterable[Match] = super().matchall(filename, cfn) if has_findings else ()
        return matches

    # A method that accepts all arguments and returns an empty result: a built-in is the fastest.
    matchall_resource_properties = "".format


class _Check:
    """The check of one template.

    Attributes:
        severity_letters: the first letters of the configured severities, by identifier.
        disabled: the identifiers of the rules that cfn-lint does not run.
        ignored: the beginnings of the identifiers of all rules that cfn-lint ignores.

    """

    def __init__(self, *, has_machine: bool) -> None:
        self.severity_letters: Mapping[str, str] = {}
        self.disabled: set[str] = set()
        self.ignored: set[str] = set()
        self._matches: dict[str, list[RuleMatch]] | None = None if has_machine else {}
        if has_machine:
            # Imported here because most templates have no state machine: benchmarks/plugin.py.
            from sfnlint_rules._cfn_lint_check import severity_letters

            self.severity_letters = severity_letters()

    def matches(self, cfn: Template) -> Mapping[str, list[RuleMatch]]:
        """Return the findings by rule."""
        if self._matches is None:
            from sfnlint_rules._cfn_lint_check import matches

            self._matches = matches(cfn, self.disabled, self.ignored)
        return self._matches


_NO_CHECK = _Check(has_machine=False)
_checks: WeakKeyDictionary[Template, _Check] = WeakKeyDictionary()


def _check_of(cfn: Template) -> _Check:
    check = _checks.get(cfn)
    if check is None:
        check = _checks[cfn] = _Check(has_machine=bool(cfn.get_resources(_MACHINES)))
    return check


def _rule_summaries() -> Iterator[tuple[str, str]]:
    """Yield the identifiers and summaries of the rules, without importing the rules."""
    yield FAILURE, "sfn-lint could not check everything"
    for file in sorted(Path(sfnlint_rules.__file__).parent.glob("*/[ewi]f[0-9]*.py")):
        with file.open(encoding="utf-8") as stream:
            summary = stream.readline().strip().lstrip('r"').rstrip('."')
        yield file.name.partition("_")[0].upper(), summary


for _identifier, _summary in _rule_summaries():
    globals()[_identifier] = type(
        _identifier,
        (_Rule,),
        {
            "id": _identifier,
            "shortdesc": _summary,
            "description": _summary,
            "tags": ["stepfunctions", "iam"],
            "source_url": _FAILURES if _identifier == FAILURE else address(_identifier),
        },
    )
