"""Finds the violations of the schema with jsonschema.

Import this module only for objects that the fast validator refuses: importing jsonschema takes
longer than checking most files (tests/test_layers.py refuses it at start-up).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from sfnlint.asl.schema.placeholders import as_boolean, has_unresolved_fields, is_unresolved
from sfnlint.asl.schema.violations import Violation, ViolationKind
from sfnlint.messages import nearest, shortened

_Error = Any  # jsonschema.ValidationError, typed as if all fields may be missing
_MIN_PREFIX = 4
_MAX_LISTED = 10
_RANGE = re.compile(r" from \d+ to \d+| of \d+ or more")
_OTHER_TYPES = {"array", "boolean", "integer", "number", "object"}
_OTHER_LANGUAGE = {"$ref": "#/$defs/otherLanguage"}


def find_violations(
    schema: Mapping[str, Any], names: Sequence[str], data: object
) -> Iterator[Violation]:
    """Find the violations in a value.

    Args:
        schema: a JSON Schema with `$defs`.
        names: the definitions to check the value against. Messages take the names of objects from
            the titles in the last of them.
        data: the value.

    """
    for name in names:
        validator = _Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        for error in validator.iter_errors(data):
            title = _title(schema, names[-1], error.absolute_path)
            yield from _CONVERTERS.get(str(error.validator), _wrong_value)(error, title)


def _nearest_name(word: str, names: Sequence[object]) -> str:
    """The name that was probably meant by a word; empty if no name is similar."""
    known = [name for name in names if isinstance(name, str)]
    lower = {name.lower(): name for name in known}
    similar = nearest(word.lower(), lower, cutoff=0.7)
    if similar is None and len(word) >= _MIN_PREFIX:
        longer = (name for name in lower if name.startswith(word.lower()))
        similar = min(longer, key=len, default=None)
    return lower[similar] if similar else ""


def _title(schema: Mapping[str, Any], name: str, path: Iterable[str | int]) -> str:
    """The title of the object at a path."""
    here = schema["$defs"][name]
    title = here["title"]
    for step in path:
        here = here.get("items") if isinstance(step, int) else here.get("properties", {}).get(step)
        if not isinstance(here, dict):
            break
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rpartition("/")[2]]
        title = here.get("title", title)
    return str(title)


def _unknown_fields(error: _Error, title: str) -> Iterator[Violation]:
    properties = error.schema["properties"]
    for name in error.instance:
        if name in properties:
            continue
        absent = tuple(
            known
            for known, inner in properties.items()
            if inner != _OTHER_LANGUAGE and known not in error.instance
        )
        # `End` in a choice rule is probably an attempt to end the execution.
        meant = "Next" if name == "End" and "Next" in absent else _nearest_name(name, absent)
        yield Violation(
            "unknown-field",
            (*error.absolute_path, name),
            "key",
            f"{title} has no field '{shortened(name)}'",
            name,
            (meant,) if meant else (),
            f"did you mean '{meant}'?" if meant else "remove it",
            similar=() if name == "End" else tuple(absent),
        )


def _missing_fields(error: _Error, title: str) -> Iterator[Violation]:
    for name in error.validator_value:
        # jsonschema reports each missing name as an error of its own.
        if f"{name!r} is a required" in error.message:
            yield _missing_field(error, title, (name,), f"'{name}'")


def _missing_field(error: _Error, title: str, names: tuple[str, ...], listed: str) -> Violation:
    return Violation(
        "missing-field",
        tuple(error.absolute_path),
        "key" if not error.absolute_path else "value",
        f"{title} needs {listed}",
        names[0],
        names,
    )


def _alternative_fields(error: _Error, title: str) -> Iterator[Violation]:
    """`anyOf` needs at least one of several fields, `oneOf` exactly one."""
    names = tuple(branch["required"][0] for branch in error.validator_value)
    present = [name for name in error.instance if name in names]
    if error.validator == "oneOf" and len(present) > 1:
        yield _conflict(error, title, present[0], present[1])
    elif len(names) > _MAX_LISTED:
        comparison = "a comparison, such as 'StringEquals' or 'IsPresent'"
        yield _missing_field(error, title, names, comparison)
    elif names == ("Next", "End"):
        yield _missing_field(error, title, names, "'Next' or 'End: true'")
    else:
        listed = ", ".join(f"'{name}'" for name in names[:-1])
        yield _missing_field(error, title, names, f"{listed} or '{names[-1]}'")


def _forbidden_fields(error: _Error, title: str) -> Iterator[Violation]:
    """`not` forbids a field of the other query language, or two fields together."""
    if not error.validator_value:
        name = str(error.absolute_path[-1])
        yield Violation("other-language-field", tuple(error.absolute_path), "key", "", name)
        return
    first, second = sorted(error.validator_value["required"], key=list(error.instance).index)
    yield _conflict(error, title, first, second)


def _conflict(error: _Error, title: str, first: str, second: str) -> Violation:
    return Violation(
        "conflicting-fields",
        (*error.absolute_path, second),
        "key",
        f"{title} cannot have both '{first}' and '{second}'",
        second,
        (first,),
    )


def _wrong_value(error: _Error, title: str) -> Iterator[Violation]:
    kinds: dict[str, ViolationKind] = {
        "type": "wrong-type",
        "minimum": "value-out-of-range",
        "maximum": "value-out-of-range",
    }
    kind = kinds.get(str(error.validator), "invalid-value")
    value = error.instance
    if error.validator == "enum" and not isinstance(value, str):
        kind = "wrong-type"
    keys = [step for step in error.absolute_path if isinstance(step, str)]
    field = keys[-1] if keys else ""
    is_item = error.absolute_path and isinstance(error.absolute_path[-1], int)
    subject = f"an item of '{field}'" if is_item else f"'{shortened(field)}'"
    expected = f"be {error.schema.get('description', 'another value')}"
    if kind == "value-out-of-range":
        side = "more" if error.validator == "minimum" else "less"
        expected = f"be {error.validator_value} or {side}"
    elif kind == "wrong-type":
        expected = _RANGE.sub("", expected)
    elif error.validator in ("minItems", "minLength", "minProperties"):
        expected = "not be empty"
    meant = ""
    if error.validator == "enum" and isinstance(value, str):
        meant = _nearest_name(value, error.validator_value)
    shown = _shown(value)
    if kind == "wrong-type" and isinstance(value, str) and value:
        shown = f"the string {shown}"
    yield Violation(
        kind,
        tuple(error.absolute_path),
        "value",
        f"{subject} must {expected}" + ("" if expected == "not be empty" else f", not {shown}"),
        field,
        hint=f"did you mean '{meant}'?" if meant else "",
        value=value if isinstance(value, str) else "",
        similar=tuple(error.validator_value) if meant else (),
        is_string=isinstance(value, str)
        and (
            error.validator == "type" or not _OTHER_TYPES.isdisjoint(error.schema.get("type", ()))
        ),
    )


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"'{shortened(value)}'" if value else "an empty string"
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else shortened(str(value))


_CONVERTERS: dict[str, Callable[[Any, str], Iterator[Violation]]] = {
    "additionalProperties": _unknown_fields,
    "required": _missing_fields,
    "anyOf": _alternative_fields,
    "oneOf": _alternative_fields,
    "not": _forbidden_fields,
}

_Keyword = Callable[[Any, Any, Any, Any], Any]


def _unless(accepts: Callable[[object], bool], keyword: str) -> _Keyword:
    """Make a keyword of JSON Schema accept some values without looking at them."""
    original = Draft202012Validator.VALIDATORS[keyword]

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        return None if accepts(instance) else original(validator, value, instance, schema)

    return check


def _type(validator: Any, types: Any, instance: Any, schema: Any) -> Any:
    names = [types] if isinstance(types, str) else types
    if is_unresolved(instance) or ("boolean" in names and as_boolean(instance) is not None):
        return None
    return Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


def _const(validator: Any, wanted: Any, instance: Any, schema: Any) -> Any:
    if is_unresolved(instance) or (isinstance(wanted, bool) and as_boolean(instance) is wanted):
        return None
    return Draft202012Validator.VALIDATORS["const"](validator, wanted, instance, schema)


def _not(validator: Any, unwanted: Any, instance: Any, schema: Any) -> Any:
    if unwanted and _may_be_any_object(instance):
        return None
    return Draft202012Validator.VALIDATORS["not"](validator, unwanted, instance, schema)


def _may_be_any_object(instance: object) -> bool:
    return is_unresolved(instance) or has_unresolved_fields(instance)


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "type": _type,
        "const": _const,
        "not": _not,
        **{name: _unless(is_unresolved, name) for name in ("enum", "pattern", "minLength")},
        **{
            name: _unless(_may_be_any_object, name)
            for name in (
                *("properties", "additionalProperties", "required", "minProperties"),
                *("anyOf", "oneOf", "if"),
            )
        },
    },
)
