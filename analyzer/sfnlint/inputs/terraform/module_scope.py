"""The named values of a Terraform module: variables, local values, resources and outputs.

https://developer.hashicorp.com/terraform/language/expressions/references
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from sfnlint.inputs.terraform import functions, variables
from sfnlint.inputs.terraform.assumptions import Answers
from sfnlint.inputs.terraform.evaluation import (
    MAX_EXPRESSIONS,
    EvaluationBudget,
    Evaluator,
    IterationValues,
)
from sfnlint.inputs.terraform.instances import BlockInstance, arn_is_derivable, expanded
from sfnlint.inputs.terraform.known_modules import known_module
from sfnlint.inputs.terraform.module import BlockKey, DeclaredBlock, Module
from sfnlint.inputs.terraform.references import Step
from sfnlint.inputs.terraform.resource_types import resource_types
from sfnlint.inputs.terraform.values import (
    ListValue,
    ResourceValue,
    TemplateReference,
    TerraformValue,
    UnknownValue,
    is_null,
    literal,
    object_of,
    place_at,
    string_of,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes

_MAX_MODULES = 200
"""How many calls of modules one configuration may have."""
_PSEUDO_PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "aws_caller_identity": {"account_id": "AWS::AccountId", "id": "AWS::AccountId"},
    "aws_region": dict.fromkeys(("name", "id", "region"), "AWS::Region"),
    "aws_partition": {
        "partition": "AWS::Partition",
        "id": "AWS::Partition",
        "dns_suffix": "AWS::URLSuffix",
    },
}
"""Attributes of data sources that are pseudo parameters in a template."""
_VARIABLE = lazy_pattern(r'(?:"\$\{\s*)?var\.([\w-]+)(?:\s*\}")?')
DataSource = Callable[[BlockInstance, str], TerraformValue | None]
"""Returns an attribute of a data source; None when it is not known."""


class ConfigurationContext(NamedTuple):
    """The state that the modules of one configuration share.

    Attributes:
        files: reads the files that functions name.
        find_module: finds a module by its source and the folder of the calling module; returns
            None when it is not in the files.
        data_sources: the data sources that can be evaluated, by their types.
        variable_values: the values that files set for variables of the root module.
        variable_defaults: the defaults of those that no file sets, by their symbols.
        pseudo_parameters: how the configuration writes a pseudo parameter, by its name.
        budget: limits the work.
        scopes: the modules; a module that is called is added to them.

    """

    files: functions.FileReader
    find_module: Callable[[str, str], Module | None]
    data_sources: Mapping[str, DataSource]
    variable_values: Mapping[str, TerraformValue]
    variable_defaults: dict[str, str]
    pseudo_parameters: dict[str, str]
    budget: EvaluationBudget
    scopes: list[ModuleScope]


class ModuleScope:
    """The named values of the root module, or of one call of a module.

    Args:
        context: the state that the modules of the configuration share.
        module: the files of the module.
        prefix: its address with a dot, `module.flow.`; empty for the root module.
        path: its folder, seen from that of the root module.
        has_root_provider: whether the provider of the root module creates its resources.
        parent: the module that calls it; None for the root module.
        call: the call; None for the root module.

    """

    def __init__(
        self,
        context: ConfigurationContext,
        module: Module,
        prefix: str = "",
        path: str = ".",
        has_root_provider: bool = True,
        parent: ModuleScope | None = None,
        call: BlockInstance | None = None,
    ) -> None:
        self.context = context
        self.module = module
        self.prefix = prefix
        self.path = path
        self.has_root_provider = has_root_provider
        self.parent = parent
        self.call = call
        self._folders: tuple[str, ...] = (*(parent._folders if parent else ()), module.path)
        self._evaluators: dict[TextDocument, Evaluator] = {}
        self._values: dict[BlockKey, list[tuple[Answers, TerraformValue]]] = {}
        self._in_progress: set[BlockKey] = set()
        self._instances: dict[BlockKey, list[BlockInstance]] = {}
        self._children: dict[str, ModuleScope | None] = {}
        context.scopes.append(self)

    def evaluate(
        self, node: nodes.Expression, document: TextDocument, iteration: IterationValues
    ) -> TerraformValue:
        """Return the value of an expression in one of the module's files."""
        evaluator = self._evaluators.get(document)
        if evaluator is None:
            evaluator = Evaluator(document, self, self.context.budget, self.context.files)
            self._evaluators[document] = evaluator
        return evaluator.evaluate(node, iteration)

    def lookup(self, steps: Sequence[Step]) -> tuple[TerraformValue | None, int]:
        """Return the value of a reference, and the number of steps that lead to it."""
        first, *rest = steps
        second = rest[0] if rest and isinstance(rest[0], str) else None
        if first == "path":
            return self._paths(), 1
        if second is None:
            return None, 0
        if first in ("var", "local"):
            work = self._variable if first == "var" else self._local
            return self._once((first, second), lambda: work(second)), 2
        key: BlockKey = ("resource", str(first), second)
        taken = 2
        if first == "module":
            key = ("module", second)
        elif first == "data" and len(rest) > 1:
            key, taken = ("data", second, str(rest[1])), 3
        value = self._resource(key)
        if value is None and len(steps) > taken and key in self.module.blocks:
            # It is not known which instance is meant: they are all alike.
            return self._resource_value(key, self.instances(key)[0]), taken + 1
        return value, taken

    def _once(
        self, key: BlockKey, work: Callable[[], TerraformValue | None]
    ) -> TerraformValue | None:
        """Return a value, evaluated once; None for one that refers to itself.

        A value that depends on assumptions is evaluated once for each of their combinations.
        """
        assumptions = self.context.budget.assumptions
        for answers, known in self._values.get(key, ()):
            if assumptions.agree_with(answers):
                assumptions.used.update(answers)
                return known
        if key in self._in_progress:
            return None
        self._in_progress.add(key)
        with assumptions.recording() as used:
            value = work()
        self._in_progress.discard(key)
        if value is not None:
            self._values.setdefault(key, []).append((used, value))
        return value

    def opened(self, collection: TerraformValue) -> TerraformValue:
        """Return a collection, an unknown one as it is assumed to be."""
        return self.context.budget.assumptions.opened(collection)

    def in_all_cases(
        self, evaluate: Callable[[], TerraformValue | None], limit: int, *, collections: bool
    ) -> TerraformValue | None:
        """Return a value in all cases of the questions that it depends on; see `Assumptions`."""
        budget = self.context.budget
        if budget.expressions < MAX_EXPRESSIONS // 4:
            return evaluate()
        return budget.assumptions.cases(evaluate, limit, collections=collections)

    # Variables and local values

    def _paths(self) -> TerraformValue:
        place = place_at(self.module.documents[0], 0, 0)
        folders = {"module": self.path, "root": ".", "cwd": "."}
        return object_of({name: string_of(path, place) for name, path in folders.items()}, place)

    def _local(self, name: str) -> TerraformValue | None:
        local = self.module.locals.get(name)
        return None if local is None else self.evaluate(local[0].value, local[1], {})

    def _variable(self, name: str) -> TerraformValue | None:
        declared = self.module.blocks.get(("variable", name))
        if self.call is not None and self.parent is not None and name in self.call.arguments:
            # Evaluated only here: modules may pass each other their outputs.
            argument, document = self.call.arguments[name], self.call.declared.file_of(name)
            passed = self.parent.evaluate(argument.value, document, self.call.iteration)
            return (declared and self._converted(passed, declared)) or passed
        if declared is None:
            return None
        set_value = self._value_set(name, declared) if self.parent is None else None
        if set_value is not None:
            return set_value
        value: TerraformValue | None = None
        default = declared.block.body.attributes.get("default")
        if default is not None:
            value = self.evaluate(default.value, declared.file_of("default"), {})
            if self.parent is not None:
                return self._converted(value, declared) or value
        is_region = name == self._region_variable()
        if is_region:
            self.context.pseudo_parameters["AWS::Region"] = f"var.{name}"
        symbol = "AWS::Region" if is_region else f"{self.prefix}var.{name}"
        text = literal(value)
        if text is not None:
            self.context.variable_defaults[symbol] = text
        return UnknownValue(
            declared.place(declared.block.head), {"Ref": symbol}, is_string=is_region
        )

    def _region_variable(self) -> str | None:
        """Return the variable that the default provider takes the Region from; None if none."""
        provider = self.module.blocks.get(("provider", "aws"))
        arguments = provider.block.body.attributes if provider else {}
        if provider is None or "alias" in arguments or "region" not in arguments:
            return None
        start, end = arguments["region"].value.span
        match = _VARIABLE.fullmatch(provider.file_of("region").text[start:end])
        return match and match[1]

    def _value_set(self, name: str, declared: DeclaredBlock) -> TerraformValue | None:
        """Return the value that files set for a variable of the root module."""
        value: TerraformValue | None = self.context.variable_values.get(name)
        if value is None or isinstance(value, UnknownValue):
            return None
        if "type" in declared.block.body.attributes:
            value = self._converted(value, declared)
        return None if is_null(value) and "nullable" in declared.block.body.attributes else value

    def _converted(self, value: TerraformValue, declared: DeclaredBlock) -> TerraformValue | None:
        """Return a value converted to the type of a variable; None when it is not known."""
        constraint = declared.block.body.attributes.get("type")
        if constraint is None:
            return value
        file = declared.file_of("type")
        return variables.converted(
            value, constraint.value, lambda node: self.evaluate(node, file, {})
        )

    # Resources, data sources and module calls

    def _resource(self, key: BlockKey) -> TerraformValue | None:
        """Return the value of a block's name: the resource, or a collection of its instances."""
        declared = self.module.blocks.get(key)
        if declared is None:
            return None
        instances = self.instances(key)
        values = [self._resource_value(key, instance) for instance in instances]
        arguments = declared.block.body.attributes
        if "count" not in arguments and "for_each" not in arguments:
            return values[0]
        if not all(instance.known for instance in instances):
            return None
        place = declared.place(declared.block.head)
        if "count" in arguments:
            return ListValue(place, list(values))
        keys = [str(instance.key) for instance in instances]
        return object_of(dict(zip(keys, values, strict=True)), place)

    def _resource_value(self, key: BlockKey, instance: BlockInstance) -> ResourceValue:
        def attribute(name: str) -> TerraformValue | None:
            if key[0] == "module":
                return self._output(instance, name)
            return self._attribute(key, instance, name)

        return ResourceValue(instance.place, {"Ref": f"{instance.address}.*"}, attribute=attribute)

    def instances(self, key: BlockKey) -> list[BlockInstance]:
        """Return the instances of a block."""
        if key not in self._instances:
            declared = self.module.blocks[key]
            address = self.prefix + ".".join(key[1:] if key[0] == "resource" else key)
            # While `count` or `for_each` is evaluated, the number of instances is not known.
            self._instances[key] = [BlockInstance(self, declared, address, {}, known=False)]
            with self.context.budget.assumptions.suspended():
                self._instances[key] = list(expanded(self, declared, address))
        return self._instances[key]

    def _attribute(
        self, key: BlockKey, instance: BlockInstance, name: str
    ) -> TerraformValue | None:
        is_data, block_type = key[0] == "data", key[-2]
        unknown = UnknownValue(instance.place, {"Ref": f"{instance.address}.{name}"})
        if is_data and block_type in self.context.data_sources:
            data_source = self.context.data_sources[block_type]
            value = self._once((instance.address, name), lambda: data_source(instance, name))
            return value or unknown
        if is_data and not instance.has_other_provider():
            pseudo = _PSEUDO_PARAMETERS.get(block_type, {}).get(name)
            if pseudo is not None:
                if not self.module.is_description:
                    written = f"data.{block_type}.{key[-1]}.{name}"
                    self.context.pseudo_parameters.setdefault(pseudo, written)
                return UnknownValue(instance.place, {"Ref": pseudo}, is_string=True)
        resource_type = resource_types().get(block_type)
        if resource_type and name in resource_type.attributes and arn_is_derivable(instance):
            reference = resource_type.reference(name, instance.address)
            return UnknownValue(instance.place, reference, is_string=True)
        if name in instance.arguments:
            value = self._once((instance.address, name), lambda: instance.value(name))
            return value or unknown
        return unknown

    def _output(self, call: BlockInstance, name: str) -> TerraformValue | None:
        child = self.child(call)
        declared = child.module.blocks.get(("output", name)) if child else None
        reference: TemplateReference = {"Ref": f"{call.address}.{name}"}
        if child is None or declared is None or "value" not in declared.block.body.attributes:
            return UnknownValue(call.place, reference)
        node = declared.block.body.attributes["value"].value
        document = declared.file_of("value")
        value = child._once(("output", name), lambda: child.evaluate(node, document, {}))
        return value or UnknownValue(call.place, reference)

    def child(self, call: BlockInstance) -> ModuleScope | None:
        """Return the module that a call of this module calls; None when it is not in the files."""
        if call.address not in self._children:
            self._children[call.address] = None
            self._children[call.address] = self._called(call)
        return self._children[call.address]

    def _called(self, call: BlockInstance) -> ModuleScope | None:
        source = literal(call.value("source"))
        if source is None:
            return None
        is_local = source.startswith(("./", "../"))
        other_provider = {"providers"} if is_local else {"providers", "region"}
        module = (
            self.context.find_module(self.module.path, source)
            if is_local
            else known_module(source, call.place)
        )
        if (
            module is None
            or module.path in self._folders
            or len(self.context.scopes) > _MAX_MODULES
        ):
            return None
        return ModuleScope(
            self.context,
            module,
            f"{call.address}.",
            os.path.normpath(f"{self.path}/{source}") if is_local else self.path,
            self.has_root_provider and other_provider.isdisjoint(call.arguments),
            self,
            call,
        )
