"""Parses JSONPath as Step Functions accepts it: `$.a`, `$$.Execution.Id`, `$variable.a[0]`.

https://states-language.net/spec.html#path and
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html. The parser
also accepts paths that only the library behind the service may accept:
https://github.com/json-path/JsonPath/blob/master/json-path/src/main/java/com/jayway/jsonpath/internal/path/PathCompiler.java
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

Root = Literal["input", "context", "variable"]

_VARIABLE = re.compile(r"[^\W\d]\w*")
_NAME = lazy_pattern(r"(?:\\.|[^\\.\[\s(])+", re.DOTALL)
_INDEXES = lazy_pattern(r"\s*-?\d+\s*(?:,\s*-?\d+\s*)*")
_SLICE = lazy_pattern(r"\s*(?:-?\d+)?\s*:\s*(?:-?\d+)?\s*(?::\s*(?:-?\d+)?\s*)?")
_LEADING_ZEROS = lazy_pattern(r"(?<!\d)0+(?=\d)")
_MAX_INDEX = 2**31 - 1
_CLOSING = {"(": ")", "[": "]"}


class PathProblem(NamedTuple):
    """A syntax error in a path.

    Attributes:
        message: the message, to follow "invalid path '…': ".
        start: the position of the first wrong character.
        end: the position after the last wrong character.

    """

    message: str
    start: int
    end: int


class JsonPath(NamedTuple):
    """A parsed path.

    Attributes:
        root: the start of the path: `$`, `$$` or a variable.
        variable: the variable's name; empty for the other roots.
        steps: names and indexes, up to the first step that can select several values.
        ambiguous_step: the start and end of that step in the text; None if the path selects one
            value.

    """

    root: Root
    variable: str
    steps: tuple[str | int, ...]
    ambiguous_step: tuple[int, int] | None


class _PathError(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.problem = PathProblem(message, start, end)


@lru_cache(maxsize=4096)
def parse_path(text: str) -> JsonPath | PathProblem:
    """Parse a path."""
    try:
        return _Parser(text).parse()
    except _PathError as error:
        return error.problem


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text.rstrip())
        self.at = len(text) - len(text.lstrip())
        self.steps: list[str | int] = []
        self.ambiguous_step: tuple[int, int] | None = None

    def parse(self) -> JsonPath:
        if not self.text.startswith("$", self.at):
            raise self._error("expected '$' at the start", self.at, self.end)
        self.at += 1
        root: Root = "input"
        variable = ""
        if self.text.startswith("$", self.at):
            root = "context"
            self.at += 1
        elif match := _VARIABLE.match(self.text, self.at, self.end):
            root, variable = "variable", match.group()
            self.at = match.end()
        while self.at < self.end:
            self._step()
        return JsonPath(root, variable, tuple(self.steps), self.ambiguous_step)

    def _step(self) -> None:
        start = self.at
        if self.text.startswith("[", start):
            self._bracket()
            return
        if self.text.startswith(".", start):
            self.at += 1
        elif self.text[start - 1] != "]":
            raise self._error("expected '.' or '['", start, self.end)
        # The library accepts `$.a[0]b`, without a '.' after the bracket.
        if self.text.startswith(".", self.at):
            self.at += 1
            self._add_ambiguous_step(start, self.at)
        if self.text.startswith("*", self.at) and self.at < self.end:
            self.at += 1
            self._add_ambiguous_step(start, self.at)
            return
        if self.text.startswith("[", self.at):
            return  # the library reads `$.[0]` as `$[0]`
        match = _NAME.match(self.text, self.at, self.end)
        if match is None:
            raise self._error("expected a name after '.'", start, max(self.at, start + 1))
        self.at = match.end()
        self._add_step(match.group().replace("\\", ""))
        if self.text.startswith("(", self.at) and self.at < self.end:
            self.at = self._balanced(self.at)
            self._add_ambiguous_step(start, self.at)
        elif self.at < self.end and self.text[self.at].isspace():
            message = "write a name with spaces in brackets: ['a name']"
            raise self._error(message, match.start(), self.end)

    def _bracket(self) -> None:
        start = self.at
        self.at = self._balanced(start)
        inside = self.text[start + 1 : self.at - 1]
        bare = inside.strip()
        if bare[:1] in ("'", '"'):
            names = _quoted_names(bare)
            if names is None:
                raise self._error("invalid names in brackets", start, self.at)
            if len(names) == 1:
                self._add_step(names[0])
            else:
                self._add_ambiguous_step(start, self.at)
        elif _INDEXES.fullmatch(inside) or _SLICE.fullmatch(inside):
            numbers = re.findall(r"\d+", _LEADING_ZEROS.sub("", inside))
            if any(len(number) > 10 or int(number) > _MAX_INDEX for number in numbers):
                raise self._error(f"an index cannot exceed {_MAX_INDEX}", start, self.at)
            if len(numbers) == 1 and ":" not in inside:
                self._add_step(-int(numbers[0]) if "-" in inside else int(numbers[0]))
            else:
                self._add_ambiguous_step(start, self.at)
        elif bare == "*" or bare[:1] in ("?", "("):
            self._add_ambiguous_step(start, self.at)
        else:
            message = f"quote the name in brackets: ['{bare[:80]}']" if bare else "empty brackets"
            raise self._error(message, start, self.at)

    def _add_step(self, step: str | int) -> None:
        if self.ambiguous_step is None:
            self.steps.append(step)

    def _add_ambiguous_step(self, start: int, end: int) -> None:
        if self.ambiguous_step is None:
            self.ambiguous_step = (start, end)

    def _balanced(self, start: int) -> int:
        """The position after the bracket that closes the bracket at the start."""
        end = balanced(self.text, start, self.end)
        if end is None:
            closing = _CLOSING[self.text[start]]
            raise self._error(f"missing '{closing}'", start, self.end)
        return end

    def _error(self, message: str, start: int, end: int) -> _PathError:
        return _PathError(message, start, max(end, start))


def balanced(text: str, start: int, end: int) -> int | None:
    """The position after the bracket that closes the bracket at the start; None if none does.

    Brackets in quotes and in a regular expression `/…/` do not count.
    """
    closing: list[str] = []
    quote = ""
    at = start
    while at < end:
        character = text[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in "'\"" or (character == "/" and text[:at].rstrip().endswith("=~")):
            quote = character
        elif character in _CLOSING:
            closing.append(_CLOSING[character])
        elif character in ")]":
            if closing.pop() != character:
                return None
            if not closing:
                return at + 1
        at += 1
    return None


def _quoted_names(text: str) -> list[str] | None:
    names = re.findall(r"""\s*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*(,|$)""", text, re.DOTALL)
    is_list = re.fullmatch(
        r"""(?:\s*(?:'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+")\s*(?:,(?!\s*$)|$))+""", text, re.DOTALL
    )
    if is_list is None:
        return None
    return [re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL) for name, _ in names]
