"""Rule metadata and the registry.

A rule is a file in `sfnlint_rules`: its docstring is the rule's page, its decorated function the
check. The registry imports every such file, so that a new rule needs no other registration.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from sfnlint.finding import SEVERITIES, Finding, Severity
from sfnlint.messages import nearest
from sfnlint.named_tuple import NamedTuple

About = Literal["Reading", "Subject", "RoleAnalysis", "PolicyDocument", "Suppressions"]
Check = Callable[[Any], Iterator[Finding]]

_rules: dict[str, Rule] = {}
_numbers: set[str] = set()
_RULE_FILE = re.compile(r"([ewi]f[0-9].*)\.py")


class Rule(NamedTuple):
    """A rule.

    Attributes:
        id: the identifier, `EF401`.
        name: completes "allow …": `missing-start-permission`.
        about: the class of the check's parameter.
        check: yields findings.
        doc: the docstring of the rule's module, which is the source of its page.

    """

    id: str
    name: str
    about: About
    check: Check
    doc: str

    def run(self, target: object) -> Iterator[Finding]:
        """Yield the findings of the check in a target, each with the rule's identifier."""
        for finding in self.check(target):
            yield finding if finding.rule else finding._replace(rule=self.id)

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

    Raises:
        ValueError: another rule has the same number.

    """

    def register(check: Check) -> Check:
        if "." not in check.__module__:
            # `cfn-lint -a rules` also executes each file on its own, besides importing it.
            return check
        if identifier[2:] in _numbers:
            raise ValueError(f"{identifier}: another rule has this number")
        _numbers.add(identifier[2:])
        about = next(iter(check.__annotations__.values()))
        doc = check.__globals__["__doc__"] or ""
        _rules[identifier] = Rule(identifier, name, about, check, doc)
        return check

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return all rules by identifier, in the order of their numbers."""
    # Imported here because the rules import this module.
    import sfnlint_rules

    # pathlib's `glob` takes three times as long (benchmarks/compare.py).
    for root, folders, files in os.walk(os.path.dirname(sfnlint_rules.__file__)):
        folders.sort()
        for match in filter(None, map(_RULE_FILE.fullmatch, sorted(files))):
            importlib.import_module(f"sfnlint_rules.{os.path.basename(root)}.{match[1]}")
    return dict(sorted(_rules.items(), key=lambda item: item[0][2:]))


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
