"""JSON parser, on the standard library's C scanner.

https://www.rfc-editor.org/rfc/rfc8259; NaN, Infinity and numbers that no float can represent are
faults.
"""

from __future__ import annotations

import json
from bisect import bisect_left

from sfnlint.source.faults import DEPTH_LIMIT
from sfnlint.source.json_numbers import NumberError, finite
from sfnlint.source.parse_result import ParseResult


def read(text: str) -> ParseResult:
    """Return the data of a JSON text.

    A symbol's character outside a string is read as a string of its own.

    Raises:
        FaultError: the text is not JSON, or is nested too deeply.

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
            raise json_faults.syntax(original, error.msg, position) from None
        # Python refuses to parse an integer of more than a few thousand digits.
        raise json_faults.bad_number(original) from None
    if is_too_deep:
        from sfnlint.source import json_faults

        raise json_faults.too_deep(original)
    if not repeated:
        return ParseResult(data, None, [])
    from sfnlint.source.json_tree import duplicates

    return ParseResult(data, None, duplicates(original))


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
