"""The outcome of JSONPath states: their fields in the order in which AWS evaluates them.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.distributed_map import is_distributed
from sfnlint.asl.jsonpath import JsonPath, parse_path
from sfnlint.asl.machine import State
from sfnlint.dataflow import conditions
from sfnlint.dataflow.outcomes import ERROR, Carried, Outcome, Run, entry_index
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.reading import Reader, Variables, described
from sfnlint.dataflow.shapes import (
    UNKNOWN,
    Array,
    Object,
    Scalar,
    Shape,
    array,
    contains_marker,
    inserted,
    kind_of,
    literal,
)
from sfnlint.dataflow.task_results import task_result
from sfnlint.dataflow.timestamps import is_timestamp

_NUMBER_PATHS = (
    *("TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath"),
    *("ToleratedFailureCountPath", "ToleratedFailurePercentagePath"),
)
_VALUE_PATHS = frozenset((*_NUMBER_PATHS, "SecondsPath", "TimestampPath"))
_EMPTY = Object({})
_MOST_ITEMS = 20


class JsonPathState:
    """A JSONPath state with its input."""

    def __init__(
        self,
        state: State,
        data: Shape,
        variables: Variables,
        run: Run,
        problems: list[FlowProblem],
        origin: State | None,
    ) -> None:
        self.state = state
        self.data = data
        self.variables = variables
        self.run = run
        self.reader = Reader(state, variables, problems, origin)

    def outcome(self) -> Outcome:
        """Return the outcome; raises CertainFailureError if the state certainly fails."""
        state, fields = self.state, self.state.data
        effective = self._filtered("InputPath", self.data)
        if state.type == "Fail":
            for name in ("ErrorPath", "CausePath"):
                if name in fields:
                    self.reader.value(fields[name], effective, (*state.path, name))
            return Outcome([], None)
        if state.type == "Choice":
            output = self._filtered("OutputPath", effective)
            return Outcome(list(self._choices(effective, output)), None)
        if not _VALUE_PATHS.isdisjoint(fields):
            self._check_values(effective)
        if "Parameters" in fields and state.type != "Map":
            effective = self.reader.template(
                fields["Parameters"], effective, (*state.path, "Parameters")
            )
        result = self._result(effective)
        if result is None:
            # A branch certainly fails; a Catch can handle its error.
            return Outcome(list(self._caught()), None)
        if "ResultSelector" in fields and isinstance(fields["ResultSelector"], dict):
            result = self.reader.template(
                fields["ResultSelector"], result, (*state.path, "ResultSelector")
            )
        output = self._with_result(result)
        output = self._filtered("OutputPath", output)
        variables = self._assigned(fields.get("Assign"), result)
        carried = [
            Carried(transition, output, variables)
            for transition in state.transitions
            if transition.field == "Next"
        ]
        carried += self._caught()
        return Outcome(carried, output if state.is_terminal else None)

    def _filtered(self, name: str, data: Shape) -> Shape:
        """Return the data that InputPath or OutputPath selects."""
        if name not in self.state.data:
            return data
        path = self.state.data[name]
        if path is None:
            return _EMPTY
        if not isinstance(path, str):
            return UNKNOWN
        return self.reader.path(path, data, (*self.state.path, name))

    def _result(self, effective: Shape) -> Shape | None:
        state = self.state
        if state.type == "Pass":
            return literal(state.data["Result"]) if "Result" in state.data else effective
        if state.type == "Task":
            return task_result(state)
        if state.type == "Parallel":
            outputs = [self.run(scope, effective, self.variables) for scope in state.scopes]
            known = [output for output in outputs if output is not None]
            if len(known) < len(outputs):
                return None
            return array(known) if known else UNKNOWN
        if state.type == "Map":
            return self._map(effective)
        return effective

    def _map(self, effective: Shape) -> Shape | None:
        state, fields = self.state, self.state.data
        items: Shape = effective
        if "ItemReader" in fields:
            items = UNKNOWN
        elif "ItemsPath" in fields:
            path = fields["ItemsPath"]
            items = UNKNOWN
            if isinstance(path, str):
                items = self.reader.path(path, effective, (*state.path, "ItemsPath"))
        distributed = is_distributed(state)
        kind = kind_of(items)
        allowed = ("array",) if distributed is False else ("array", "object")
        if kind is not None and kind not in allowed:
            name = "ItemsPath" if "ItemsPath" in fields else "Type"
            message = f"the Map needs an array, but its items are {described(items)}"
            raise self.reader.report(
                FlowProblem("wrong-value", message, state, (*state.path, name))
            )
        selector = fields.get("ItemSelector", fields.get("Parameters"))
        name = "ItemSelector" if "ItemSelector" in fields else "Parameters"
        each = items.item if isinstance(items, Array) else UNKNOWN
        if isinstance(items, Array) and items.items == ():
            # No iteration reads anything.
            return Array((), UNKNOWN)
        if isinstance(selector, dict):
            each = self.reader.template(selector, effective, (*state.path, name))
        if "ItemBatcher" in fields:
            each = UNKNOWN
        if not state.scopes:
            return UNKNOWN
        variables = {} if distributed is not False else self.variables
        output = self.run(state.scopes[0], each, variables)
        if "ResultWriter" in fields or distributed is not False:
            return UNKNOWN
        if output is None:
            # Without items, the Map does not fail.
            return None if isinstance(items, Array) and items.items else UNKNOWN
        if isinstance(items, Array) and items.items and len(items.items) <= _MOST_ITEMS:
            return Array((output,) * len(items.items), output)
        return Array(None, output)

    def _with_result(self, result: Shape) -> Shape:
        """Return the raw input with the result at ResultPath."""
        if self.state.type not in ("Pass", "Task", "Parallel", "Map"):
            return result
        if "ResultPath" not in self.state.data:
            return result
        path = self.state.data["ResultPath"]
        if path is None:
            return self.data
        return _at(path, self.data, result)

    def _caught(self) -> Iterator[Carried]:
        entries = self.state.data.get("Catch")
        for transition in self.state.transitions:
            if transition.field != "Catch" or not isinstance(entries, list):
                continue
            entry = entries[entry_index(transition)]
            data: Shape = ERROR
            if "ResultPath" in entry:
                path = entry["ResultPath"]
                data = self.data if path is None else _at(path, self.data, ERROR)
            yield Carried(transition, data, self._assigned(entry.get("Assign"), UNKNOWN))

    def _choices(self, effective: Shape, output: Shape) -> Iterator[Carried]:
        state = self.state
        rules = state.data.get("Choices")
        transitions = {
            entry_index(transition): transition
            for transition in state.transitions
            if transition.field == "Choices"
        }
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            path = (*state.path, "Choices", index)
            matches = conditions.evaluate(rule, effective, self.reader, path)
            if matches is not False and index in transitions:
                assigned = self._assigned(rule.get("Assign"), UNKNOWN)
                yield Carried(transitions[index], output, assigned)
            if matches:
                return
        for transition in state.transitions:
            if transition.field == "Default":
                assigned = self._assigned(state.data.get("Assign"), UNKNOWN)
                yield Carried(transition, output, assigned)

    def _assigned(self, assign: object, data: Shape) -> Variables:
        """Return the variables after an Assign, of which only constants are known."""
        if assign is None:
            return self.variables
        if not isinstance(assign, dict):
            return {}
        variables = dict(self.variables)
        for key, value in assign.items():
            if contains_marker(key):
                return {}
            name = key.removesuffix(".$")
            # What "$" is in Assign depends on the type of the state.
            is_constant = name == key and not _has_expressions(value)
            variables[name] = literal(value) if is_constant else UNKNOWN
        return variables

    def _check_values(self, data: Shape) -> None:
        """Report the values of fields such as SecondsPath that have a wrong type."""
        for name in _NUMBER_PATHS:
            shape = self._selected(name, data)
            if shape is not None and kind_of(shape) not in (None, "number", "string"):
                self._wrong(name, f"'{name}' selects {described(shape)}, not a number")
        shape = self._selected("SecondsPath", data)
        if shape is not None:
            is_negative = _is_negative(shape)
            if is_negative or kind_of(shape) not in (None, "number", "string"):
                self._wrong(
                    "SecondsPath",
                    f"'SecondsPath' selects {described(shape)}, not a number of seconds",
                )
        shape = self._selected("TimestampPath", data)
        if shape is not None:
            is_invalid = (
                isinstance(shape, Scalar)
                and shape.is_known
                and isinstance(shape.value, str)
                and not is_timestamp(shape.value)
            )
            if is_invalid or kind_of(shape) not in (None, "string"):
                self._wrong(
                    "TimestampPath", f"'TimestampPath' selects {described(shape)}, not a timestamp"
                )

    def _selected(self, name: str, data: Shape) -> Shape | None:
        path = self.state.data.get(name)
        if not isinstance(path, str):
            return None
        return self.reader.path(path, data, (*self.state.path, name))

    def _wrong(self, name: str, message: str) -> None:
        problem = FlowProblem("wrong-value", message, self.state, (*self.state.path, name))
        raise self.reader.report(problem)


def _at(path: object, data: Shape, value: Shape) -> Shape:
    """Return data with a value at a reference path."""
    parsed = parse_path(path) if isinstance(path, str) and not contains_marker(path) else None
    if not isinstance(parsed, JsonPath) or parsed.ambiguous_step or parsed.root != "input":
        return UNKNOWN
    return inserted(data, parsed.steps, value)


def _is_negative(shape: Shape) -> bool:
    value = shape.value if isinstance(shape, Scalar) and shape.is_known else None
    return type(value) in (int, float) and float(str(value)) < 0


def _has_expressions(value: object) -> bool:
    """Whether a value of a payload template has fields that are evaluated."""
    pending = [value]
    while pending:
        data = pending.pop()
        if isinstance(data, dict):
            if any(str(key).endswith(".$") for key in data):
                return True
            pending += data.values()
        elif isinstance(data, list):
            pending += data
    return False
