"""The outcome of JSONata states.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.asl.distributed_map import is_distributed
from sfnlint.asl.expressions import is_jsonata
from sfnlint.asl.machine import State
from sfnlint.dataflow.jsonata_values import JsonataReader
from sfnlint.dataflow.outcomes import ERROR, Carried, Outcome, Run, entry_index
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.reading import Variables, described
from sfnlint.dataflow.shapes import UNKNOWN, Array, Scalar, Shape, array, contains_marker, kind_of
from sfnlint.dataflow.task_results import task_result


class JsonataState:
    """A JSONata state with its input."""

    def __init__(
        self,
        state: State,
        data: Shape,
        variables: Variables,
        run: Run,
        problems: list[FlowProblem],
    ) -> None:
        self.state = state
        self.data = data
        self.variables = variables
        self.run = run
        self.reader = JsonataReader(state, variables, problems)
        self.problems = problems

    def outcome(self) -> Outcome:
        """Return the outcome; raises CertainFailureError if the state certainly fails."""
        state, fields = self.state, self.state.data
        self.reader.states = {"input": self.data}
        if state.type == "Fail":
            return Outcome([], None)
        if state.type == "Choice":
            return Outcome(list(self._choices()), None)
        effective = self.data
        if "Arguments" in fields and state.type in ("Task", "Parallel"):
            effective = self.reader.value(fields["Arguments"], (*state.path, "Arguments"))
        result = self._result(effective)
        if result is None:
            return Outcome(list(self._caught()), None)
        if state.type in ("Task", "Parallel", "Map"):
            self.reader.states["result"] = result
        output, variables = self._after(fields, state.path, result)
        carried = [
            Carried(transition, output, variables)
            for transition in state.transitions
            if transition.field == "Next"
        ]
        carried += self._caught()
        return Outcome(carried, output if state.is_terminal else None)

    def _after(
        self, fields: Mapping[str, object], path: tuple[str | int, ...], default: Shape
    ) -> tuple[Shape, Variables]:
        """Return the output and the variables after Output and Assign."""
        output = default
        if "Output" in fields:
            output = self.reader.value(fields["Output"], (*path, "Output"))
        variables = self.variables
        assign = fields.get("Assign")
        if isinstance(assign, dict):
            known = dict(self.variables)
            for name, value in assign.items():
                known[name] = self.reader.value(value, (*path, "Assign", name))
            variables = known
            if any(map(contains_marker, assign)):
                variables = {}
        elif assign is not None:
            variables = {}
        return output, variables

    def _result(self, effective: Shape) -> Shape | None:
        state = self.state
        if state.type == "Task":
            return task_result(state)
        if state.type == "Parallel":
            outputs = [self.run(scope, effective, self.variables) for scope in state.scopes]
            known = [output for output in outputs if output is not None]
            if len(known) < len(outputs):
                return None
            return array(known) if known else UNKNOWN
        if state.type == "Map":
            return self._map()
        return self.data

    def _map(self) -> Shape | None:
        state, fields = self.state, self.state.data
        items: Shape = self.data
        name = "Type"
        if "ItemReader" in fields:
            items = UNKNOWN
        elif "Items" in fields:
            name = "Items"
            # EF105 reports strings that are no expressions.
            items = UNKNOWN
            if not isinstance(fields["Items"], str) or is_jsonata(fields["Items"]):
                items = self.reader.value(fields["Items"], (*state.path, "Items"))
        if isinstance(items, Scalar):
            message = f"the Map needs an array, but its items are {described(items)}"
            self.problems.append(FlowProblem("wrong-value", message, state, (*state.path, name)))
            return None
        each = items.item if isinstance(items, Array) else UNKNOWN
        if isinstance(items, Array) and items.items == ():
            return Array((), UNKNOWN)
        if "ItemSelector" in fields or "ItemBatcher" in fields:
            each = UNKNOWN
        if not state.scopes:
            return UNKNOWN
        distributed = is_distributed(state)
        output = self.run(state.scopes[0], each, {} if distributed is not False else self.variables)
        if "ResultWriter" in fields or distributed is not False:
            return UNKNOWN
        if output is None:
            return None if isinstance(items, Array) and items.items else UNKNOWN
        return Array(None, output)

    def _caught(self) -> Iterator[Carried]:
        entries = self.state.data.get("Catch")
        for transition in self.state.transitions:
            if transition.field != "Catch" or not isinstance(entries, list):
                continue
            index = entry_index(transition)
            self.reader.states = {"input": self.data, "errorOutput": ERROR}
            path = (*self.state.path, "Catch", index)
            yield Carried(transition, *self._after(entries[index], path, ERROR))

    def _choices(self) -> Iterator[Carried]:
        state = self.state
        rules = state.data.get("Choices")
        transitions = {
            entry_index(transition): transition
            for transition in state.transitions
            if transition.field == "Choices"
        }
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            path = (*state.path, "Choices", index)
            condition = rule.get("Condition") if isinstance(rule, dict) else None
            # EF105 reports strings that are no expressions.
            shape: Shape = UNKNOWN
            if type(condition) is bool or (isinstance(condition, str) and is_jsonata(condition)):
                shape = self.reader.value(condition, (*path, "Condition"))
            if kind_of(shape) not in (None, "boolean"):
                message = f"the condition is {described(shape)}, not a boolean"
                at = (*path, "Condition")
                self.problems.append(FlowProblem("wrong-value", message, state, at))
                return
            value = shape.value if isinstance(shape, Scalar) and shape.is_known else None
            if value is not False and index in transitions and isinstance(rule, dict):
                yield Carried(transitions[index], *self._after(rule, path, self.data))
            if value is True:
                return
        for transition in state.transitions:
            if transition.field == "Default":
                yield Carried(transition, *self._after(state.data, state.path, self.data))
