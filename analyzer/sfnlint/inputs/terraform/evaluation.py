"""Expressions of a Terraform configuration, worked out as far as the files show.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol
from zlib import crc32

from sfnlint.inputs.terraform import functions as terraform_functions
from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    ListValue,
    ObjectValue,
    ResourceValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    key_value_pairs,
    limited,
    literal,
    place_at,
    string_parts,
)
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Expression

IterationValues = Mapping[str, TerraformValue]
"""What names stand for beside those of the module: `each`, `count`, those of a `for`."""

_DEEPEST = 600
"""How deep values may be in each other, across locals and modules that use each other: in calls."""
_MOST = 200_000
"""How many expressions of one configuration are worked out: loops in loops have no end."""
_LONGEST_NAME = 60
_CHANGING = re.compile(r"timestamp|uuid|bcrypt")
"""Functions that give something else each time."""


class NameLookup(Protocol):
    """Knows what the names of a module stand for."""

    @property
    def prefix(self) -> str:
        """The address of the module, `module.a.`; empty for the root."""

    def lookup(self, steps: Sequence[str | int | None]) -> tuple[TerraformValue | None, int]:
        """The value of a reference, and how many of its steps lead to it.

        Args:
            steps: `["var", "x"]`; None is a step that is not known.

        """


class EvaluationBudget:
    """How much may still be worked out."""

    def __init__(self) -> None:
        self.left = _MOST
        self.depth = 0


class Evaluator:
    """Works out the expressions of one file of a module.

    Args:
        document: the file.
        names: what its names stand for.
        budget: how much may be worked out.
        files: reads the files that functions name.

    """

    def __init__(
        self,
        document: TextDocument,
        names: NameLookup,
        budget: EvaluationBudget,
        files: terraform_functions.Files,
    ) -> None:
        self.document = document
        self.names = names
        self._files = files
        self._budget = budget

    def evaluate(self, expression: Expression, bindings: IterationValues) -> TerraformValue:
        """The value of an expression; open where the files do not show it."""
        budget = self._budget
        if budget.left <= 0 or budget.depth >= _DEEPEST:
            return self.open(expression, bindings)
        budget.left -= 1
        budget.depth += 3
        try:
            handler = _HANDLERS.get(type(expression))
            value = handler(self, expression, bindings) if handler else None
        except ValueTooLargeError:
            value = None
        finally:
            budget.depth -= 3
        return self.open(expression, bindings) if value is None else value

    def place(self, expression: Expression) -> Place:
        """The characters of an expression."""
        return place_at(self.document, *expression.span)

    def open(self, expression: Expression, bindings: IterationValues) -> UnknownValue:
        """The value of an expression that is not worked out: equal ones are equal."""
        start, end = expression.span
        text = re.sub(r"\s+", " ", self.document.text[start : min(end, start + 1000)])
        name = self.names.prefix + text
        whole = name
        if end - start > 1000 or _CHANGING.search(text) or any(one in text for one in bindings):
            # What differs from one run of a loop to the next, or from call to call.
            whole = f"{name}@{self.document.file}:{start}"
        if len(whole) > _LONGEST_NAME or whole != name:
            name = f"{name[:_LONGEST_NAME]}…{crc32(whole.encode())}"
        return UnknownValue(self.place(expression), {"Ref": name})

    # Texts

    def _template(
        self, node: nodes.StringTemplate, bindings: IterationValues
    ) -> TerraformValue | None:
        if node.single and isinstance(node.parts[0], nodes.Interpolation):
            return self.evaluate(node.parts[0].value, bindings)
        parts = self._parts(node.parts, bindings)
        return None if parts is None else StringValue(self.place(node), parts)

    def _parts(
        self, given: Sequence[Expression], bindings: IterationValues
    ) -> list[StringPart] | None:
        found: list[StringPart] = []
        for one in given:
            more = self._part(one, bindings)
            if more is None:
                return None
            found += more
            if len(found) > MAX_ITEMS + len(given):
                raise ValueTooLargeError
        return limited(found, len(given))

    def _part(self, node: Expression, bindings: IterationValues) -> list[StringPart] | None:
        if isinstance(node, nodes.StringLiteral):
            return [StringPart(node.value, self.place(node))]
        if isinstance(node, nodes.TemplateIf):
            truth = self._truth(node.condition, bindings)
            return None if truth is None else self._parts(node.yes if truth else node.no, bindings)
        if isinstance(node, nodes.TemplateFor):
            runs = self._runs(node.names, node.collection, bindings)
            if runs is None:
                return None
            found = []
            for run in runs:
                more = self._parts(node.parts, run)
                if more is None:
                    return None
                found += more
            return found
        if not isinstance(node, nodes.Interpolation):
            return None
        value = self.evaluate(node.value, bindings)
        if isinstance(value, UnknownValue):
            return [StringPart(value.reference, self.place(node))]
        return string_parts(value)

    # Collections

    def _tuple(self, node: nodes.TupleExpression, bindings: IterationValues) -> TerraformValue:
        return ListValue(self.place(node), [self.evaluate(one, bindings) for one in node.items])

    def _object(
        self, node: nodes.ObjectExpression, bindings: IterationValues
    ) -> TerraformValue | None:
        members: list[tuple[StringValue, TerraformValue]] = []
        for key, value in node.items:
            name = self._key(key, bindings)
            if name is None:
                return None
            members.append((name, self.evaluate(value, bindings)))
        return ObjectValue(self.place(node), members)

    def _key(self, key: Expression, bindings: IterationValues) -> StringValue | None:
        value = self.evaluate(key, bindings)
        parts = string_parts(value)
        return None if parts is None else StringValue(value.place, parts)

    def _runs(
        self, names: Sequence[str], collection: Expression, bindings: IterationValues
    ) -> list[IterationValues] | None:
        """What the names of a loop stand for in each of its runs; None when not known."""
        value = self.evaluate(collection, bindings)
        pairs = key_value_pairs(value)
        if pairs is None or len(pairs) > self._budget.left:
            return None
        if len(names) == 1:
            return [{**bindings, names[0]: one} for _, one in pairs]
        return [{**bindings, names[0]: key, names[1]: one} for key, one in pairs]

    def _for(self, node: nodes.ForExpression, bindings: IterationValues) -> TerraformValue | None:
        runs = self._runs(node.names, node.collection, bindings)
        if runs is None or node.groups:
            return None
        items: list[TerraformValue] = []
        members: list[tuple[StringValue, TerraformValue]] = []
        for run in runs:
            if node.condition is not None:
                truth = self._truth(node.condition, run)
                if truth is None:
                    return None
                if not truth:
                    continue
            value = self.evaluate(node.value, run)
            if node.key is None:
                items.append(value)
                continue
            key = self._key(node.key, run)
            if key is None:
                return None
            members.append((key, value))
        place = self.place(node)
        return ListValue(place, items) if node.key is None else ObjectValue(place, members)

    def _splat(self, node: nodes.Splat, bindings: IterationValues) -> TerraformValue | None:
        of = self.evaluate(node.of, bindings)
        if isinstance(of, ScalarValue) and of.value is None:
            return ListValue(of.place, [])
        if not isinstance(of, (ListValue, ObjectValue)):
            return None
        items = of.items if isinstance(of, ListValue) else [of]
        each = [self.evaluate(node.each, {**bindings, "*": item}) for item in items]
        return ListValue(self.place(node), each)

    # References

    def _name(self, node: nodes.Name, bindings: IterationValues) -> TerraformValue | None:
        return bindings.get(node.name) or self._reference([node.name], node)

    def _index(self, node: nodes.Index, bindings: IterationValues) -> TerraformValue | None:
        steps: list[str | int | None] = []
        base: Expression = node
        while isinstance(base, nodes.Index):
            steps.insert(0, self._step(base.key, bindings))
            base = base.of
        if isinstance(base, nodes.Name) and base.name not in bindings:
            return self._reference([base.name, *steps], node)
        return self._into(self.evaluate(base, bindings), steps, node)

    def _step(self, key: Expression, bindings: IterationValues) -> str | int | None:
        value = self.evaluate(key, bindings)
        if isinstance(value, ScalarValue) and type(value.value) is int:
            return value.value
        return literal(value)

    def _reference(
        self, steps: Sequence[str | int | None], node: Expression
    ) -> TerraformValue | None:
        self._budget.depth += 8
        value, taken = self.names.lookup(steps)
        self._budget.depth -= 8
        return None if value is None else self._into(value, steps[taken:], node)

    def _into(
        self, value: TerraformValue, steps: Sequence[str | int | None], node: Expression
    ) -> TerraformValue | None:
        for index, step in enumerate(steps):
            found = None
            if isinstance(value, ObjectValue) and step is not None:
                found = value.get(str(step))
            elif isinstance(value, ListValue) and isinstance(step, int):
                found = value.items[step] if step < len(value.items) else None
            elif isinstance(value, ResourceValue):
                found = value.attribute(step) if isinstance(step, str) else None
            elif isinstance(value, UnknownValue) and set(value.reference) == {"Ref"}:
                rest = "".join(_shown(one) for one in steps[index:])
                reference = {"Ref": f"{value.reference['Ref']}{rest}"}
                return None if None in steps[index:] else UnknownValue(self.place(node), reference)
            if found is None:
                return None
            value = found
        if isinstance(value, UnknownValue) and not isinstance(value, ResourceValue):
            return replace(value, place=self.place(node))
        return value

    # Choices

    def _truth(self, node: Expression, bindings: IterationValues) -> bool | None:
        value = self.evaluate(node, bindings)
        text = literal(value)
        return text == "true" if text in ("true", "false") else None

    def _conditional(
        self, node: nodes.Conditional, bindings: IterationValues
    ) -> TerraformValue | None:
        truth = self._truth(node.condition, bindings)
        if truth is None:
            return None
        return self.evaluate(node.yes if truth else node.no, bindings)

    def _operation(self, node: nodes.Operation, bindings: IterationValues) -> TerraformValue | None:
        place = self.place(node)
        if node.operator == "!" or node.operator in ("&&", "||"):
            truths = [self._truth(one, bindings) for one in node.operands]
            return _logic(node.operator, truths, place)
        values = [self.evaluate(one, bindings) for one in node.operands]
        if node.operator in ("==", "!="):
            first, second = (_plain(one) for one in values)
            if first is _UNKNOWN or second is _UNKNOWN:
                return None
            same = first == second and type(first) is type(second)
            return ScalarValue(place, same == (node.operator == "=="))
        numbers = [one.value for one in values if isinstance(one, ScalarValue)]
        if len(numbers) != len(values) or not all(type(one) in (int, float) for one in numbers):
            return None
        return _arithmetic(node.operator, numbers, place)  # type: ignore[arg-type]

    def _literal(self, node: nodes.Literal, bindings: IterationValues) -> TerraformValue:
        return ScalarValue(self.place(node), node.value)

    def _call(self, node: nodes.FunctionCall, bindings: IterationValues) -> TerraformValue | None:
        arguments = [self.evaluate(one, bindings) for one in node.arguments]
        if node.expands:
            last = arguments.pop()
            if not isinstance(last, ListValue):
                return None
            arguments += last.items
        return terraform_functions.call(self._files, node.function, arguments, self.place(node))


_UNKNOWN = object()


def _plain(value: TerraformValue) -> object:
    if isinstance(value, ScalarValue):
        return value.value
    text = literal(value)
    return _UNKNOWN if text is None else text


def _logic(operator: str, truths: Sequence[bool | None], place: Place) -> TerraformValue | None:
    if operator == "!":
        return None if truths[0] is None else ScalarValue(place, not truths[0])
    decides = operator == "||"
    if decides in truths:
        return ScalarValue(place, decides)
    return None if None in truths else ScalarValue(place, not decides)


_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
_COUNTED: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
_LARGEST = 10**15


def _arithmetic(operator: str, numbers: Sequence[float], place: Place) -> TerraformValue | None:
    if any(abs(number) > _LARGEST for number in numbers):
        return None
    if len(numbers) == 1:
        return ScalarValue(place, -numbers[0]) if operator == "-" else None
    if operator in _COMPARED:
        return ScalarValue(place, _COMPARED[operator](*numbers))
    return ScalarValue(place, _COUNTED[operator](*numbers)) if operator in _COUNTED else None


def _shown(step: str | int | None) -> str:
    return f"[{step}]" if isinstance(step, int) else f".{step}"


_HANDLERS: dict[type, Callable[..., TerraformValue | None]] = {
    nodes.StringTemplate: Evaluator._template,
    nodes.TupleExpression: Evaluator._tuple,
    nodes.ObjectExpression: Evaluator._object,
    nodes.ForExpression: Evaluator._for,
    nodes.Splat: Evaluator._splat,
    nodes.Name: Evaluator._name,
    nodes.Index: Evaluator._index,
    nodes.Conditional: Evaluator._conditional,
    nodes.Operation: Evaluator._operation,
    nodes.Literal: Evaluator._literal,
    nodes.FunctionCall: Evaluator._call,
}
