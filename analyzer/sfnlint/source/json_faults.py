"""Faults of text that is not JSON: wording and position."""

from __future__ import annotations

from sfnlint.source.faults import DEPTH_LIMIT, TOO_DEEP, FaultError, fail
from sfnlint.source.json_numbers import NumberError, finite
from sfnlint.source.json_tokens import TOKEN

_HINTS = {
    "Expecting property name": "expected a key in double quotes",
    "Expecting ':'": "expected a colon",
    "Expecting ','": "expected a comma or a closing bracket",
    "Expecting value": "expected a value",
    "Extra data": "unexpected content after the end of the document; remove it",
    "Unterminated string": "unterminated string: add the closing quote",
    "Invalid control": r"line break or control character in a string; write \n or \u00XX",
    "Invalid \\": "invalid escape sequence; double the backslash",
}


def syntax(text: str, message: str, position: int) -> FaultError:
    """Return the fault for an error of the scanner, whose wording depends on the Python version."""
    if not text.strip():
        return fail("syntax", "the file is empty", 0, 0)
    position = min(position, len(text))
    before = text[:position].rstrip()
    if "trailing comma" in message or (
        before.endswith(",") and text[position : position + 1] in "]}"
    ):
        comma = position if text[position : position + 1] == "," else len(before) - 1
        return fail("syntax", "trailing comma before the closing bracket; remove it", comma)
    if position == len(text):
        return fail(
            "syntax", "unexpected end of file: expected a value or a closing bracket", position - 1
        )
    if text.startswith(("//", "/*", "#"), position):
        return fail("syntax", "JSON does not allow comments; remove this comment", position)
    if text[position] == "'":
        return fail("syntax", "JSON strings must be double-quoted", position)
    hint = next((hint for start, hint in _HINTS.items() if message.startswith(start)), None)
    return fail("syntax", hint or "this is not valid JSON", position)


def bad_number(text: str) -> FaultError:
    """Return the fault of the first number that Python cannot represent."""
    for found in TOKEN.finditer(text):
        word = found.group()
        if word.lstrip("-") in ("NaN", "Infinity"):
            return fail(
                "syntax", f"JSON does not allow {word}; write a number or null", *found.span()
            )
        if word[0] in "-0123456789" and _is_too_large(word):
            return fail("syntax", "this number is too large", *found.span())
    return fail("syntax", "this is not valid JSON", 0)


def _is_too_large(number: str) -> bool:
    try:
        if number.lstrip("-").isdigit():
            int(number)
        else:
            finite(number)
    except (ValueError, NumberError):
        return True
    return False


def too_deep(text: str) -> FaultError:
    """Return the fault of the first bracket that is nested too deeply."""
    depth = start = 0
    for found in TOKEN.finditer(text):
        depth += (found.group() in "[{") - (found.group() in "]}")
        if depth > DEPTH_LIMIT:
            start = found.start()
            break
    return fail("too-deep", TOO_DEEP, start)
