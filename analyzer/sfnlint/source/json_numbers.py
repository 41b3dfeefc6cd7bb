"""Numbers of JSON and JSON5 that Python cannot represent."""

from __future__ import annotations


class NumberError(Exception):
    """A number that is not finite, or that no float can represent."""


def finite(digits: str) -> float:
    """Return the number that is written with these digits.

    Raises:
        NumberError: it is too large for a float.

    """
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise NumberError
    return number
