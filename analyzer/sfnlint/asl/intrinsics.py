"""Intrinsic functions of JSONPath states: `States.Format('{} of {}', $.a, $.b)`.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from sfnlint.asl.jsonpath import PathProblem, balanced, read_path
from sfnlint.messages import nearest

IntrinsicProblemKind = Literal[
    "malformed-intrinsic", "unknown-intrinsic", "wrong-intrinsic-argument", "unsupported-intrinsic"
]
ArgumentKind = Literal["text", "number", "boolean", "null", "path", "call"]

_NAME = re.compile(r"\s*([A-Za-z_][\w.]*)\s*\(")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?=\s*[,)]|\s*$)")
_WORDS: dict[str, ArgumentKind] = {"true": "boolean", "false": "boolean", "null": "null"}
_PLACEHOLDER = re.compile(r"(?<!\\)(?:\\\\)*\{\}")
_DEEPEST = 50
_LONGEST_RANGE = 1000
_LONGEST_DATA = 10_000
_GIVE_TEXT = (
    *("States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode"),
    *("States.Base64Decode", "States.Hash", "States.UUID"),
)
ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")


class IntrinsicProblem(NamedTuple):
    """What is wrong with a call, and with which of its characters.

    Attributes:
        kind: the name of the rule that speaks of it.
        message: one sentence.
        start: the first character.
        end: the one after the last.

    """

    kind: IntrinsicProblemKind
    message: str
    start: int
    end: int


class Argument(NamedTuple):
    """One argument of a call.

    Attributes:
        kind: what it is.
        text: as it is written; a text without its quotes.
        start: its first character.
        end: the one after the last.

    """

    kind: ArgumentKind
    text: str
    start: int
    end: int


class IntrinsicCall(NamedTuple):
    """A call that was read; calls inside it come before it in the list of all.

    Attributes:
        name: `States.Format`.
        arguments: its arguments.
        start: its first character.
        end: the one after the last.

    """

    name: str
    arguments: Sequence[Argument]
    start: int
    end: int


class _CallError(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.fault = IntrinsicProblem("malformed-intrinsic", message, start, max(start, end))


def looks_like_call(text: str) -> bool:
    """Whether a text is meant as a call."""
    if text[:1] == "$":
        return False  # a path, as almost every text is
    return _NAME.match(text) is not None or text.lstrip().startswith("States.")


@lru_cache(maxsize=4096)
def problems(text: str) -> tuple[IntrinsicProblem, ...]:
    """Everything that is wrong with a call."""
    reader = _Reader(text)
    try:
        reader.read()
    except _CallError as error:
        return (error.fault,)
    return tuple(fault for call in reader.calls for fault in _wrong(call))


def parse_calls(text: str) -> Sequence[IntrinsicCall]:
    """The calls in a text, the inmost first; none where it cannot be read."""
    reader = _Reader(text)
    try:
        reader.read()
    except _CallError:
        return ()
    return reader.calls


def string_problems(text: str) -> tuple[IntrinsicProblem, ...]:
    """What is wrong with a call, itself without fault, where a text is needed.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
    """
    outermost = parse_calls(text)[-1]
    if outermost.name in _GIVE_TEXT:
        return ()
    names = [name.removeprefix("States.") for name in _GIVE_TEXT]
    message = (
        f"{outermost.name} gives no text; only {', '.join(names[:-1])} and {names[-1]} can stand "
        "here"
    )
    return (IntrinsicProblem("unsupported-intrinsic", message, outermost.start, outermost.end),)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.calls: list[IntrinsicCall] = []

    def read(self) -> None:
        end = self._space(self._call(0, 0))
        if end < len(self.text):
            raise _CallError("nothing may follow the call", end, len(self.text))

    def _space(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _call(self, at: int, depth: int) -> int:
        match = _NAME.match(self.text, at)
        if match is None:
            raise _CallError("expected a call such as States.Format(…)", at, len(self.text))
        if depth > _DEEPEST:
            raise _CallError("the calls are nested too deeply", match.start(1), match.end(1))
        opened = match.end() - 1
        arguments: list[Argument] = []
        at = self._space(match.end())
        if self.text.startswith(")", at):
            at += 1
        else:
            while True:
                argument = self._argument(at, depth)
                arguments.append(argument)
                at = self._space(argument.end)
                if at >= len(self.text):
                    raise _CallError("')' is missing", opened, len(self.text))
                at += 1
                if self.text[at - 1] == ")":
                    break
                if self.text[at - 1] != ",":
                    raise _CallError("expected ',' or ')' here", at - 1, at)
                at = self._space(at)
        self.calls.append(IntrinsicCall(match.group(1), arguments, match.start(1), at))
        return at

    def _argument(self, at: int, depth: int) -> Argument:
        text = self.text
        if at >= len(text):
            raise _CallError("an argument is missing", at, at)
        if text[at] == "'":
            end = self._string(at)
            return Argument("text", text[at + 1 : end - 1], at, end)
        if text[at] == "$":
            end = self._path(at)
            return Argument("path", text[at:end], at, end)
        if number := _NUMBER.match(text, at):
            return Argument("number", number.group(), at, number.end())
        word = re.compile(r"[a-z]+(?=\s*[,)])").match(text, at)
        if word and word.group() in _WORDS:
            return Argument(_WORDS[word.group()], word.group(), at, word.end())
        if _NAME.match(text, at):
            end = self._call(at, depth + 1)
            return Argument("call", text[at:end], at, end)
        if text[at] in ",)":
            raise _CallError("an argument is missing", at, at + 1)
        end = min((text.find(mark, at) for mark in ",)" if mark in text[at:]), default=len(text))
        if text[at] == '"':
            message = "a text stands in single quotes"
        else:
            message = (
                f"'{text[at:end].strip()[:80]}' is no text in single quotes, number, path or call"
            )
        raise _CallError(message, at, end)

    def _string(self, start: int) -> int:
        at = start + 1
        while at < len(self.text):
            character = self.text[at]
            if character == "\\":
                if self.text.startswith('"', at + 1):
                    raise _CallError("'\"' needs no backslash", at, at + 2)
                at += 1
            elif character == "'":
                return at + 1
            at += 1
        raise _CallError("the text is not closed; a quote in it is written \\'", start, at)

    def _path(self, start: int) -> int:
        at = start
        text = self.text
        while at < len(text) and text[at] not in ",)":
            if text[at] in "[(":
                end = balanced(text, at, len(text))
                if end is None:
                    raise _CallError("a bracket of the path is not closed", at, len(text))
                at = end
            else:
                at += 1
        end = start + len(text[start:at].rstrip())
        path = read_path(text[start:end])
        if isinstance(path, PathProblem):
            message = f"the path '{text[start:end][:80]}': {path.message}"
            raise _CallError(message, start + path.start, start + path.end)
        return end


# What each function takes: the least and the greatest number of arguments, and what is certain
# about the arguments that are written out.


class _Function(NamedTuple):
    least: int
    most: int | None
    takes: Sequence[frozenset[ArgumentKind]] = ()
    check: Callable[[IntrinsicCall], Iterator[IntrinsicProblem]] | None = None


_TEXT: frozenset[ArgumentKind] = frozenset({"text", "path", "call"})
_COUNT: frozenset[ArgumentKind] = frozenset({"number", "path", "call"})
_FLAG: frozenset[ArgumentKind] = frozenset({"boolean", "path", "call"})
_LIST: frozenset[ArgumentKind] = frozenset({"path", "call"})
_ANY: frozenset[ArgumentKind] = frozenset({"text", "number", "boolean", "null", "path", "call"})


def _format(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    template, *values = call.arguments
    if template.kind != "text":
        return
    count = len(_PLACEHOLDER.findall(template.text))
    if count != len(values):
        places = "1 {}" if count == 1 else f"{count} {{}}"
        given = "1 value" if len(values) == 1 else f"{len(values)} values"
        message = f"the text has {places}, but {given} to put there"
        yield _argument_fault(call, message, template)


def _range(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    first, last, step = (_integer(argument) for argument in call.arguments)
    if step == 0:
        yield _argument_fault(call, "the step cannot be 0", call.arguments[2])
    elif first is not None and last is not None and step is not None:
        count = max(0, (last - first) // step + 1)
        if count > _LONGEST_RANGE:
            message = f"the range has {count} items, {_LONGEST_RANGE} at most"
            yield _argument_fault(call, message, None)


def _partition(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    size = _integer(call.arguments[1])
    if size is not None and size < 1:
        yield _argument_fault(call, "the size of the parts must be 1 or more", call.arguments[1])


def _hash(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    yield from _short(call)
    algorithm = call.arguments[1]
    if algorithm.kind == "text" and algorithm.text not in ALGORITHMS:
        message = f"the algorithm must be {', '.join(ALGORITHMS[:-1])} or {ALGORITHMS[-1]}"
        yield _argument_fault(call, message, algorithm)


def _merge(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    if call.arguments[2].text == "true":
        message = "objects cannot be merged deeply; pass false"
        yield _argument_fault(call, message, call.arguments[2])


def _short(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    data = call.arguments[0]
    if data.kind == "text" and len(data.text.replace("\\", "")) > _LONGEST_DATA:
        yield _argument_fault(call, f"the text has more than {_LONGEST_DATA} characters", data)


INTRINSIC_FUNCTIONS = {
    "States.Format": _Function(1, None, [_TEXT], _format),
    "States.StringToJson": _Function(1, 1, [_TEXT]),
    "States.JsonToString": _Function(1, 1, [_LIST]),
    "States.Array": _Function(0, None),
    "States.ArrayPartition": _Function(2, 2, [_LIST, _COUNT], _partition),
    "States.ArrayContains": _Function(2, 2, [_LIST, _ANY]),
    "States.ArrayRange": _Function(3, 3, [_COUNT, _COUNT, _COUNT], _range),
    "States.ArrayGetItem": _Function(2, 2, [_LIST, _COUNT]),
    "States.ArrayLength": _Function(1, 1, [_LIST]),
    "States.ArrayUnique": _Function(1, 1, [_LIST]),
    "States.Base64Encode": _Function(1, 1, [_TEXT], _short),
    "States.Base64Decode": _Function(1, 1, [_TEXT], _short),
    "States.Hash": _Function(2, 2, [_ANY, _TEXT], _hash),
    "States.JsonMerge": _Function(3, 3, [_LIST, _LIST, _FLAG], _merge),
    "States.MathRandom": _Function(2, 3, [_COUNT, _COUNT, _COUNT]),
    "States.MathAdd": _Function(2, 2, [_COUNT, _COUNT]),
    "States.StringSplit": _Function(2, 2, [_TEXT, _TEXT]),
    "States.UUID": _Function(0, 0),
}


def _wrong(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    function = INTRINSIC_FUNCTIONS.get(call.name)
    if function is None:
        end = call.start + len(call.name)
        near = nearest(call.name, INTRINSIC_FUNCTIONS, cutoff=0.7)
        hint = f"; did you mean {near}?" if near else ""
        message = f"there is no function {call.name[:80]}{hint}"
        yield IntrinsicProblem("unknown-intrinsic", message, call.start, end)
        return
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        yield _argument_fault(call, f"it takes {_arity(function)}, not {count}", None)
        return
    wrong = False
    for argument, kinds in zip(call.arguments, function.takes, strict=False):
        if argument.kind not in kinds:
            wrong = True
            yield _argument_fault(call, f"{_needed(kinds)} is needed here", argument)
    if function.check is not None and not wrong:
        yield from function.check(call)


def _arity(function: _Function) -> str:
    if function.most is None:
        return "1 argument or more"
    if function.least != function.most:
        return f"{function.least} or {function.most} arguments"
    return {0: "no arguments", 1: "1 argument"}.get(function.least, f"{function.least} arguments")


def _needed(kinds: frozenset[ArgumentKind]) -> str:
    known = {_TEXT: "a text", _COUNT: "a number", _FLAG: "true or false", _LIST: "a path or a call"}
    return known[kinds]


def _integer(argument: Argument) -> int | None:
    if argument.kind != "number" or not re.fullmatch(r"[-+]?\d{1,18}", argument.text):
        return None
    return int(argument.text)


def _argument_fault(
    call: IntrinsicCall, message: str, argument: Argument | None
) -> IntrinsicProblem:
    start, end = (call.start, call.end) if argument is None else (argument.start, argument.end)
    return IntrinsicProblem("wrong-intrinsic-argument", f"{call.name}: {message}", start, end)
