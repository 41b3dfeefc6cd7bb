"""Evaluation of paths, intrinsic functions and payload templates of JSONPath states.

What AWS does with paths: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sfnlint.asl import intrinsics
from sfnlint.asl.context_object import CONTEXT_FIELDS
from sfnlint.asl.jsonpath import JsonPath, parse_path
from sfnlint.asl.machine import State
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.shapes import (
    BOOLEAN,
    NUMBER,
    STRING,
    UNKNOWN,
    Array,
    Kind,
    Lost,
    Object,
    Scalar,
    Shape,
    array,
    contains_marker,
    follow,
    kind_of,
    literal,
)
from sfnlint.messages import listed, quoted, shortened
from sfnlint.place import Route, Span

_DEEPEST = 30
_MOST_NAMES = 5
_ANY_ARRAY = Array(None, UNKNOWN)
_ARGUMENTS: Mapping[str, Sequence[Kind | None]] = {
    "States.StringToJson": ("string",),
    "States.ArrayPartition": ("array", "number"),
    "States.ArrayContains": ("array", None),
    "States.ArrayRange": ("number", "number", "number"),
    "States.ArrayGetItem": ("array", "number"),
    "States.ArrayLength": ("array",),
    "States.ArrayUnique": ("array",),
    "States.Base64Encode": ("string",),
    "States.Base64Decode": ("string",),
    "States.Hash": (None, "string"),
    "States.JsonMerge": ("object", "object", "boolean"),
    "States.MathRandom": ("number", "number", "number"),
    "States.MathAdd": ("number", "number"),
    "States.StringSplit": ("string", "string"),
    "States.Format": ("string",),
}
"""The types of the arguments of each function; None for any type."""
_RESULTS: Mapping[str, Shape] = {
    **dict.fromkeys(
        ("States.Format", "States.JsonToString", "States.Base64Encode", "States.Base64Decode"),
        STRING,
    ),
    **dict.fromkeys(("States.Hash", "States.UUID"), STRING),
    **dict.fromkeys(("States.MathAdd", "States.MathRandom", "States.ArrayLength"), NUMBER),
    **dict.fromkeys(
        ("States.ArrayPartition", "States.ArrayRange", "States.ArrayUnique", "States.StringSplit"),
        _ANY_ARRAY,
    ),
    "States.ArrayContains": BOOLEAN,
}
_TYPE_NAMES: Mapping[Kind, str] = {
    "string": "a string",
    "number": "a number",
    "boolean": "a boolean",
    "null": "null",
    "object": "an object",
    "array": "an array",
}

Variables = Mapping[str, Shape]


class CertainFailureError(Exception):
    """The state certainly fails, so that nothing follows it."""


class Reader:
    """Evaluates what a state reads.

    Args:
        state: the state.
        variables: the shapes of the variables that are known.
        problems: gets what certainly fails.
        origin: the state whose output is the input of this one; None if there are several.

    """

    def __init__(
        self,
        state: State,
        variables: Variables,
        problems: list[FlowProblem],
        origin: State | None = None,
    ) -> None:
        self.state = state
        self.variables = variables
        self.problems = problems
        self.origin = origin

    def report(self, problem: FlowProblem) -> CertainFailureError:
        """Record a problem; return the exception to raise."""
        self.problems.append(problem)
        return CertainFailureError()

    def lost(
        self, text: str, steps: Sequence[str | int], lost: Lost, path: Route, within: Span | None
    ) -> CertainFailureError:
        """Record a path that leads nowhere; return the exception to raise."""
        if text.startswith("$.") and steps[0] in CONTEXT_FIELDS:
            # WF116 reports a path of the context object with one `$`.
            return CertainFailureError()
        name = str(steps[lost.depth])
        message = f"'{shortened(text)}' finds nothing: {described_names(lost)}"
        return self.report(
            FlowProblem(
                "missing-value",
                message,
                self.state,
                path,
                within,
                name,
                lost.known or (),
                self.origin if text.startswith("$.") else None,
            )
        )

    def path(self, text: str, data: Shape, path: Route, within: Span | None = None) -> Shape:
        """Return the shape of what a path selects.

        Raises:
            CertainFailureError: it certainly selects nothing.

        """
        parsed = parse_path(text) if not contains_marker(text) else None
        if not isinstance(parsed, JsonPath):
            return UNKNOWN
        root = self.root(parsed, data)
        if parsed.ambiguous_step is not None:
            # A path that can select several values never fails.
            return UNKNOWN
        result = follow(root, parsed.steps)
        if isinstance(result, Lost):
            raise self.lost(text, parsed.steps, result, path, within)
        return result.shape

    def root(self, path: JsonPath, data: Shape) -> Shape:
        """Return the data that a path starts at."""
        if path.root == "input":
            return data
        if path.root == "variable":
            return self.variables.get(path.variable, UNKNOWN)
        return UNKNOWN

    def value(self, text: object, data: Shape, path: Route) -> Shape:
        """Return the shape of a path or of a call of an intrinsic function."""
        if not isinstance(text, str):
            return UNKNOWN
        if not intrinsics.looks_like_call(text):
            return self.path(text, data, path)
        if contains_marker(text):
            return UNKNOWN
        results: dict[tuple[int, int], Shape] = {}
        result: Shape = UNKNOWN
        for call in intrinsics.parse_calls(text):
            arguments = [self._argument(each, results, data, path) for each in call.arguments]
            self._check_arguments(call, arguments, path)
            result = _RESULTS.get(call.name, UNKNOWN)
            if call.name == "States.Array":
                result = array(arguments)
            results[call.start, call.end] = result
        return result

    def _argument(
        self,
        argument: intrinsics.Argument,
        results: Mapping[tuple[int, int], Shape],
        data: Shape,
        path: Route,
    ) -> Shape:
        if argument.kind == "path":
            return self.path(argument.text, data, path, Span(argument.start, argument.end))
        if argument.kind == "call":
            return results.get((argument.start, argument.end), UNKNOWN)
        return Scalar(argument.kind)

    def _check_arguments(
        self, call: intrinsics.IntrinsicCall, arguments: Sequence[Shape], path: Route
    ) -> None:
        kinds = _ARGUMENTS.get(call.name, ())
        for argument, shape, kind in zip(call.arguments, arguments, kinds, strict=False):
            actual = kind_of(shape)
            # EF119 reports constants of a wrong type.
            if kind is None or actual in (None, kind) or argument.kind not in ("path", "call"):
                continue
            message = (
                f"{call.name} needs {_TYPE_NAMES[kind]}, but '{shortened(argument.text)}' is "
                f"{_TYPE_NAMES[actual or kind]}"
            )
            within = Span(argument.start, argument.end)
            raise self.report(FlowProblem("wrong-value", message, self.state, path, within))

    def template(self, template: object, data: Shape, path: Route, depth: int = _DEEPEST) -> Shape:
        """Return the shape of a payload template.

        Raises:
            CertainFailureError: a path in it certainly selects nothing.

        """
        if depth == 0:
            return UNKNOWN
        if isinstance(template, list):
            return array(
                [
                    self.template(item, data, (*path, index), depth - 1)
                    for index, item in enumerate(template)
                ]
            )
        if not isinstance(template, dict):
            return literal(template)
        fields: dict[str, Shape] = {}
        is_open = False
        for key, value in template.items():
            at = (*path, key)
            if contains_marker(key) or key.startswith("Fn::"):
                is_open = True
            elif key.endswith(".$"):
                fields[key[:-2]] = self.value(value, data, at)
            else:
                fields[key] = self.template(value, data, at, depth - 1)
        return UNKNOWN if is_open else Object(fields)


def described_names(lost: Lost) -> str:
    """Return the names that exist where a path leads nowhere, in words."""
    if lost.known is None:
        return "the value before it is not an object"
    names = listed(quoted(map(shortened, lost.known)), _MOST_NAMES)
    return f"the data has only {names}" if names else "the data is an empty object"


def described(shape: Shape) -> str:
    """Return the type of a value in words."""
    kind = kind_of(shape)
    if isinstance(shape, Scalar) and shape.is_known and shape.kind in ("string", "number"):
        return f"the {shape.kind} '{shortened(str(shape.value))}'"
    return _TYPE_NAMES[kind] if kind is not None else "unknown"
