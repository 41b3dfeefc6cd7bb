"""The modules of a Terraform configuration: what their names stand for.

https://developer.hashicorp.com/terraform/language/expressions/references
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sfnlint.inputs.terraform import functions as terraform_functions
from sfnlint.inputs.terraform import variables as terraform_variables
from sfnlint.inputs.terraform.cloudformation_template import known_types
from sfnlint.inputs.terraform.evaluation import EvaluationBudget, Evaluator, IterationValues
from sfnlint.inputs.terraform.instances import BlockInstance, is_named, members_of
from sfnlint.inputs.terraform.module import DeclaredBlock, Module
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ResourceValue,
    ScalarValue,
    TemplateReference,
    TerraformValue,
    UnknownValue,
    literal,
    object_of,
    place_at,
    string_of,
)
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes

_MOST = 100
"""How many instances of a resource or a module are told apart."""
_MOST_MODULES = 200
_PSEUDO: Mapping[str, Mapping[str, str]] = {
    "aws_caller_identity": {"account_id": "AWS::AccountId", "id": "AWS::AccountId"},
    "aws_region": dict.fromkeys(("name", "id", "region"), "AWS::Region"),
    "aws_partition": {
        "partition": "AWS::Partition",
        "id": "AWS::Partition",
        "dns_suffix": "AWS::URLSuffix",
    },
}
"""Data about where it is deployed."""
_VARIABLE = re.compile(r'(?:"\$\{\s*)?var\.([\w-]+)(?:\s*\}")?')
Computed = Callable[["BlockInstance", str], TerraformValue | None]
"""Gives an attribute of a data source that is worked out."""


class ConfigurationContext(NamedTuple):
    """What all modules of a configuration have in common.

    Attributes:
        files: reads files.
        folder: the folder of a module by its source, seen from another one; None if not there.
        computed: gives attributes of data sources that are worked out.
        given: the values that files give to the root's variables.
        defaults: the defaults of those that have none, by what they are called.
        budget: how much may be worked out.
        scopes: the modules there are.

    """

    files: terraform_functions.Files
    folder: Callable[[str, str], Module | None]
    computed: Mapping[str, Computed]
    given: Mapping[str, TerraformValue]
    defaults: dict[str, str]
    budget: EvaluationBudget
    scopes: list[ModuleScope]


class ModuleScope:
    """A module.

    Args:
        world: what it has in common with the others.
        folder: what it declares.
        prefix: its address, `module.a.`; empty for the root.
        path: its folder, seen from the root's.
        here: whether it has the root's provider.
        call: what calls it, and says what its variables stand for; None for the root.

    """

    def __init__(
        self,
        world: ConfigurationContext,
        folder: Module,
        prefix: str = "",
        path: str = ".",
        here: bool = True,
        call: BlockInstance | None = None,
    ) -> None:
        self.world = world
        self.folder = folder
        self.prefix = prefix
        self.path = path
        self.here = here
        self.call = call
        self.above: tuple[str, ...] = (*(call.scope.above if call else ()), folder.path)
        self._evaluators: dict[int, Evaluator] = {}
        self._known: dict[tuple[str, ...], TerraformValue] = {}
        self._under_way: set[tuple[str, ...]] = set()
        self.instances: dict[tuple[str, ...], list[BlockInstance]] = {}
        self._children: dict[str, ModuleScope | None] = {}
        world.scopes.append(self)

    def evaluate(
        self, node: nodes.Expression, document: TextDocument, bindings: IterationValues
    ) -> TerraformValue:
        """The value of an expression in one of the module's files."""
        evaluator = self._evaluators.get(id(document))
        if evaluator is None:
            evaluator = Evaluator(document, self, self.world.budget, self.world.files)
            self._evaluators[id(document)] = evaluator
        return evaluator.evaluate(node, bindings)

    # Names

    def lookup(self, steps: Sequence[str | int | None]) -> tuple[TerraformValue | None, int]:
        """The value of a reference, and how many of its steps lead to it."""
        first, *rest = steps
        second = rest[0] if rest and isinstance(rest[0], str) else None
        if first == "path":
            return self._paths(), 1
        if second is None:
            return None, 0
        if first in ("var", "local"):
            work = self._variable if first == "var" else self._local
            return self._once((first, second), lambda: work(second)), 2
        key: tuple[str, ...] = ("resource", str(first), second)
        taken = 2
        if first == "module":
            key = ("module", second)
        elif first == "data" and len(rest) > 1:
            key, taken = ("data", second, str(rest[1])), 3
        found = self._all(key)
        if found is None and len(steps) > taken and key in self.folder.blocks:
            # Whichever instance it is.
            return self._handle(key, self.made(key)[0]), taken + 1
        return found, taken

    def _paths(self) -> TerraformValue | None:
        if not self.folder.documents:
            return None
        start = place_at(self.folder.documents[0], 0, 0)
        folders = {"module": self.path, "root": ".", "cwd": "."}
        return object_of({name: string_of(one, start) for name, one in folders.items()}, start)

    def _local(self, name: str) -> TerraformValue | None:
        found = self.folder.locals.get(name)
        return None if found is None else self.evaluate(found[0].value, found[1], {})

    def _variable(self, name: str) -> TerraformValue | None:
        if self.call is not None and name in self.call.written.block.body.attributes:
            # Only when somebody asks: modules may give each other what they make.
            written = self.call.written
            given = written.block.body.attributes[name].value
            return self.call.scope.evaluate(given, written.file_of(name), self.call.bindings)
        declared = self.folder.blocks.get(("variable", name))
        if declared is None:
            return None
        value = self._given(name, declared) if self.call is None else None
        if value is not None:
            return value
        default = declared.block.body.attributes.get("default")
        if default is not None:
            value = self.evaluate(default.value, declared.file_of("default"), {})
            if self.call is not None:
                return value
        is_region = name == self._region()
        meant = "AWS::Region" if is_region else f"{self.prefix}var.{name}"
        text = literal(value)
        if text is not None:
            self.world.defaults[meant] = text
        return UnknownValue(declared.at(declared.block.head), {"Ref": meant}, is_text=is_region)

    def _region(self) -> str | None:
        """The variable of the root that its provider takes the region from; None if it does not."""
        provider = self.folder.blocks.get(("provider", "aws"))
        given = provider.block.body.attributes if provider else {}
        if provider is None or "alias" in given or "region" not in given:
            return None
        start, end = given["region"].value.span
        named = _VARIABLE.fullmatch(provider.file_of("region").text[start:end])
        return named and named[1]

    def _given(self, name: str, declared: DeclaredBlock) -> TerraformValue | None:
        """What files give to a variable of the root."""
        value = self.world.given.get(name)
        if value is None or isinstance(value, UnknownValue):
            return None
        attributes = declared.block.body.attributes
        if "type" in attributes:
            file = declared.file_of("type")
            value = terraform_variables.converted(
                value, attributes["type"].value, lambda node: self.evaluate(node, file, {})
            )
        is_null = isinstance(value, ScalarValue) and value.value is None
        return None if is_null and "nullable" in attributes else value

    # Resources, data, modules

    def _all(self, key: tuple[str, ...]) -> TerraformValue | None:
        """What the name of a block stands for: one, or all its instances."""
        written = self.folder.blocks.get(key)
        if written is None:
            return None
        found = self.made(key)
        handles = [self._handle(key, one) for one in found]
        attributes = written.block.body.attributes
        if "count" not in attributes and "for_each" not in attributes:
            return handles[0]
        if not all(one.known for one in found):
            return None
        place = written.at(written.block.head)
        if "count" in attributes:
            return ListValue(place, list(handles))
        names = [str(_key_of(one)) for one in found]
        return object_of(dict(zip(names, handles, strict=True)), place)

    def _handle(self, key: tuple[str, ...], one: BlockInstance) -> ResourceValue:
        return ResourceValue(
            one.place, {"Ref": f"{one.address}.*"}, attribute=self._attributes(key, one)
        )

    def made(self, key: tuple[str, ...]) -> list[BlockInstance]:
        """The instances that a block makes."""
        if key not in self.instances:
            written = self.folder.blocks[key]
            labels = ".".join(key[1:] if key[0] == "resource" else key)
            address = self.prefix + labels
            # While it is worked out how many there are, it may not be asked for.
            self.instances[key] = [BlockInstance(self, written, address, {}, known=False)]
            self.instances[key] = list(self._instances(written, address))
        return self.instances[key]

    def _instances(self, written: DeclaredBlock, address: str) -> Iterator[BlockInstance]:
        attributes = written.block.body.attributes
        argument = "count" if "count" in attributes else "for_each"
        if argument not in attributes:
            yield BlockInstance(self, written, address, {})
            return
        node = attributes[argument].value
        value = self.evaluate(node, written.file_of(argument), {})
        place = value.place
        keys: Sequence[tuple[str | int, TerraformValue]] | None = None
        if argument == "count":
            if isinstance(value, ScalarValue) and type(value.value) is int:
                keys = [
                    (index, ScalarValue(place, index)) for index in range(min(value.value, _MOST))
                ]
            elif _is_one_or_none(node):
                keys = [(0, ScalarValue(place, 0))]
        else:
            members = members_of(value)
            if members is not None:
                keys = [(literal(key) or "", one) for key, one in members]
        if keys is None or len(keys) >= _MOST:
            names = {name: {"Ref": f"{address}.{name}"} for name in ("each", "count")}
            unknown = {name: UnknownValue(place, reference) for name, reference in names.items()}
            yield BlockInstance(self, written, f"{address}[*]", unknown, known=False)
            return
        for key, one in keys:
            shown = f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            text = string_of(str(key), place)
            each = object_of({"key": text, "value": one, "index": one}, place)
            yield BlockInstance(self, written, address + shown, {"each": each, "count": each})

    def _attributes(
        self, key: tuple[str, ...], one: BlockInstance
    ) -> Callable[[str], TerraformValue | None]:
        if key[0] == "module":
            return lambda name: self._output(one, name)
        return lambda name: self._attribute(key, one, name)

    def _attribute(
        self, key: tuple[str, ...], one: BlockInstance, name: str
    ) -> TerraformValue | None:
        kind = key[-2]
        reference: TemplateReference = {"Ref": f"{one.address}.{name}"}
        if key[0] == "data" and kind in self.world.computed:
            found = self._once((one.address, name), lambda: self.world.computed[kind](one, name))
            return found or UnknownValue(one.place, reference)
        known = known_types().get(kind)
        if key[0] == "data" and name in _PSEUDO.get(kind, ()) and not one.is_elsewhere():
            return UnknownValue(one.place, {"Ref": _PSEUDO[kind][name]}, is_text=True)
        if known and name in known.attributes and is_named(one):
            return UnknownValue(one.place, known.reference(name, one.address), is_text=True)
        if name in one.written.block.body.attributes:
            found = self._once((one.address, name), lambda: one.value(name))
            return found or UnknownValue(one.place, reference)
        return UnknownValue(one.place, reference)

    def _once(
        self, key: tuple[str, ...], work: Callable[[], TerraformValue | None]
    ) -> TerraformValue | None:
        """What is worked out once, unless it depends on itself."""
        if key not in self._known and key not in self._under_way:
            self._under_way.add(key)
            value = work()
            self._under_way.discard(key)
            if value is None:
                return None
            self._known[key] = value
        return self._known.get(key)

    # Modules

    def _output(self, call: BlockInstance, name: str) -> TerraformValue | None:
        child = self.child(call)
        written = child.folder.blocks.get(("output", name)) if child else None
        reference = {"Ref": f"{call.address}.{name}"}
        if child is None or written is None or "value" not in written.block.body.attributes:
            return UnknownValue(call.place, reference)
        node = written.block.body.attributes["value"].value
        file = written.file_of("value")
        found = child._once(("output", name), lambda: child.evaluate(node, file, {}))
        return found or UnknownValue(call.place, reference)

    def child(self, call: BlockInstance) -> ModuleScope | None:
        """The module that is called; None when it is not in the files."""
        if call.address not in self._children:
            self._children[call.address] = None
            self._children[call.address] = self._called(call)
        return self._children[call.address]

    def _called(self, call: BlockInstance) -> ModuleScope | None:
        source = literal(call.value("source"))
        if source is None or not source.startswith(("./", "../")):
            return None
        folder = self.world.folder(self.folder.path, source)
        if folder is None or folder.path in self.above or len(self.world.scopes) > _MOST_MODULES:
            return None
        return ModuleScope(
            self.world,
            folder,
            f"{call.address}.",
            os.path.normpath(f"{self.path}/{source}"),
            self.here and "providers" not in call.written.block.body.attributes,
            call,
        )


def _key_of(one: BlockInstance) -> str | None:
    each = one.bindings["each"]
    return literal(each.get("key")) if isinstance(each, ObjectValue) else None


def _is_one_or_none(node: nodes.Expression) -> bool:
    """Whether this is `… ? 1 : 0`."""
    if not isinstance(node, nodes.Conditional):
        return False
    both = [one.value for one in (node.yes, node.no) if isinstance(one, nodes.Literal)]
    return sorted(both, key=str) == [0, 1]
