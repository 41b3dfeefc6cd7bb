"""Terraform's functions of strings.

Each returns None where its result is not known; see `sfnlint.inputs.terraform.functions`.
https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from sfnlint.inputs.terraform import regular_expressions
from sfnlint.inputs.terraform.number_functions import number_of, whole_number
from sfnlint.inputs.terraform.values import (
    MAX_STRING_LENGTH,
    Function,
    ListValue,
    RefusedError,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    checked_size,
    collection_items,
    literal,
    object_of,
    place_at,
    scalar_text,
    string_of,
    string_parts,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place

_VERB = lazy_pattern(
    r"%(?P<flags>[-+ 0]*)(?P<width>\d{0,3})(?:\.(?P<precision>\d{1,2}))?(?P<verb>[a-zA-Z%]?)"
)
_FIRST_LETTER = lazy_pattern(r"(?<![A-Za-z0-9_])[a-z]")


def _of_strings(change: Callable[..., str]) -> Function:
    """Return a function of strings, all of which must be known."""

    def changed(place: Place, *values: TerraformValue) -> TerraformValue | None:
        texts = [literal(value) for value in values]
        return None if None in texts else string_of(change(*texts), place)

    return changed


def _test(holds: Callable[[str, str], bool]) -> Function:
    """Return a condition on two strings, both of which must be known."""

    def tested(place: Place, *values: TerraformValue) -> TerraformValue | None:
        texts = [literal(value) for value in values]
        return None if None in texts else ScalarValue(place, holds(*texts))  # type: ignore[arg-type]

    return tested


def _starts_with(place: Place, value: TerraformValue, prefix: TerraformValue) -> ScalarValue | None:
    """Return whether a string has a prefix, which its first known characters may decide."""
    start = literal(prefix)
    known = "".join(_known(string_parts(value) or ()))
    if start is None:
        return None
    if literal(value) is not None or len(known) >= len(start) or not start.startswith(known):
        return ScalarValue(place, known.startswith(start))
    return None


def _ends_with(place: Place, value: TerraformValue, suffix: TerraformValue) -> ScalarValue | None:
    """Return whether a string has a suffix, which its last known characters may decide."""
    end = literal(suffix)
    known = "".join([*_known(reversed(string_parts(value) or ()))][::-1])
    if end is None:
        return None
    if literal(value) is not None or len(known) >= len(end) or not end.endswith(known):
        return ScalarValue(place, known.endswith(end))
    return None


def _known(parts: Iterable[StringPart]) -> Iterator[str]:
    """Yield the characters of parts, up to the first unknown value."""
    for part in parts:
        if not isinstance(part.text, str):
            return
        yield part.text


def _format(place: Place, spec: TerraformValue, *values: TerraformValue) -> TerraformValue | None:
    """Return a formatted string; None for verbs with flags, unless their values are known.

    https://developer.hashicorp.com/terraform/language/functions/format
    """
    remaining = list(values)
    parts: list[StringPart] = []
    for part in spec.parts if isinstance(spec, StringValue) else ():
        if not isinstance(part.text, str):
            return None
        end = 0
        for match in _VERB.finditer(part.text):
            parts.append(_slice(part, end, match.start()))
            end = match.end()
            if match["verb"] == "%":
                parts.append(StringPart("%", part.place))
                continue
            more = _formatted(match, remaining.pop(0))
            if more is None:
                return None
            parts += more
        parts.append(_slice(part, end, len(part.text)))
    return None if remaining or not isinstance(spec, StringValue) else joined(place, parts)


def _formatted(verb: re.Match[str], value: TerraformValue) -> list[StringPart] | None:
    """Return a value as a verb formats it; None when the result is not known."""
    if verb[0] in ("%s", "%v", "%d"):
        return string_parts(value)
    text = literal(value)
    kind, precision = verb["verb"], verb["precision"]
    if text is None or verb["flags"].strip("-0") or (precision and kind != "f"):
        return None
    if kind == "t" and text not in ("true", "false"):
        return None
    if kind == "q" and text.isascii() and text.isprintable():
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif kind in ("f", "x", "X"):
        text = _number_text(kind, precision, value)
    elif kind == "d":
        text = str(whole_number(value))
    elif kind not in ("s", "v", "t"):
        return None
    width = int(verb["width"] or 0)
    if "-" in verb["flags"]:
        text = text.ljust(width)
    elif "0" in verb["flags"]:
        text = text.zfill(width)
    else:
        text = text.rjust(width)
    return [StringPart(text, value.place)]


def _number_text(verb: str, precision: str | None, value: TerraformValue) -> str:
    if verb in ("x", "X"):
        return format(whole_number(value), verb)
    text, digits = scalar_text(number_of(value)), int(precision or 6)
    if len(text.partition(".")[2]) > digits:
        raise ValueError("Python rounds the binary fraction, Terraform the decimal one")
    return format(Decimal(text), f".{digits}f")


def _format_list(place: Place, spec: TerraformValue, *values: TerraformValue) -> ListValue | None:
    """Return a list of formatted strings, by the elements of those arguments that are lists."""
    lengths = {len(collection_items(value)) for value in values if isinstance(value, ListValue)}
    if len(lengths) != 1 or any(isinstance(value, UnknownValue) for value in values):
        return None
    items: list[TerraformValue] = []
    for index in range(lengths.pop()):
        arguments = (
            value.items[index] if isinstance(value, ListValue) else value for value in values
        )
        item = _format(place, spec, *arguments)
        if item is None:
            return None
        items.append(item)
    return ListValue(place, items)


def _slice(part: StringPart, start: int, end: int) -> StringPart:
    whole = part.place.within
    text = part.text[start:end] if isinstance(part.text, str) else ""
    if whole is None or whole.end - whole.start != len(part.text):
        return StringPart(text, part.place)
    return StringPart(text, place_at(part.place.document, whole.start + start, whole.start + end))


def joined(place: Place, parts: list[StringPart]) -> StringValue:
    """Return a string of parts, those without a character left out."""
    return StringValue(place, checked_size([part for part in parts if part.text]))


def _join(place: Place, separator: TerraformValue, *lists: TerraformValue) -> TerraformValue | None:
    between = string_parts(separator)
    parts: list[StringPart] = []
    for index, item in enumerate(collection_items(*lists)):
        more = string_parts(item)
        if more is None or between is None:
            return None
        parts += [*between, *more] if index else more
    return joined(place, parts)


def _split(place: Place, separator: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    between, text = literal(separator), literal(value)
    if between == "/" and (role := _role_of_arn(value)) is not None:
        name = UnknownValue(place, {"Ref": role}, is_string=True)
        return ListValue(place, [UnknownValue(place, {"Ref": f"{role} prefix"}), name])
    if between is None or text is None:
        return None
    parts = text.split(between) if between else list(text)
    return ListValue(place, [string_of(part, place) for part in parts])


_ROLE = lazy_pattern(r"(?:.*\.)?aws_iam_role\.[^.]+")


def _role_of_arn(value: TerraformValue) -> str | None:
    """Return the address of the role whose ARN a value is; None for any other value.

    The path of a role is `/` unless it has another, so that its name follows the first slash.
    """
    parts = string_parts(value) or ()
    reference = parts[0].text if len(parts) == 1 else {}
    role = reference.get("Fn::GetAtt") if isinstance(reference, Mapping) else None
    if role is None or role[1] != "Arn" or not _ROLE.fullmatch(role[0]):
        return None
    return str(role[0])


def _basename(place: Place, value: TerraformValue) -> TerraformValue | None:
    path, role = literal(value), _role_of_arn(value)
    if role is not None:
        return UnknownValue(place, {"Ref": role}, is_string=True)
    if path is None:
        return None
    return string_of(posixpath.basename(path.rstrip("/")) or ("/" if path else "."), place)


def _dirname(path: str) -> str:
    return posixpath.normpath(posixpath.dirname(path))


def _pathexpand(path: str) -> str:
    if path.startswith("~"):
        raise ValueError("the home folder is not known")
    return path


def _replace(text: str, old: str, new: str) -> str:
    if len(text) * (len(new) + 1) > MAX_STRING_LENGTH:
        raise ValueTooLargeError
    if len(old) > 1 and old[0] == old[-1] == "/":
        return regular_expressions.replaced(old[1:-1], text, new)
    return text.replace(old, new)


def _regex(place: Place, pattern: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    """Return the first match of a regular expression.

    https://developer.hashicorp.com/terraform/language/functions/regex

    Raises:
        RefusedError: there is none.

    """
    expression, text = literal(pattern), literal(value)
    if expression is None or text is None:
        return None
    found = regular_expressions.matches(expression, text)
    if not found:
        raise RefusedError
    return _match(place, found[0])


def _regex_all(
    place: Place, pattern: TerraformValue, value: TerraformValue
) -> TerraformValue | None:
    expression, text = literal(pattern), literal(value)
    if expression is None or text is None:
        return None
    found = regular_expressions.matches(expression, text)
    return ListValue(place, [_match(place, match) for match in found])


def _match(place: Place, match: re.Match[str]) -> TerraformValue:
    """Return a match: its string, or those of its groups."""
    if match.re.groupindex:
        if len(match.re.groupindex) != match.re.groups:
            raise ValueError("Terraform refuses named and unnamed groups in one expression")
        named = {name: _group(place, group) for name, group in match.groupdict().items()}
        return object_of(named, place)
    if match.re.groups:
        return ListValue(place, [_group(place, group) for group in match.groups()])
    return string_of(match[0], place)


def _group(place: Place, text: str | None) -> TerraformValue:
    return ScalarValue(place, None) if text is None else string_of(text, place)


def _substr(text: str, start: str, count: str) -> str:
    """Return a part of a string.

    https://developer.hashicorp.com/terraform/language/functions/substr
    """
    if not text.isascii():
        raise ValueError("Terraform counts grapheme clusters")
    first, length = int(start), int(count)
    if first < 0:
        first = max(first + len(text), 0)
    return text[first:] if length < 0 else text[first : first + length]


def _title(text: str) -> str:
    if not text.isascii():
        raise ValueError("Go and Python find different words")
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), text)


def _reversed_string(text: str) -> str:
    if not text.isascii():
        raise ValueError("Terraform reverses grapheme clusters")
    return text[::-1]


def _trim_space(text: str) -> str:
    return text.strip(" \t\n\v\f\r\x85\xa0")


def _trim(text: str, characters: str) -> str:
    return text.strip(characters) if characters else text


def _url_encode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, safe="")


def _base64_decode(text: str) -> str:
    return base64.b64decode(text, validate=True).decode()


def _hash(algorithm: str) -> Function:
    def digest(text: str) -> str:
        import hashlib

        return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()

    return _of_strings(digest)


def _indent(place: Place, _: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    """Return the string itself, because white space means nothing in JSON."""
    return replace(value, place=place) if isinstance(value, StringValue) else None


FUNCTIONS: Mapping[str, Function] = {
    "base64decode": _of_strings(_base64_decode),
    "base64encode": _of_strings(lambda text: base64.b64encode(text.encode()).decode()),
    "basename": _basename,
    "chomp": _of_strings(lambda text: text.rstrip("\r\n")),
    "dirname": _of_strings(_dirname),
    "endswith": _ends_with,
    "format": _format,
    "formatlist": _format_list,
    "indent": _indent,
    "join": _join,
    "lower": _of_strings(str.lower),
    "md5": _hash("md5"),
    "pathexpand": _of_strings(_pathexpand),
    "regex": _regex,
    "regexall": _regex_all,
    "replace": _of_strings(_replace),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "split": _split,
    "startswith": _starts_with,
    "strcontains": _test(lambda text, part: part in text),
    "strrev": _of_strings(_reversed_string),
    "substr": _of_strings(_substr),
    "title": _of_strings(_title),
    "trim": _of_strings(_trim),
    "trimprefix": _of_strings(str.removeprefix),
    "trimspace": _of_strings(_trim_space),
    "trimsuffix": _of_strings(str.removesuffix),
    "upper": _of_strings(str.upper),
    "urlencode": _of_strings(_url_encode),
}
