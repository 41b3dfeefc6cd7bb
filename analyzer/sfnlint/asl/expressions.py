"""Expressions in the fields of a state: JSONPath, intrinsic functions, JSONata.

JSONPath: https://states-language.net/spec.html#payload-template
JSONata: https://states-language.net/spec.html#jsonata-strings
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.asl.memoize import memoize
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route, Span
from sfnlint.symbol import MARKER

UNRESOLVED = lazy_pattern(
    rf"{MARKER.pattern}|\$\{{(?:[A-Za-z0-9_.:-]|file\([^(){{}}]+\))+(?:,[^{{}}]+)?\}}"
)
"""Matches a part of a string that is filled in before deployment: a symbol or `${placeholder}`.

Also a variable of the Serverless Framework: `${opt:stage, 'dev'}`, `${file(names.yml):queue}`.
"""

_CONSTANT_FIELDS = frozenset(
    ("Branches", "Iterator", "ItemProcessor", "ProcessorConfig", "Type", "Resource", "Next")
) | {"End", "Default", "Comment", "QueryLanguage", "Label", "Retry", "ErrorEquals", "Result"}
_TEMPLATES = frozenset(("Parameters", "Arguments", "ResultSelector", "ItemSelector")) | {
    "Assign",
    "Credentials",
    "BatchInput",
}
_CONDITIONS = frozenset(("Choices", "And", "Or", "Not"))
_SECTIONS = frozenset(("Catch", "ItemReader", "ReaderConfig", "ItemBatcher", "ResultWriter"))


class Expression(NamedTuple):
    """A string that is evaluated at run time.

    Attributes:
        text: the expression; in JSONata, without `{%` and `%}`.
        path: the path of the string in the definition.
        start: the position of the expression in the string.
        jsonata: whether it is JSONata; otherwise it is a path or an intrinsic function.

    """

    text: str
    path: Route
    start: int
    jsonata: bool

    def place(self, state: State, start: int, end: int) -> Place:
        """The place of the characters from `start` to `end` of the expression."""
        within = Span(self.start + start, self.start + end)
        return Place(state.scope.machine.document, self.path, "value", within)


@memoize
def expressions(state: State) -> list[Expression]:
    """All expressions in the fields of a state, without those of the scopes inside it."""
    if state.query_language == "JSONata":
        return [
            Expression(text[2:-2], path, 2, True)
            for text, path in evaluated_strings(state.data, state.path)
            if is_jsonata(text)
        ]
    return [Expression(text, path, 0, False) for text, path in _jsonpath(state.data, state.path)]


def is_jsonata(text: str) -> bool:
    """Whether a string in a JSONata state is an expression: `{% … %}`."""
    return text.startswith("{%") and text.endswith("%}") and len(text) > 3


def evaluated_strings(data: object, path: Route) -> Iterator[tuple[str, Route]]:
    """The strings in the fields of a JSONata state that may be expressions, with their paths.

    Field names are never expressions, and strings in the scopes inside the state are not its own.
    """
    pending = [(data, path, True)]
    while pending:
        value, at, outer = pending.pop()
        if isinstance(value, str):
            yield value, at
        elif isinstance(value, dict):
            # Field names have a meaning only outside Arguments, Output and Assign.
            pending += [
                (inner, (*at, key), outer and key in _SECTIONS)
                for key, inner in reversed(value.items())
                if not (outer and key in _CONSTANT_FIELDS)
                if key != "Choices" or not outer
            ]
            if outer and isinstance(value.get("Choices"), list):
                pending += [
                    (rule, (*at, "Choices", index), True)
                    for index, rule in reversed(list(enumerate(value["Choices"])))
                ]
        elif isinstance(value, list):
            pending += [
                (inner, (*at, index), outer) for index, inner in reversed(list(enumerate(value)))
            ]


def payload_fields(data: object, path: Route) -> Iterator[tuple[str, object, Route]]:
    """Every field of a payload template at any depth: name, value and path."""
    pending = [(data, path)]
    while pending:
        value, at = pending.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key, inner, (*at, key)
                if isinstance(inner, dict | list):
                    pending.append((inner, (*at, key)))
        elif isinstance(value, list):
            pending += [(inner, (*at, index)) for index, inner in enumerate(value)]


def _jsonpath(data: object, path: Route) -> Iterator[tuple[str, Route]]:
    pending = [(data, path, False)]
    while pending:
        value, at, in_template = pending.pop()
        if isinstance(value, list):
            pending += [(inner, (*at, index), in_template) for index, inner in enumerate(value)]
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
                    pending.append((inner, (*at, key), True))
            elif key in _CONDITIONS or key in _SECTIONS:
                pending.append((inner, (*at, key), False))
