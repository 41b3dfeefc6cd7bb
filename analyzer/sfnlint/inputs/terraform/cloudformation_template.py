"""Resources of Terraform, planned or configured, as those of a template.

The roles and machines of both are those of a template under other names, so they are shown as one.
What is known about the types is in resource_types.json, each with its page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sfnlint.place import Route

MACHINE = "aws_sfn_state_machine"
ROLE = "aws_iam_role"
POLICY = "aws_iam_policy"
SHOWN = (MACHINE, ROLE, "aws_iam_role_policy", POLICY)
"""Types that are shown however their names are put together."""
ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_policy_attachment": ("roles", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}
"""Types that attach policies to roles, with the arguments that name both."""
_CALL = re.compile(r"(?:^|\.)module\.[^.]+$")
"""The address of a call of a module that is not in the files."""
_SETTINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "logging_configuration": (
        "LoggingConfiguration",
        {"level": "Level", "log_destination": "Destinations"},
    ),
    "tracing_configuration": ("TracingConfiguration", {"enabled": "Enabled"}),
    "encryption_configuration": (
        "EncryptionConfiguration",
        {"type": "Type", "kms_key_id": "KmsKeyId"},
    ),
}
"""Blocks of a machine: the property that each becomes, and its members by their arguments."""


class ResourceType(NamedTuple):
    """What is known about a type of resource.

    Attributes:
        type: the type of a template.
        properties: its properties by the names of the arguments.
        attributes: what gives an attribute: a Ref, the Fn::GetAtt of a name, or the Fn::Sub of a
            text, in which `${Name}` is what a Ref gives.

    """

    type: str
    properties: Mapping[str, str]
    attributes: Mapping[str, str]

    def reference(self, attribute: str, address: str) -> Mapping[str, Any]:
        """An attribute of the resource at an address, as a template refers to it."""
        way = self.attributes[attribute]
        if way == "Ref":
            return {"Ref": address}
        if "${" in way:
            return {"Fn::Sub": [way, {"Name": {"Ref": address}}]}
        return {"Fn::GetAtt": [address, way]}


@cache
def known_types() -> Mapping[str, ResourceType]:
    """The types of which it is known how a template names them."""
    file = Path(__file__).with_name("resource_types.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: ResourceType(one["type"], one["properties"], one["attributes"])
        for name, one in data.items()
    }


class PlacedValue(NamedTuple):
    """A value as a template has it.

    Attributes:
        value: the value.
        put: keeps its place for a path of the template.

    """

    value: object
    put: Callable[[Route], None]


class Resource(Protocol):
    """A resource."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def named(self) -> bool:
        """Whether it is certain how its name and its ARN hang together."""

    def users(self) -> list[str]:
        """The addresses of the roles that it uses, where it is no role and no policy."""

    def whole(self) -> PlacedValue:
        """The resource itself; its value means nothing."""

    def entry(self, argument: str) -> PlacedValue | None:
        """An argument; None when it is not set."""

    def entries(self, argument: str) -> list[PlacedValue]:
        """The items of an argument, or the argument itself when it is no list."""

    def inline(self) -> Iterator[PlacedValue]:
        """The documents of its inline policies."""

    def setting(self, block: str) -> tuple[PlacedValue, Mapping[str, PlacedValue] | None] | None:
        """A block with its arguments, None where they are open; None when there is no block."""

    def doubt(self, argument: str) -> PlacedValue:
        """A policy of which only that is known: that this argument may name it."""


def template(resources: Sequence[Resource]) -> dict[str, Any]:
    """The template that resources make; their places are kept by their entries."""
    return _Template(resources).made()


class _Template:
    def __init__(self, resources: Sequence[Resource]) -> None:
        self.resources = {one.address: one for one in resources}
        self.roles = [one for one in resources if one.type == ROLE]
        self.shown: dict[str, dict[str, Any]] = {}
        self.doubted = False
        # What begins so is made by a module that is not in the files.
        self.elsewhere = tuple(f"{one}." for one in self.resources if _CALL.search(one))
        # What an attachment may say to mean a role.
        self.meant: dict[str, list[Resource]] = {}
        for role in self.roles:
            name = role.entry("name")
            given = [{"Ref": role.address}, {"Fn::GetAtt": [role.address, "Arn"]}]
            for value in [*given, *([name.value] if name else [])]:
                self.meant.setdefault(json.dumps(value), []).append(role)

    def made(self) -> dict[str, Any]:
        for one in self.resources.values():
            if one.type in SHOWN or (one.type in known_types() and one.named):
                self._show(one)
            elif one.type not in ATTACHMENTS:
                self.shown[one.address] = {"Type": f"Terraform::{one.type}"}
            if one.type not in SHOWN and one.type not in ATTACHMENTS:
                self.shown[one.address]["DependsOn"] = one.users()
        for one in self.resources.values():
            if one.type in ATTACHMENTS:
                self._attach(one)
            elif one.type == "aws_iam_role_policy":
                role = one.entry("role")
                self._doubt(one, role.value if role else None, "role")
        return {"Resources": self.shown}

    def _show(self, one: Resource) -> None:
        known = known_types()[one.type]
        properties: dict[str, Any] = {}
        at: Route = ("Resources", one.address)
        self.shown[one.address] = {"Type": known.type, "Properties": properties}
        one.whole().put(at)
        for argument, name in known.properties.items():
            entry = one.entry(argument)
            if entry is None and argument == "policy":
                # It must be there: what was written could not be read.
                entry = one.doubt(argument)
            if entry is not None:
                properties[name] = entry.value
                entry.put((*at, "Properties", name))
        if one.type == ROLE:
            properties["ManagedPolicyArns"] = []
            self._managed(one, one, "managed_policy_arns")
            self._inline(one)
        elif one.type == MACHINE:
            self._settings(one, properties)

    def _inline(self, role: Resource) -> None:
        for index, entry in enumerate(role.inline()):
            address = f"{role.address} inline_policy[{index}]"
            self.shown[address] = {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {"RoleName": {"Ref": role.address}, "PolicyDocument": entry.value},
            }
            at: Route = ("Resources", address)
            entry.put(at)
            entry.put((*at, "Properties", "PolicyDocument"))

    def _settings(self, one: Resource, properties: dict[str, Any]) -> None:
        """What is set beside the definition; what nothing sets is as the service has it."""
        for block, (name, members) in _SETTINGS.items():
            found = one.setting(block)
            if found is None:
                continue
            entry, given = found
            at: Route = ("Resources", one.address, "Properties", name)
            entry.put(at)
            properties[name] = entry.value if given is None else {}
            for argument, member in members.items():
                if given is not None and argument in given:
                    properties[name][member] = given[argument].value
                    given[argument].put((*at, member))

    def _attach(self, one: Resource) -> None:
        who, what = ATTACHMENTS[one.type]
        for named in one.entries(who):
            for role in self.meant.get(json.dumps(named.value), ()):
                self._managed(role, one, what)
            self._doubt(one, named.value, who)

    def _doubt(self, one: Resource, name: object, argument: str) -> None:
        """What is attached to a role that is not known may be attached to any: said once."""
        if not isinstance(name, dict) or json.dumps(name) in self.meant or self.doubted:
            return
        if not str(name.get("Ref", "")).startswith(self.elsewhere):
            self.doubted = True
            for role in self.roles:
                self._add(role.address, one.doubt(argument))

    def _managed(self, role: Resource, one: Resource, argument: str) -> None:
        for entry in one.entries(argument):
            self._add(role.address, entry)

    def _add(self, role: str, entry: PlacedValue) -> None:
        arns: list[object] = self.shown[role]["Properties"]["ManagedPolicyArns"]
        entry.put(("Resources", role, "Properties", "ManagedPolicyArns", len(arns)))
        arns.append(entry.value)


def with_any_role(resources: Mapping[str, Mapping[str, Any]]) -> str:
    """A machine of which it is not known which role of a template it has; empty when there is none.

    It may share the role of any other machine.
    """
    for address, one in resources.items():
        role = one.get("Properties", {}).get("RoleArn", "")
        is_of_these = isinstance(role, dict) and "Fn::GetAtt" in role
        if not isinstance(role, str) and not is_of_these:
            return address
    return ""
