"""Where paths and intrinsic functions stand in a JSONPath state, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sfnlint.asl import intrinsics
from sfnlint.asl.expressions import is_jsonata
from sfnlint.asl.jsonpath import JsonPath, PathProblem, read_path
from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.messages import shortened
from sfnlint.place import Route, Span

Accepts = Literal["path", "reference", "result", "text", "template"]
"""What may stand in a field: a path; one that leads to one value; one to write to; a path or a
function that gives a text; a path or any function."""

FieldProblemKind = (
    Literal["invalid-path", "ambiguous-path", "duplicate-payload-field"]
    | Literal["path-as-text", "expression-as-text"]
    | intrinsics.IntrinsicProblemKind
)

_PATHS: Mapping[str, Accepts] = {
    "InputPath": "path",
    "OutputPath": "path",
    "ItemsPath": "path",
    "ResultPath": "result",
    **dict.fromkeys(
        (
            *("TimeoutSecondsPath", "HeartbeatSecondsPath", "SecondsPath", "TimestampPath"),
            *("MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"),
        ),
        "reference",
    ),
    "ErrorPath": "text",
    "CausePath": "text",
}
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials")
_INNER = {
    "ItemReader": ("Parameters", ("ReaderConfig", "MaxItemsPath")),
    "ResultWriter": ("Parameters", None),
    "ItemBatcher": ("BatchInput", None),
}
_LOOKED_INTO = frozenset((*_TEMPLATES, *_INNER, "Choices", "Catch", "Result"))
_BATCHER_PATHS = ("MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath")
_OWN_PATHS = frozenset(
    {"InputPath", "OutputPath", "ResultPath", "ItemsPath", "JsonPath", "JSONPath", "InputPathsMap"}
)
"""Parameters of services that are paths themselves, to be passed as they are."""
_LIKE_PATH = re.compile(r"\$\$?(?:\.[A-Za-z_]|\[)")


class JsonPathField(NamedTuple):
    """A text that the service reads as a path or as a function.

    Attributes:
        state: the state in which it stands.
        path: the route to it in the definition.
        takes: what may stand there.
        value: what does.

    """

    state: State
    path: Route
    accepts: Accepts
    value: object

    @property
    def field(self) -> str:
        """The name under which it stands."""
        return str(next(step for step in reversed(self.path) if isinstance(step, str)))


class FieldProblem(NamedTuple):
    """Something wrong with a path, a function or a payload.

    Attributes:
        kind: the name of the rule that speaks of it.
        message: in words that follow "state 'Train': ".
        state: the state.
        path: the route to the value in the definition.
        within: the characters of its text that are meant; None for the whole value.

    """

    kind: FieldProblemKind
    message: str
    state: State
    path: Route
    within: Span | None = None


class JsonPathFields(NamedTuple):
    """What a machine's JSONPath states hold.

    Attributes:
        expressions: its paths and functions.
        faults: what is wrong with them.
        names: the names of all fields of payloads, and those to which results are written.

    """

    fields: Sequence[JsonPathField]
    problems: Sequence[FieldProblem]
    names: frozenset[str]


@memoize
def jsonpath_fields(machine: Machine) -> JsonPathFields:
    """All paths, functions and payloads of a machine, and their faults; worked out once."""
    reader = _Reader()
    for state in machine.states:
        if state.query_language == "JSONPath":
            reader.state(state)
    return JsonPathFields(reader.fields, reader.problems, frozenset(reader.names))


class _Reader:
    def __init__(self) -> None:
        self.fields: list[JsonPathField] = []
        self.problems: list[FieldProblem] = []
        self.names: set[str] = set()

    def state(self, state: State) -> None:
        for name, value in state.data.items():
            accepts = _PATHS.get(name)
            if accepts is None and name not in _LOOKED_INTO:
                continue
            path = (*state.path, name)
            if accepts is not None:
                self._expression(state, path, accepts, value)
            elif name in _TEMPLATES:
                self._template(state, path, value)
            elif name in _INNER and isinstance(value, dict):
                self._inner(state, path, value)
            elif name == "Choices" and isinstance(value, list):
                for index, rule in enumerate(value):
                    self._rule(state, (*path, index), rule)
            elif name == "Catch" and isinstance(value, list):
                for index, catcher in enumerate(value):
                    self._catcher(state, (*path, index), catcher)
            elif name == "Result" and state.type == "Pass":
                self._texts(state, path, value)

    def _inner(self, state: State, path: Route, value: Mapping[str, object]) -> None:
        template, config = _INNER[str(path[-1])]
        if template in value:
            self._template(state, (*path, template), value[template])
        names: list[tuple[Route, object]] = [
            ((name,), value[name]) for name in _BATCHER_PATHS if name in value
        ]
        if config is not None:
            inner = value.get(config[0])
            if isinstance(inner, dict) and config[1] in inner:
                names.append((config, inner[config[1]]))
        for route, one in names:
            self._expression(state, path + route, "reference", one)

    def _catcher(self, state: State, path: Route, catcher: object) -> None:
        if isinstance(catcher, dict):
            if "ResultPath" in catcher:
                self._expression(state, (*path, "ResultPath"), "result", catcher["ResultPath"])
            if "Assign" in catcher:
                self._template(state, (*path, "Assign"), catcher["Assign"])

    def _rule(self, state: State, path: Route, rule: object) -> None:
        waiting = [(path, rule)]
        while waiting:
            here, one = waiting.pop()
            if not isinstance(one, dict):
                continue
            for name, value in one.items():
                if name == "Variable" or name.endswith("Path"):
                    self._expression(state, (*here, name), "path", value)
                elif name == "Assign":
                    self._template(state, (*here, name), value)
                elif name == "Not":
                    waiting.append(((*here, name), value))
                elif name in ("And", "Or") and isinstance(value, list):
                    waiting += [((*here, name, index), inner) for index, inner in enumerate(value)]

    def _template(self, state: State, path: Route, value: object) -> None:
        """A payload template: names that end in `.$` stand before paths and functions."""
        waiting = [(path, value)]
        while waiting:
            here, one = waiting.pop()
            if isinstance(one, dict):
                for name, inner in one.items():
                    self.names.add(name.removesuffix(".$"))
                    if name.endswith(".$"):
                        self._expression(state, (*here, name), "template", inner)
                        if name[:-2] in one:
                            message = f"'{name[:-2]}' and '{name}' are the same field; remove one"
                            self._fault("duplicate-payload-field", message, state, (*here, name))
                    elif type(inner) is dict or type(inner) is list:
                        if name not in _OWN_PATHS:
                            waiting.append(((*here, name), inner))
                    elif type(inner) is str and name not in _OWN_PATHS:
                        self._text(state, (*here, name), inner)
            elif isinstance(one, list):
                waiting += [((*here, index), inner) for index, inner in enumerate(one)]

    def _text(self, state: State, path: Route, text: str) -> None:
        """A text that will be passed as it is, though it looks like a path or a function."""
        if text[:1] == "$":
            if not _LIKE_PATH.match(text) or isinstance(read_path(text), PathProblem):
                return
            if "Task.Token" in text and ".waitForTaskToken" in str(state.data.get("Resource")):
                return  # EF701 says what that does
            what = "path"
        elif (
            text.startswith("States.") and text.partition("(")[0] in intrinsics.INTRINSIC_FUNCTIONS
        ):
            what = "function"
        elif is_jsonata(text) and "$states." in text:
            message = "this expression is passed as text: the state's QueryLanguage is JSONPath"
            self._fault("expression-as-text", message, state, path)
            return
        else:
            return
        name = path[-1]
        message = (
            f"'{name}' is the text '{shortened(text)}', not what the {what} gives; write '{name}.$'"
        )
        self._fault("path-as-text", message, state, path)

    def _texts(self, state: State, path: Route, value: object) -> None:
        """A Pass state's Result, in which nothing is looked up."""
        if isinstance(value, dict):
            for name in value:
                if name.endswith(".$"):
                    message = f"'{name}' in a Result is not looked up; use Parameters"
                    self._fault("path-as-text", message, state, (*path, name))

    def _expression(self, state: State, path: Route, accepts: Accepts, value: object) -> None:
        expression = JsonPathField(state, path, accepts, value)
        if is_unresolved(value):
            return
        if not isinstance(value, str):
            if accepts == "template":
                message = f"'{path[-1]}' must be a path or an intrinsic function"
                self._fault("invalid-path", message, state, path)
            # A field that holds no text is EF103.
            return
        self.fields.append(expression)
        if accepts in ("template", "text") and intrinsics.looks_like_call(value):
            problems = intrinsics.problems(value)
            if accepts == "text" and not problems:
                problems = intrinsics.string_problems(value)
            for fault in problems:
                self._fault(fault.kind, fault.message, state, path, Span(fault.start, fault.end))
            return
        read = read_path(value)
        if isinstance(read, PathProblem):
            self._invalid(expression, value, read)
        elif accepts in ("result", "reference", "text"):
            self._reference(expression, value, read)

    def _invalid(self, expression: JsonPathField, text: str, fault: PathProblem) -> None:
        span: Span | None = Span(fault.start, fault.end)
        message = f"the path '{shortened(text)}': {fault.message}"
        if not text.lstrip().startswith("$"):
            span = None
            calls = expression.accepts in ("template", "text")
            wanted = "a path that begins with '$'" + (" or an intrinsic function" if calls else "")
            message = f"'{expression.field}' must be {wanted}, not '{shortened(text)}'"
        self._fault("invalid-path", message, expression.state, expression.path, span)

    def _reference(self, expression: JsonPathField, text: str, path: JsonPath) -> None:
        field = expression.field
        if expression.accepts == "result":
            if path.root != "input":
                what = "the context object" if path.root == "context" else "a variable"
                message = f"'{field}' cannot write to {what}, only to a path that begins with '$.'"
                self._fault("invalid-path", message, expression.state, expression.path)
                return
            for step in path.steps[:1]:
                if isinstance(step, str):
                    self.names.add(step)
        if path.many is not None:
            start, end = path.many
            step = shortened(text[start:end])
            message = f"'{field}' must lead to one value, but '{step}' can lead to several"
            span = Span(start, end)
            self._fault("ambiguous-path", message, expression.state, expression.path, span)

    def _fault(
        self,
        kind: FieldProblemKind,
        message: str,
        state: State,
        path: Route,
        within: Span | None = None,
    ) -> None:
        self.problems.append(FieldProblem(kind, message, state, path, within))


@memoize
def used_paths(machine: Machine) -> Sequence[tuple[JsonPathField, int, str, JsonPath]]:
    """Every path of a machine, also inside functions: where it begins in its text, and the path."""
    found = []
    for expression in jsonpath_fields(machine).fields:
        text = str(expression.value)
        if expression.accepts in ("template", "text") and intrinsics.looks_like_call(text):
            for call in intrinsics.parse_calls(text):
                for argument in call.arguments:
                    read = read_path(argument.text) if argument.kind == "path" else None
                    if isinstance(read, JsonPath):
                        found.append((expression, argument.start, argument.text, read))
            continue
        read = read_path(text)
        if isinstance(read, JsonPath):
            found.append((expression, 0, text, read))
    return found
