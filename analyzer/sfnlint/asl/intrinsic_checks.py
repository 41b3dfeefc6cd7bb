"""Calls of intrinsic functions, and the constants in them that certainly fail.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

IntrinsicProblemKind = Literal[
    "malformed-intrinsic", "unknown-intrinsic", "wrong-intrinsic-argument", "unsupported-intrinsic"
]
ArgumentKind = Literal["string", "number", "boolean", "null", "path", "call"]

_PLACEHOLDER = lazy_pattern(r"(?<!\\)(?:\\\\)*\{\}")
_ESCAPED = lazy_pattern(r"\\.", re.DOTALL)
_LEAST_INTEGER, _MOST_INTEGER = -(2**31), 2**31 - 1
_MAX_RANGE = 1000
_MAX_DATA = 10_000
ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")


class IntrinsicProblem(NamedTuple):
    """A problem of a call.

    Attributes:
        kind: the name of the rule that reports it.
        message: the message, to follow "state 'Train': ".
        start: the position of the first wrong character.
        end: the position after the last wrong character.

    """

    kind: IntrinsicProblemKind
    message: str
    start: int
    end: int


class Argument(NamedTuple):
    """An argument of a call.

    Attributes:
        kind: the kind of the argument.
        text: its text; for a string, without the quotes.
        start: the position of its first character.
        end: the position after its last character.

    """

    kind: ArgumentKind
    text: str
    start: int
    end: int


class IntrinsicCall(NamedTuple):
    """A parsed call of an intrinsic function.

    Attributes:
        name: the function's name, as in `States.Format`.
        arguments: its arguments.
        start: the position of its first character.
        end: the position after its last character.

    """

    name: str
    arguments: Sequence[Argument]
    start: int
    end: int


def check_format(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of the template of States.Format."""
    template, *values = call.arguments
    if template.kind != "string":
        return
    count = len(_PLACEHOLDER.findall(template.text))
    if count != len(values):
        arguments = "1 argument" if len(values) == 1 else f"{len(values)} arguments"
        message = f"the template has {count} {{}} but {arguments}"
        yield argument_problem(call, message, template)
        return
    unescaped = _ESCAPED.sub("", template.text).replace("{}", "")
    brace = next((brace for brace in "{}" if brace in unescaped), "")
    if brace:
        message = f"the template has a '{brace}' that is not part of {{}}; write \\{brace}"
        yield argument_problem(call, message, template)


def check_random(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.MathRandom."""
    start, end = map(_integer, call.arguments[:2])
    if start is not None and end is not None and start >= end:
        yield argument_problem(call, "the start must be less than the end", call.arguments[1])


def check_add(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.MathAdd."""
    numbers = [_integer(argument) for argument in call.arguments]
    for number, argument in zip(numbers, call.arguments, strict=True):
        if number is not None and not _LEAST_INTEGER <= number <= _MOST_INTEGER:
            yield argument_problem(call, "the number has more than 32 bits", argument)
            return
    total = sum(number for number in numbers if number is not None)
    if None not in numbers and not _LEAST_INTEGER <= total <= _MOST_INTEGER:
        yield argument_problem(call, "the sum has more than 32 bits", None)


def check_item(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.ArrayGetItem."""
    index = _integer(call.arguments[1])
    if index is not None and index < 0:
        yield argument_problem(call, "the index must not be negative", call.arguments[1])


def check_json(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.StringToJson."""
    text = call.arguments[0].text
    if call.arguments[0].kind != "string" or "\\" in text or not text.strip():
        return
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        yield argument_problem(call, "the string is not JSON", call.arguments[0])


def check_range(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.ArrayRange."""
    first, last, step = (_integer(argument) for argument in call.arguments)
    if step == 0:
        yield argument_problem(call, "the step must not be 0", call.arguments[2])
    elif first is not None and last is not None and step is not None:
        count = max(0, (last - first) // step + 1)
        if count > _MAX_RANGE:
            message = f"the range has {count} items, more than the limit of {_MAX_RANGE}"
            yield argument_problem(call, message, None)


def check_partition(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.ArrayPartition."""
    size = _integer(call.arguments[1])
    if size is not None and size < 1:
        yield argument_problem(call, "the chunk size must be 1 or more", call.arguments[1])


def check_hash(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.Hash."""
    yield from check_data_size(call)
    algorithm = call.arguments[1]
    if algorithm.kind == "string" and algorithm.text not in ALGORITHMS:
        message = f"the algorithm must be {', '.join(ALGORITHMS[:-1])} or {ALGORITHMS[-1]}"
        yield argument_problem(call, message, algorithm)


def check_merge(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of States.JsonMerge."""
    if call.arguments[2].text == "true":
        message = "deep merge is not supported; pass false"
        yield argument_problem(call, message, call.arguments[2])


def check_data_size(call: IntrinsicCall) -> Iterator[IntrinsicProblem]:
    """Yield the problems of a string that is too long."""
    data = call.arguments[0]
    if data.kind == "string" and len(data.text.replace("\\", "")) > _MAX_DATA:
        yield argument_problem(call, f"the string has more than {_MAX_DATA} characters", data)


def _integer(argument: Argument) -> int | None:
    if argument.kind != "number" or not re.fullmatch(r"[-+]?\d{1,18}", argument.text):
        return None
    return int(argument.text)


def argument_problem(
    call: IntrinsicCall, message: str, argument: Argument | None
) -> IntrinsicProblem:
    """Return a problem of an argument, or of the whole call."""
    start, end = (call.start, call.end) if argument is None else (argument.start, argument.end)
    return IntrinsicProblem("wrong-intrinsic-argument", f"{call.name}: {message}", start, end)
