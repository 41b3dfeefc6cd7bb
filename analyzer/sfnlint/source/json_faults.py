"""What is wrong with a text that is no JSON, and where."""

from __future__ import annotations

from sfnlint.source.faults import DEPTH_LIMIT, TOO_DEEP, FaultError, fail
from sfnlint.source.json_numbers import NumberError, finite
from sfnlint.source.json_tokens import TOKEN

_HINTS = {
    "Expecting property name": "a key in double quotes is expected here",
    "Expecting ':'": "a colon is missing before this",
    "Expecting ','": "a comma or a closing bracket is missing before this",
    "Expecting value": "a value is expected here",
    "Extra data": "the document ends before this; remove what follows",
    "Unterminated string": "this string lacks its closing quote",
    "Invalid control": r"a string holds a line break or a control character; write \n or \u00XX",
    "Invalid \\": "this is no escape of JSON; double the backslash",
}


def syntax(text: str, message: str, position: int) -> FaultError:
    """The fault that the scanner means; its own words differ between versions of Python."""
    if not text.strip():
        return fail("syntax", "the file is empty", 0, 0)
    position = min(position, len(text))
    before = text[:position].rstrip()
    if "trailing comma" in message or (
        before.endswith(",") and text[position : position + 1] in "]}"
    ):
        comma = position if text[position : position + 1] == "," else len(before) - 1
        return fail("syntax", "a comma stands before the closing bracket; remove it", comma)
    if position == len(text):
        return fail(
            "syntax", "the text ends too early: a bracket or a value is missing", position - 1
        )
    if text.startswith(("//", "/*", "#"), position):
        return fail("syntax", "JSON has no comments; remove this one", position)
    if text[position] == "'":
        return fail("syntax", "JSON strings stand in double quotes", position)
    hint = next((hint for start, hint in _HINTS.items() if message.startswith(start)), None)
    return fail("syntax", hint or "this is not valid JSON", position)


def bad_number(text: str) -> FaultError:
    """The fault of the first number that cannot be read."""
    for found in TOKEN.finditer(text):
        word = found.group()
        if word.lstrip("-") in ("NaN", "Infinity"):
            return fail("syntax", f"JSON has no {word}; write a number or null", *found.span())
        if word[0] in "-0123456789" and _is_too_large(word):
            return fail("syntax", "this number is too large to be read", *found.span())
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
    """The fault of the first bracket that stands too deep."""
    depth = start = 0
    for found in TOKEN.finditer(text):
        depth += (found.group() in "[{") - (found.group() in "]}")
        if depth > DEPTH_LIMIT:
            start = found.start()
            break
    return fail("too-deep", TOO_DEEP, start)
