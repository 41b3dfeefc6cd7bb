"""Timestamps as Step Functions accepts them: RFC 3339 with `T` and `Z` in capitals.

https://states-language.net/spec.html#timestamps
"""

from __future__ import annotations

from sfnlint.lazy_pattern import lazy_pattern

_TIMESTAMP = lazy_pattern(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
)
_MOST = (9999, 12, 31, 24, 59, 60)


def is_timestamp(text: str) -> bool:
    """Whether a string can be a timestamp."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return False
    numbers = [int(number) for number in match.groups()]
    return all(number <= most for number, most in zip(numbers, _MOST, strict=True)) and all(
        numbers[1:3]
    )
