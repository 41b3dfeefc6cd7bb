"""JSON texts, read by the standard library's C scanner.

https://www.rfc-editor.org/rfc/rfc8259; NaN, Infinity and numbers that no float can hold are
mistakes here.
"""

from __future__ import annotations

import json
from bisect import bisect_left

from sfnlint.source.fault import DEPTH_LIMIT, Fault, Reading


class NumberError(Exception):
    """A number that is none."""


def read(text: str, *, strictly: bool = False) -> Reading:
    """The data of a JSON text.

    Comments and commas before a closing bracket are a fault, and passed over unless `strictly`.
    A symbol's character outside of a string counts as a string of its own.

    Raises:
        FaultError: it is no JSON, or nested too deeply.

    """
    original = text
    inserted: list[int] = []
    if "\\u" in text or not text.isascii():
        from sfnlint.source.json_tokens import loadable

        text, inserted = loadable(text)
    repeated = False

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        members = dict(pairs)
        if len(members) != len(pairs):
            repeated = True
        return members

    try:
        data = json.loads(
            text, object_pairs_hook=gather, parse_constant=_refuse, parse_float=finite
        )
        is_too_deep = _is_too_deep(data)
    except RecursionError:
        is_too_deep = True
    except (ValueError, NumberError) as error:
        from sfnlint.source import json_faults

        if isinstance(error, json.JSONDecodeError):
            position = error.pos - bisect_left(inserted, error.pos)
            fault = json_faults.syntax(original, error.msg, position)
            reading = None if strictly else _but_for_additions(original, fault.fault)
            if reading is None:
                raise fault from None
            return reading
        # Python refuses to make an integer of more than some thousand digits.
        raise json_faults.bad_number(original) from None
    if is_too_deep:
        from sfnlint.source import json_faults

        raise json_faults.too_deep(original)
    if not repeated:
        return Reading(data, None, [])
    from sfnlint.source.json_spans import duplicates

    return Reading(data, None, duplicates(original))


def _but_for_additions(text: str, fault: Fault) -> Reading | None:
    """What a text holds whose only faults are comments and commas before a bracket."""
    if text[fault.span.start : fault.span.start + 1] not in (",", "/"):
        return None
    from sfnlint.source import json5_text

    return json5_text.read_loosely(text, fault)


def finite(digits: str) -> float:
    """The number that these digits are.

    Raises:
        NumberError: it is too large for a float.

    """
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise NumberError
    return number


def _refuse(_name: str) -> object:
    raise NumberError


def _is_too_deep(data: object) -> bool:
    level = [data] if isinstance(data, (dict, list)) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEPTH_LIMIT:
            return True
        level = [
            value
            for container in level
            for value in (container.values() if type(container) is dict else container)
            if type(value) is dict or type(value) is list
        ]
    return False
