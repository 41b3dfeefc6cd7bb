"""Expands SAM templates into the CloudFormation templates that SAM creates.

The resources keep their places, so that everything about CloudFormation holds for them as well:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfnlint.inputs.cloudformation.expansion import Expansion
from sfnlint.inputs.cloudformation.policies import PREDEFINED_TRUST
from sfnlint.inputs.cloudformation.template import ROLE, SAM_STATE_MACHINE
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.sam.connectors import RESOURCE_TYPES, Connectors
from sfnlint.inputs.sam.policies import RolePolicies, tracing_policy
from sfnlint.place import Document, Located, Place, PlacePart, Route, Span
from sfnlint.source import DocumentView
from sfnlint.subject import InputProblem

_PREFIX = "AWS::Serverless::"
_MACHINE_PROPERTIES = {
    "DefinitionUri": "DefinitionS3Location",
    "Logging": "LoggingConfiguration",
    "Name": "StateMachineName",
    "Role": "RoleArn",
    "Tracing": "TracingConfiguration",
    "Type": "StateMachineType",
}
"""The CloudFormation property of each SAM property with another name."""
_TRUST_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class _ExpandedTemplate(DocumentView):
    """A SAM template with the resources that SAM creates."""

    def __init__(
        self,
        base: Document,
        data: object,
        moved: Mapping[Route, Route],
        keys: Mapping[Route, Route],
    ) -> None:
        super().__init__(base, data, moved)
        self._keys = keys

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; a generated logical id is where its reason is written.

        See `sfnlint.place.Document`.
        """
        if part == "key" and path in self._keys:
            return self._base.locate(self._keys[path], part, None)
        return super().locate(path, part, within)


def has_sam_resources(data: object) -> bool:
    """Whether a template has resources of SAM."""
    resources = data.get("Resources") if isinstance(data, dict) else None
    return isinstance(resources, dict) and any(
        isinstance(resource, dict) and str(resource.get("Type")).startswith(_PREFIX)
        for resource in resources.values()
    )


def expand(document: Document) -> Expansion:
    """Return the CloudFormation template that SAM creates from a template."""
    if not has_sam_resources(document.data):
        return Expansion(document)
    return _Transform(document).expand()


class _Transform:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.data = as_object(document.data)
        self.resources: dict[str, Any] = dict(self.data["Resources"])
        self.moved: dict[Route, Route] = {}
        self.keys: dict[Route, Route] = {}
        self.problems: list[InputProblem] = []

    def expand(self) -> Expansion:
        """Return the expanded template, with what SAM refuses."""
        for name, resource in self.data["Resources"].items():
            if not isinstance(resource, dict):
                continue
            sam_type = resource.get("Type")
            if isinstance(sam_type, str) and sam_type in RESOURCE_TYPES:
                self.resources[name] = {**resource, "Type": RESOURCE_TYPES[sam_type]}
            if sam_type == SAM_STATE_MACHINE:
                self._machine(name, resource)
            elif sam_type == "AWS::Serverless::Function":
                self._function(name, resource)
        Connectors(self.resources, self.moved, self.keys, self._refuse).expand()
        data = {**self.data, "Resources": self.resources}
        expanded = _ExpandedTemplate(self.document, data, self.moved, self.keys)
        return Expansion(expanded, self.problems)

    def _machine(self, name: str, resource: Mapping[str, Any]) -> None:
        sam_properties = as_object(resource.get("Properties"))
        route: Route = ("Resources", name, "Properties")
        properties: dict[str, Any] = {}
        for field, value in sam_properties.items():
            renamed = str(_MACHINE_PROPERTIES.get(field, field))
            properties[renamed] = value
            if renamed != field:
                self.moved[(*route, renamed)] = (*route, field)
        self.resources[name]["Properties"] = properties
        if "Definition" in sam_properties and "DefinitionUri" in sam_properties:
            message = (
                f"state machine '{name}' has Definition and DefinitionUri; SAM accepts only one"
            )
            self._refuse(message, (*route, "DefinitionUri"))
        elif not sam_properties.keys() & {"Definition", "DefinitionUri", "Fn::Transform"}:
            message = f"state machine '{name}' requires Definition or DefinitionUri"
            self._refuse(message, ("Resources", name))
        if not sam_properties.get("Role"):
            role = f"{name}Role"
            properties["RoleArn"] = {"Fn::GetAtt": [role, "Arn"]}
            if role not in self.data["Resources"]:
                self._role(name, role, resource, sam_properties)
        elif sam_properties.get("Policies"):
            message = f"state machine '{name}' has Role and Policies; SAM accepts only one"
            self._refuse(message, (*route, "Policies"))

    def _role(
        self,
        machine: str,
        role: str,
        resource: Mapping[str, Any],
        sam_properties: Mapping[str, Any],
    ) -> None:
        """Add the role that SAM creates for a machine without a Role."""
        route: Route = ("Resources", machine, "Properties")
        role_route: Route = ("Resources", role)
        policies = RolePolicies()
        written = sam_properties.get("Policies", [])
        if isinstance(written, list):
            for index, entry in enumerate(written):
                policies.add(entry, (*route, "Policies", index))
        else:
            policies.add(written, (*route, "Policies"))
        for message, at in policies.refused:
            self._refuse(message, at)
        tracing = sam_properties.get("Tracing")
        if isinstance(tracing, dict) and tracing.get("Enabled") is True:
            policies.moved["Policies", len(policies.inline)] = (*route, "Tracing")
            policies.inline.append(tracing_policy())
        properties: dict[str, Any] = {
            "AssumeRolePolicyDocument": _TRUST_POLICY,
            "Policies": policies.inline,
            "ManagedPolicyArns": policies.managed,
            PREDEFINED_TRUST: True,
        }
        origin = (*route, "Policies") if "Policies" in sam_properties else ("Resources", machine)
        self.moved[role_route] = self.keys[role_route] = origin
        for at, target in policies.moved.items():
            self.moved[(*role_route, "Properties", *at)] = target
        if "PermissionsBoundary" in sam_properties:
            properties["PermissionsBoundary"] = sam_properties["PermissionsBoundary"]
            boundary = (*role_route, "Properties", "PermissionsBoundary")
            self.moved[boundary] = (*route, "PermissionsBoundary")
        if "RolePath" in sam_properties:
            properties["Path"] = sam_properties["RolePath"]
        self.resources[role] = {"Type": ROLE, "Properties": properties}
        if "Condition" in resource:
            self.resources[role]["Condition"] = resource["Condition"]

    def _function(self, name: str, resource: Mapping[str, Any]) -> None:
        """Add the resources to which `FunctionRole`, `Function.Alias` … refer."""
        defaults = as_object(as_object(self.data.get("Globals")).get("Function"))
        properties = {**defaults, **as_object(resource.get("Properties"))}
        if not properties.get("Role"):
            self.resources.setdefault(f"{name}Role", {"Type": "AWS::Serverless::Function.Role"})
        alias = properties.get("AutoPublishAlias")
        if alias is None:
            return
        qualifiers = (("Alias", alias), ("Version", {"Ref": f"{name}.VersionNumber"}))
        for suffix, qualifier in qualifiers:
            self.resources[f"{name}.{suffix}"] = {
                "Type": "AWS::Serverless::Function.Qualified",
                "Properties": {"QualifiedName": {"Fn::Join": [":", [{"Ref": name}, qualifier]]}},
            }

    def _refuse(self, message: str, route: Route) -> None:
        place = Place(self.document, route)
        self.problems.append(InputProblem("refused-by-sam", message, place))
