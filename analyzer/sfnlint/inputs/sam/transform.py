"""SAM templates, as the CloudFormation templates that SAM makes of them.

Resources of SAM are seen as those which they become, with their own places: everything that is
known about CloudFormation holds for them as well.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfnlint.inputs.cloudformation.expansion import Expansion
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.sam.connectors import BECOMES, Connectors
from sfnlint.inputs.sam.policies import ReadPolicies, tracing_policy
from sfnlint.place import Document, Located, Place, PlacePart, Route, Span
from sfnlint.source import DocumentView
from sfnlint.subject import InputProblem

MACHINE = "AWS::Serverless::StateMachine"
_PREFIX = "AWS::Serverless::"
_MACHINE_PROPERTIES = {
    "DefinitionUri": "DefinitionS3Location",
    "Logging": "LoggingConfiguration",
    "Name": "StateMachineName",
    "Role": "RoleArn",
    "Tracing": "TracingConfiguration",
    "Type": "StateMachineType",
}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class ExpandedTemplate(DocumentView):
    """A SAM template with the resources that SAM makes."""

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
        """Find the characters of the file; what has no name there is at what it is made for."""
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
    """Return a template with the resources of CloudFormation that SAM makes."""
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
        for name, resource in self.data["Resources"].items():
            if not isinstance(resource, dict):
                continue
            kind = resource.get("Type")
            if isinstance(kind, str) and kind in BECOMES:
                self.resources[name] = {**resource, "Type": BECOMES[kind]}
            if kind == MACHINE:
                self._machine(name, resource)
            elif kind == "AWS::Serverless::Function":
                self._function(name, resource)
        Connectors(self.resources, self.moved, self.keys, self._refuse).expand()
        data = {**self.data, "Resources": self.resources}
        expanded = ExpandedTemplate(self.document, data, self.moved, self.keys)
        return Expansion(expanded, self.problems)

    def _machine(self, name: str, resource: Mapping[str, Any]) -> None:
        given = as_object(resource.get("Properties"))
        at: Route = ("Resources", name, "Properties")
        properties: dict[str, Any] = {}
        for field, value in given.items():
            becomes = str(_MACHINE_PROPERTIES.get(field, field))
            properties[becomes] = value
            if becomes != field:
                self.moved[(*at, becomes)] = (*at, field)
        self.resources[name]["Properties"] = properties
        if "Definition" in given and "DefinitionUri" in given:
            message = f"SAM takes one of Definition and DefinitionUri, but {name} has both"
            self._refuse(message, (*at, "DefinitionUri"))
        elif not given.keys() & {"Definition", "DefinitionUri", "Fn::Transform"}:
            message = f"{name} has neither Definition nor DefinitionUri; SAM needs one of them"
            self._refuse(message, ("Resources", name))
        if not given.get("Role"):
            role = f"{name}Role"
            properties["RoleArn"] = {"Fn::GetAtt": [role, "Arn"]}
            if role not in self.data["Resources"]:
                self._role(name, role, resource, given)
        elif given.get("Policies"):
            message = f"SAM takes one of Role and Policies, but {name} has both; remove one"
            self._refuse(message, (*at, "Policies"))

    def _role(
        self, machine: str, role: str, resource: Mapping[str, Any], given: Mapping[str, Any]
    ) -> None:
        """The role that SAM makes for a machine without one."""
        at: Route = ("Resources", machine, "Properties")
        to: Route = ("Resources", role)
        policies = ReadPolicies()
        written = given.get("Policies", [])
        if isinstance(written, list):
            for index, entry in enumerate(written):
                policies.add(entry, (*at, "Policies", index))
        else:
            policies.add(written, (*at, "Policies"))
        for message, path in policies.refused:
            self._refuse(message, path)
        tracing = given.get("Tracing")
        if isinstance(tracing, dict) and tracing.get("Enabled") is True:
            policies.moved["Policies", len(policies.inline)] = (*at, "Tracing")
            policies.inline.append(tracing_policy())
        properties: dict[str, Any] = {
            "AssumeRolePolicyDocument": _TRUST,
            "Policies": policies.inline,
            "ManagedPolicyArns": policies.managed,
        }
        where = (*at, "Policies") if "Policies" in given else ("Resources", machine)
        self.moved[to] = self.keys[to] = where
        for path, there in policies.moved.items():
            self.moved[(*to, "Properties", *path)] = there
        if "PermissionsBoundary" in given:
            properties["PermissionsBoundary"] = given["PermissionsBoundary"]
            boundary = (*to, "Properties", "PermissionsBoundary")
            self.moved[boundary] = (*at, "PermissionsBoundary")
        if "RolePath" in given:
            properties["Path"] = given["RolePath"]
        self.resources[role] = {"Type": "AWS::IAM::Role", "Properties": properties}
        if "Condition" in resource:
            self.resources[role]["Condition"] = resource["Condition"]

    def _function(self, name: str, resource: Mapping[str, Any]) -> None:
        """What `Function.Alias` and `Function.Version` refer to."""
        everywhere: Any = self.data.get("Globals")
        for step in ("Function", "AutoPublishAlias"):
            everywhere = everywhere.get(step) if isinstance(everywhere, dict) else None
        own = resource.get("Properties")
        alias = own.get("AutoPublishAlias", everywhere) if isinstance(own, dict) else everywhere
        if alias is None:
            return
        for what, qualifier in (("Alias", alias), ("Version", {"Ref": f"{name}.VersionNumber"})):
            self.resources[f"{name}.{what}"] = {
                "Type": "AWS::Serverless::Function.Qualified",
                "Properties": {"QualifiedName": {"Fn::Join": [":", [{"Ref": name}, qualifier]]}},
            }

    def _refuse(self, message: str, path: Route) -> None:
        place = Place(self.document, path)
        self.problems.append(InputProblem("refused-by-sam", message, place))
