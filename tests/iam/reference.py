"""A reference for the meaning of patterns and policies: simple instead of fast."""

from __future__ import annotations

import base64
import fnmatch
import ipaddress
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.symbol import Symbol

PLACE = Place(TextDocument("policy.json", "{}", "json"))
"""The place of the policies of tests."""


def matches(
    tokens: Sequence[PatternPart], text: str, crosses: bool = True, colons: int = 0
) -> bool:
    """Whether a string matches. Without `crosses`, wildcards stay within a field of an ARN."""
    if not tokens:
        return text == ""
    first, rest = tokens[0], tokens[1:]
    if isinstance(first, str):
        after = text.removeprefix(first)
        return (first == "" or after != text) and matches(
            rest, after, crosses, colons + first.count(":")
        )
    takes_one = text != "" and (crosses or text[0] != ":" or colons >= 5)
    seen = colons + (text[:1] == ":")
    if first is Wildcard.ONE:
        return takes_one and matches(rest, text[1:], crosses, seen)
    assert first is Wildcard.ANY
    if matches(rest, text, crosses, colons):
        return True
    return takes_one and matches(tokens, text[1:], crosses, seen)


def matched(pattern: Pattern, text: str) -> bool:
    """Whether a pattern matches a string; wildcards cross a `:` that separates no ARN fields."""
    return matches(pattern.parts, text, crosses=not text.startswith("arn:"))


def texts(letters: str, longest: int) -> list[str]:
    return ["".join(one) for size in range(longest + 1) for one in product(letters, repeat=size)]


def filled(
    pattern: Pattern, values: Mapping[Symbol, str], free: Sequence[str]
) -> Iterator[Pattern]:
    """The pattern with values for fixed symbols, and every string for each free symbol."""
    choices: list[Sequence[PatternPart]] = []
    for part in pattern.parts:
        if not isinstance(part, Symbol):
            choices.append([part])
        else:
            choices.append(free if part.kind == "free" else [values[part]])
    for parts in product(*choices):
        yield Pattern.of(parts)


def covers(resource: str, arn: str, wide: bool) -> bool:
    """Whether a resource of an identity policy matches an ARN.

    AWS documents that missing fields are completed, that wildcards match within a field, and that
    a `*` at the end of a field may match more. A `wide` match is possible, another one certain.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if resource == "*":
        return True
    fields = resource.split(":")
    forms = [resource] if wide and set("*?") & set(resource) else []
    if fields[0] == "arn":
        forms.append(":".join(fields + ["*"] * (6 - len(fields))))
    else:
        forms.append(resource)
    return any(matches(Pattern.wild(form).parts, arn, crosses=wide) for form in forms)


def condition_met(name: str, wanted: Sequence[str], values: Sequence[str] | None) -> bool:
    """Whether a call meets a condition: `values` are those of its key, None without the key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    if name == "Null":
        return (values is None) is (wanted[0] == "true")
    quantifier, _, base = name.rpartition(":")
    if_exists, base = base.endswith("IfExists"), base.removesuffix("IfExists")
    negated, base = "Not" in base, base.replace("Not", "")
    if values is None:
        return quantifier != "ForAnyValue" and (negated or if_exists or bool(quantifier))

    def matched(value: str) -> bool:
        if base.startswith("Arn") and value.count(":") < 5:
            return False
        return any(_value_matches(base, value, text) for text in wanted) is not negated

    return any(map(matched, values)) if quantifier == "ForAnyValue" else all(map(matched, values))


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _value_matches(base: str, value: str, wanted: str) -> bool:
    kind, comparison = re.fullmatch("([A-Z][a-z]+)(.*)", base).groups()  # type: ignore[union-attr]
    if kind == "Numeric":
        return _COMPARISONS[comparison](Decimal(value), Decimal(wanted))
    if kind == "Date":
        return _COMPARISONS[comparison](*map(_seconds, (value, wanted)))
    if kind == "Ip":
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted)
    if kind == "Binary":
        return base64.b64decode(value) == base64.b64decode(wanted)
    if kind == "Arn":
        pairs = list(zip(value.split(":", 5), wanted.split(":", 5), strict=False))
        return wanted.count(":") >= 5 and all(_like(*pair) for pair in pairs)
    if comparison == "Like":
        return _like(value, wanted)
    fold = kind == "Bool" or comparison.endswith("IgnoreCase")
    return value.lower() == wanted.lower() if fold else value == wanted


def _like(value: str, wanted: str) -> bool:
    return re.fullmatch(fnmatch.translate(wanted.replace("[", "[[]")), value) is not None


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else datetime.fromisoformat(text).timestamp()
