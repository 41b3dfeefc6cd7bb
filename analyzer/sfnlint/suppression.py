"""Suppressions: findings that someone reviewed and does not want to see again.

# sfn-lint: ignore[WF501] reason              a comment in YAML or Terraform, on the line or above;
                                              `//` in JSON5
"Comment": "sfn-lint: ignore[WF211] reason"   in a state, or in a state machine or another scope
Metadata: {sfn-lint: {ignore: [{rule: WF501, reason: …}]}}        in a resource of a template
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from sfnlint.asl.machine import Machine, Scope, State
from sfnlint.finding import Finding
from sfnlint.inputs.cloudformation.metadata import KEY, ignore_entries
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Span
from sfnlint.rule import all_rules, named, nearest_rule
from sfnlint.source import TextDocument
from sfnlint.subject import Reading, Subject

_MARK = f"{KEY}:"
_DIRECTIVE = rf"{_MARK}\s*ignore\b(?:\s*\[([^\]]{{0,300}})\])?"
_COMMENT_SYNTAX = f"`{_MARK} ignore[WF501] reason`"
_METADATA_SYNTAX = "`ignore: [{rule: WF501, reason: …}]`"
_FIRST_ROLE_RULE = 400
"""The number of the first rule about roles."""
_MOST_HINTS = 20
"""The number of unknown words that get a suggestion: each takes longer than reading a file."""

_UNCHECKED = frozenset(
    {
        "unreadable",
        "definition-not-found",
        "definition-file-missing",
        "template-engine",
        "stack-not-read",
        "terraform-not-read",
    }
)
"""The kinds of input problems with which some state machines were not checked."""

Coverage = Literal["none", "definition", "definition and role"]
"""What was checked of everything that a suppression covers. "none": some state machines could not
be read, or the file was not checked itself. "definition": the role is not completely known."""

_Scope = tuple[object, ...]
"""What a suppression covers: ("line", document, line), ("resource", document, logical id),
("machine", document, logical id), or ("below", document, path)."""


class Suppression:
    """A comment, a field or a metadata entry that suppresses findings.

    Attributes:
        place: where it is written.
        rules: the identifiers of the rules.
        unknown: the words that name no rule.
        syntax_error: the message if it names no rule at all; else empty.
        coverage: what was checked of everything that it covers. Where it is unknown whether a rule
            would have a finding, the suppression is not reported as unused.
        used: the identifiers of the rules of which it has suppressed a finding.

    """

    def __init__(
        self,
        place: Place,
        rules: tuple[str, ...],
        unknown: tuple[str, ...],
        syntax_error: str,
        coverage: Coverage,
    ) -> None:
        self.place = place
        self.rules = rules
        self.unknown = unknown
        self.syntax_error = syntax_error
        self.coverage = coverage
        self.used: set[str] = set()

    def cover(self, coverage: Coverage) -> None:
        """Add what another reading of the same text has checked.

        A reading that checked nothing shows nothing; of the others, the least complete one decides.
        """
        if self.coverage == "none" or coverage == "definition":
            self.coverage = coverage


class SuppressionProblem(NamedTuple):
    """A suppression that has no effect, or an unknown word in it: a message of one line."""

    message: str
    place: Place


class Suppressions:
    """The suppressions of a run.

    Args:
        rules: the identifiers of the rules that are run; None for all rules.

    """

    def __init__(self, rules: Collection[str] | None) -> None:
        self._run_rules = rules
        self._all: dict[tuple[object, ...], Suppression] = {}
        self._by_scope: dict[tuple[_Scope, str], list[Suppression]] = {}
        self._with_comments: set[TextDocument] = set()

    def collect(self, documents: Sequence[TextDocument], reading: Reading) -> None:
        """Collect the suppressions of files that were read together, and of their definitions."""
        roles = [subject.role for subject in reading.subjects]
        coverage: Coverage = "definition"
        if any(problem.kind in _UNCHECKED for problem in reading.problems):
            coverage = "none"
        elif all(role is not None and role.is_complete for role in roles):
            coverage = "definition and role"
        files = {document.file for document in documents}
        for document in documents:
            self.collect_comments(document, coverage)
            self._collect_metadata(document, reading.subjects, coverage)
        for role in roles:
            if role is not None and role.place and role.place.document.file not in files:
                other = role.place.locate().root
                if isinstance(other, TextDocument):
                    self._collect_metadata(other, (), "none")
        for subject in reading.subjects:
            self._collect_fields(subject.machine, coverage)
            if subject.machine.document.file not in files:
                root = Place(subject.machine.document).locate().root
                if isinstance(root, TextDocument):
                    self.collect_comments(root, coverage)

    def _collect_metadata(
        self, document: TextDocument, subjects: Iterable[Subject], coverage: Coverage
    ) -> None:
        if KEY not in document.text:
            return
        definitions: dict[str | None, list[_Scope]] = {}
        for subject in subjects:
            definition = subject.machine.document
            if definition.file != document.file:
                scope = ("machine", definition, subject.logical_id)
                definitions.setdefault(subject.logical_id, []).append(scope)
        for resource, place, rule in ignore_entries(document):
            words = None if rule is None else rule.split(",")
            for scope in [("resource", document, resource), *definitions.get(resource, ())]:
                self._add(place, words, _METADATA_SYNTAX, scope, coverage)

    def collect_comments(self, document: TextDocument, coverage: Coverage = "definition") -> None:
        """Collect the suppressions in the comments of a file."""
        if _MARK not in document.text or document in self._with_comments:
            return
        if coverage != "none":
            self._with_comments.add(document)
        spans = document.comments(_MARK)
        for span, line in zip(spans, _covered_lines(document, spans), strict=True):
            directive = re.search(_DIRECTIVE, document.text[span.start : span.end])
            words = directive[1].split(",") if directive and directive[1] else None
            place = Place(document, (), "text", span)
            self._add(place, words, _COMMENT_SYNTAX, ("line", document, line), coverage)

    def _collect_fields(self, machine: Machine, coverage: Coverage) -> None:
        parts: list[Scope | State] = [*machine.scopes, *machine.states]
        for part in parts:
            comment = part.data.get("Comment")
            if isinstance(comment, str) and _MARK in comment:
                place = Place(machine.document, (*part.path, "Comment"))
                scope = ("below", machine.document, part.path)
                for directive in re.finditer(_DIRECTIVE, comment):
                    words = directive[1].split(",") if directive[1] else None
                    self._add(place, words, _COMMENT_SYNTAX, scope, coverage)

    def _add(
        self,
        place: Place,
        words: list[str] | None,
        syntax: str,
        scope: _Scope,
        coverage: Coverage,
    ) -> None:
        identifiers = _identifiers()
        words = [word.strip() for word in words or () if word.strip()]
        located = place.locate()
        # The same text is one suppression, in each combination of a template's conditions, and in
        # a definition that several templates read.
        key = (located.root.file, located.span, *words)
        suppression = self._all.get(key)
        if suppression is None:
            suppression = self._all[key] = Suppression(
                place,
                tuple(identifiers[word] for word in words if word in identifiers),
                tuple(word for word in words if word not in identifiers),
                "" if words else f"the suppression names no rule; write {syntax}",
                coverage,
            )
        suppression.cover(coverage)
        for rule in suppression.rules:
            self._by_scope.setdefault((scope, rule), []).append(suppression)

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not suppressed."""
        findings = list(findings)
        for root in dict.fromkeys(finding.place.locate().root for finding in findings):
            if isinstance(root, TextDocument):
                # A finding can be in a file that was not checked itself.
                self.collect_comments(root, "none")
        if not self._all:
            return findings
        return [finding for finding in findings if not self._is_suppressed(finding)]

    def _is_suppressed(self, finding: Finding) -> bool:
        suppressions = [
            suppression
            for scope in _scopes(finding)
            for suppression in self._by_scope.get((scope, finding.rule), ())
        ]
        for suppression in suppressions:
            suppression.used.add(finding.rule)
        return bool(suppressions)

    def problems(self) -> Iterator[SuppressionProblem]:
        """Yield the problems of suppressions: unused, without a rule, or with an unknown word."""
        hints = _MOST_HINTS
        for suppression in self._all.values():
            if suppression.coverage == "none":
                continue
            if suppression.syntax_error:
                yield SuppressionProblem(suppression.syntax_error, suppression.place)
            for word in suppression.unknown:
                if named(word):
                    message = f"'{word}' matches several rules; name each rule"
                else:
                    near = nearest_rule(word) if hints > 0 else None
                    hints -= 1
                    hint = f"; did you mean '{near}'?" if near else ""
                    message = f"unknown rule '{word}'{hint}"
                yield SuppressionProblem(message, suppression.place)
            unused = [rule for rule in suppression.rules if self._is_unused(suppression, rule)]
            if unused:
                message = f"unused suppression: no finding of {', '.join(unused)} here"
                yield SuppressionProblem(message, suppression.place)

    def _is_unused(self, suppression: Suppression, rule: str) -> bool:
        return (
            rule not in suppression.used
            and (self._run_rules is None or rule in self._run_rules)
            and (suppression.coverage != "definition" or int(rule[2:]) < _FIRST_ROLE_RULE)
        )


@cache
def _identifiers() -> dict[str, str]:
    """Return the identifiers of the rules by identifier and by name."""
    return {word: rule.id for rule in all_rules().values() for word in (rule.id, rule.name)}


_COMMENT_STARTS = {"hcl": ("#", "//", "/*"), "hcl-json": ('"//"',), "json5": ("//",)}
"""The beginnings of a line with a comment, by format; else `#`."""


def _covered_lines(document: TextDocument, spans: Sequence[Span]) -> list[int]:
    """Return the line that each comment covers: its own, or the line below a block of comments."""
    starts = _COMMENT_STARTS.get(document.format, ("#",))
    line_below: dict[int, int] = {}
    covered: list[int] = []
    # From the last comment to the first, so that each comment of a block looks at one line only.
    for span in reversed(spans):
        first, column = document.line_column(span.start)
        last, end = document.line_column(span.end)
        if document.line_text(first)[: column - 1].strip():
            line = first
        elif document.line_text(last)[end - 1 :].strip():
            # There is something after `/* … */` on its line.
            line = last
        else:
            line = last + 1
            while line not in line_below and document.line_text(line).lstrip().startswith(starts):
                line += 1
            line = line_below[first] = line_below.get(line, line)
        covered.append(line)
    return covered[::-1]


def _scopes(finding: Finding) -> Iterator[_Scope]:
    """Yield the scopes that contain a finding."""
    place = finding.place
    located = place.locate()
    root = located.root
    yield "line", root, root.line_column(located.span.start)[0]
    if located.path[:1] == ("Resources",):
        yield "resource", root, *located.path[1:2]
    yield "machine", place.document, finding.machine
    for length in range(len(place.path) + 1):
        yield "below", place.document, place.path[:length]
