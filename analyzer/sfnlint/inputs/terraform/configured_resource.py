"""Resources of Terraform configurations, and calls of modules that make state machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sfnlint.inputs.terraform.instances import BlockInstance, arn_is_derivable
from sfnlint.inputs.terraform.known_modules import PREDEFINED
from sfnlint.inputs.terraform.missing_modules import PassedDefinition
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.policy_resources import is_read
from sfnlint.inputs.terraform.resource_policies import (
    GRANTING_ARGUMENTS,
    may_grant_to_role,
)
from sfnlint.inputs.terraform.resource_types import (
    ATTACHMENTS,
    MACHINE,
    MACHINE_AND_ROLE_TYPES,
    POLICY,
    ROLE,
    ROLE_POLICY,
)
from sfnlint.inputs.terraform.role_references import RoleReferences
from sfnlint.inputs.terraform.template_values import ValuePlace, template_value
from sfnlint.inputs.terraform.terraform_resource import (
    PlacedValue,
    PossibleRoles,
    SettingBlock,
    maybe,
)
from sfnlint.inputs.terraform.values import (
    ListValue,
    Question,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    literal,
    questions_of,
    string_of,
    string_parts,
)
from sfnlint.place import Route

_MAX_QUESTIONS = 5
"""On how many conditions the definitions of the state machines of a role may depend."""
_MAX_CASES = 16
"""How many combinations of unknown conditions of one argument are told apart."""
_CASES: Mapping[tuple[str, str], tuple[int, bool]] = {
    (MACHINE, "definition"): (_MAX_CASES, False),
    (MACHINE, "role_arn"): (_MAX_CASES, False),
    (ROLE, "assume_role_policy"): (_MAX_CASES, True),
    (ROLE, "policy"): (_MAX_CASES, True),
    (POLICY, "policy"): (_MAX_CASES, True),
    (ROLE_POLICY, "policy"): (_MAX_CASES, True),
    (ROLE_POLICY, "role"): (_MAX_CASES, False),
    **{
        (attachment, argument): (_MAX_CASES, False)
        for attachment, arguments in ATTACHMENTS.items()
        for argument in arguments
    },
}
"""Arguments that are read in all cases; whether unknown collections in them are opened."""


def _certainly_exists(scope: ModuleScope, instance: BlockInstance) -> bool:
    """Return whether a block and the modules around it certainly exist."""
    certain = instance.certain
    while certain and scope.parent is not None and scope.call is not None:
        certain = scope.call.certain
        scope = scope.parent
    return certain


class MachineConditions:
    """The unknown conditions on which definitions and roles of state machines depend.

    Attributes:
        written: the conditions of the template, by their names.

    """

    def __init__(self) -> None:
        self.written: dict[str, object] = {}
        self._by_role: dict[str, set[Question]] = {}

    def accept(self, machine: ConfiguredResource, questions: set[Question]) -> bool:
        """Return whether a state machine may depend on more conditions; add them if so.

        State machines with the same role are read in all combinations of their conditions.
        """
        roles = machine.roles() or {machine.address}
        groups = [self._by_role.setdefault(role, set()) for role in roles]
        if any(len(group | questions) > _MAX_QUESTIONS for group in groups):
            return False
        for group in groups:
            group |= questions
        self.written |= {question.name: question.condition() for question in questions}
        return True


class ConfiguredResource:
    """An instance of a block; see `TerraformResource`.

    Args:
        scope: the module of the block.
        instance: the instance.
        places: receives the places of values.
        references: finds the roles that blocks refer to.
        conditions: collects the unknown conditions of state machines.
        passed: for the call of a missing module, a definition that it passes: this is a state
            machine then.
        address: its address, if not that of the instance.

    """

    def __init__(
        self,
        scope: ModuleScope,
        instance: BlockInstance,
        places: dict[Route, ValuePlace],
        references: RoleReferences,
        conditions: MachineConditions,
        passed: PassedDefinition | None = None,
        address: str = "",
    ) -> None:
        self.scope = scope
        self.instance = instance
        self.passed = passed
        self.address = address or instance.address
        block = instance.declared.block
        self.type = block.labels[0] if block.type in ("resource", "data") else block.type
        if block.type == "data" and self.type in (*MACHINE_AND_ROLE_TYPES, *ATTACHMENTS):
            # A data source is an existing resource, defined elsewhere.
            self.type = f"data.{self.type}"
        self._is_call = block.type == "module"
        if passed is not None:
            self.type = MACHINE
        self.arn_is_derivable = not self._is_call and arn_is_derivable(instance)
        is_described = scope.module.is_description
        self.is_predefined = is_described and tuple(block.labels) in PREDEFINED
        self.is_managed = block.type == "resource"
        self.is_certain = _certainly_exists(scope, instance) and not instance.has_other_provider()
        self._places = places
        self._references = references
        self._conditions = conditions
        self._values: dict[str, TerraformValue | None] = {}

    def value(self, argument: str) -> TerraformValue | None:
        """Return the value of an argument, evaluated once."""
        if argument not in self._values:
            self._values[argument] = self._in_all_cases(self.instance, argument)
        return self._values[argument]

    def _in_all_cases(self, block: BlockInstance, argument: str) -> TerraformValue | None:
        """Return the value of an argument in all cases of the unknown conditions in it."""
        cases = _CASES.get((self.type, argument))
        if cases is None:
            return self._evaluated(block, argument)
        limit, collections = cases
        value = self.scope.in_all_cases(
            lambda: self._evaluated(block, argument), limit, collections=collections
        )
        if self.type == MACHINE and not self._conditions.accept(self, questions_of(value)):
            return self._evaluated(block, argument)
        return value

    def _evaluated(self, block: BlockInstance, argument: str) -> TerraformValue | None:
        if self.passed is None:
            return block.value(argument)
        if argument == "definition":
            return self.passed.value(block)
        value = block.value(argument)
        if argument != "type":
            return value
        machine_type = (literal(value) or "").upper()
        if value is not None and machine_type in ("STANDARD", "EXPRESS"):
            return string_of(machine_type, value.place)
        # The module decides.
        return UnknownValue(block.place, {"Ref": f"{self.address}.type"})

    def roles(self) -> set[str]:
        """Return the addresses of the roles that the block refers to."""
        return self._references.roles(self.scope, self.instance.declared.block.body)

    def may_grant_to_role(self) -> bool:
        """Return whether it may grant something to a role in a way that is not read."""
        if not self.is_managed or self.type.startswith("aws_iam_") or is_read(self.type):
            return False
        texts = {}
        for name in GRANTING_ARGUMENTS:
            value = self.value(name)
            parts = None if value is None else string_parts(value)
            if parts:
                known = (part.text if isinstance(part.text, str) else "…" for part in parts)
                texts[name] = "".join(known)
        return may_grant_to_role(texts, {}, {})

    def used_roles(self) -> list[str]:
        """Return the addresses of the roles that it uses, if it is neither a role nor a policy."""
        if self.instance.block_type == "data" or self.type.startswith("aws_iam_role_"):
            # These refer to a role, but nothing acts as that role.
            return []
        return sorted(self.roles())

    def head(self) -> PlacedValue:
        """Return the place of the resource itself; the value has no meaning."""
        return self._placed(UnknownValue(self.instance.place, {}))

    def argument(self, name: str) -> PlacedValue | None:
        """Return an argument; None when it is not set."""
        value = self.value(name) or self._prefixed(name)
        return None if value is None else self._placed(value, name)

    def linked_argument(self, route: Sequence[str]) -> PlacedValue | None:
        """Return an argument of a nested block; None when it is not set."""
        *blocks, name = route
        instance = self.instance
        for block_type in blocks:
            nested = instance.nested(block_type)
            if not nested:
                return None
            instance = nested[0]
        value = instance.value(name)
        if value is None:
            return None
        placed = self._placed(value, route[0])
        may_be_null = isinstance(value, UnknownValue) and not value.is_string
        return maybe(placed) if may_be_null else placed

    def _prefixed(self, argument: str) -> TerraformValue | None:
        """Return a name that the provider generates from a prefix."""
        prefix = self.value(f"{argument}_prefix")
        parts = None if prefix is None else string_parts(prefix)
        if prefix is None or parts is None:
            return prefix
        suffix = StringPart({"Ref": f"{self.address}.{argument}"}, prefix.place)
        return StringValue(prefix.place, [*parts, suffix])

    def elements(self, name: str) -> list[PlacedValue]:
        """Return the elements of an argument; the argument itself when it is not a list."""
        value = self.value(name)
        if value is None:
            return []
        items = value.items if isinstance(value, ListValue) else [value]
        return [self._placed(item, name) for item in items]

    def inline_policies(self) -> Iterator[PlacedValue]:
        """Yield the documents of the inline policies of a role."""
        blocks = self.instance.nested("inline_policy")
        if blocks is None:
            yield self.unknown_policy("inline_policy")
        for block in blocks or ():
            policy = self._in_all_cases(block, "policy")
            if policy is not None:
                yield self._placed(policy, "inline_policy")

    def setting(self, block_type: str) -> SettingBlock | None:
        """Return a nested block; None when there is none."""
        blocks = None if self._is_call else self.instance.nested(block_type)
        if blocks is None:
            return SettingBlock(self.unknown_policy(block_type), None)
        if not blocks:
            return None
        block = blocks[0]
        arguments = {
            name: self._placed(value, block_type)
            for name in block.arguments
            if (value := block.value(name)) is not None
        }
        return SettingBlock(self._placed(UnknownValue(block.place, {}), block_type), arguments)

    def possible_roles(self, argument: str) -> PossibleRoles:
        """Return the roles that an argument may mean whose value is not known."""
        return self._references.possible_roles(self.instance, argument)

    def unknown_policy(self, argument: str) -> PlacedValue:
        """Return a policy that is not known except for the argument that may name it."""
        reference = {"Ref": f"{self.address}.{argument}"}
        return self._placed(UnknownValue(self.instance.place, reference), argument)

    def _placed(self, value: TerraformValue, argument: str = "") -> PlacedValue:
        shown = (self.address, argument) if argument else (self.address,)

        def put(at: Route) -> None:
            template_value(value, at, self._places, shown)

        return PlacedValue(template_value(value, (), {}, shown), put)
