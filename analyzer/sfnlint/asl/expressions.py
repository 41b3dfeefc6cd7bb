"""Where a state's fields are worked out at run time, and how the text of them is written.

JSONPath: https://states-language.net/spec.html#payload-template
JSONata: https://states-language.net/spec.html#jsonata-strings
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sfnlint.asl.machine import State
from sfnlint.asl.memoize import memoize
from sfnlint.place import Place, Route, Span
from sfnlint.symbol import MARKER

UNRESOLVED = re.compile(rf"{MARKER.pattern}|\$\{{[A-Za-z0-9_.:-]+\}}")
"""Matches what is filled in before deployment: a symbol, or a `${placeholder}`."""

_CONSTANT_FIELDS = frozenset(
    ("Branches", "Iterator", "ItemProcessor", "ProcessorConfig", "Type", "Resource", "Next")
) | {"End", "Default", "Comment", "QueryLanguage", "Label", "Retry", "ErrorEquals", "Result"}
_TEMPLATES = frozenset(("Parameters", "Arguments", "ResultSelector", "ItemSelector")) | {
    "Assign",
    "Credentials",
    "BatchInput",
}
_RULES = frozenset(("Choices", "And", "Or", "Not"))
_SECTIONS = frozenset(("Catch", "ItemReader", "ReaderConfig", "ItemBatcher", "ResultWriter"))


class Expression(NamedTuple):
    """A string that is worked out at run time.

    Attributes:
        text: the expression: in JSONata, what stands between `{%` and `%}`.
        path: the route to the string in the definition.
        start: where in the string the expression begins.
        jsonata: whether it is JSONata; otherwise a JSONPath or an intrinsic function.

    """

    text: str
    path: Route
    start: int
    jsonata: bool

    def place(self, state: State, start: int, end: int) -> Place:
        """The place of some of its characters."""
        within = Span(self.start + start, self.start + end)
        return Place(state.scope.machine.document, self.path, "value", within)


@memoize
def expressions(state: State) -> list[Expression]:
    """All expressions in a state's own fields, in the state's language."""
    if state.query_language == "JSONata":
        return [
            Expression(text[2:-2], path, 2, True)
            for text, path in evaluated_strings(state.data, state.path)
            if is_jsonata(text)
        ]
    return [Expression(text, path, 0, False) for text, path in _jsonpath(state.data, state.path)]


def is_jsonata(text: str) -> bool:
    """Whether a string is an expression in a JSONata state."""
    return text.startswith("{%") and text.endswith("%}") and len(text) > 3


def evaluated_strings(data: object, path: Route) -> Iterator[tuple[str, Route]]:
    """The strings in a JSONata state's fields that may be expressions, those inside of scopes not.

    Names of fields are not among them: they are constants.
    """
    waiting = [(data, path, True)]
    while waiting:
        value, at, outer = waiting.pop()
        if isinstance(value, str):
            yield value, at
        elif isinstance(value, dict):
            # Inside of a template, any name is a name like another.
            waiting += [
                (inner, (*at, key), outer and key in _SECTIONS)
                for key, inner in reversed(value.items())
                if not (outer and key in _CONSTANT_FIELDS)
                if key != "Choices" or not outer
            ]
            if outer and isinstance(value.get("Choices"), list):
                waiting += [
                    (rule, (*at, "Choices", index), True)
                    for index, rule in reversed(list(enumerate(value["Choices"])))
                ]
        elif isinstance(value, list):
            waiting += [
                (inner, (*at, index), outer) for index, inner in reversed(list(enumerate(value)))
            ]


def payload_fields(data: object, path: Route) -> Iterator[tuple[str, object, Route]]:
    """Every field of a payload template at any depth: its name, its value, its path."""
    waiting = [(data, path)]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key, inner, (*at, key)
                if isinstance(inner, dict | list):
                    waiting.append((inner, (*at, key)))
        elif isinstance(value, list):
            waiting += [(inner, (*at, index)) for index, inner in enumerate(value)]


def _jsonpath(data: object, path: Route) -> Iterator[tuple[str, Route]]:
    waiting = [(data, path, False)]
    while waiting:
        value, at, in_template = waiting.pop()
        if isinstance(value, list):
            waiting += [(inner, (*at, index), in_template) for index, inner in enumerate(value)]
            continue
        if not isinstance(value, dict):
            continue
        for key, inner in value.items():
            if isinstance(inner, str):
                if in_template:
                    is_expression = key.endswith(".$")
                else:
                    is_expression = (key.endswith("Path") and key != "ResultPath") or (
                        key == "Variable"
                    )
                if is_expression:
                    yield inner, (*at, key)
            elif in_template or key in _TEMPLATES:
                if isinstance(inner, dict | list):
                    waiting.append((inner, (*at, key), True))
            elif key in _RULES or key in _SECTIONS:
                waiting.append((inner, (*at, key), False))
