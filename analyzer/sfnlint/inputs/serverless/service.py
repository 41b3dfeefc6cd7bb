"""The CloudFormation template that the Serverless Framework creates for a service.

Its state machines, its functions and activities, and its own `resources`. The framework creates
other resources as well, which have no influence on state machines:
https://github.com/serverless-operations/serverless-step-functions
https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sfnlint.inputs.cloudformation.template import STATE_MACHINE
from sfnlint.inputs.coerce import as_list, as_object
from sfnlint.inputs.serverless.composition import Composition
from sfnlint.inputs.serverless.definitions import PluginDefinition, ServiceFunction
from sfnlint.inputs.serverless.files import ServiceFiles
from sfnlint.inputs.serverless.variables import Value, Variables
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document, Place, PlacePart, Route
from sfnlint.source.composed_document import ComposedDocument, Origin
from sfnlint.subject import InputProblem, InputProblemKind
from sfnlint.symbol import MARKER, Symbol, Symbols

_FIELDS: dict[str, Route] = {
    "name": ("Properties", "StateMachineName"),
    "type": ("Properties", "StateMachineType"),
    "role": ("Properties", "RoleArn"),
    "dependsOn": ("DependsOn",),
}
"""The place in the template of each field of a state machine that is copied as it is."""
_UNREAD = "Fn::Transform::unread"
"""The key of resources that are unknown: like those of a macro, they may be anything."""


class ServiceTemplate(NamedTuple):
    """The template of a service.

    Attributes:
        document: the template.
        problems: the parts that could not be read.
        symbols: the symbols of the marker characters in the template.
        files: the files in which each state machine is written, by its logical id.

    """

    document: ComposedDocument
    problems: list[InputProblem]
    symbols: Symbols
    files: dict[str, set[object]]


def read_template(document: Document, files: ServiceFiles, symbols: Symbols) -> ServiceTemplate:
    """Return the template of the service that a configuration file describes.

    Args:
        document: the configuration file.
        files: the files that it may name.
        symbols: the symbols of the marker characters in the configuration file.

    """
    service = _Service(document, files, symbols)
    service.add()
    composition = service.composition
    template = ComposedDocument(document, composition.data, composition.origins, composition.keys)
    problems = [
        InputProblem(kind, message, Place(template, route, part))
        for kind, message, route, part in service.problems
    ]
    for file in files.used.values():
        faults = [file.error] if file.error else file.problems
        problems += map(InputProblem.of, faults)
    written: dict[str, set[object]] = {}
    for route, origin in composition.origins.items():
        written.setdefault(str(route[1:2] and route[1]), set()).add(origin.document)
    resources = composition.data["Resources"]
    machines = {
        name: written[name]
        for name, resource in resources.items()
        if isinstance(resource, dict) and resource.get("Type") == STATE_MACHINE
    }
    return ServiceTemplate(template, problems, service.symbols, machines)


_Problem = tuple[InputProblemKind, str, Route, PlacePart]


class _Service:
    """The template of a service, resource by resource.

    Attributes:
        composition: the template.
        problems: the parts that could not be read, by their routes in the template.
        symbols: the symbols of its marker characters.

    """

    def __init__(self, document: Document, files: ServiceFiles, symbols: Symbols) -> None:
        self.symbols = symbols
        self.problems: list[_Problem] = []
        self._files = files
        self._root = Value(document.data, Origin(document, ()))
        self._variables = Variables(self._root, files, self.symbols)
        self.composition = Composition(self._variables, self.symbols)
        self.composition.data["Resources"] = {}
        self._functions: dict[str, ServiceFunction] = {}

    def add(self) -> None:
        """Add all resources to the template."""
        self._add_functions()
        step_functions = self._field(self._root, "stepFunctions")
        if step_functions is not None:
            self._add_activities(step_functions)
            self._add_machines(step_functions)
        for value in self._elements(self._field(self._root, "resources")):
            self._add_resources(value)

    def _field(self, value: Value | None, *route: str) -> Value | None:
        """The value at a route, with its own variables replaced; None if there is none."""
        for key in route:
            data = as_object(value.data) if value else {}
            if value is None or data.get(key) is None:
                return None
            value = self._variables.value(value.child(key, data[key]))
        return value

    def _string(self, *route: str) -> str | None:
        value = self._field(self._root, *route)
        return value.data if value and isinstance(value.data, str) else None

    def _elements(self, value: Value | None) -> Iterator[Value]:
        """A value, or the elements of a list, with their own variables replaced."""
        if value is not None and isinstance(value.data, list):
            for index, item in enumerate(value.data):
                yield self._variables.value(value.child(index, item))
        elif value is not None:
            yield value

    def _members(self, value: Value | None) -> Iterator[tuple[str, Value, Value]]:
        """The keys of an object, or of several in a list, each as written and as resolved."""
        for element in self._elements(value):
            for name, item in as_object(element.data).items():
                written = element.child(name, item)
                yield name, written, self._variables.value(written)

    # Functions and activities

    def _add_functions(self) -> None:
        service = self._string("service") or self._string("service", "name")
        provider = self._field(self._root, "provider")
        default_role = _role(self._field(provider, "role")) or _role(
            self._field(provider, "iam", "role")
        )
        for name, written, function in self._members(self._field(self._root, "functions")):
            logical_id = f"{_normalized(name)}LambdaFunction"
            own_name = self._field(function, "name")
            self._functions[name] = self._functions[logical_id] = ServiceFunction(
                logical_id, own_name is not None
            )
            resource: dict[str, Any] = {"Type": "AWS::Lambda::Function", "Properties": {}}
            properties = resource["Properties"]
            if own_name is not None and isinstance(own_name.data, str):
                properties["FunctionName"] = own_name.data
            elif own_name is None and service and isinstance(function.data, dict):
                stage = self.symbols.mark(Symbol("opt:stage"))
                properties["FunctionName"] = f"{service}-{stage}-{name}"
            else:
                properties["FunctionName"] = self.symbols.mark(Symbol(f"{logical_id}.Name"))
            properties["Role"] = _role(self._field(function, "role")) or default_role
            self._put(logical_id, resource, written)

    def _add_activities(self, step_functions: Value) -> None:
        for activity in self._elements(self._field(step_functions, "activities")):
            if isinstance(activity.data, str) and not MARKER.search(activity.data):
                logical_id = f"{_normalized(activity.data)}StepFunctionsActivity"
                properties = {"Name": activity.data}
                resource = {"Type": "AWS::StepFunctions::Activity", "Properties": properties}
                self._put(logical_id, resource, activity)

    def _put(self, logical_id: str, resource: object, value: Value) -> None:
        """Add a resource that the framework creates for a value."""
        route = ("Resources", logical_id)
        self.composition.data["Resources"][logical_id] = resource
        self.composition.origins[route] = self.composition.keys[route] = value.origin

    # State machines

    def _add_machines(self, step_functions: Value) -> None:
        machines = self._field(step_functions, "stateMachines")
        unknown = next(filter(_is_unknown, [step_functions, *self._elements(machines)]), None)
        if unknown is not None:
            shown = self.symbols.show(str(unknown.data))
            message = f"the state machines of '{shown}' are not in this file and were not checked"
            route = ("stepFunctions", "stateMachines")
            self.composition.origins[route] = unknown.origin
            self.problems.append(("definition-not-found", message, route, "value"))
        for name, written, machine in self._members(machines):
            self._add_machine(name, written, machine)

    def _add_machine(self, name: str, written: Value, machine: Value) -> None:
        logical_id = self._logical_id(name, machine)
        route = ("Resources", logical_id)
        properties: dict[str, object] = {}
        self._put(logical_id, {"Type": STATE_MACHINE, "Properties": properties}, written)
        self.composition.origins[route] = machine.origin
        if not isinstance(machine.data, dict):
            properties["Definition"] = str(machine.data)
            self.composition.origins[(*route, "Properties", "Definition")] = written.origin
            return
        for field, target in _FIELDS.items():
            if machine.data.get(field) is not None:
                self.composition.put(machine.child(field, machine.data[field]), (*route, *target))
        self._add_settings(machine, (*route, "Properties"))
        for index, event in enumerate(self._elements(self._field(machine, "events"))):
            self._add_event(f"{_normalized(name)}Event{index}", event)
        self._add_definition(logical_id, machine)

    def _logical_id(self, name: str, machine: Value) -> str:
        for field in ("id", "name"):
            value = self._field(machine, field)
            if value is not None:
                known = isinstance(value.data, str) and not MARKER.search(value.data)
                if known:
                    return _normalized(str(value.data))
                break
        return f"{_normalized(name)}StepFunctionsStateMachine"

    def _add_settings(self, machine: Value, route: Route) -> None:
        logging = self._put_object(machine, "loggingConfig", (*route, "LoggingConfiguration"))
        if logging is not None:
            logging["Level"] = logging.get("level", "OFF")
            logging["Destinations"] = [
                {"CloudWatchLogsLogGroup": {"LogGroupArn": arn}}
                for arn in as_list(logging.get("destinations"))
            ]
        tracing = self._put_object(machine, "tracingConfig", (*route, "TracingConfiguration"))
        if tracing is not None:
            tracing["Enabled"] = tracing.get("enabled", False)
        encryption = self._put_object(
            machine, "encryptionConfig", (*route, "EncryptionConfiguration")
        )
        key = as_object(encryption).get("KmsKeyId")
        if encryption is not None and isinstance(key, str) and "${" in key:
            encryption["KmsKeyId"] = {"Fn::Sub": key}

    def _put_object(self, machine: Value, field: str, at: Route) -> dict[str, Any] | None:
        """Put a field of a machine into the template; return it if it is an object."""
        if as_object(machine.data).get(field) is None:
            return None
        result = self.composition.put(machine.child(field, as_object(machine.data)[field]), at)
        return result if isinstance(result, dict) else None

    def _add_event(self, logical_id: str, event: Value) -> None:
        """Add a role that starts a machine, so that it is known to have another user."""
        for kind in as_object(event.data):
            properties = {"RoleArn": _role(self._field(event, kind, "role"))}
            self._put(logical_id, {"Type": "AWS::Events::Rule", "Properties": properties}, event)

    def _add_definition(self, logical_id: str, machine: Value) -> None:
        route = ("Resources", logical_id)
        written = as_object(machine.data).get("definition")
        if written is None:
            message = f"state machine '{logical_id}' has no definition, so it was not checked"
            self.problems.append(("definition-not-found", message, route, "key"))
            return
        value = machine.child("definition", written)
        properties = (*route, "Properties")
        missing = len(self._files.missing)
        definition = self.composition.put(value, (*properties, "Definition"))
        target = self.composition.data["Resources"][logical_id]["Properties"]
        if isinstance(definition, str) and len(self._files.missing) > missing:
            del target["Definition"]
            file, reason = self._files.missing[-1]
            message = (
                f"definition file '{shortened(file)}' of state machine '{logical_id}' {reason}"
            )
            place = (*properties, "Definition")
            self.problems.append(("definition-file-missing", message, place, "value"))
            return
        if isinstance(definition, str) and MARKER.fullmatch(definition):
            return
        if as_object(machine.data).get("role") is None:
            message = (
                f"role '{logical_id}Role' of state machine '{logical_id}' is generated by "
                "serverless-step-functions, so its permissions were not checked"
            )
            self.problems.append(("role-not-found", message, route, "key"))
        if isinstance(definition, str):
            target["DefinitionString"] = target.pop("Definition")
            for places in (self.composition.origins, self.composition.keys):
                places[(*properties, "DefinitionString")] = places[(*properties, "Definition")]
            return
        exact = self._field(machine, "useExactVersion")
        converter = PluginDefinition(
            self._functions, self.symbols, exact_version=exact is not None and exact.data is True
        )
        target["Definition"] = converter.converted(definition)

    # Resources

    def _add_resources(self, value: Value) -> None:
        """Add an element of `resources`: sections of a template."""
        self._add_unknown(value)
        for section, item in as_object(value.data).items():
            written = value.child(section, item)
            resolved = self._variables.value(written)
            if section == "Resources":
                self._add_unknown(written)
                for _, resource, _ in self._members(resolved):
                    self._add_unknown(resource)
            if isinstance(resolved.data, dict):
                self.composition.put(written, (section,))

    def _add_unknown(self, written: Value) -> None:
        """Note that resources are unknown if a value is."""
        resolved = self._variables.value(written)
        if isinstance(resolved.data, str) and MARKER.search(resolved.data):
            route = ("Resources", _UNREAD)
            self.composition.data["Resources"][_UNREAD] = resolved.data
            self.composition.origins[route] = self.composition.keys[route] = written.origin


def _is_unknown(value: Value) -> bool:
    return isinstance(value.data, str) and MARKER.search(value.data) is not None


def _normalized(name: str) -> str:
    """The logical id of a function or state machine with this name, without its ending.

    https://www.serverless.com/framework/docs/providers/aws/guide/resources
    """
    name = name.replace("-", "Dash").replace("_", "Underscore")
    return name[:1].upper() + name[1:]


def _role(value: Value | None) -> object:
    """The role of a function or an event; a string that is no ARN is a logical id."""
    data = None if value is None else value.data
    if isinstance(data, dict):
        return data if any(key == "Ref" or key.startswith("Fn::") for key in data) else None
    if isinstance(data, str) and ":" not in data and not MARKER.search(data):
        return {"Fn::GetAtt": [data, "Arn"]}
    return data
