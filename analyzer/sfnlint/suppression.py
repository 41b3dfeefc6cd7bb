"""Findings that somebody has looked at and wants to keep, said where they are.

# sfn-lint: ignore[WF501] reason              a YAML comment, on the line or the one above;
                                              // in JSON5
"Comment": "sfn-lint: ignore[WF201] reason"   in a state, in a machine or another scope
Metadata: {sfn-lint: {ignore: [{rule: WF501, reason: …}]}}        in a resource
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sfnlint.asl.machine import Machine, Scope, State
from sfnlint.finding import Finding
from sfnlint.inputs.cloudformation.metadata import KEY, ignore_entries
from sfnlint.place import Place, Span
from sfnlint.rule import all_rules, named, nearest_rule
from sfnlint.source import TextDocument
from sfnlint.subject import Reading, Subject

_MARK = f"{KEY}:"
_DIRECTIVE = rf"{_MARK}\s*ignore\b(?:\s*\[([^\]]{{0,300}})\])?"
_FORM = f"write `{_MARK} ignore[WF501] reason`"
_FIRST_OF_ROLES = 400
_HINTS = 20
"""How many unknown words get the nearest name: to find one takes longer than to read a file."""

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
"""Troubles with which there are machines that were not checked."""

_Scope = tuple[Hashable, ...]
"""Where a suppression speaks of: ("line", file, line), ("resource", file, logical id),
("machine", document, logical id), or ("below", document, path)."""


class Suppression:
    """One place where findings are to be kept quiet.

    Attributes:
        place: where it is written.
        rules: the identifiers of the rules.
        unknown: words that mean no rule.
        malformed: what is wrong with its form; empty when nothing is.
        judged: whether the files show enough to say that there is nothing about the role; None
            when what it speaks of was not checked by itself.
        used: the rules of which it kept a finding quiet.

    """

    def __init__(
        self,
        place: Place,
        rules: tuple[str, ...],
        unknown: tuple[str, ...],
        malformed: str,
        judged: bool | None,
    ) -> None:
        self.place = place
        self.rules = rules
        self.unknown = unknown
        self.malformed = malformed
        self.judged = judged
        self.used: set[str] = set()


class Unused(NamedTuple):
    """What is wrong with a suppression: one line, and where it is."""

    message: str
    place: Place


class Suppressions:
    """The suppressions of a run.

    Args:
        applied: the identifiers of the rules that are applied; all when None.

    """

    def __init__(self, applied: Collection[str] | None) -> None:
        self._applied = applied
        self._all: dict[tuple[object, ...], Suppression] = {}
        self._speaking: dict[tuple[_Scope, str], list[Suppression]] = {}
        self._commented: dict[int, TextDocument] = {}

    def collect(self, documents: Sequence[TextDocument], reading: Reading) -> None:
        """Find those of files read together, and of the definitions that they bring in."""
        roles = [subject.role for subject in reading.subjects]
        judged: bool | None = all(role is not None and role.complete for role in roles)
        if any(problem.kind in _UNCHECKED for problem in reading.problems):
            judged = None
        files = {document.file for document in documents}
        for document in documents:
            self.collect_comments(document, judged)
            self._collect_metadata(document, reading.subjects, judged)
        for role in roles:
            if role is not None and role.place and role.place.document.file not in files:
                other = role.place.locate().root
                if isinstance(other, TextDocument):
                    self._collect_metadata(other, (), None)
        for subject in reading.subjects:
            self._collect_fields(subject.machine, judged)
            if subject.machine.document.file not in files:
                root = Place(subject.machine.document).locate().root
                if isinstance(root, TextDocument):
                    self.collect_comments(root, judged)

    def _collect_metadata(
        self, document: TextDocument, subjects: Iterable[Subject], judged: bool | None
    ) -> None:
        if KEY not in document.text:
            return
        elsewhere: dict[str | None, list[_Scope]] = {}
        for subject in subjects:
            definition = subject.machine.document
            if definition.file != document.file:
                scope = ("machine", id(definition), subject.logical_id)
                elsewhere.setdefault(subject.logical_id, []).append(scope)
        for resource, place, rule in ignore_entries(document):
            words = None if rule is None else rule.split(",")
            form = "write `ignore: [{rule: WF501, reason: …}]`"
            for scope in [("resource", id(document), resource), *elsewhere.get(resource, ())]:
                self._add(place, words, form, scope, judged)

    def collect_comments(self, document: TextDocument, judged: bool | None = False) -> None:
        """Find the comments of a file."""
        if _MARK not in document.text or id(document) in self._commented:
            return
        if judged is not None:
            self._commented[id(document)] = document
        spans = document.comments(_MARK)
        for span, line in zip(spans, _lines_meant(document, spans), strict=True):
            directive = re.search(_DIRECTIVE, document.text[span.start : span.end])
            words = directive[1].split(",") if directive and directive[1] else None
            place = Place(document, (), "text", span)
            scope = ("line", id(document), line)
            self._add(place, words, _FORM, scope, judged)

    def _collect_fields(self, machine: Machine, judged: bool | None) -> None:
        parts: list[Scope | State] = [*machine.scopes, *machine.states]
        for part in parts:
            comment = part.data.get("Comment")
            if isinstance(comment, str) and _MARK in comment:
                place = Place(machine.document, (*part.path, "Comment"))
                scope = ("below", id(machine.document), part.path)
                for directive in re.finditer(_DIRECTIVE, comment):
                    words = directive[1].split(",") if directive[1] else None
                    self._add(place, words, _FORM, scope, judged)

    def _add(
        self, place: Place, words: list[str] | None, form: str, scope: _Scope, judged: bool | None
    ) -> None:
        names = _names()
        given = [word.strip() for word in words or () if word.strip()]
        located = place.locate()
        suppression = Suppression(
            place,
            tuple(names[word] for word in given if word in names),
            tuple(word for word in given if word not in names),
            "" if given else f"this says no rule to ignore: {form}",
            judged,
        )
        # The same text in another combination of a template's conditions is the same one, and so
        # it is in a definition that another template reads as well.
        key = (located.root.file, located.span, *given)
        suppression = self._all.setdefault(key, suppression)
        if suppression.judged is None:
            suppression.judged = judged
        for rule in suppression.rules:
            self._speaking.setdefault((scope, rule), []).append(suppression)

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that nothing keeps quiet."""
        findings = list(findings)
        roots = (finding.place.locate().root for finding in findings)
        for root in {id(root): root for root in roots}.values():
            if isinstance(root, TextDocument):
                # It may be none of the files that were asked for.
                self.collect_comments(root, None)
        if not self._all:
            return findings
        return [finding for finding in findings if not self._quiet(finding)]

    def _quiet(self, finding: Finding) -> bool:
        meant = [
            one
            for scope in _scopes(finding)
            for one in self._speaking.get((scope, finding.rule), ())
        ]
        for one in meant:
            one.used.add(finding.rule)
        return bool(meant)

    def unused(self) -> Iterator[Unused]:
        """What keeps nothing quiet; only rules that were applied are spoken of."""
        hints = _HINTS
        for one in self._all.values():
            if one.judged is None:
                continue
            if one.malformed:
                yield Unused(one.malformed, one.place)
            for word in one.unknown:
                if named(word):
                    yield Unused(f"'{word}' means several rules; name each of them", one.place)
                    continue
                near = nearest_rule(word) if hints > 0 else None
                hints -= 1
                hint = f"; did you mean {near}?" if near else ""
                yield Unused(f"there is no rule '{word}' to ignore{hint}", one.place)
            idle = [
                rule
                for rule in one.rules
                if rule not in one.used
                and (self._applied is None or rule in self._applied)
                and (one.judged or int(rule[2:]) < _FIRST_OF_ROLES)
            ]
            if idle:
                message = f"nothing to ignore here: there is no finding of {', '.join(idle)}"
                yield Unused(message, one.place)


@cache
def _names() -> dict[str, str]:
    return {name: rule.id for rule in all_rules().values() for name in (rule.id, rule.name)}


_COMMENTS = {"hcl": ("#", "//", "/*"), "hcl-json": ('"//"',), "json5": ("//",)}
"""How a line with a comment begins, where not with `#`."""


def _lines_meant(document: TextDocument, spans: Sequence[Span]) -> list[int]:
    """The line that each comment speaks of: its own, or below comments on lines of their own."""
    marks = _COMMENTS.get(document.format, ("#",))
    below: dict[int, int] = {}
    meant: list[int] = []
    # The last one first, so that of many comments in a row each has to look at one line.
    for span in reversed(spans):
        first, column = document.line_column(span.start)
        last, end = document.line_column(span.end)
        if document.line_text(first)[: column - 1].strip():
            line = first
        elif document.line_text(last)[end - 1 :].strip():
            # Behind `/* … */` there may be something on its line.
            line = last
        else:
            line = last + 1
            while line not in below and document.line_text(line).lstrip().startswith(marks):
                line += 1
            line = below[first] = below.get(line, line)
        meant.append(line)
    return meant[::-1]


def _scopes(finding: Finding) -> Iterator[_Scope]:
    """The scopes in which a finding stands."""
    place = finding.place
    located = place.locate()
    root = id(located.root)
    yield "line", root, located.root.line_column(located.span.start)[0]
    if located.path[:1] == ("Resources",):
        yield "resource", root, *located.path[1:2]
    yield "machine", id(place.document), finding.machine
    for length in range(len(place.path) + 1):
        yield "below", id(place.document), place.path[:length]
