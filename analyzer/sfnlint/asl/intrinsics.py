"""Parses intrinsic functions of JSONPath states: `States.Format('{} of {}', $.a, $.b)`.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from sfnlint.asl.intrinsic_checks import (
    ALGORITHMS as ALGORITHMS,
)
from sfnlint.asl.intrinsic_checks import (
    Argument as Argument,
)
from sfnlint.asl.intrinsic_checks import (
    ArgumentKind as ArgumentKind,
)
from sfnlint.asl.intrinsic_checks import (
    IntrinsicCall as IntrinsicCall,
)
from sfnlint.asl.intrinsic_checks import (
    IntrinsicProblem as IntrinsicProblem,
)
from sfnlint.asl.intrinsic_checks import (
    IntrinsicProblemKind as IntrinsicProblemKind,
)
from sfnlint.asl.intrinsic_checks import (
    argument_problem,
    check_add,
    check_data_size,
    check_format,
    check_hash,
    check_item,
    check_json,
    check_merge,
    check_partition,
    check_random,
    check_range,
)
from sfnlint.asl.jsonpath import PathProblem, balanced, parse_path
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import nearest
from sfnlint.named_tuple import NamedTuple

_NAME = lazy_pattern(r"\s*([A-Za-z_][\w.]*)\s*\(")
_NUMBER = lazy_pattern(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?=\s*[,)]|\s*$)")
_KEYWORDS: dict[str, ArgumentKind] = {"true": "boolean", "false": "boolean", "null": "null"}
_MAX_DEPTH = 50
_RETURN_STRING = (
    *("States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode"),
    *("States.Base64Decode", "States.Hash", "States.UUID"),
)


class _CallError(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.problem = IntrinsicProblem("malformed-intrinsic", message, start, max(start, end))


def looks_like_call(text: str) -> bool:
    """Whether a string is meant as a call of an intrinsic function."""
    if text[:1] == "$":
        return False  # most strings are paths, and matching _NAME takes longer
    return _NAME.match(text) is not None or text.lstrip().startswith("States.")


@lru_cache(maxsize=4096)
def problems(text: str) -> tuple[IntrinsicProblem, ...]:
    """All problems of a call and the calls inside it."""
    parser = _Parser(text)
    try:
        parser.parse()
    except _CallError as error:
        return (error.problem,)
    return tuple(problem for call in parser.calls for problem in _call_problems(call))


def parse_calls(text: str) -> Sequence[IntrinsicCall]:
    """The calls in a string, inner calls before outer ones; none if it cannot be parsed."""
    parser = _Parser(text)
    try:
        parser.parse()
    except _CallError:
        return ()
    return parser.calls


def string_problems(text: str) -> tuple[IntrinsicProblem, ...]:
    """The problems of a call without other problems in a field that needs a string.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
    """
    outermost = parse_calls(text)[-1]
    if outermost.name in _RETURN_STRING:
        return ()
    message = f"{outermost.name} does not return a string; use a function such as States.Format"
    return (IntrinsicProblem("unsupported-intrinsic", message, outermost.start, outermost.end),)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.calls: list[IntrinsicCall] = []

    def parse(self) -> None:
        end = self._skip_space(self._call(0, 0))
        if end < len(self.text):
            raise _CallError("unexpected characters after the call", end, len(self.text))

    def _skip_space(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _call(self, at: int, depth: int) -> int:
        match = _NAME.match(self.text, at)
        if match is None:
            raise _CallError(
                "expected a function call such as States.Format(…)", at, len(self.text)
            )
        if depth > _MAX_DEPTH:
            raise _CallError("the calls are nested too deeply", match.start(1), match.end(1))
        opened = match.end() - 1
        arguments: list[Argument] = []
        at = self._skip_space(match.end())
        if self.text.startswith(")", at):
            at += 1
        else:
            while True:
                argument = self._argument(at, depth)
                arguments.append(argument)
                at = self._skip_space(argument.end)
                if at >= len(self.text):
                    raise _CallError("missing ')'", opened, len(self.text))
                at += 1
                if self.text[at - 1] == ")":
                    break
                if self.text[at - 1] != ",":
                    raise _CallError("expected ',' or ')'", at - 1, at)
                at = self._skip_space(at)
        self.calls.append(IntrinsicCall(match.group(1), arguments, match.start(1), at))
        return at

    def _argument(self, at: int, depth: int) -> Argument:
        text = self.text
        if at >= len(text):
            raise _CallError("missing argument", at, at)
        if text[at] == "'":
            end = self._string(at)
            return Argument("string", text[at + 1 : end - 1], at, end)
        if text[at] == "$":
            end = self._path(at)
            return Argument("path", text[at:end], at, end)
        if number := _NUMBER.match(text, at):
            return Argument("number", number.group(), at, number.end())
        word = re.compile(r"[a-z]+(?=\s*[,)])").match(text, at)
        if word and word.group() in _KEYWORDS:
            return Argument(_KEYWORDS[word.group()], word.group(), at, word.end())
        if _NAME.match(text, at):
            end = self._call(at, depth + 1)
            return Argument("call", text[at:end], at, end)
        if text[at] in ",)":
            raise _CallError("missing argument", at, at + 1)
        end = min((text.find(mark, at) for mark in ",)" if mark in text[at:]), default=len(text))
        if text[at] == '"':
            message = "string literals must be single-quoted"
        else:
            message = (
                f"expected a quoted string, number, path or call, not '{text[at:end].strip()[:80]}'"
            )
        raise _CallError(message, at, end)

    def _string(self, start: int) -> int:
        at = start + 1
        while at < len(self.text):
            character = self.text[at]
            if character == "\\":
                if self.text.startswith('"', at + 1):
                    raise _CallError("'\"' must not be escaped", at, at + 2)
                at += 1
            elif character == "'":
                return at + 1
            at += 1
        raise _CallError("unterminated string; write a quote inside it as \\'", start, at)

    def _path(self, start: int) -> int:
        at = start
        text = self.text
        while at < len(text) and text[at] not in ",)":
            if text[at] in "[(":
                end = balanced(text, at, len(text))
                if end is None:
                    raise _CallError("unclosed bracket in the path", at, len(text))
                at = end
            else:
                at += 1
        end = start + len(text[start:at].rstrip())
        path = parse_path(text[start:end])
        if isinstance(path, PathProblem):
            message = f"invalid path '{text[start:end][:80]}': {path.message}"
            raise _CallError(message, start + path.start, start + path.end)
        return end


class _Function(NamedTuple):
    """The signature of an intrinsic function.

    Attributes:
        least: the minimum number of arguments.
        most: the maximum number of arguments; None for any number.
        accepts: for each argument, the kinds that can have its type.
        check: yields the problems of the arguments' values.

    """

    least: int
    most: int | None
    accepts: Sequence[frozenset[ArgumentKind]] = ()
    check: Callable[[IntrinsicCall], Iterator[IntrinsicProblem]] | None = None


_STRING: frozenset[ArgumentKind] = frozenset({"string", "path", "call"})
_NUMERIC: frozenset[ArgumentKind] = frozenset({"number", "path", "call"})
_BOOLEAN: frozenset[ArgumentKind] = frozenset({"boolean", "path", "call"})
_REFERENCE: frozenset[ArgumentKind] = frozenset({"path", "call"})
_ANY: frozenset[ArgumentKind] = frozenset({"string", "number", "boolean", "null", "path", "call"})


FUNCTIONS = {
    "States.Format": _Function(1, None, [_STRING], check_format),
    "States.StringToJson": _Function(1, 1, [_STRING], check_json),
    "States.JsonToString": _Function(1, 1, [_REFERENCE]),
    "States.Array": _Function(0, None),
    "States.ArrayPartition": _Function(2, 2, [_REFERENCE, _NUMERIC], check_partition),
    "States.ArrayContains": _Function(2, 2, [_REFERENCE, _ANY]),
    "States.ArrayRange": _Function(3, 3, [_NUMERIC, _NUMERIC, _NUMERIC], check_range),
    "States.ArrayGetItem": _Function(2, 2, [_REFERENCE, _NUMERIC], check_item),
    "States.ArrayLength": _Function(1, 1, [_REFERENCE]),
    "States.ArrayUnique": _Function(1, 1, [_REFERENCE]),
    "States.Base64Encode": _Function(1, 1, [_STRING], check_data_size),
    "States.Base64Decode": _Function(1, 1, [_STRING], check_data_size),
    "States.Hash": _Function(2, 2, [_ANY, _STRING], check_hash),
    "States.JsonMerge": _Function(3, 3, [_REFERENCE, _REFERENCE, _BOOLEAN], check_merge),
    "States.MathRandom": _Function(2, 3, [_NUMERIC, _NUMERIC, _NUMERIC], check_random),
    "States.MathAdd": _Function(2, 2, [_NUMERIC, _NUMERIC], check_add),
    "States.StringSplit": _Function(2, 2, [_STRING, _STRING]),
    "States.UUID": _Function(0, 0),
}


def _call_problems(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    function = FUNCTIONS.get(call.name)
    if function is None:
        end = call.start + len(call.name)
        similar = nearest(call.name, FUNCTIONS, cutoff=0.7)
        hint = f"; did you mean '{similar}'?" if similar else ""
        message = f"unknown function '{call.name[:80]}'{hint}"
        yield IntrinsicProblem("unknown-intrinsic", message, call.start, end)
        return
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        yield argument_problem(call, f"expected {_arity(function)}, not {count}", None)
        return
    has_wrong_kind = False
    for index, (argument, kinds) in enumerate(zip(call.arguments, function.accepts, strict=False)):
        if argument.kind not in kinds:
            has_wrong_kind = True
            message = f"argument {index + 1} must be {_described(kinds)}"
            yield argument_problem(call, message, argument)
    if function.check is not None and not has_wrong_kind:
        yield from function.check(call)


def _arity(function: _Function) -> str:
    if function.most is None:
        return "1 argument or more"
    if function.least != function.most:
        return f"{function.least} or {function.most} arguments"
    return {0: "no arguments", 1: "1 argument"}.get(function.least, f"{function.least} arguments")


def _described(kinds: frozenset[ArgumentKind]) -> str:
    return {
        _STRING: "a string",
        _NUMERIC: "a number",
        _BOOLEAN: "true or false",
        _REFERENCE: "a path or a call",
    }[kinds]
