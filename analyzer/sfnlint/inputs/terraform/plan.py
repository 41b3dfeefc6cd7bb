"""Terraform plans, as `terraform show -json` writes them.

A plan is read as the CloudFormation template with the same resources; the places lead back into the
plan. https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sfnlint.iam.decision import Uncertainty
from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.coerce import as_list, as_object, objects
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.terraform.cloudformation_template import (
    machine_with_unknown_role,
    template_of,
)
from sfnlint.inputs.terraform.plan_configuration import (
    Calls,
    PlanConfiguration,
    most_specific,
    references,
)
from sfnlint.inputs.terraform.policy_resources import is_read
from sfnlint.inputs.terraform.resource_policies import may_grant_to_role
from sfnlint.inputs.terraform.resource_types import KEY, POLICY, ROLE, resource_types
from sfnlint.inputs.terraform.symbol_names import symbol_names
from sfnlint.inputs.terraform.terraform_resource import (
    PlacedValue,
    PossibleRoles,
    SettingBlock,
    maybe,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place, Route
from sfnlint.source import DocumentView, TextDocument
from sfnlint.subject import Reading
from sfnlint.symbol import Symbols

_MAX_DEPTH = 50
"""How many calls of modules may be in each other."""
_LINKS = frozenset(
    {"role_arn", "role", "roles", "role_name", "policy_arn", "policy_arns", "permissions_boundary"}
)
"""Arguments whose whole value is a reference to a role or to a policy."""
_ROLE_ARN = lazy_pattern(r"arn:([a-z-]+):iam::([0-9]{12})")
"""The ARN of a role without its path and name."""
_FOR_EACH = "for_each_expression"
_NAMING_ATTRIBUTES = frozenset({"arn", "id", "name"})
"""Attributes that identify a role or a policy; the `id` of a policy is its ARN."""


def matches(data: object) -> bool:
    """Return whether data is a plan."""
    return (
        isinstance(data, dict)
        and "format_version" in data
        and isinstance(data.get("planned_values"), dict)
    )


def read(document: TextDocument, context: ExternalContext | None = None) -> Reading:
    """Read the state machines of a plan with their roles.

    Args:
        document: the plan.
        context: values and policies from the configuration of the linter.

    """
    plan = _Plan(document)
    types = {address: resource.type for address, resource in plan.resources.items()}
    symbols = Symbols(symbol_names(types))
    context = context or ExternalContext()
    context = context._replace(parameters={**context.parameters, **plan.pseudo_parameters()})
    # A plan does not show all dependencies between resources.
    reading = cloudformation.read(
        plan.view(), context=context, symbols=symbols, late_policies=lambda *_: {}
    )
    other = machine_with_unknown_role(plan.template)
    for subject in reading.subjects:
        if subject.role is not None:
            subject.role.unread_policies += plan.unread_policies
            # A state machine whose role the plan does not show may have this one.
            subject.role.shared_with = subject.role.shared_with or other
        for assumed in subject.assumed.values():
            assumed.role.unread_policies += plan.unread_policies
    return reading


@dataclass(slots=True)
class _PlannedResource:
    """A resource of a plan; see `TerraformResource`.

    Attributes:
        values: the planned values of its arguments.
        unknown: the arguments that are known only after the apply.
        path: its route in the plan.
        module: the calls of modules that lead to it.
        expressions: its arguments in the configuration; None when the plan does not have them.
        provider: the key of its provider in the configuration: `aws`, `module.queue:aws.other`.

    """

    plan: _Plan
    address: str
    type: str
    values: Mapping[str, object]
    unknown: Mapping[str, object]
    path: Route
    module: tuple[str, ...]
    expressions: Mapping[str, object] | None
    provider: str
    is_managed: bool = True

    @property
    def arn_is_derivable(self) -> bool:
        """Whether the plan shows the ARN or the name of a resource that calls may depend on."""
        known = resource_types()[self.type]
        is_named = any(
            isinstance(self.values.get(name), str) for name in ("arn", *known.properties)
        )
        is_used = self.type == KEY or (is_named and bool(known.linked))
        return is_used and self.is_certain and not self.values.get("region")

    @property
    def is_predefined(self) -> bool:
        """False: a plan does not show which statements belong together."""
        return False

    @property
    def is_certain(self) -> bool:
        """Whether the provider is the default one, for the account and Region of the machine."""
        return "." not in self.provider.rpartition(":")[2]

    def used_roles(self) -> list[str]:
        roles = (self.plan.referenced(name, self.module) for name in references(self.expressions))
        return [role for role in roles if role]

    @property
    def place(self) -> Place:
        """Its place in the plan."""
        return Place(self.plan.document, (*self.path, "address"))

    def head(self) -> PlacedValue:
        return self._placed(None, (*self.path, "address"))

    def argument(self, name: str) -> PlacedValue | None:
        value = self.plan.value(self, name)
        return None if value is None else self._placed(value, (*self.path, "values", name))

    def linked_argument(self, route: Sequence[str]) -> PlacedValue | None:
        *blocks, name = route
        values, unknown, expressions = self.values, self.unknown, as_object(self.expressions)
        path: Route = (*self.path, "values")
        for block_type in blocks:
            values, unknown, expressions = (
                next(iter(objects(each.get(block_type))), {})
                for each in (values, unknown, expressions)
            )
            path = (*path, block_type, 0)
        value = values.get(name)
        if unknown.get(name) is True:
            value = self.plan.attribute(references(expressions.get(name)), self.module)
            if value is None:
                return maybe(self._placed(self.reference(".".join(route)), path))
        return self._placed(value, (*path, name)) if isinstance(value, (str, dict)) else None

    def elements(self, name: str) -> list[PlacedValue]:
        value = self.plan.value(self, name)
        path = (*self.path, "values", name)
        if isinstance(value, list):
            return [
                self._placed(self.plan.policy(item), (*path, index))
                for index, item in enumerate(value)
            ]
        return [] if value is None else [self._placed(self.plan.policy(value), path)]

    def inline_policies(self) -> Iterator[PlacedValue]:
        path = (*self.path, "values", "inline_policy")
        unknown = self.unknown.get("inline_policy")
        # The provider marks it as unknown in every new role, even where none is written.
        if unknown is True and "inline_policy" in as_object(self.expressions):
            yield self.unknown_policy("inline_policy")
        for index, block in enumerate(objects(self.values.get("inline_policy"))):
            document: object = block.get("policy")
            unknown_blocks = as_list(unknown)
            if index < len(unknown_blocks) and as_object(unknown_blocks[index]).get("policy"):
                document = self.reference(f"inline_policy[{index}].policy")
            # An empty block declares that there are no inline policies.
            if document:
                yield self._placed(document, (*path, index, "policy"))

    def setting(self, block_type: str) -> SettingBlock | None:
        unknown = self.unknown.get(block_type)
        if unknown is True and (self.expressions is None or block_type in self.expressions):
            reference = self.reference(block_type)
            return SettingBlock(self._placed(reference, (*self.path, "values", block_type)), None)
        block = next(iter(objects(self.values.get(block_type))), None)
        if block is None:
            return None
        unknown_arguments = next(iter(objects(unknown)), {})
        arguments = {name: value for name, value in block.items() if value not in (None, "")}
        arguments |= {
            name: self.reference(name)
            for name, is_unknown in unknown_arguments.items()
            if is_unknown
        }
        path: Route = (*self.path, "values", block_type, 0)
        return SettingBlock(
            self._placed(None, path),
            {name: self._placed(value, (*path, name)) for name, value in arguments.items()},
        )

    def possible_roles(self, argument: str) -> PossibleRoles:
        configuration = self.plan.configuration
        names = references(as_object(self.expressions).get(argument))
        if any(name.startswith("each.") for name in names):
            prefix = "".join(f"module.{call}." for call in self.module)
            address = self.address.removeprefix(prefix).partition("[")[0]
            loop = references(configuration.resource(address, self.module).get(_FOR_EACH))
            names += loop or ["local"]
        roles, has_variable, is_open = configuration.possible_roles(names, self.module)
        addresses = {role for calls, name in roles for role in self.plan.instances_of(name, calls)}
        if is_open:
            # A plan does not have the expressions of local values.
            addresses |= self.plan.resources.keys()
        return PossibleRoles(addresses, {None} if has_variable else set())

    def unknown_policy(self, argument: str) -> PlacedValue:
        return self._placed(self.reference(argument), (*self.path, "values"))

    def reference(self, argument: str) -> dict[str, str]:
        """Return the reference that stands for the unknown value of an argument."""
        return {"Ref": f"{self.address}.{argument}"}

    def _placed(self, value: object, path: Route) -> PlacedValue:
        def put(at: Route) -> None:
            self.plan.routes[at] = path

        return PlacedValue(value, put)


class _Plan:
    def __init__(self, document: TextDocument) -> None:
        self.document = document
        data = as_object(document.data)
        self.configuration = PlanConfiguration(data)
        self.unknown_values = {
            str(change.get("address")): as_object(
                as_object(change.get("change")).get("after_unknown")
            )
            for change in objects(data.get("resource_changes"))
        }
        root = as_object(data["planned_values"]).get("root_module")
        self.resources = {
            resource.address: resource
            for resource in self._resources(root, ("planned_values", "root_module"), ())
        }
        self.instances: dict[str, list[str]] = {}
        for address, resource in self.resources.items():
            prefix = sum(len(f"module.{call}.") for call in resource.module)
            block_address = address[:prefix] + address[prefix:].partition("[")[0]
            for name in {address, block_address}:
                self.instances.setdefault(name, []).append(address)
        self.template: dict[str, dict[str, Any]] = {}
        self.routes: dict[Route, Route] = {}
        self.unread_policies = list(self._unread_policies())

    def view(self) -> DocumentView:
        """Return the plan as a template."""
        data = template_of(list(self.resources.values()))
        self.template = data["Resources"]
        return DocumentView(self.document, data, self.routes)

    def pseudo_parameters(self) -> Mapping[str, str]:
        """Return partition and account, if all roles that already exist are in the same account."""
        arns = {
            str(resource.values["arn"]).rpartition(":role/")[0]
            for resource in self.resources.values()
            if resource.type == ROLE and isinstance(resource.values.get("arn"), str)
        }
        match = _ROLE_ARN.fullmatch(arns.pop()) if len(arns) == 1 else None
        return {"AWS::Partition": match[1], "AWS::AccountId": match[2]} if match else {}

    def _unread_policies(self) -> Iterator[Uncertainty]:
        """Yield why the plan may not show everything that its roles are granted."""
        names = set()
        for resource in self.resources.values():
            # Unknown values are followed through the configuration in the plan.
            if resource.expressions is None:
                yield Uncertainty(
                    f"the plan has no configuration of '{resource.address}'", resource.place
                )
                return
            if resource.type == ROLE and isinstance(resource.values.get("name"), str):
                name = str(resource.values["name"])
                # Two roles with one name are in two accounts.
                if name in names:
                    yield Uncertainty(f"the plan has two roles named '{name}'", resource.place)
                names.add(name)
            elif not (resource.type.startswith("aws_iam_") or is_read(resource.type)) and (
                may_grant_to_role(resource.values, resource.unknown, resource.expressions)
            ):
                message = f"'{resource.address}' may grant permissions to the role"
                yield Uncertainty(message, resource.place)

    def _resources(self, module: object, path: Route, calls: Calls) -> Iterator[_PlannedResource]:
        if not isinstance(module, dict) or len(calls) > _MAX_DEPTH:
            return
        configured = {
            str(resource.get("address")): resource
            for resource in objects(self.configuration.module(calls).get("resources"))
        }
        for index, resource in enumerate(as_list(module.get("resources"))):
            if not isinstance(resource, dict) or resource.get("mode") != "managed":
                continue
            address, resource_type = resource.get("address"), resource.get("type")
            if isinstance(address, str) and isinstance(resource_type, str):
                declared = configured.get(f"{resource_type}.{resource.get('name')}")
                yield _PlannedResource(
                    self,
                    address,
                    resource_type,
                    as_object(resource.get("values")),
                    self.unknown_values.get(address, {}),
                    (*path, "resources", index),
                    calls,
                    None if declared is None else as_object(declared.get("expressions")),
                    str(as_object(declared).get("provider_config_key", "")),
                )
        for index, child in enumerate(as_list(module.get("child_modules"))):
            address = child.get("address") if isinstance(child, dict) else None
            if isinstance(address, str):
                name = address.rpartition("module.")[2]
                yield from self._resources(child, (*path, "child_modules", index), (*calls, name))

    def policy(self, arn: object) -> object:
        """Return a reference to the policy of the plan that has an ARN; else the ARN itself."""
        for resource in self.resources.values():
            is_policy = resource.type == POLICY and isinstance(arn, str)
            if is_policy and arn == resource.values.get("arn"):
                return {"Ref": resource.address}
        return arn

    def value(self, resource: _PlannedResource, name: str) -> object:
        """Return an argument; a reference where it is known only after the apply."""
        unknown = resource.unknown.get(name)
        if unknown is True or (isinstance(unknown, list) and any(unknown)):
            if name in as_object(resource.expressions):
                return self._unknown_value(resource, name)
            # The service computes an argument that is not in the configuration.
            return None
        value = resource.values.get(name)
        return value if isinstance(value, (str, list)) else None

    def _unknown_value(self, resource: _PlannedResource, name: str) -> object:
        """Return the role or policy that an argument refers to; a reference to it otherwise."""
        names = most_specific(references(as_object(resource.expressions)[name]))
        unknown = resource.unknown.get(name)
        is_single = len(names) == 1 and (unknown is True or len(as_list(unknown)) == 1)
        if not is_single or name not in _LINKS:
            return resource.reference(name)
        address = self.referenced(names[0], resource.module)
        if address is None:
            return resource.reference(name)
        if self.resources[address].type == POLICY:
            is_for_role = name in ("role", "role_arn")
            return resource.reference(name) if is_for_role else {"Ref": address}
        if name in ("role_arn", "permissions_boundary"):
            return {"Fn::GetAtt": [address, "Arn"]}
        attribute = names[0].rpartition(".")[2]
        is_name = attribute in _NAMING_ATTRIBUTES or names[0].startswith(("var.", "module."))
        return {"Ref": address} if is_name else resource.reference(name)

    def instances_of(self, address: str, calls: Calls) -> list[str]:
        """Return the addresses of the instances of a resource in a module."""
        prefix = "".join(f"module.{call}." for call in calls)
        return self.instances.get(prefix + address, [])

    def referenced(self, name: str, calls: Calls) -> str | None:
        """Return the only role or policy that a reference in a module leads to; None otherwise."""
        address, _ = self._target([name], calls)
        is_known = address is not None and self.resources[address].type in (ROLE, POLICY)
        return address if is_known else None

    def attribute(self, names: Sequence[str], calls: Calls) -> Mapping[str, Any] | None:
        """Return how the template refers to what references lead to; None if that is unknown."""
        address, attribute = self._target(names, calls)
        known = resource_types().get(self.resources[address].type) if address else None
        is_known = address and known and attribute in known.attributes
        return known.reference(attribute, address) if is_known else None  # type: ignore[union-attr,arg-type]

    def _target(self, names: Sequence[str], calls: Calls) -> tuple[str | None, str]:
        """Return the only resource that references lead to, with the attribute."""
        steps, calls = self.configuration.followed(names, calls) or ([], calls)
        instances = self.instances_of(".".join(steps[:2]), calls)
        return (instances[0] if len(instances) == 1 else None), ".".join(steps[2:])
