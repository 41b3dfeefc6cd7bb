"""What a rule is, and where all of them are found.

A rule is a file in `sfnlint_rules`: its docstring is its page, its decorated function its check.
Registration is: the file is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from sfnlint.finding import SEVERITIES, Finding, Severity
from sfnlint.messages import nearest

About = Literal["Reading", "Subject", "RoleAnalysis", "Suppressions"]
Check = Callable[[Any], Iterator[Finding]]

_rules: dict[str, Rule] = {}


class Rule(NamedTuple):
    """A rule.

    Attributes:
        id: `EF401`.
        name: completes "allow …": `missing-start-permission`.
        about: what its check takes.
        check: yields findings.
        doc: its page as written: the module's docstring.

    """

    id: str
    name: str
    about: About
    check: Check
    doc: str

    def run(self, target: object) -> Iterator[Finding]:
        """Yield the findings of the check in a target, each with the identifier of this rule."""
        for finding in self.check(target):
            yield finding if finding.rule else finding._replace(rule=self.id)

    @property
    def severity(self) -> Severity:
        """The severity that the identifier's first letter says."""
        return SEVERITIES[self.id[0]]

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.doc.partition("\n")[0].rstrip(".")

    @property
    def url(self) -> str:
        """The address of its page."""
        return address(self.id)

    @property
    def page(self) -> dict[str, str]:
        """The sections of its page: Why, Bad, Good, Source."""
        from inspect import cleandoc

        sections: dict[str, list[str]] = {}
        lines: list[str] = []
        for line in cleandoc(self.doc).split("\n")[1:]:
            if line and not line[0].isspace() and line.endswith(":"):
                lines = sections.setdefault(line[:-1], [])
            else:
                lines.append(line.removeprefix("    "))
        return {title: "\n".join(lines).strip("\n") for title, lines in sections.items()}


def address(identifier: str) -> str:
    """The address of a rule's page."""
    return f"https://github.com/sfn-lint/sfn-lint/blob/main/docs/rules/{identifier}.md"


def rule(identifier: str, name: str) -> Callable[[Check], Check]:
    """Make a function a rule; the type of its parameter says what it is about.

    Raises:
        ValueError: when the identifier's number is taken.

    """

    def register(check: Check) -> Check:
        if "." not in check.__module__:
            # `cfn-lint -a rules` also runs each file by itself, beside its import as a module.
            return check
        if any(known[2:] == identifier[2:] for known in _rules):
            raise ValueError(f"{identifier}: another rule has this number")
        about = next(iter(check.__annotations__.values()))
        doc = check.__globals__["__doc__"] or ""
        _rules[identifier] = Rule(identifier, name, about, check, doc)
        return check

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by identifier, in order of the numbers."""
    import importlib
    from pathlib import Path

    import sfnlint_rules

    for file in sorted(Path(sfnlint_rules.__file__).parent.glob("*/[ewi]f[0-9]*.py")):
        importlib.import_module(f"sfnlint_rules.{file.parent.name}.{file.stem}")
    return dict(sorted(_rules.items(), key=lambda item: item[0][2:]))


def named(word: str) -> set[str]:
    """The identifiers of the rules that an identifier, a prefix or a name means."""
    return {
        identifier
        for identifier, rule in all_rules().items()
        if word and (identifier.startswith(word) or rule.name == word)
    }


def nearest_rule(word: str) -> str | None:
    """The identifier or the name that looks most like a word that is none."""
    # The number says which rule is meant, whatever the letter.
    for identifier in all_rules():
        if word[1:].upper() == identifier[1:]:
            return identifier
    names = [name for rule in all_rules().values() for name in (rule.id, rule.name)]
    return nearest(word, names, cutoff=0.5)
