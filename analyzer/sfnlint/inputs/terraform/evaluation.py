"""Evaluation of Terraform expressions, as far as the files show their values.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from zlib import crc32

from sfnlint.inputs.terraform import functions, operators
from sfnlint.inputs.terraform.assumptions import Assumptions, name_of_input
from sfnlint.inputs.terraform.collection_functions import union
from sfnlint.inputs.terraform.references import Step, follow
from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    ListValue,
    ObjectValue,
    PartialList,
    Question,
    RefusedError,
    RefusedValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownCondition,
    UnknownValue,
    ValueTooLargeError,
    as_string,
    checked_size,
    is_null,
    key_value_pairs,
    literal,
    place_at,
    string_parts,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Expression

IterationValues = Mapping[str, TerraformValue]
"""The names that are defined inside a block or a loop only: `each`, `count`, those of a `for`."""

MAX_DEPTH = 600
"""How deep expressions may be in each other, across local values and modules: in Python calls."""
_EXPRESSION_DEPTH = 3
_REFERENCE_DEPTH = 8
MAX_EXPRESSIONS = 200_000
"""How many expressions of one configuration are evaluated: nested loops can multiply them."""
_REGULAR_EXPRESSION = 100
"""How many expressions a search for a regular expression counts as."""
_UNIONS = frozenset({"compact", "concat", "distinct", "flatten", "setunion", "sort", "toset"})
"""Functions whose result has the elements of their arguments, whatever their number and order."""
_MAX_NAME = 60
_CHANGING = lazy_pattern(r"timestamp|uuid|bcrypt")
"""Functions that return another value at each call."""


class NameLookup(Protocol):
    """The named values of a module: variables, local values, resources, data sources, modules."""

    @property
    def prefix(self) -> str:
        """The address of the module with a dot, `module.flow.`; empty for the root module."""

    def lookup(self, steps: Sequence[Step]) -> tuple[TerraformValue | None, int]:
        """Return the value of a reference, and the number of steps that lead to it.

        Args:
            steps: `["var", "queue"]`.

        """


class EvaluationBudget:
    """The work that is left for one configuration.

    Attributes:
        expressions: how many more expressions may be evaluated.
        depth: the depth of the expression that is being evaluated.
        assumptions: what is assumed about unknown conditions and collections.

    """

    def __init__(self) -> None:
        self.assumptions = Assumptions()
        self.expressions = MAX_EXPRESSIONS
        self.depth = 0


class Evaluator:
    """Evaluates the expressions of one file of a module.

    Args:
        document: the file.
        names: the named values of the module.
        budget: limits the work.
        files: reads the files that functions name.

    """

    def __init__(
        self,
        document: TextDocument,
        names: NameLookup,
        budget: EvaluationBudget,
        files: functions.FileReader,
    ) -> None:
        self.document = document
        self.names = names
        self._files = files
        self._budget = budget

    def evaluate(self, expression: Expression, iteration: IterationValues) -> TerraformValue:
        """Return the value of an expression; an `UnknownValue` where the files do not show it."""
        budget = self._budget
        if budget.expressions <= 0 or budget.depth >= MAX_DEPTH:
            return self.unknown(expression, iteration)
        budget.expressions -= 1
        budget.depth += _EXPRESSION_DEPTH
        try:
            handler = _HANDLERS.get(type(expression))
            value = handler(self, expression, iteration) if handler else None
        except ValueTooLargeError:
            value = None
        except RefusedError:
            reference = self.unknown(expression, iteration).reference
            value = RefusedValue(self.place(expression), reference)
        finally:
            budget.depth -= _EXPRESSION_DEPTH
        return self.unknown(expression, iteration) if value is None else value

    def place(self, expression: Expression) -> Place:
        """Return the place of an expression."""
        return place_at(self.document, *expression.span)

    def unknown(self, expression: Expression, iteration: IterationValues) -> UnknownValue:
        """Return the value of an expression that cannot be evaluated.

        It is identified by the text of the expression, so that equal expressions have equal values.
        """
        start, end = expression.span
        text = re.sub(r"\s+", " ", self.document.text[start : min(end, start + 1000)])
        name = self.names.prefix + text
        identity = name
        if end - start > 1000 or _CHANGING.search(text) or any(word in text for word in iteration):
            # The value differs between the runs of a loop, or between calls.
            identity = f"{name}@{self.document.file}:{start}"
        if len(identity) > _MAX_NAME or identity != name:
            name = f"{name[:_MAX_NAME]}…{crc32(identity.encode())}"
        return UnknownValue(self.place(expression), {"Ref": name})

    # Strings

    def _template(
        self, node: nodes.StringTemplate, iteration: IterationValues
    ) -> TerraformValue | None:
        if node.single and isinstance(node.parts[0], nodes.Interpolation):
            return self.evaluate(node.parts[0].value, iteration)
        parts = self._parts(node.parts, iteration)
        return None if parts is None else StringValue(self.place(node), parts)

    def _parts(
        self, written: Sequence[Expression], iteration: IterationValues
    ) -> list[StringPart] | None:
        parts: list[StringPart] = []
        for node in written:
            more = self._part(node, iteration)
            if more is None:
                return None
            parts += more
            if len(parts) > MAX_ITEMS + len(written):
                raise ValueTooLargeError
        return checked_size(parts, len(written))

    def _part(self, node: Expression, iteration: IterationValues) -> list[StringPart] | None:
        if isinstance(node, nodes.StringLiteral):
            return [StringPart(node.value, self.place(node))]
        if isinstance(node, nodes.TemplateIf):
            truth = self._truth(node.condition, iteration)
            return None if truth is None else self._parts(node.yes if truth else node.no, iteration)
        if isinstance(node, nodes.TemplateFor):
            runs, _ = self._runs(node.names, node.collection, iteration)
            if runs is None:
                return None
            parts = []
            for run in runs:
                more = self._parts(node.parts, run)
                if more is None:
                    return None
                parts += more
            return parts
        if not isinstance(node, nodes.Interpolation):
            return None
        value = self.evaluate(node.value, iteration)
        if isinstance(value, RefusedValue):
            raise RefusedError
        if isinstance(value, UnknownValue):
            return [StringPart(value.reference, self.place(node))]
        return string_parts(value)

    # Collections

    def _tuple(self, node: nodes.TupleExpression, iteration: IterationValues) -> TerraformValue:
        items = [self.evaluate(item, iteration) for item in node.items]
        return ListValue(self.place(node), items)

    def _object(
        self, node: nodes.ObjectExpression, iteration: IterationValues
    ) -> TerraformValue | None:
        members: list[tuple[StringValue, TerraformValue]] = []
        for key, value in node.items:
            name = self._key(key, iteration)
            if name is None:
                return None
            members.append((name, self.evaluate(value, iteration)))
        return ObjectValue(self.place(node), members)

    def _key(self, key: Expression, iteration: IterationValues) -> StringValue | None:
        value = self.evaluate(key, iteration)
        parts = string_parts(value)
        return None if parts is None else StringValue(value.place, parts)

    def _runs(
        self, names: Sequence[str], collection: Expression, iteration: IterationValues
    ) -> tuple[list[IterationValues] | None, bool]:
        """Return the values of a loop's names in each of its runs, and whether these are all runs.

        The runs are None when they are not known.
        """
        value = self._budget.assumptions.opened(self.evaluate(collection, iteration))
        pairs = key_value_pairs(value)
        is_partial = isinstance(value, PartialList)
        if pairs is None or len(pairs) > self._budget.expressions:
            return None, False
        if len(names) == 1:
            return [{**iteration, names[0]: item} for _, item in pairs], not is_partial
        return [{**iteration, names[0]: key, names[1]: item} for key, item in pairs], not is_partial

    def _for(self, node: nodes.ForExpression, iteration: IterationValues) -> TerraformValue | None:
        runs, are_all = self._runs(node.names, node.collection, iteration)
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
        if node.key is not None:
            return ObjectValue(place, members)
        return ListValue(place, items) if are_all else PartialList(place, items)

    def _splat(self, node: nodes.Splat, iteration: IterationValues) -> TerraformValue | None:
        of = self.evaluate(node.of, iteration)
        if is_null(of):
            return ListValue(of.place, [])
        if not isinstance(of, (ListValue, ObjectValue)):
            return None
        items = of.items if isinstance(of, ListValue) else [of]
        results = [self.evaluate(node.each, {**iteration, "*": item}) for item in items]
        return ListValue(self.place(node), results)

    # References

    def _name(self, node: nodes.Name, iteration: IterationValues) -> TerraformValue | None:
        return iteration.get(node.name) or self._reference([node.name], node)

    def _index(self, node: nodes.Index, iteration: IterationValues) -> TerraformValue | None:
        steps: list[Step] = []
        base: Expression = node
        while isinstance(base, nodes.Index):
            steps.insert(0, self._step(base.key, iteration))
            base = base.of
        if isinstance(base, nodes.Name) and base.name not in iteration:
            return self._reference([base.name, *steps], node)
        return follow(self.evaluate(base, iteration), steps, self.place(node))

    def _step(self, key: Expression, iteration: IterationValues) -> Step:
        value = self.evaluate(key, iteration)
        if isinstance(value, ScalarValue) and type(value.value) is int:
            return value.value
        return literal(value)

    def _reference(self, steps: Sequence[Step], node: Expression) -> TerraformValue | None:
        self._budget.depth += _REFERENCE_DEPTH
        value, taken = self.names.lookup(steps)
        self._budget.depth -= _REFERENCE_DEPTH
        return None if value is None else follow(value, steps[taken:], self.place(node))

    # Conditions and operators

    def _truth(self, node: Expression, iteration: IterationValues) -> bool | None:
        """Return the value of a condition; None when it is not known.

        https://developer.hashicorp.com/terraform/language/functions/tobool
        """
        value = self.evaluate(node, iteration)
        text = literal(value)
        if isinstance(value, UnknownCondition):
            answer = self._budget.assumptions.answer(value.question)
            return None if answer is None else answer == value.answer
        name = name_of_input(value)
        if name is not None:
            return self._budget.assumptions.answer(Question(name, name))
        return text == "true" if text in ("true", "false") else None

    def _conditional(
        self, node: nodes.Conditional, iteration: IterationValues
    ) -> TerraformValue | None:
        truth = self._truth(node.condition, iteration)
        if truth is None:
            return None
        chosen, other = (node.yes, node.no) if truth else (node.no, node.yes)
        value = self.evaluate(chosen, iteration)
        if isinstance(value, ScalarValue) and not is_null(value):
            # Both results have one type: with a string, a number becomes a string.
            is_string = isinstance(self.evaluate(other, iteration), StringValue)
            return as_string(value) if is_string else value
        return value

    def _operation(
        self, node: nodes.Operation, iteration: IterationValues
    ) -> TerraformValue | None:
        place = self.place(node)
        if node.operator in operators.LOGICAL:
            truths: list[bool | None] = []
            for operand in node.operands:
                truths.append(self._truth(operand, iteration))
                if truths[-1] is (node.operator == "||"):
                    break
            return operators.logical(node.operator, truths, place)
        values = [self.evaluate(operand, iteration) for operand in node.operands]
        result = operators.operation(node.operator, values, place)
        if result is not None or node.operator not in ("==", "!="):
            return result
        reference = self.unknown(node, iteration).reference
        is_equal = node.operator == "=="
        return self._budget.assumptions.comparison(values, place, reference, equal=is_equal)

    def _literal(self, node: nodes.Literal, iteration: IterationValues) -> TerraformValue | None:
        if isinstance(node.value, float) and not math.isfinite(node.value):
            return None
        return ScalarValue(self.place(node), node.value)

    def _call(self, node: nodes.FunctionCall, iteration: IterationValues) -> TerraformValue | None:
        if node.function.startswith("regex") or node.function == "replace":
            self._budget.expressions -= _REGULAR_EXPRESSION
        arguments = [self.evaluate(argument, iteration) for argument in node.arguments]
        if node.expands:
            last = arguments.pop()
            if not isinstance(last, ListValue):
                return None
            arguments += last.items
        place = self.place(node)
        assumptions = self._budget.assumptions
        result = functions.call(self._files, node.function, arguments, place)
        if result is None and node.function == "contains":
            return assumptions.contains(arguments, place)
        if result is None and node.function in _UNIONS and assumptions.opens_collections:
            return union(place, arguments, compact=node.function == "compact")
        return result


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
