"""Instances of Terraform blocks: `count`, `for_each` and `dynamic` expanded.

https://developer.hashicorp.com/terraform/language/meta-arguments/for_each
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sfnlint.inputs.terraform.evaluation import IterationValues
from sfnlint.inputs.terraform.module import DeclaredBlock
from sfnlint.inputs.terraform.resource_types import resource_types
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ScalarValue,
    TerraformValue,
    UnknownValue,
    is_null,
    key_value_pairs,
    literal,
    object_of,
    string_of,
)
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes

_MAX_INSTANCES = 100
"""How many instances of one block are told apart."""


class BlockScope(Protocol):
    """The module of a block, which evaluates its expressions."""

    @property
    def has_root_provider(self) -> bool:
        """Whether resources of the module are created by the provider of the root module."""

    def evaluate(
        self, node: nodes.Expression, document: TextDocument, iteration: IterationValues
    ) -> TerraformValue:
        """Return the value of an expression in one of the module's files."""

    def opened(self, collection: TerraformValue) -> TerraformValue:
        """Return a collection, an unknown one as it is assumed to be."""


class BlockInstance(NamedTuple):
    """One instance of a resource, a data source or a module call, or a block nested in it.

    Attributes:
        scope: the module that declares the block.
        declared: the block.
        address: its address with the index or key, `aws_iam_role.flow["eu"]`.
        iteration: the values of `each` and `count`, and of the iterators of `dynamic` blocks.
        known: False where it stands for an unknown number of instances.
        certain: False where it may not exist.

    """

    scope: BlockScope
    declared: DeclaredBlock
    address: str
    iteration: IterationValues
    known: bool = True
    certain: bool = True

    @property
    def block_type(self) -> str:
        """The type of the block: `resource`, `data`, `module`."""
        return self.declared.block.type

    @property
    def arguments(self) -> dict[str, nodes.Attribute]:
        """The arguments of the block by name, as they are written."""
        return self.declared.block.body.attributes

    @property
    def place(self) -> Place:
        """The place of the type and labels of the block."""
        return self.declared.place(self.declared.block.head)

    @property
    def key(self) -> str | None:
        """The key in `for_each`, or the index in `count`."""
        each = self.iteration.get("each")
        return literal(each.get("key")) if isinstance(each, ObjectValue) else None

    def value(self, name: str) -> TerraformValue | None:
        """Return the value of an argument; None where it is not set, or null."""
        argument = self.arguments.get(name)
        if argument is None:
            return None
        value = self.scope.evaluate(argument.value, self.declared.file_of(name), self.iteration)
        return None if is_null(value) else value

    def nested(self, block_type: str) -> list[BlockInstance] | None:
        """Return the nested blocks of a type; None when it is not known how many there are."""
        instances: list[BlockInstance] = []
        for block in self.declared.block.body.of_type(block_type, "dynamic"):
            instance = self._replace(declared=self.declared.nested(block))
            if block.type == block_type:
                instances.append(instance)
            elif list(block.labels) == [block_type]:
                expanded = instance._dynamic(block_type)
                if expanded is None:
                    return None
                instances += expanded
        return instances

    def _dynamic(self, block_type: str) -> list[BlockInstance] | None:
        """Return the blocks that a `dynamic` block makes.

        https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
        """
        collection = self.value("for_each")
        pairs = None if collection is None else key_value_pairs(self.scope.opened(collection))
        content = next(self.declared.block.body.of_type("content"), None)
        if pairs is None or content is None:
            return None
        iterator = self.arguments.get("iterator")
        is_named = iterator is not None and isinstance(iterator.value, nodes.Name)
        name = iterator.value.name if is_named else block_type  # type: ignore[union-attr]
        declared = self.declared.nested(content)
        return [
            self._replace(
                declared=declared,
                iteration={
                    **self.iteration,
                    name: object_of({"key": key, "value": value}, value.place),
                },
            )
            for key, value in pairs
        ]

    def has_other_provider(self) -> bool:
        """Return whether a provider creates it that may be for another account or Region."""
        return not self.scope.has_root_provider or not {"provider", "region"}.isdisjoint(
            self.arguments
        )


def expanded(scope: BlockScope, declared: DeclaredBlock, address: str) -> Iterator[BlockInstance]:
    """Yield the instances of a block; a single one for all of them where they are not known.

    Args:
        scope: the module that declares the block.
        declared: the block.
        address: its address without an index or key.

    """
    arguments = declared.block.body.attributes
    argument = "count" if "count" in arguments else "for_each"
    if argument not in arguments:
        yield BlockInstance(scope, declared, address, {})
        return
    node = arguments[argument].value
    value = scope.evaluate(node, declared.file_of(argument), {})
    place = value.place
    keys = _indices(value, node) if argument == "count" else _keys(value)
    if keys is None or len(keys) >= _MAX_INSTANCES:
        unknown = {
            name: UnknownValue(place, {"Ref": f"{address}.{name}"}) for name in ("each", "count")
        }
        yield BlockInstance(scope, declared, f"{address}[*]", unknown, known=False, certain=False)
        return
    certain = argument == "for_each" or isinstance(value, ScalarValue)
    for key, item in keys:
        index = f"[{key}]" if isinstance(key, int) else f'["{key}"]'
        each = object_of({"key": string_of(str(key), place), "value": item, "index": item}, place)
        iteration = {"each": each, "count": each}
        yield BlockInstance(scope, declared, address + index, iteration, certain=certain)


def _indices(
    value: TerraformValue, node: nodes.Expression
) -> Sequence[tuple[int, TerraformValue]] | None:
    if isinstance(value, ScalarValue) and type(value.value) is int:
        indices = range(min(value.value, _MAX_INSTANCES))
        return [(index, ScalarValue(value.place, index)) for index in indices]
    # An instance that may exist is treated as one that does.
    return [(0, ScalarValue(value.place, 0))] if _is_one_or_none(node) else None


def _is_one_or_none(node: nodes.Expression) -> bool:
    """Return whether an expression is `condition ? 1 : 0`."""
    if not isinstance(node, nodes.Conditional):
        return False
    results = [result.value for result in (node.yes, node.no) if isinstance(result, nodes.Literal)]
    return sorted(results, key=str) == [0, 1]


def _keys(value: TerraformValue) -> Sequence[tuple[str, TerraformValue]] | None:
    if isinstance(value, ListValue):
        keys = [(literal(item), item) for item in value.items]
    elif isinstance(value, ObjectValue):
        keys = [(literal(key), item) for key, item in value.sorted_members() or value.members]
    else:
        return None
    known = [(key, item) for key, item in keys if key is not None]
    return known if len(known) == len(keys) else None


def arn_is_derivable(instance: BlockInstance) -> bool:
    """Return whether the ARN of a resource follows from its name, as in the root's own Region."""
    declared_type = instance.declared.block.labels[0]
    resource_type = resource_types().get(declared_type)
    if resource_type is None:
        return False
    is_iam = declared_type.startswith("aws_iam_")
    if instance.block_type == "data":
        # An existing role or policy is not in these files. Others are found by their names only.
        is_named = bool(instance.arguments.keys() & resource_type.properties.keys())
        return is_named and not is_iam and not instance.has_other_provider()
    return is_iam or not instance.has_other_provider()
