"""What a block of a Terraform configuration makes: one thing, or one for each of several keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sfnlint.inputs.terraform.cloudformation_template import known_types
from sfnlint.inputs.terraform.evaluation import IterationValues
from sfnlint.inputs.terraform.module import DeclaredBlock
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ScalarValue,
    StringValue,
    TerraformValue,
    key_value_pairs,
    literal,
    object_of,
)
from sfnlint.place import Place
from sfnlint.source import hcl_syntax as nodes

if TYPE_CHECKING:
    from sfnlint.inputs.terraform.module_scope import ModuleScope


class BlockInstance(NamedTuple):
    """One of what a block makes.

    Attributes:
        scope: the module it is in.
        written: the block.
        address: its address.
        bindings: what `each` and `count` stand for.
        known: False where it stands for any number of instances.

    """

    scope: ModuleScope
    written: DeclaredBlock
    address: str
    bindings: IterationValues
    known: bool = True

    def value(self, name: str) -> TerraformValue | None:
        """An argument of the block; None where it is not set."""
        attribute = self.written.block.body.attributes.get(name)
        if attribute is None:
            return None
        value = self.scope.evaluate(attribute.value, self.written.file_of(name), self.bindings)
        return None if isinstance(value, ScalarValue) and value.value is None else value

    def blocks(self, kind: str) -> list[BlockInstance] | None:
        """The blocks of a type in this one; None when it is not known which there are."""
        found: list[BlockInstance] = []
        for block in self.written.block.body.of_type(kind, "dynamic"):
            inner = self._replace(written=self.written.inside(block))
            if block.type == kind:
                found.append(inner)
            elif list(block.labels) == [kind]:
                made = inner._dynamic(kind)
                if made is None:
                    return None
                found += made
        return found

    def _dynamic(self, kind: str) -> list[BlockInstance] | None:
        body = self.written.block.body
        over = self.value("for_each")
        members = None if over is None else key_value_pairs(over)
        content = next(body.of_type("content"), None)
        if members is None or content is None:
            return None
        iterator = body.attributes.get("iterator")
        name = iterator.value.name if iterator and isinstance(iterator.value, nodes.Name) else kind
        found = []
        for key, one in members:
            given = {"key": key, "value": one}
            each = object_of(given, one.place)
            written = self.written.inside(content)
            found.append(self._replace(written=written, bindings={**self.bindings, name: each}))
        return found

    @property
    def place(self) -> Place:
        """The head of the block."""
        return self.written.at(self.written.block.head)

    def is_elsewhere(self) -> bool:
        """Whether another provider than the module's makes it, perhaps in another region."""
        return not self.scope.here or not {"provider", "region"}.isdisjoint(
            self.written.block.body.attributes
        )


def is_named(one: BlockInstance) -> bool:
    """Whether it is certain how the name and the ARN of a resource hang together."""
    block = one.written.block
    known = known_types().get(block.labels[0])
    if known is None:
        return False
    if block.type == "data":
        # What is there already is no role or policy of these files, and has no name of its own.
        given = block.body.attributes.keys() & known.properties.keys()
        return bool(given) and not block.labels[0].startswith("aws_iam_") and not one.is_elsewhere()
    return block.labels[0].startswith("aws_iam_") or not one.is_elsewhere()


def members_of(value: TerraformValue) -> list[tuple[StringValue, TerraformValue]] | None:
    """What `for_each` goes through, each with its key; None when that is not known."""
    members: list[tuple[StringValue, TerraformValue]] = []
    if isinstance(value, ListValue):
        members += [
            (one if isinstance(one, StringValue) else StringValue(one.place, []), one)
            for one in value.items
        ]
    elif isinstance(value, ObjectValue):
        members = value.members
    else:
        return None
    return members if all(literal(key) for key, _ in members) else None
