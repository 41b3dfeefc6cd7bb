"""Terraform plans, as `terraform show -json` writes them.

A plan's roles and machines are those of a template under other names, so a plan is shown as one:
its places lead back into the plan. https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sfnlint.inputs import cloudformation
from sfnlint.inputs.outside import Outside
from sfnlint.inputs.terraform_policies import may_grant
from sfnlint.inputs.terraform_references import most_specific, references
from sfnlint.place import Path
from sfnlint.source import TextDocument, View
from sfnlint.subject import Reading

_DEEPEST = 50
_TYPES = {
    "aws_sfn_state_machine": (
        cloudformation.MACHINE,
        {
            "name": "StateMachineName",
            "role_arn": "RoleArn",
            "definition": "DefinitionString",
            "type": "StateMachineType",
        },
    ),
    "aws_iam_role": (
        "AWS::IAM::Role",
        {
            "name": "RoleName",
            "path": "Path",
            "assume_role_policy": "AssumeRolePolicyDocument",
            "permissions_boundary": "PermissionsBoundary",
        },
    ),
    "aws_iam_role_policy": (
        "AWS::IAM::RolePolicy",
        {"role": "RoleName", "policy": "PolicyDocument"},
    ),
    "aws_iam_policy": (
        "AWS::IAM::ManagedPolicy",
        {"name": "ManagedPolicyName", "path": "Path", "policy": "PolicyDocument"},
    ),
}
_ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_policy_attachment": ("roles", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}
_LINKS = frozenset(
    {"role_arn", "role", "roles", "role_name", "policy_arn", "policy_arns", "permissions_boundary"}
)
"""Fields that are references to a role or a policy, and nothing more."""
_NAMING = frozenset({"arn", "id", "name"})
"""The attributes of roles and policies that name them; `id` of a policy is its ARN."""


class _Resource(NamedTuple):
    address: str
    type: str
    values: Mapping[str, object]
    unknown: Mapping[str, object]
    path: Path
    module: tuple[str, ...]
    expressions: Mapping[str, object] | None


def matches(data: object) -> bool:
    """Whether data is a plan."""
    return (
        isinstance(data, dict)
        and "format_version" in data
        and isinstance(data.get("planned_values"), dict)
    )


def read(document: TextDocument, outside: Outside | None = None) -> Reading:
    """The machines of a plan, each with its role.

    Args:
        document: the plan.
        outside: what is known of what it names and does not hold; nothing when None.

    """
    plan = _Plan(document)
    reading = cloudformation.read(plan.view(), outside=outside)
    other = plan.with_any_role()
    for subject in reading.subjects:
        if subject.role is not None:
            subject.role.complete &= plan.complete
            # It may be the role of a machine of which the plan does not show which it has.
            subject.role.shared_with = subject.role.shared_with or other
        # What a plan shows of the order of resources is not enough to say that one is missing.
        subject.not_awaited = ()
    return reading


class _Plan:
    def __init__(self, document: TextDocument) -> None:
        self.document = document
        data = _object(document.data)
        self.configuration = _object(_object(data.get("configuration")).get("root_module"))
        self.changes = {
            str(change.get("address")): _object(_object(change.get("change")).get("after_unknown"))
            for change in _objects(data.get("resource_changes"))
        }
        root = _object(data["planned_values"]).get("root_module")
        self.resources = {
            one.address: one for one in self._resources(root, ("planned_values", "root_module"), ())
        }
        self.instances: dict[str, list[str]] = {}
        for address, one in self.resources.items():
            if one.type in ("aws_iam_role", "aws_iam_policy"):
                inside = sum(len(f"module.{call}.") for call in one.module)
                whole = address[:inside] + address[inside:].partition("[")[0]
                for base in {address, whole}:
                    self.instances.setdefault(base, []).append(address)
        self.shown: dict[str, dict[str, Any]] = {}
        self.moved: dict[Path, Path] = {}
        self.complete = self._is_complete()

    def view(self) -> View:
        """The plan as a template."""
        for one in self.resources.values():
            if one.type in _TYPES:
                self._show(one)
            elif one.type not in _ATTACHMENTS:
                used = [
                    role
                    for name in references(one.expressions)
                    if (role := self._single(name, one.module))
                ]
                self.shown[one.address] = {"Type": f"Terraform::{one.type}", "DependsOn": used}
        for one in self.resources.values():
            if one.type in _ATTACHMENTS:
                self._attach(one)
            elif one.type == "aws_iam_role_policy":
                self._doubt(one, self._value(one, "role"), "role")
        return View(self.document, {"Resources": self.shown}, self.moved)

    def _is_complete(self) -> bool:
        """Whether everything that roles of the plan are granted is certain to be read."""
        names = set()
        for one in self.resources.values():
            # Without its configuration, what is unknown cannot be followed.
            if one.expressions is None:
                return False
            if one.type == "aws_iam_role" and isinstance(one.values.get("name"), str):
                name = str(one.values["name"])
                # The same name twice: roles of two accounts.
                if name in names:
                    return False
                names.add(name)
            elif not one.type.startswith("aws_iam_") and may_grant(
                one.values, one.unknown, one.expressions
            ):
                return False
        return True

    def with_any_role(self) -> str:
        """A machine whose role may be any of the plan; empty when there is none."""
        for address, one in self.shown.items():
            role = one.get("Properties", {}).get("RoleArn", "")
            if not isinstance(role, str) and "Fn::GetAtt" not in _object(role):
                return address
        return ""

    def _resources(self, module: object, path: Path, calls: tuple[str, ...]) -> Iterator[_Resource]:
        if not isinstance(module, dict) or len(calls) > _DEEPEST:
            return
        known = {
            str(one.get("address")): _object(one.get("expressions"))
            for one in _objects(self._module(calls).get("resources"))
        }
        for index, one in enumerate(_list(module.get("resources"))):
            if not isinstance(one, dict) or one.get("mode") != "managed":
                continue
            address, kind = one.get("address"), one.get("type")
            if isinstance(address, str) and isinstance(kind, str):
                yield _Resource(
                    address,
                    kind,
                    _object(one.get("values")),
                    self.changes.get(address, {}),
                    (*path, "resources", index),
                    calls,
                    known.get(f"{kind}.{one.get('name')}"),
                )
        for index, child in enumerate(_list(module.get("child_modules"))):
            address = child.get("address") if isinstance(child, dict) else None
            if isinstance(address, str):
                name = address.rpartition("module.")[2]
                yield from self._resources(child, (*path, "child_modules", index), (*calls, name))

    def _module(self, calls: tuple[str, ...]) -> Mapping[str, object]:
        """The configuration of a module."""
        module = self.configuration
        for call in calls:
            called = _object(module.get("module_calls")).get(call.partition("[")[0])
            module = _object(_object(called).get("module"))
        return module

    def _show(self, one: _Resource) -> None:
        kind, fields = _TYPES[one.type]
        properties: dict[str, Any] = {}
        at: Path = ("Resources", one.address)
        self.shown[one.address] = {"Type": kind, "Properties": properties}
        self.moved[at] = (*one.path, "address")
        for field, name in fields.items():
            value = self._value(one, field)
            if value is not None:
                properties[name] = value
                self.moved[(*at, "Properties", name)] = (*one.path, "values", field)
        if one.type == "aws_iam_role":
            properties["ManagedPolicyArns"] = []
            self._managed(one, one, "managed_policy_arns")
            self._inline(one)
        elif one.type == "aws_sfn_state_machine":
            self._settings(one, properties)

    def _inline(self, role: _Resource) -> None:
        if role.unknown.get("inline_policy") is True:
            self._add(role.address, self._open(role, "inline_policy"), role.path)
        unknown = _list(role.unknown.get("inline_policy"))
        for index, entry in enumerate(_objects(role.values.get("inline_policy"))):
            document: object = entry.get("policy")
            if index < len(unknown) and _object(unknown[index]).get("policy"):
                document = self._open(role, f"inline_policy[{index}].policy")
            if not document:
                # An empty block says that there is no inline policy.
                continue
            address = f"{role.address} inline_policy[{index}]"
            self.shown[address] = {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {"RoleName": {"Ref": role.address}, "PolicyDocument": document},
            }
            path = (*role.path, "values", "inline_policy", index)
            self.moved[("Resources", address)] = path
            self.moved[("Resources", address, "Properties", "PolicyDocument")] = (*path, "policy")

    def _settings(self, one: _Resource, properties: dict[str, Any]) -> None:
        at: Path = ("Resources", one.address, "Properties")
        logging, tracing, encryption = (
            next(iter(_objects(one.values.get(f"{name}_configuration"))), {})
            for name in ("logging", "tracing", "encryption")
        )
        if logging and logging.get("level", "OFF") != "OFF":
            target = logging.get("log_destination") or self._open(one, "log_destination")
            properties["LoggingConfiguration"] = {"Destinations": [{"LogGroupArn": target}]}
            self.moved[(*at, "LoggingConfiguration")] = (
                *one.path, "values", "logging_configuration", 0,
            )  # fmt: skip
        if tracing.get("enabled"):
            properties["TracingConfiguration"] = {"Enabled": True}
            self.moved[(*at, "TracingConfiguration")] = (
                *one.path, "values", "tracing_configuration", 0,
            )  # fmt: skip
        if encryption.get("type") == "CUSTOMER_MANAGED_KMS_KEY":
            key = encryption.get("kms_key_id") or self._open(one, "kms_key_id")
            properties["EncryptionConfiguration"] = {"KmsKeyId": key}
            self.moved[(*at, "EncryptionConfiguration")] = (
                *one.path, "values", "encryption_configuration", 0,
            )  # fmt: skip

    def _attach(self, one: _Resource) -> None:
        who, what = _ATTACHMENTS[one.type]
        value = self._value(one, who)
        named = value if isinstance(value, list) else [value]
        for role in [role for role in self.resources.values() if role.type == "aws_iam_role"]:
            own = ({"Ref": role.address}, {"Fn::GetAtt": [role.address, "Arn"]})
            if any(name in own or name == role.values.get("name", own) for name in named):
                self._managed(role, one, what)
        for name in named:
            self._doubt(one, name, who)

    def _doubt(self, one: _Resource, name: object, field: str) -> None:
        """What is attached to a role that is not known may be attached to any of them."""
        if isinstance(name, dict) and str(name.get("Ref")) not in self.resources:
            for role in self.resources.values():
                if role.type == "aws_iam_role":
                    self._add(role.address, self._open(one, field), (*one.path, "values"))

    def _managed(self, role: _Resource, one: _Resource, field: str) -> None:
        value = self._value(one, field)
        path = (*one.path, "values", field)
        if isinstance(value, list):
            for index, arn in enumerate(value):
                self._add(role.address, self._policy(arn), (*path, index))
        elif value is not None:
            self._add(role.address, self._policy(value), path)

    def _add(self, role: str, value: object, path: Path) -> None:
        arns: list[object] = self.shown[role]["Properties"]["ManagedPolicyArns"]
        at: Path = ("Resources", role, "Properties", "ManagedPolicyArns", len(arns))
        self.moved[at] = path
        arns.append(value)

    def _policy(self, arn: object) -> object:
        """The policy of the plan that an ARN of an existing one means."""
        for one in self.resources.values():
            if (
                one.type == "aws_iam_policy"
                and isinstance(arn, str)
                and arn == one.values.get("arn")
            ):
                return {"Ref": one.address}
        return arn

    def _value(self, one: _Resource, field: str) -> object:
        """A value; what is known only after the apply is what the configuration refers to."""
        unknown = one.unknown.get(field)
        if unknown is True or (isinstance(unknown, list) and any(unknown)):
            if field in _object(one.expressions):
                return self._referred(one, field)
            # Not written in the configuration: made up by the service.
            return None
        value = one.values.get(field)
        return value if isinstance(value, (str, list)) else None

    def _referred(self, one: _Resource, field: str) -> object:
        wanted = most_specific(references(_object(one.expressions)[field]))
        unknown = one.unknown.get(field)
        whole = unknown is True or len(_list(unknown)) == 1
        if len(wanted) != 1 or not whole or field not in _LINKS:
            return self._open(one, field)
        address = self._single(wanted[0], one.module)
        attribute = wanted[0].rpartition(".")[2]
        if address is None:
            return self._open(one, field)
        if self.resources[address].type == "aws_iam_policy":
            return {"Ref": address} if field not in ("role", "role_arn") else self._open(one, field)
        wants_arn = field in ("role_arn", "permissions_boundary")
        if wants_arn:
            return {"Fn::GetAtt": [address, "Arn"]}
        known = attribute in _NAMING or wanted[0].startswith(("var.", "module."))
        return {"Ref": address} if known else self._open(one, field)

    def _single(self, name: str, calls: tuple[str, ...], depth: int = 0) -> str | None:
        """The one role or policy of the plan that a reference of a module leads to."""
        if depth > _DEEPEST:
            return None
        parts = name.split(".")
        inner: object = None
        if parts[0] == "var" and calls and len(parts) == 2:
            called = _object(self._module(calls[:-1]).get("module_calls"))
            inner = _object(_object(called.get(calls[-1].partition("[")[0])).get("expressions"))
            names, calls = references(inner.get(parts[1])), calls[:-1]
        elif parts[0] == "module":
            if len(parts) != 3 or "[" in name:
                return None
            calls = (*calls, parts[1])
            output = _object(_object(self._module(calls).get("outputs")).get(parts[2]))
            names = references(output.get("expression"))
        else:
            prefix = "".join(f"module.{call}." for call in calls)
            base = prefix + ".".join(parts[:2])
            found = self.instances.get(base, [])
            return found[0] if len(found) == 1 else None
        wanted = most_specific(names)
        return self._single(wanted[0], calls, depth + 1) if len(wanted) == 1 else None

    def _open(self, one: _Resource, field: str) -> dict[str, str]:
        return {"Ref": f"{one.address}.{field}"}


def _object(data: object) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}


def _list(data: object) -> list[Any]:
    return data if isinstance(data, list) else []


def _objects(data: object) -> list[Mapping[str, Any]]:
    return [one for one in _list(data) if isinstance(one, dict)]
