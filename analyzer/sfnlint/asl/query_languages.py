"""Fields of the two query languages, JSONPath and JSONata.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sfnlint.place import Route

_EQUIVALENT: Mapping[str, Sequence[str]] = {
    "Arguments": ("ItemSelector", "Parameters"),
    "Output": ("ResultSelector", "Parameters", "OutputPath"),
    "Items": ("ItemsPath",),
    "ItemsPath": ("Items",),
    "Parameters": ("Arguments", "ItemSelector", "Output"),
    "InputPath": ("Arguments", "Items", "Output"),
    "OutputPath": ("Output",),
    "ResultPath": ("Output",),
    "ResultSelector": ("Output",),
}
"""For a field of a state, fields of the other language that do the same in some types of states."""

_EQUIVALENT_INSIDE: Mapping[str, str | None] = {
    "Arguments": "Parameters",
    "Parameters": "Arguments",
    "Output": "ResultPath",
    "ResultPath": "Output",
}
"""The same for the fields of ItemReader, ResultWriter and Catch."""


def is_jsonpath_field(name: str) -> bool:
    """Whether only JSONPath states have a field."""
    return name.endswith("Path") or name in ("Parameters", "ResultSelector")


def equivalent_field(path: Route, fields: Collection[str]) -> str | None:
    """The field that replaces a field of the other query language; None if there is none.

    Args:
        path: the path of the field in the state.
        fields: the fields that the state may have.

    """
    name = str(path[-1])
    if path[0] == "Choices":
        return {"Condition": "Variable", "Output": None}.get(name, "Condition")
    if len(path) > 1:
        return _EQUIVALENT_INSIDE.get(name, name.removesuffix("Path"))
    candidates = _EQUIVALENT.get(name, (name.removesuffix("Path"),))
    return next((field for field in candidates if field in fields), None)
