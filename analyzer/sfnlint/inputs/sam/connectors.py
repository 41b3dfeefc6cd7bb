"""The policies that SAM's connectors attach to roles of the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sfnlint.inputs.cloudformation.policies import PREDEFINED
from sfnlint.inputs.cloudformation.template import ROLE, referenced_names
from sfnlint.inputs.sam.policies import statement, unknown_document
from sfnlint.messages import listed
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route

_CONNECTOR = "AWS::Serverless::Connector"
RESOURCE_TYPES = {
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::Application": "AWS::CloudFormation::Stack",
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
}
"""The CloudFormation type of each SAM resource type."""


class _Connector(NamedTuple):
    """A connector, as a resource of its own or embedded in its source.

    Attributes:
        name: its logical id, which SAM generates for an embedded connector.
        source: its source, by Id or by other properties.
        properties: its properties.
        condition: the condition of the resource.
        route: the route to the connector in the template.

    """

    name: str
    source: dict[str, Any]
    properties: Mapping[str, Any]
    condition: object
    route: Route

    def property_route(self, field: str) -> Route:
        """Return the route to a property; to the properties when it is not set."""
        return (*self.route, "Properties", *([field] if field in self.properties else []))


class Connectors:
    """The connectors of a template whose other SAM resources are already expanded.

    Args:
        resources: the template's resources, to which the policies are added.
        moved: by routes of added resources, routes in the template; added to.
        keys: the same for the places of logical ids.
        refuse: reports what SAM refuses: a message with its route.

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
        """Add the policies that SAM creates."""
        for connector in list(self._connectors()):
            destination = connector.properties.get("Destination")
            destinations = destination if isinstance(destination, list) else [destination]
            for index, end in enumerate(destinations):
                name = f"{connector.name}Policy" + (
                    f"Destination{index}" if destinations is destination else ""
                )
                if isinstance(end, dict) and name not in self.resources:
                    self._connect(connector, end, name)

    def _connectors(self) -> Iterator[_Connector]:
        for name, resource in self.resources.items():
            if not isinstance(resource, dict):
                continue
            condition = resource.get("Condition")
            route: Route = ("Resources", name)
            properties = resource.get("Properties")
            if resource.get("Type") == _CONNECTOR and isinstance(properties, dict):
                source = properties.get("Source")
                if isinstance(source, dict):
                    yield _Connector(name, source, properties, condition, route)
            embedded = resource.get("Connectors")
            for key, connector in embedded.items() if isinstance(embedded, dict) else ():
                properties = connector.get("Properties") if isinstance(connector, dict) else None
                if isinstance(properties, dict):
                    at = (*route, "Connectors", key)
                    yield _Connector(f"{name}{key}", {"Id": name}, properties, condition, at)

    def _connect(self, connector: _Connector, destination: dict[str, Any], name: str) -> None:
        ends = {"Source": connector.source, "Destination": destination}
        types = {}
        for end, reference in ends.items():
            resource = reference.get("Id")
            if resource is not None and not (
                isinstance(resource, str) and isinstance(self.resources.get(resource), dict)
            ):
                message = f"the {end} of connector '{connector.name}' is not in this template"
                self.refuse(message, connector.property_route(end))
                return
            types[end] = self._type(reference)
        profile = connectors()["grants"].get(types["Source"], {}).get(types["Destination"])
        if profile is None:
            # It is a connector of a newer SAM, or it grants no role anything.
            self._add(name, connector, self._roles(ends, types, "Source"), None)
            return
        values = {
            f"{end}.{key}": value
            for end, reference in ends.items()
            for key, value in self._names(reference, types[end]).items()
        }
        permissions = connector.properties.get("Permissions")
        requested = permissions if isinstance(permissions, list) else []
        statements = [
            statement(granted, values)
            for category, statements_of_category in profile["permissions"].items()
            if category in requested
            for granted in statements_of_category
        ]
        invalid = [name for name in requested if name not in list(profile["permissions"])]
        if invalid or not requested:
            supported = listed(list(profile["permissions"]))
            message = f"connector '{connector.name}' supports only {supported} permissions"
            self.refuse(message, connector.property_route("Permissions"))
        roles = self._roles(ends, types, profile["role_of"])
        self._add(name, connector, roles, None if invalid or not requested else statements)
        if profile["source_waits"] and isinstance(connector.source.get("Id"), str):
            self._add_dependency(connector.source["Id"], name)

    def _type(self, reference: Mapping[str, Any]) -> str:
        resource = reference.get("Id")
        if resource is None:
            resource_type = str(reference.get("Type"))
            return RESOURCE_TYPES.get(resource_type, resource_type)
        return str(self.resources[resource].get("Type"))

    def _names(self, reference: Mapping[str, Any], resource_type: str) -> dict[str, object]:
        """The ARN and the name of one end of a connector."""
        resource = reference.get("Id")
        if resource is None:
            return {key: reference[key] for key in ("Arn", "Name") if key in reference}
        known = connectors()["types"].get(resource_type, {})
        is_ref = known.get("arn") == "Ref"
        arn = {"Ref": resource} if is_ref else {"Fn::GetAtt": [resource, "Arn"]}
        return {"Arn": arn, "Name": {"Fn::GetAtt": [resource, "Name"]}}

    def _roles(
        self, ends: Mapping[str, Mapping[str, Any]], types: Mapping[str, str], end: str
    ) -> list[object]:
        """The names of the roles to which a connector attaches its policy."""
        resource = ends[end].get("Id")
        if resource is None:
            return [ends[end]["RoleName"]] if "RoleName" in ends[end] else []
        field = connectors()["types"].get(types[end], {}).get("role", "")
        properties = self.resources[resource].get("Properties")
        value = properties.get(field) if isinstance(properties, dict) else None
        return [{"Ref": name} for name in sorted(referenced_names(value)) if self._is_role(name)]

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
        route: Route = ("Resources", name)
        self.moved[route] = self.keys[route] = connector.route
        document = unknown_document(route) if statements is None else {"Statement": statements}
        self.resources[name] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"Roles": roles, "PolicyDocument": document, PREDEFINED: True},
            **({"Condition": connector.condition} if connector.condition is not None else {}),
        }

    def _add_dependency(self, source: str, policy: str) -> None:
        """Let the source depend on the policy, as SAM does where its creation needs the policy."""
        resource = self.resources[source]
        depends_on = resource.get("DependsOn", [])
        names = depends_on if isinstance(depends_on, list) else [depends_on]
        self.resources[source] = {**resource, "DependsOn": [*names, policy]}


@cache
def connectors() -> dict[str, Any]:
    """Return the permissions of every connector by the types of its ends, and the ends' ARNs."""
    file = Path(__file__).with_name("connectors.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
