"""Evaluation of JSONata expressions that only name a value: paths and constants.

A path that finds nothing is undefined, which is an error only as the value of a whole field:
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sfnlint.asl.expressions import is_jsonata
from sfnlint.asl.machine import State
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.reading import CertainFailureError, described_names
from sfnlint.dataflow.shapes import (
    BOOLEAN,
    NULL,
    NUMBER,
    STRING,
    UNKNOWN,
    Lost,
    Object,
    Scalar,
    Shape,
    array,
    contains_marker,
    follow,
    literal,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import shortened
from sfnlint.place import Route

_PATH = lazy_pattern(r"\s*\$([A-Za-z_]\w*)((?:\s*\.\s*(?:[A-Za-z_]\w*|`[^`]+`))*)\s*")
_STEP = lazy_pattern(r"\.\s*(?:([A-Za-z_]\w*)|`([^`]+)`)")
_NUMBER = lazy_pattern(r"\s*-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?\s*")
_STRING = lazy_pattern(r"""\s*(?:"[^"\\]*"|'[^'\\]*')\s*""")
_ARRAY = lazy_pattern(r"\s*\[.*\]\s*", re.DOTALL)
_CONSTANTS: Mapping[str, Shape] = {
    "true": Scalar("boolean", True, is_known=True),
    "false": Scalar("boolean", False, is_known=True),
    "null": NULL,
}
_CALL = lazy_pattern(r"\s*\$([a-zA-Z0-9]+)\([^()]*\)\s*")
_RESULTS: Mapping[str, Shape] = {
    **dict.fromkeys(("string", "uppercase", "lowercase", "trim", "now", "uuid", "join"), STRING),
    **dict.fromkeys(("number", "count", "sum", "abs", "floor", "ceil", "millis"), NUMBER),
    **dict.fromkeys(("boolean", "not", "exists", "contains"), BOOLEAN),
}
_DEEPEST = 30


class JsonataReader:
    """Evaluates the expressions of a JSONata state.

    Args:
        state: the state.
        variables: the shapes of the variables that are known.
        problems: gets what certainly fails.

    """

    def __init__(
        self, state: State, variables: Mapping[str, Shape], problems: list[FlowProblem]
    ) -> None:
        self.state = state
        self.variables = variables
        self.problems = problems
        self.states: dict[str, Shape] = {}

    def value(self, data: object, path: Route, depth: int = _DEEPEST) -> Shape:
        """Return the shape of a field, whose strings can be expressions.

        Raises:
            CertainFailureError: an expression in it is certainly undefined.

        """
        if depth == 0:
            return UNKNOWN
        if isinstance(data, str):
            return self.expression(data, path) if is_jsonata(data) else literal(data)
        if isinstance(data, list):
            return array(
                [self.value(item, (*path, index), depth - 1) for index, item in enumerate(data)]
            )
        if isinstance(data, dict):
            if any(contains_marker(key) or key.startswith("Fn::") for key in data):
                return UNKNOWN
            return Object(
                {key: self.value(item, (*path, key), depth - 1) for key, item in data.items()}
            )
        return literal(data)

    def expression(self, text: str, path: Route) -> Shape:
        """Return the shape of `{% … %}`.

        Raises:
            CertainFailureError: it is certainly undefined.

        """
        if contains_marker(text):
            return UNKNOWN
        inner = text[2:-2]
        constant = _CONSTANTS.get(inner.strip())
        if constant is not None:
            return constant
        if _NUMBER.fullmatch(inner):
            return Scalar("number", float(inner), is_known=True)
        if _STRING.fullmatch(inner):
            return Scalar("string", inner.strip()[1:-1], is_known=True)
        if call := _CALL.fullmatch(inner):
            return _RESULTS.get(call[1], UNKNOWN)
        match = _PATH.fullmatch(inner)
        if match is None:
            return UNKNOWN
        steps = [name or quoted_name for name, quoted_name in _STEP.findall(match[2])]
        root: Shape = self.variables.get(match[1], UNKNOWN)
        if match[1] == "states":
            if not steps:
                return UNKNOWN
            root = self.states.get(steps.pop(0), UNKNOWN)
        result = follow(root, steps)
        if isinstance(result, Lost):
            raise self._undefined(inner.strip(), steps, result, path)
        return result.shape

    def _undefined(
        self, text: str, steps: list[str], lost: Lost, path: Route
    ) -> CertainFailureError:
        message = f"'{shortened(text)}' is undefined: {described_names(lost)}"
        self.problems.append(
            FlowProblem(
                "undefined-value",
                message,
                self.state,
                path,
                None,
                steps[lost.depth],
                lost.known or (),
            )
        )
        return CertainFailureError()
