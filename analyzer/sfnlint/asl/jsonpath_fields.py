"""The fields of JSONPath states with paths, intrinsic functions and payload templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sfnlint.asl import intrinsics
from sfnlint.asl.expressions import is_jsonata
from sfnlint.asl.jsonpath import JsonPath, PathProblem, parse_path
from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route, Span

Accepts = Literal["path", "reference", "result", "string", "template"]
"""The values that a field accepts.

"path": a path; "reference": a path that selects one value; "result": a path to write to; "string":
a path or a function that returns a string; "template": a path or any function.
"""

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
    "ErrorPath": "string",
    "CausePath": "string",
}
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials")
_INNER = {
    "ItemReader": ("Parameters", ("ReaderConfig", "MaxItemsPath")),
    "ResultWriter": ("Parameters", None),
    "ItemBatcher": ("BatchInput", None),
}
_OTHER_FIELDS = frozenset((*_TEMPLATES, *_INNER, "Choices", "Catch", "Result"))
_BATCHER_PATHS = ("MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath")
_SERVICE_PATHS = frozenset(
    {
        *("InputPath", "OutputPath", "ResultPath", "ItemsPath", "JsonPath", "JSONPath"),
        "InputPathsMap",
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataProcessing.html
        *("InputFilter", "OutputFilter"),
    }
)
"""Parameters of service APIs whose values are paths, passed as they are."""
_LIKE_PATH = lazy_pattern(r"\$\$?(?:\.[A-Za-z_]|\[)")


class JsonPathField(NamedTuple):
    """A field whose value the service reads as a path or an intrinsic function.

    Attributes:
        state: the state that contains the field.
        path: the path of the value in the definition.
        accepts: the values that the field accepts.
        value: its value.

    """

    state: State
    path: Route
    accepts: Accepts
    value: object

    @property
    def name(self) -> str:
        """The name of the field."""
        return str(next(step for step in reversed(self.path) if isinstance(step, str)))


class FieldProblem(NamedTuple):
    """A problem of a path, an intrinsic function or a payload template.

    Attributes:
        kind: the name of the rule that reports it.
        message: the message, to follow "state 'Train': ".
        state: the state that contains the field.
        path: the path of the value in the definition.
        within: the wrong characters of the value; None for the whole value.
        key: the key of the value and the key that it should have; None if the key is right.

    """

    kind: FieldProblemKind
    message: str
    state: State
    path: Route
    within: Span | None = None
    key: tuple[str, str] | None = None


class JsonPathFields(NamedTuple):
    """The paths and payload templates of the JSONPath states of a machine.

    Attributes:
        fields: the fields with paths and intrinsic functions.
        problems: the problems in them.
        names: the names of all fields of payload templates, and of those that results are written
            to.

    """

    fields: Sequence[JsonPathField]
    problems: Sequence[FieldProblem]
    names: frozenset[str]


class UsedPath(NamedTuple):
    """A path in a field, possibly an argument of an intrinsic function.

    Attributes:
        field: the field.
        start: the position of the path in the field's value.
        text: the text of the path.
        path: the parsed path.

    """

    field: JsonPathField
    start: int
    text: str
    path: JsonPath


@memoize
def jsonpath_fields(machine: Machine) -> JsonPathFields:
    """All paths, intrinsic functions and payload templates of a machine, and their problems."""
    reader = _Reader()
    for state in machine.states:
        if state.query_language == "JSONPath":
            reader.read_state(state)
    return JsonPathFields(reader.fields, reader.problems, frozenset(reader.names))


@memoize
def used_paths(machine: Machine) -> Sequence[UsedPath]:
    """Every path of a machine, including the arguments of intrinsic functions."""
    paths = []
    for field in jsonpath_fields(machine).fields:
        text = str(field.value)
        if field.accepts in ("template", "string") and intrinsics.looks_like_call(text):
            for call in intrinsics.parse_calls(text):
                for argument in call.arguments:
                    path = parse_path(argument.text) if argument.kind == "path" else None
                    if isinstance(path, JsonPath):
                        paths.append(UsedPath(field, argument.start, argument.text, path))
            continue
        path = parse_path(text)
        if isinstance(path, JsonPath):
            paths.append(UsedPath(field, 0, text, path))
    return paths


def _payload_depth(state: State) -> int | None:
    """The depth below Parameters from which on a Task's own code receives the fields.

    It is 0 for a Lambda function or an activity, and 1 for the parameters of a service's API; None
    for states whose parameters no code receives.
    """
    resource = state.data.get("Resource")
    if state.type != "Task" or not isinstance(resource, str):
        return None
    if ":states:::" not in resource:
        return 0
    return None if "startExecution" in resource else 1


def _passes_everything(field: tuple[str, object]) -> bool:
    """Whether a field of a payload template passes the whole input or context object."""
    name, value = field
    if not name.endswith(".$") or not isinstance(value, str):
        return False
    if not intrinsics.looks_like_call(value):
        return value.strip() in ("$", "$$")
    return any(
        argument.text in ("$", "$$")
        for call in intrinsics.parse_calls(value)
        for argument in call.arguments
    )


def _is_evaluable(value: object) -> bool:
    """Whether a value is a path or a call of an intrinsic function."""
    if not isinstance(value, str):
        return False
    is_call = value.partition("(")[0].strip() in intrinsics.FUNCTIONS
    return is_call or isinstance(parse_path(value), JsonPath)


class _Reader:
    def __init__(self) -> None:
        self.fields: list[JsonPathField] = []
        self.problems: list[FieldProblem] = []
        self.names: set[str] = set()

    def read_state(self, state: State) -> None:
        for name, value in state.data.items():
            accepts = _PATHS.get(name)
            if accepts is None and name not in _OTHER_FIELDS:
                continue
            path = (*state.path, name)
            if accepts is not None:
                self._read_field(state, path, accepts, value)
            elif name in _TEMPLATES:
                self._read_template(state, path, value)
                if type(value) is str and _LIKE_PATH.match(value):
                    message = f"'{name}' is the string '{shortened(value)}', not the path's value"
                    message += f"; write an object, such as {{'value.$': '{shortened(value)}'}}"
                    self._report("path-as-text", message, state, path)
            elif name in _INNER and isinstance(value, dict):
                self._read_inner(state, path, value)
            elif name == "Choices" and isinstance(value, list):
                for index, rule in enumerate(value):
                    self._read_choice_rule(state, (*path, index), rule)
            elif name == "Catch" and isinstance(value, list):
                for index, catcher in enumerate(value):
                    self._read_catcher(state, (*path, index), catcher)
            elif name == "Result" and state.type == "Pass":
                self._read_result(state, path, value)

    def _read_inner(self, state: State, path: Route, value: Mapping[str, object]) -> None:
        template, config = _INNER[str(path[-1])]
        if template in value:
            self._read_template(state, (*path, template), value[template])
        references: list[tuple[Route, object]] = [
            ((name,), value[name]) for name in _BATCHER_PATHS if name in value
        ]
        if config is not None:
            inner = value.get(config[0])
            if isinstance(inner, dict) and config[1] in inner:
                references.append((config, inner[config[1]]))
        for route, reference in references:
            self._read_field(state, path + route, "reference", reference)

    def _read_catcher(self, state: State, path: Route, catcher: object) -> None:
        if isinstance(catcher, dict):
            if "ResultPath" in catcher:
                self._read_field(state, (*path, "ResultPath"), "result", catcher["ResultPath"])
            if "Assign" in catcher:
                self._read_template(state, (*path, "Assign"), catcher["Assign"])

    def _read_choice_rule(self, state: State, path: Route, rule: object) -> None:
        pending = [(path, rule)]
        while pending:
            here, condition = pending.pop()
            if not isinstance(condition, dict):
                continue
            for name, value in condition.items():
                if name == "Variable" or name.endswith("Path"):
                    self._read_field(state, (*here, name), "path", value)
                elif name == "Assign":
                    self._read_template(state, (*here, name), value)
                elif name == "Not":
                    pending.append(((*here, name), value))
                elif name in ("And", "Or") and isinstance(value, list):
                    pending += [((*here, name, index), inner) for index, inner in enumerate(value)]

    def _read_template(self, state: State, path: Route, value: object) -> None:
        """Read a payload template: fields whose names end in `.$` hold paths and functions."""
        # The depth from which on the template is data for the receiver's own code.
        depth = _payload_depth(state) if path[-1] == "Parameters" else None
        pending = [(path, value, False)]
        while pending:
            here, template, has_input = pending.pop()
            if isinstance(template, dict):
                if depth is not None and len(here) - len(path) >= depth:
                    has_input = has_input or any(map(_passes_everything, template.items()))
                for name, inner in template.items():
                    self.names.add(name.removesuffix(".$"))
                    if name.endswith(".$"):
                        self._read_field(state, (*here, name), "template", inner)
                        if name[:-2] in template:
                            message = f"'{name[:-2]}' and '{name}' are the same field; remove one"
                            self._report("duplicate-payload-field", message, state, (*here, name))
                    elif type(inner) is dict or type(inner) is list:
                        if name not in _SERVICE_PATHS:
                            pending.append(((*here, name), inner, has_input))
                    elif type(inner) is str and name not in _SERVICE_PATHS:
                        self._read_constant(state, (*here, name), inner, has_input)
            elif isinstance(template, list):
                pending += [
                    ((*here, index), inner, has_input) for index, inner in enumerate(template)
                ]

    def _read_constant(self, state: State, path: Route, text: str, has_input: bool) -> None:
        """Report a constant string that looks like a path or a function.

        Code that receives the whole input may read a path itself.
        """
        if text[:1] == "$":
            if has_input or not _LIKE_PATH.match(text) or isinstance(parse_path(text), PathProblem):
                return
            if "Task.Token" in text and ".waitForTaskToken" in str(state.data.get("Resource")):
                return  # EF701 reports it
            value = "the path's value"
        elif text.startswith("States.") and text.partition("(")[0] in intrinsics.FUNCTIONS:
            value = "the function's result"
        elif is_jsonata(text) and "$states." in text:
            message = (
                f"'{path[-1]}' passes its JSONata expression as a string, because the state's "
                "QueryLanguage is JSONPath"
            )
            self._report("expression-as-text", message, state, path)
            return
        else:
            return
        name = path[-1]
        message = f"'{name}' passes the string '{shortened(text)}', not {value}; write '{name}.$'"
        key = (name, f"{name}.$") if isinstance(name, str) else None
        self.problems.append(FieldProblem("path-as-text", message, state, path, key=key))

    def _read_result(self, state: State, path: Route, value: object) -> None:
        """Report paths in the Result of a Pass state, which is a constant."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if name.endswith(".$") and _is_evaluable(inner):
                    message = f"'{name}' in Result is not evaluated; use Parameters"
                    self._report("path-as-text", message, state, (*path, name))

    def _read_field(self, state: State, path: Route, accepts: Accepts, value: object) -> None:
        field = JsonPathField(state, path, accepts, value)
        if is_unresolved(value):
            return
        if not isinstance(value, str):
            # EF103 reports the values of other fields that are not strings.
            if accepts == "template":
                message = f"'{path[-1]}' must be a path or an intrinsic function"
                self._report("invalid-path", message, state, path)
            return
        self.fields.append(field)
        if accepts in ("template", "string") and intrinsics.looks_like_call(value):
            problems = intrinsics.problems(value)
            if accepts == "string" and not problems:
                problems = intrinsics.string_problems(value)
            for problem in problems:
                span = Span(problem.start, problem.end)
                self._report(problem.kind, problem.message, state, path, span)
            return
        parsed = parse_path(value)
        if isinstance(parsed, PathProblem):
            self._report_path(field, value, parsed)
        elif accepts in ("result", "reference", "string"):
            self._check_reference(field, value, parsed)

    def _report_path(self, field: JsonPathField, text: str, problem: PathProblem) -> None:
        span: Span | None = Span(problem.start, problem.end)
        message = f"invalid path '{shortened(text)}': {problem.message}"
        if not text.lstrip().startswith("$"):
            span = None
            expected = "a path that starts with '$'"
            if field.accepts in ("template", "string"):
                expected += " or an intrinsic function"
            message = f"'{field.name}' must be {expected}, not '{shortened(text)}'"
        self._report("invalid-path", message, field.state, field.path, span)

    def _check_reference(self, field: JsonPathField, text: str, path: JsonPath) -> None:
        """Report a path that cannot be written to, or that can select several values."""
        name = field.name
        if field.accepts == "result":
            if path.root != "input":
                root = "the context object" if path.root == "context" else "a variable"
                message = f"'{name}' cannot write to {root}, only to a path that starts with '$.'"
                self._report("invalid-path", message, field.state, field.path)
                return
            for step in path.steps[:1]:
                if isinstance(step, str):
                    self.names.add(step)
        if path.ambiguous_step is not None:
            start, end = path.ambiguous_step
            step = shortened(text[start:end])
            message = f"'{name}' must select one value, but '{step}' can select several"
            self._report("ambiguous-path", message, field.state, field.path, Span(start, end))

    def _report(
        self,
        kind: FieldProblemKind,
        message: str,
        state: State,
        path: Route,
        within: Span | None = None,
    ) -> None:
        self.problems.append(FieldProblem(kind, message, state, path, within))
