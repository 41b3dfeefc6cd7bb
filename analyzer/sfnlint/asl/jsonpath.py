"""JSONPath as Step Functions takes it: `$.a`, `$$.Execution.Id`, `$variable.a[0]`.

https://states-language.net/spec.html#path and
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html. The service
reads paths with a library of its own; what that library might take is not refused here:
https://github.com/json-path/JsonPath/blob/master/json-path/src/main/java/com/jayway/jsonpath/internal/path/PathCompiler.java
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Root = Literal["input", "context", "variable"]

_VARIABLE = re.compile(r"[^\W\d]\w*")
_NAME = re.compile(r"(?:\\.|[^\\.\[\s(])+", re.DOTALL)
_INDEXES = re.compile(r"\s*-?\d+\s*(?:,\s*-?\d+\s*)*")
_SLICE = re.compile(r"\s*(?:-?\d+)?\s*:\s*(?:-?\d+)?\s*(?::\s*(?:-?\d+)?\s*)?")
_CLOSING = {"(": ")", "[": "]"}


class PathProblem(NamedTuple):
    """What is wrong with a text, and with which of its characters.

    Attributes:
        message: in words that follow "the path '…': ".
        start: the first character.
        end: the one after the last.

    """

    message: str
    start: int
    end: int


class JsonPath(NamedTuple):
    """A path that was read.

    Attributes:
        root: what it starts from.
        variable: the variable's name; empty for the others.
        steps: the names and positions that it goes through, up to the first step that may lead to
            several values.
        many: the characters of that step; None where the path leads to one value.

    """

    root: Root
    variable: str
    steps: tuple[str | int, ...]
    many: tuple[int, int] | None


class _PathError(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.fault = PathProblem(message, start, end)


@lru_cache(maxsize=4096)
def read_path(text: str) -> JsonPath | PathProblem:
    """Read a path; what is wrong with it where it cannot be read."""
    try:
        return _Reader(text).read()
    except _PathError as error:
        return error.fault


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text.rstrip())
        self.at = len(text) - len(text.lstrip())
        self.steps: list[str | int] = []
        self.many: tuple[int, int] | None = None

    def read(self) -> JsonPath:
        if not self.text.startswith("$", self.at):
            raise self._error("it must begin with '$'", self.at, self.end)
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
        return JsonPath(root, variable, tuple(self.steps), self.many)

    def _step(self) -> None:
        start = self.at
        if self.text.startswith("[", start):
            self._bracket()
            return
        if self.text.startswith(".", start):
            self.at += 1
        elif self.text[start - 1] != "]":
            raise self._error("expected '.' or '[' here", start, self.end)
        # After a bracket the library does not miss the '.': it takes `$.a[0]b`.
        if self.text.startswith(".", self.at):
            self.at += 1
            self._several(start, self.at)
        if self.text.startswith("*", self.at) and self.at < self.end:
            self.at += 1
            self._several(start, self.at)
            return
        if self.text.startswith("[", self.at):
            return  # `$.[0]` is `$[0]`
        match = _NAME.match(self.text, self.at, self.end)
        if match is None:
            raise self._error("a name is missing after '.'", start, max(self.at, start + 1))
        self.at = match.end()
        self._one(match.group().replace("\\", ""))
        if self.text.startswith("(", self.at) and self.at < self.end:
            self.at = self._balanced(self.at)
            self._several(start, self.at)
        elif self.at < self.end and self.text[self.at].isspace():
            message = "a name with a space is written ['so']"
            raise self._error(message, match.start(), self.end)

    def _bracket(self) -> None:
        start = self.at
        self.at = self._balanced(start)
        inside = self.text[start + 1 : self.at - 1]
        bare = inside.strip()
        if bare[:1] in ("'", '"'):
            names = _quoted_names(bare)
            if names is None:
                raise self._error("the names in brackets cannot be read", start, self.at)
            if len(names) == 1:
                self._one(names[0])
            else:
                self._several(start, self.at)
        elif _INDEXES.fullmatch(inside) and "," not in inside:
            self._one(int(bare))
        elif (
            bare == "*"
            or bare[:1] in ("?", "(")
            or _INDEXES.fullmatch(inside)
            or (_SLICE.fullmatch(inside))
        ):
            self._several(start, self.at)
        else:
            message = (
                f"'{bare[:80]}' in brackets needs quotes" if bare else "the brackets are empty"
            )
            raise self._error(message, start, self.at)

    def _one(self, step: str | int) -> None:
        if self.many is None:
            self.steps.append(step)

    def _several(self, start: int, end: int) -> None:
        if self.many is None:
            self.many = (start, end)

    def _balanced(self, start: int) -> int:
        """The position behind the bracket that closes the one at the start."""
        end = balanced(self.text, start, self.end)
        if end is None:
            closing = _CLOSING[self.text[start]]
            raise self._error(f"'{closing}' is missing", start, self.end)
        return end

    def _error(self, message: str, start: int, end: int) -> _PathError:
        return _PathError(message, start, max(end, start))


def balanced(text: str, start: int, end: int) -> int | None:
    """The position behind the bracket that closes the one at the start; None if none does.

    Brackets in quotes, and those in a regular expression `/…/`, do not count.
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
    found = re.findall(r"""\s*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*(,|$)""", text, re.DOTALL)
    whole = re.fullmatch(
        r"""(?:\s*(?:'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+")\s*(?:,(?!\s*$)|$))+""", text, re.DOTALL
    )
    if whole is None:
        return None
    return [re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL) for name, _ in found]
