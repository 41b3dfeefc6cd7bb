"""What SAM's connectors grant to roles of the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sfnlint.inputs.cloudformation.policies import READY_MADE
from sfnlint.inputs.cloudformation.template import ROLE, referred
from sfnlint.inputs.sam.policies import open_document, statement
from sfnlint.place import Route

_CONNECTOR = "AWS::Serverless::Connector"
BECOMES = {
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::Application": "AWS::CloudFormation::Stack",
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
}
"""The types that SAM's resources become."""


class _Connector(NamedTuple):
    """A connector, as a resource of its own or embedded in its source.

    Attributes:
        name: the logical id that it has or gets.
        source: where it leads from, by Id or by other properties.
        properties: the rest.
        condition: the condition of the resource.
        path: the path of the connector.

    """

    name: str
    source: dict[str, Any]
    properties: Mapping[str, Any]
    condition: object
    path: Route

    def place(self, field: str) -> Route:
        """The path of a property, or of the connector where it has none of that name."""
        return (*self.path, "Properties", *([field] if field in self.properties else []))


class Connectors:
    """The connectors of a template, of which every SAM resource is one of CloudFormation by now.

    Args:
        resources: the template's resources; the policies are added to them.
        moved: for their paths, the paths in the template; added to.
        keys: the same for their names.
        refuse: where to say what SAM would refuse.

    """

    def __init__(
        self,
        resources: dict[str, Any],
        moved: dict[Route, Route],
        keys: dict[Route, Route],
        refuse: Callable[[str, Route], None],
    ) -> None:
        self.resources = resources
        self.moved = moved
        self.keys = keys
        self.refuse = refuse

    def expand(self) -> None:
        """Add the policies that SAM makes."""
        for connector in list(self._connectors()):
            destination = connector.properties.get("Destination")
            ends = destination if isinstance(destination, list) else [destination]
            for index, one in enumerate(ends):
                name = f"{connector.name}Policy" + (
                    f"Destination{index}" if ends is destination else ""
                )
                if isinstance(one, dict) and name not in self.resources:
                    self._connect(connector, one, name)

    def _connectors(self) -> Iterator[_Connector]:
        for name, resource in self.resources.items():
            if not isinstance(resource, dict):
                continue
            condition = resource.get("Condition")
            path: Route = ("Resources", name)
            properties = resource.get("Properties")
            if resource.get("Type") == _CONNECTOR and isinstance(properties, dict):
                source = properties.get("Source")
                if isinstance(source, dict):
                    yield _Connector(name, source, properties, condition, path)
            embedded = resource.get("Connectors")
            for inner, one in embedded.items() if isinstance(embedded, dict) else ():
                properties = one.get("Properties") if isinstance(one, dict) else None
                if isinstance(properties, dict):
                    at = (*path, "Connectors", inner)
                    yield _Connector(f"{name}{inner}", {"Id": name}, properties, condition, at)

    def _connect(self, connector: _Connector, destination: dict[str, Any], name: str) -> None:
        ends = {"Source": connector.source, "Destination": destination}
        kinds = {}
        for end, reference in ends.items():
            own = reference.get("Id")
            if own is not None and not (isinstance(own, str) and self._is_resource(own)):
                self.refuse(
                    f"the connector {connector.name} has a {end} that is no resource of this "
                    "template",
                    connector.place(end),
                )
                return
            kinds[end] = self._kind(reference)
        grant = connectors()["grants"].get(kinds["Source"], {}).get(kinds["Destination"])
        if grant is None:
            # Of a newer SAM, and nobody knows what it grants; or nothing that a role has.
            self._add(name, connector, self._roles(ends, kinds, "Source"), None)
            return
        values = {
            f"{end}.{what}": value
            for end, reference in ends.items()
            for what, value in self._names(reference, kinds[end]).items()
        }
        permissions = connector.properties.get("Permissions")
        asked = permissions if isinstance(permissions, list) else []
        statements = [
            statement(one, values)
            for category, granted in grant["permissions"].items()
            if category in asked
            for one in granted
        ]
        unknown = [one for one in asked if one not in list(grant["permissions"])]
        if unknown or not asked:
            self.refuse(
                f"the connector {connector.name} takes the permissions "
                f"{' and '.join(grant['permissions'])} here",
                connector.place("Permissions"),
            )
        roles = self._roles(ends, kinds, grant["role_of"])
        self._add(name, connector, roles, None if unknown or not asked else statements)
        if grant["source_waits"] and isinstance(connector.source.get("Id"), str):
            self._await(connector.source["Id"], name)

    def _is_resource(self, name: str) -> bool:
        return isinstance(self.resources.get(name), dict)

    def _kind(self, reference: Mapping[str, Any]) -> str:
        own = reference.get("Id")
        if own is None:
            kind = str(reference.get("Type"))
            return BECOMES.get(kind, kind)
        return str(self.resources[own].get("Type"))

    def _names(self, reference: Mapping[str, Any], kind: str) -> dict[str, object]:
        """What a grant may call one end of a connector by: its ARN and its name."""
        own = reference.get("Id")
        if own is None:
            return {what: reference[what] for what in ("Arn", "Name") if what in reference}
        known = connectors()["types"].get(kind, {})
        arn = {"Ref": own} if known.get("arn") == "Ref" else {"Fn::GetAtt": [own, "Arn"]}
        return {"Arn": arn, "Name": {"Fn::GetAtt": [own, "Name"]}}

    def _roles(
        self, ends: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str], end: str
    ) -> list[object]:
        """The names of the roles to which a connector attaches its policy."""
        own = ends[end].get("Id")
        if own is None:
            return [ends[end]["RoleName"]] if "RoleName" in ends[end] else []
        field = connectors()["types"].get(kinds[end], {}).get("role", "")
        properties = self.resources[own].get("Properties")
        value = properties.get(field) if isinstance(properties, dict) else None
        return [{"Ref": name} for name in sorted(referred(value)) if self._is_role(name)]

    def _is_role(self, name: str) -> bool:
        resource = self.resources.get(name)
        return isinstance(resource, dict) and resource.get("Type") == ROLE

    def _add(
        self,
        name: str,
        connector: _Connector,
        roles: list[object],
        statements: list[dict[str, Any]] | None,
    ) -> None:
        if not roles:
            return
        at: Route = ("Resources", name)
        self.moved[at] = self.keys[at] = connector.path
        self.resources[name] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Roles": roles,
                "PolicyDocument": open_document(at)
                if statements is None
                else {"Statement": statements},
                READY_MADE: True,
            },
            **({"Condition": connector.condition} if connector.condition is not None else {}),
        }

    def _await(self, source: str, policy: str) -> None:
        """Let the source wait for the policy, as SAM does where its creation needs it."""
        resource = self.resources[source]
        before = resource.get("DependsOn", [])
        names = before if isinstance(before, list) else [before]
        self.resources[source] = {**resource, "DependsOn": [*names, policy]}


@cache
def connectors() -> dict[str, Any]:
    """What every connector grants, by the types of its ends, and how these are called."""
    file = Path(__file__).with_name("connectors.json")
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return known
