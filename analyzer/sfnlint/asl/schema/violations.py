"""What jsonschema says of a value, as mistakes that a person would name.

Imported only for what the screen refused: jsonschema takes its time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from sfnlint.asl.schema.placeholders import as_boolean, has_unresolved_fields, is_unresolved
from sfnlint.messages import nearest, shortened
from sfnlint.place import PlacePart, Route

Kind = Literal[
    "unknown-field",
    "missing-field",
    "wrong-type",
    "value-out-of-range",
    "invalid-value",
    "conflicting-fields",
    "other-language-field",
]

_Error = Any  # a ValidationError whose fields are all set
_SHORTEST_BEGINNING = 4
_RANGE = re.compile(r" from \d+ to \d+|, \d+ or more")


class Violation(NamedTuple):
    """One thing that is wrong with an object.

    Attributes:
        kind: the name of the rule that speaks of it.
        path: where, from the object that was looked at.
        part: whether its name or its value is meant.
        text: what is wrong, in words that follow "state 'Train': ".
        field: the name of the field that is wrong.
        meant: names of fields that are certainly or probably meant: those that are missing, the
            one that was misspelt.
        hint: what to do, for the end of the sentence; empty when the text says it.

    """

    kind: Kind
    path: Route
    part: PlacePart
    text: str
    field: str = ""
    meant: tuple[str, ...] = ()
    hint: str = ""


def find_violations(
    schema: Mapping[str, Any], names: Sequence[str], data: object
) -> Iterator[Violation]:
    """The mistakes of a value by definitions among a schema's `$defs`.

    What an object in it is called, the titles of the last of these definitions say.
    """
    for name in names:
        validator = _Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        for error in validator.iter_errors(data):
            title = _title(schema, names[-1], error.absolute_path)
            yield from _WORDS.get(str(error.validator), _value)(error, title)


def _nearest_name(word: str, words: object) -> str:
    """The one of those words that this one was probably meant to be; empty when none is near."""
    known = (
        [one for one in words if isinstance(one, str)] if isinstance(words, (list, tuple)) else []
    )
    lower = {one.lower(): one for one in known}
    found = nearest(word.lower(), lower, cutoff=0.7)
    if found is None and len(word) >= _SHORTEST_BEGINNING:
        longer = (one for one in lower if one.startswith(word.lower()))
        found = min(longer, key=len, default=None)
    return lower[found] if found else ""


def _title(schema: Mapping[str, Any], name: str, path: Iterable[str | int]) -> str:
    """What the object at a path is called."""
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


def _unknown(error: _Error, title: str) -> Iterator[Violation]:
    known = tuple(
        name
        for name, inner in error.schema["properties"].items()
        if inner != {"$ref": "#/$defs/otherLanguage"}
    )
    for name in error.instance:
        if name in error.schema["properties"]:
            continue
        absent = tuple(one for one in known if one not in error.instance)
        # In a Choice rule `End` can only stand for a way out of the machine.
        meant = "Next" if name == "End" and "Next" in absent else _nearest_name(name, absent)
        hint = f"did you mean '{meant}'?" if meant else "remove it"
        yield Violation(
            "unknown-field",
            (*error.absolute_path, name),
            "key",
            f"{title} has no field '{shortened(name)}'",
            name,
            (meant,) if meant else (),
            hint,
        )


def _missing(error: _Error, title: str) -> Iterator[Violation]:
    for name in error.validator_value:
        # jsonschema reports each name by itself.
        if f"{name!r} is a required" in error.message:
            yield _lacks(error, title, (name,), f"'{name}'")


def _lacks(error: _Error, title: str, names: tuple[str, ...], shown: str) -> Violation:
    return Violation(
        "missing-field",
        tuple(error.absolute_path),
        "key" if not error.absolute_path else "value",
        f"{title} needs {shown}",
        names[0],
        names,
    )


def _group(error: _Error, title: str) -> Iterator[Violation]:
    """One of several fields is needed; with oneOf, exactly one."""
    names = tuple(branch["required"][0] for branch in error.validator_value)
    present = [name for name in error.instance if name in names]
    if error.validator == "oneOf" and len(present) > 1:
        yield _conflict(error, title, present[0], present[1])
    elif len(names) > 10:
        yield _lacks(error, title, names, "a comparison, such as 'StringEquals' or 'IsPresent'")
    elif names == ("Next", "End"):
        yield _lacks(error, title, names, "'Next' or 'End: true'")
    else:
        shown = ", ".join(f"'{name}'" for name in names[:-1])
        yield _lacks(error, title, names, f"{shown} or '{names[-1]}'")


def _not(error: _Error, title: str) -> Iterator[Violation]:
    """Two fields that exclude each other; one that belongs to the other query language."""
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
    )


def _value(error: _Error, title: str) -> Iterator[Violation]:
    kinds: dict[str, Kind] = {
        "type": "wrong-type",
        "minimum": "value-out-of-range",
        "maximum": "value-out-of-range",
    }
    kind = kinds.get(str(error.validator), "invalid-value")
    instance = error.instance
    if error.validator == "enum" and not isinstance(instance, str):
        kind = "wrong-type"
    steps = [step for step in error.absolute_path if isinstance(step, str)]
    field = steps[-1] if steps else ""
    entry = error.absolute_path and isinstance(error.absolute_path[-1], int)
    subject = f"an entry of '{field}'" if entry else f"'{shortened(field)}'"
    wanted = f"be {error.schema.get('description', 'something else')}"
    if kind == "value-out-of-range":
        side = "more" if error.validator == "minimum" else "less"
        wanted = f"be {error.validator_value} or {side}"
    elif kind == "wrong-type":
        wanted = _RANGE.sub("", wanted)
    elif error.validator in ("minItems", "minLength", "minProperties"):
        wanted = "not be empty"
    meant = (
        _nearest_name(instance, error.validator_value)
        if error.validator == "enum" and isinstance(instance, str)
        else ""
    )
    shown = _shown(instance)
    if kind == "wrong-type" and isinstance(instance, str):
        shown = f"the text {shown}"
    yield Violation(
        kind,
        tuple(error.absolute_path),
        "value",
        f"{subject} must {wanted}" + ("" if wanted == "not be empty" else f", not {shown}"),
        field,
        hint=f"did you mean '{meant}'?" if meant else "",
    )


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"'{shortened(value)}'" if value else "an empty text"
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "null"
    return (
        {True: "true", False: "false"}[value] if isinstance(value, bool) else shortened(str(value))
    )


_WORDS: dict[str, Callable[[Any, str], Iterator[Violation]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "anyOf": _group,
    "oneOf": _group,
    "not": _not,
}

_Keyword = Callable[[Any, Any, Any, Any], Any]


def _unless(accepted: Callable[[object], bool], keyword: str) -> _Keyword:
    """A keyword of JSON Schema that has nothing to say of some values."""
    original = Draft202012Validator.VALIDATORS[keyword]

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        return None if accepted(instance) else original(validator, value, instance, schema)

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


def _not_both(validator: Any, unwanted: Any, instance: Any, schema: Any) -> Any:
    if unwanted and _is_unknown(instance):
        return None
    return Draft202012Validator.VALIDATORS["not"](validator, unwanted, instance, schema)


def _is_unknown(instance: object) -> bool:
    return is_unresolved(instance) or has_unresolved_fields(instance)


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "type": _type,
        "const": _const,
        "not": _not_both,
        **{name: _unless(is_unresolved, name) for name in ("enum", "pattern", "minLength")},
        **{
            name: _unless(_is_unknown, name)
            for name in (
                *("properties", "additionalProperties", "required", "minProperties"),
                *("anyOf", "oneOf", "if"),
            )
        },
    },
)
