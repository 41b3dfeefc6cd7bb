"""Rule metadata and the registry.

A rule is a file in `sfnlint_rules`: its docstring is the rule's page, its decorated function the
check. The registry lists these files, so that a new rule needs no other registration. A rule is
imported when it first checks something: importing all of them takes a quarter of the time of a
small run (benchmarks/compare.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import Any, Literal

from sfnlint.finding import SEVERITIES, Finding, Severity
from sfnlint.messages import nearest
from sfnlint.named_tuple import NamedTuple

About = Literal["Reading", "Subject", "RoleAnalysis", "PolicyDocument", "Suppressions"]
Check = Callable[[Any], Iterator[Finding]]

_checks: dict[str, tuple[str, Check]] = {}
"""The names and the checks of the imported rules, by identifier."""
_RULE_FILE = re.compile(r"([ewi]f[0-9]+)_(.*)\.py")


class RuleGroup(NamedTuple):
    """Rules that are imported only for targets that they concern.

    `GROUPS` in the package of a topic lists its groups. A rule without a group checks every target,
    and is imported even if there is none.

    Attributes:
        about: the class of the target.
        concerns: whether the rules may have findings in a target; None if in every target.
        rules: the identifiers of the rules.

    """

    about: About
    concerns: Callable[[Any], bool] | None
    rules: frozenset[str]


class RuleModule:
    """The module of a rule, which is imported when it is needed.

    Attributes:
        name: the name of the module.
        group: the group of the rule; None without any.

    """

    def __init__(self, name: str, rule: tuple[str, str], group: RuleGroup | None) -> None:
        self.name = name
        self._rule = rule
        self.group = group

    @cached_property
    def doc(self) -> str:
        """The docstring, which is the source of the rule's page."""
        return import_module(self.name).__doc__ or ""

    @cached_property
    def about(self) -> About:
        """The class of the check's parameter."""
        if self.group is not None:
            return self.group.about
        about: About = next(iter(self.check.__annotations__.values()))
        return about

    def findings(self, target: object) -> Iterator[Finding]:
        """Return the findings of the check in a target."""
        concerns = self.group and self.group.concerns
        return self.check(target) if concerns is None or concerns(target) else iter(())

    @cached_property
    def check(self) -> Check:
        """The check, for all targets."""
        import_module(self.name)
        identifier, name = self._rule
        registered, check = _checks.get(identifier, ("", None))
        if check is None or registered != name:
            raise ValueError(f"{self.name} does not register {identifier}, {name}")
        return check


class Rule(NamedTuple):
    """A rule.

    Attributes:
        id: the identifier, `EF401`.
        name: completes "allow …": `missing-start-permission`.
        module: the module that has the page and the check.
        check: yields findings.

    """

    id: str
    name: str
    module: RuleModule
    check: Check

    def run(self, target: object) -> Iterator[Finding]:
        """Yield the findings of the check in a target, each with the rule's identifier."""
        for finding in self.check(target):
            yield finding if finding.rule else finding._replace(rule=self.id)

    @property
    def about(self) -> About:
        """The class of the check's parameter."""
        return self.module.about

    @property
    def doc(self) -> str:
        """The docstring of the rule's module, which is the source of its page."""
        return self.module.doc

    @property
    def severity(self) -> Severity:
        """The severity that the identifier's first letter stands for."""
        return SEVERITIES[self.id[0]]

    @property
    def summary(self) -> str:
        """The first line of the page, without the full stop."""
        return self.doc.partition("\n")[0].rstrip(".")

    @property
    def url(self) -> str:
        """The address of the page."""
        return address(self.id)

    @property
    def page(self) -> dict[str, str]:
        """The sections of the page by title: Why, Bad, Good, Source."""
        # Imported here because only `explain` and the tests need pages: tests/test_layers.py.
        from inspect import cleandoc

        sections: dict[str, list[str]] = {}
        lines: list[str] = []
        for line in cleandoc(self.doc).split("\n")[1:]:
            if line and not line[0].isspace() and line.endswith(":"):
                lines = sections.setdefault(line[:-1], [])
            else:
                lines.append(line.removeprefix("    "))
        return {title: "\n".join(lines).strip("\n") for title, lines in sections.items()}


FAILURE = "EF000"
"""The identifier of the rule by which the plug-in for cfn-lint reports failures; no rule has it."""


def address(identifier: str) -> str:
    """Return the address of a rule's page."""
    return f"https://github.com/sfn-lint/sfn-lint/blob/main/docs/rules/{identifier}.md"


def rule(identifier: str, name: str) -> Callable[[Check], Check]:
    """Register a function as the check of a rule.

    Args:
        identifier: `EF401`; the only place where the rule's file states it.
        name: completes "allow …".

    The annotation of the function's parameter decides what it is called with: a `Reading`, each
    `Subject`, each `RoleAnalysis`, each `PolicyDocument`, or the run's `Suppressions`.

    """

    def register(check: Check) -> Check:
        # `cfn-lint -a rules` also executes each file on its own, besides importing it.
        if "." in check.__module__:
            _checks[identifier] = name, check
        return check

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return all rules by identifier, in the order of their numbers.

    Raises:
        ValueError: two rules have the same number.

    """
    # Imported here because the rules import this module.
    import sfnlint_rules

    rules: dict[str, Rule] = {}
    # pathlib's `glob` takes three times as long (benchmarks/compare.py).
    for root, _, files in os.walk(os.path.dirname(sfnlint_rules.__file__)):
        matches = list(filter(None, map(_RULE_FILE.fullmatch, files)))
        if matches:
            topic = f"sfnlint_rules.{os.path.basename(root)}"
            groups: tuple[RuleGroup, ...] = getattr(import_module(topic), "GROUPS", ())
            for match in matches:
                identifier, name = match[1].upper(), match[2].replace("_", "-")
                group = next((group for group in groups if identifier in group.rules), None)
                module = RuleModule(f"{topic}.{match[0][:-3]}", (identifier, name), group)
                rules[identifier] = Rule(identifier, name, module, module.findings)
    if len({identifier[2:] for identifier in rules}) < len(rules):
        raise ValueError(f"two rules have the same number: {', '.join(sorted(rules))}")
    return dict(sorted(rules.items(), key=lambda item: item[0][2:]))


def named(word: str) -> set[str]:
    """Return the identifiers of the rules that an identifier, a prefix or a name selects."""
    return {
        identifier
        for identifier, rule in all_rules().items()
        if word and (identifier.startswith(word) or rule.name == word)
    }


def nearest_rule(word: str) -> str | None:
    """Return the identifier or name that is most similar to a misspelled one; None without any."""
    # The number identifies a rule even when the letter is wrong.
    for identifier in all_rules():
        if word[1:].upper() == identifier[1:]:
            return identifier
    names = [name for rule in all_rules().values() for name in (rule.id, rule.name)]
    return nearest(word, names, cutoff=0.5)
