"""Terraform plans, as `terraform show -json` writes them.

A plan's roles and machines are those of a template under other names, so a plan is shown as one:
its places lead back into the plan. https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.coerce import as_list, as_object, objects
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.terraform.cloudformation_template import (
    POLICY,
    ROLE,
    PlacedValue,
    template,
    with_any_role,
)
from sfnlint.inputs.terraform.resource_policies import ANY, leave_open, may_grant, service_of
from sfnlint.place import Route
from sfnlint.source import DocumentView, TextDocument
from sfnlint.subject import Reading

_DEEPEST = 50
_LINKS = frozenset(
    {"role_arn", "role", "roles", "role_name", "policy_arn", "policy_arns", "permissions_boundary"}
)
"""Fields that are references to a role or a policy, and nothing more."""
_NAMING = frozenset({"arn", "id", "name"})
"""The attributes of roles and policies that name them; `id` of a policy is its ARN."""


def matches(data: object) -> bool:
    """Whether data is a plan."""
    return (
        isinstance(data, dict)
        and "format_version" in data
        and isinstance(data.get("planned_values"), dict)
    )


def read(document: TextDocument, outside: ExternalContext | None = None) -> Reading:
    """The machines of a plan, each with its role.

    Args:
        document: the plan.
        outside: what is known of what it names and does not hold; nothing when None.

    """
    plan = _Plan(document)
    reading = cloudformation.read(plan.view(), outside=outside)
    other = with_any_role(plan.shown)
    for subject in reading.subjects:
        if subject.role is not None:
            subject.role.complete &= plan.complete
            # It may be the role of a machine of which the plan does not show which it has.
            subject.role.shared_with = subject.role.shared_with or other
        for assumed in subject.assumed.values():
            assumed.role.complete &= plan.complete
        # What a plan shows of the order of resources is not enough to say that one is missing.
        subject.not_awaited = ()
    leave_open(reading.subjects, plan.granting)
    return reading


@dataclass(slots=True)
class _Resource:
    """A resource of a plan, as `terraform_resources.Resource` describes it."""

    plan: _Plan
    address: str
    type: str
    values: Mapping[str, object]
    unknown: Mapping[str, object]
    path: Route
    module: tuple[str, ...]
    expressions: Mapping[str, object] | None
    named: bool = False

    def users(self) -> list[str]:
        found = (self.plan.single(name, self.module) for name in _references(self.expressions))
        return [role for role in found if role]

    def whole(self) -> PlacedValue:
        return self._entry(None, (*self.path, "address"))

    def entry(self, argument: str) -> PlacedValue | None:
        value = self.plan.value(self, argument)
        return None if value is None else self._entry(value, (*self.path, "values", argument))

    def entries(self, argument: str) -> list[PlacedValue]:
        value = self.plan.value(self, argument)
        path = (*self.path, "values", argument)
        if isinstance(value, list):
            return [
                self._entry(self.plan.policy(one), (*path, index))
                for index, one in enumerate(value)
            ]
        return [] if value is None else [self._entry(self.plan.policy(value), path)]

    def inline(self) -> Iterator[PlacedValue]:
        path = (*self.path, "values", "inline_policy")
        unknown = self.unknown.get("inline_policy")
        # The provider says so of every new role; only what is written can come.
        if unknown is True and "inline_policy" in as_object(self.expressions):
            yield self.doubt("inline_policy")
        for index, entry in enumerate(objects(self.values.get("inline_policy"))):
            document: object = entry.get("policy")
            given = as_list(unknown)
            if index < len(given) and as_object(given[index]).get("policy"):
                document = self.open(f"inline_policy[{index}].policy")
            # An empty block says that there is no inline policy.
            if document:
                yield self._entry(document, (*path, index, "policy"))

    def setting(self, block: str) -> tuple[PlacedValue, Mapping[str, PlacedValue] | None] | None:
        unknown = self.unknown.get(block)
        if unknown is True and (self.expressions is None or block in self.expressions):
            return self._entry(self.open(block), (*self.path, "values", block)), None
        written = next(iter(objects(self.values.get(block))), None)
        if written is None:
            return None
        hidden = next(iter(objects(unknown)), {})
        shown = {field: value for field, value in written.items() if value not in (None, "")}
        shown |= {field: self.open(field) for field, is_open in hidden.items() if is_open}
        path: Route = (*self.path, "values", block, 0)
        given = {field: self._entry(value, (*path, field)) for field, value in shown.items()}
        return self._entry(None, path), given

    def doubt(self, argument: str) -> PlacedValue:
        return self._entry(self.open(argument), (*self.path, "values"))

    def open(self, argument: str) -> dict[str, str]:
        return {"Ref": f"{self.address}.{argument}"}

    def _entry(self, value: object, path: Route) -> PlacedValue:
        def put(at: Route) -> None:
            self.plan.moved[at] = path

        return PlacedValue(value, put)


class _Plan:
    def __init__(self, document: TextDocument) -> None:
        self.document = document
        data = as_object(document.data)
        self.configuration = as_object(as_object(data.get("configuration")).get("root_module"))
        self.changes = {
            str(change.get("address")): as_object(
                as_object(change.get("change")).get("after_unknown")
            )
            for change in objects(data.get("resource_changes"))
        }
        root = as_object(data["planned_values"]).get("root_module")
        self.resources = {
            one.address: one for one in self._resources(root, ("planned_values", "root_module"), ())
        }
        self.instances: dict[str, list[str]] = {}
        for address, one in self.resources.items():
            if one.type in (ROLE, POLICY):
                inside = sum(len(f"module.{call}.") for call in one.module)
                whole = address[:inside] + address[inside:].partition("[")[0]
                for base in {address, whole}:
                    self.instances.setdefault(base, []).append(address)
        self.shown: dict[str, dict[str, Any]] = {}
        self.moved: dict[Route, Route] = {}
        self.granting: set[str] = set()
        self.complete = self._is_complete()

    def view(self) -> DocumentView:
        """The plan as a template."""
        data = template(list(self.resources.values()))
        self.shown = data["Resources"]
        return DocumentView(self.document, data, self.moved)

    def _is_complete(self) -> bool:
        """Whether everything that roles of the plan are granted is certain to be read."""
        names = set()
        for one in self.resources.values():
            # Without its configuration, what is unknown cannot be followed.
            if one.expressions is None:
                return False
            if one.type == ROLE and isinstance(one.values.get("name"), str):
                name = str(one.values["name"])
                # The same name twice: roles of two accounts.
                if name in names:
                    return False
                names.add(name)
            elif not one.type.startswith("aws_iam_") and may_grant(
                one.values, one.unknown, one.expressions
            ):
                self.granting.add(service_of(one.type))
        return ANY not in self.granting

    def _resources(
        self, module: object, path: Route, calls: tuple[str, ...]
    ) -> Iterator[_Resource]:
        if not isinstance(module, dict) or len(calls) > _DEEPEST:
            return
        known = {
            str(one.get("address")): as_object(one.get("expressions"))
            for one in objects(self._module(calls).get("resources"))
        }
        for index, one in enumerate(as_list(module.get("resources"))):
            if not isinstance(one, dict) or one.get("mode") != "managed":
                continue
            address, kind = one.get("address"), one.get("type")
            if isinstance(address, str) and isinstance(kind, str):
                yield _Resource(
                    self,
                    address,
                    kind,
                    as_object(one.get("values")),
                    self.changes.get(address, {}),
                    (*path, "resources", index),
                    calls,
                    known.get(f"{kind}.{one.get('name')}"),
                )
        for index, child in enumerate(as_list(module.get("child_modules"))):
            address = child.get("address") if isinstance(child, dict) else None
            if isinstance(address, str):
                name = address.rpartition("module.")[2]
                yield from self._resources(child, (*path, "child_modules", index), (*calls, name))

    def _module(self, calls: tuple[str, ...]) -> Mapping[str, object]:
        """The configuration of a module."""
        module = self.configuration
        for call in calls:
            called = as_object(module.get("module_calls")).get(call.partition("[")[0])
            module = as_object(as_object(called).get("module"))
        return module

    def policy(self, arn: object) -> object:
        """The policy of the plan that an ARN of an existing one means."""
        for one in self.resources.values():
            if one.type == POLICY and isinstance(arn, str) and arn == one.values.get("arn"):
                return {"Ref": one.address}
        return arn

    def value(self, one: _Resource, field: str) -> object:
        """A value; what is known only after the apply is what the configuration refers to."""
        unknown = one.unknown.get(field)
        if unknown is True or (isinstance(unknown, list) and any(unknown)):
            if field in as_object(one.expressions):
                return self._referred(one, field)
            # Not written in the configuration: made up by the service.
            return None
        value = one.values.get(field)
        return value if isinstance(value, (str, list)) else None

    def _referred(self, one: _Resource, field: str) -> object:
        wanted = _most_specific(_references(as_object(one.expressions)[field]))
        unknown = one.unknown.get(field)
        whole = unknown is True or len(as_list(unknown)) == 1
        if len(wanted) != 1 or not whole or field not in _LINKS:
            return one.open(field)
        address = self.single(wanted[0], one.module)
        attribute = wanted[0].rpartition(".")[2]
        if address is None:
            return one.open(field)
        if self.resources[address].type == POLICY:
            return {"Ref": address} if field not in ("role", "role_arn") else one.open(field)
        wants_arn = field in ("role_arn", "permissions_boundary")
        if wants_arn:
            return {"Fn::GetAtt": [address, "Arn"]}
        known = attribute in _NAMING or wanted[0].startswith(("var.", "module."))
        return {"Ref": address} if known else one.open(field)

    def single(self, name: str, calls: tuple[str, ...], depth: int = 0) -> str | None:
        """The one role or policy of the plan that a reference of a module leads to."""
        if depth > _DEEPEST:
            return None
        parts = name.split(".")
        inner: object = None
        if parts[0] == "var" and calls and len(parts) == 2:
            called = as_object(self._module(calls[:-1]).get("module_calls"))
            inner = as_object(as_object(called.get(calls[-1].partition("[")[0])).get("expressions"))
            names, calls = _references(inner.get(parts[1])), calls[:-1]
        elif parts[0] == "module":
            if len(parts) != 3 or "[" in name:
                return None
            calls = (*calls, parts[1])
            output = as_object(as_object(self._module(calls).get("outputs")).get(parts[2]))
            names = _references(output.get("expression"))
        else:
            prefix = "".join(f"module.{call}." for call in calls)
            base = prefix + ".".join(parts[:2])
            found = self.instances.get(base, [])
            return found[0] if len(found) == 1 else None
        wanted = _most_specific(names)
        return self.single(wanted[0], calls, depth + 1) if len(wanted) == 1 else None


def _references(expression: object) -> list[str]:
    """The references in an expression, or in a block of them.

    https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
    """
    found: list[str] = []
    waiting = [expression]
    while waiting:
        data = waiting.pop()
        if isinstance(data, dict):
            names = data.get("references")
            if isinstance(names, list):
                found += [name for name in names if isinstance(name, str)]
            waiting += [value for key, value in data.items() if key != "references"]
        elif isinstance(data, list):
            waiting += data
    return found


def _most_specific(names: list[str]) -> list[str]:
    """References without those to what holds another one, which stand beside it."""
    return [
        name for name in names if not any(one.startswith((f"{name}.", f"{name}[")) for one in names)
    ]
