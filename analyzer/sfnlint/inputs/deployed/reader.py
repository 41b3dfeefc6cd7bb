"""Reads deployed state machines and the roles of their accounts.

`aws stepfunctions describe-state-machine` prints a state machine, and
`aws iam get-account-authorization-details` the roles of an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sfnlint.asl.machine import Machine, is_machine
from sfnlint.asl.machine_settings import LogDestination, MachineSetting, SettingName
from sfnlint.iam.decision import Uncertainty
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.deployed.command_outputs import CommandOutput, command_outputs
from sfnlint.inputs.deployed.linked_resources import DeployedResources
from sfnlint.inputs.deployed.roles import AccountRoles
from sfnlint.inputs.policy_files import SuppliedRole, read_role
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.place import Document, Place, Span, value_at
from sfnlint.source import DocumentView, Piece, TextDocument, embed
from sfnlint.subject import InputProblem, MachineType, Reading, Role, Subject
from sfnlint.symbol import PLACEHOLDERS, Symbols

_TYPES: Mapping[str, MachineType] = {"STANDARD": "STANDARD", "EXPRESS": "EXPRESS"}
_SETTINGS: Sequence[tuple[SettingName, str, str, tuple[object, ...]]] = (
    ("logging", "loggingConfiguration", "level", ("OFF", None)),
    ("tracing", "tracingConfiguration", "enabled", (False, None)),
    ("encryption", "encryptionConfiguration", "type", ("AWS_OWNED_KEY", None)),
)
"""Settings with their object, the field that switches them on, and its values for off."""


class DeploymentReader(Reader):
    """Keeps the state machines and accounts of all files: a role may be in another file."""

    def __init__(self) -> None:
        self._files: list[TextDocument] = []
        self._machines: list[tuple[CommandOutput, SuppliedRole]] = []
        self._symbols = Symbols(PLACEHOLDERS)
        self._roles = AccountRoles(self._symbols)
        self._resources = DeployedResources(self._symbols)
        self._missing_roles: dict[str, list[Place]] = {}
        self._matched: list[CommandOutput] = []

    def matches(self, document: InputDocument) -> bool:
        """Return whether a document is AWS CLI output about state machines or accounts."""
        source = document.source
        self._matched = command_outputs(source) if isinstance(source, TextDocument) else []
        return bool(self._matched)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep the state machines and accounts that `matches` found for `finish`."""
        self._files.append(document.original)
        supplied = context.supplied_role(document.path)
        for output in self._matched:
            self._resources.add(output.data)
            if output.is_account:
                self._roles.add(output.place, output.data)
            elif output.is_machine:
                self._machines.append((output, supplied))
            elif output.has_resource_policy:
                self._roles.resource_policies.add(output.place, output.data)
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield all state machines as one unit, because they may share roles."""
        if self._files:
            with context.guard(self._files[0].file):
                yield LoadedUnit(self._reading(context), self._files)

    def _reading(self, context: RunContext) -> Reading:
        reading = Reading()
        for output, supplied in self._machines:
            role = subject = None
            with context.guard(output.place.document.file):
                role = self._role(output, supplied, reading)
                subject = self._subject(output, role, reading)
            if subject is not None:
                reading.subjects.append(subject)
            elif role is not None:
                role.shared_with = role.shared_with or str(output.data["stateMachineArn"])
        reading.problems += self._missing_role_problems()
        return reading

    def _role(self, output: CommandOutput, supplied: SuppliedRole, reading: Reading) -> Role | None:
        """Return the role of a state machine; None when no file has it."""
        if supplied.policies or supplied.trust:
            return read_role(supplied, self._symbols, reading.problems)
        arn = output.data["roleArn"]
        role = self._roles.role(arn, reading.problems)
        if role is None:
            self._missing_roles.setdefault(arn, []).append(output.place.at("roleArn"))
        return role

    def _missing_role_problems(self) -> Iterator[InputProblem]:
        """Yield a problem for each role that no file has, at the first machine with that role."""
        for arn, places in self._missing_roles.items():
            users = f" of {len(places)} state machines" if len(places) > 1 else ""
            message = f"role '{arn}'{users} is not in {self._roles.searched_files()}"
            yield InputProblem("role-not-found", message, places[0])

    def _subject(
        self, output: CommandOutput, role: Role | None, reading: Reading
    ) -> Subject | None:
        """Return the state machine; None when its definition cannot be read, which is reported."""
        arn = str(output.data["stateMachineArn"])
        document = _definition(output, reading)
        if document is None:
            return None
        data = document.data
        if not isinstance(data, dict) or not is_machine(data):
            message = (
                f"state machine '{arn}' is not checked because this output lacks its definition"
            )
            place = output.place.at("stateMachineArn")
            reading.problems.append(InputProblem("definition-not-found", message, place))
            return None
        return Subject(
            Machine(document, data),
            role,
            self._symbols,
            output.place.at("stateMachineArn"),
            arn,
            arn.split(":")[6] or None,
            _TYPES.get(str(output.data.get("type"))),
            settings=_settings(output),
            arn=arn,
            resources=self._resources.of_machine(arn),
            missing_role=Uncertainty(
                f"role '{output.data['roleArn']}' is not in these files", output.place.at("roleArn")
            ),
        )


def _definition(output: CommandOutput, reading: Reading) -> Document | None:
    """Return the definition; None when it cannot be parsed, which is reported.

    The AWS CLI prints a string. People make it an object so that they can read it.
    """
    place, definition = output.place.at("definition"), output.data.get("definition")
    if isinstance(definition, dict):
        return DocumentView(place.document, definition, {}, place.path)
    text = str(definition or "{}")
    document = embed([Piece(text, place._replace(within=Span(0, len(text))))])
    if document.error is not None:
        reading.problems.append(InputProblem.of(document.error))
        return None
    reading.problems += map(InputProblem.of, document.problems)
    return document


def _log_groups(setting: Mapping[str, object], place: Place) -> Iterator[LogDestination]:
    written = setting.get("destinations")
    within = ("cloudWatchLogsLogGroup", "logGroupArn")
    for index, destination in enumerate(written if isinstance(written, list) else ()):
        arn = value_at(destination, within)
        if isinstance(arn, str):
            at = place.at("destinations", index, *within)
            yield LogDestination(Pattern.literal(arn), at)


def _settings(output: CommandOutput) -> Mapping[SettingName, MachineSetting] | None:
    """Return the settings that are on; None when the output does not show any settings."""
    if not any(field in output.data for _, field, _, _ in _SETTINGS):
        return None
    settings: dict[SettingName, MachineSetting] = {}
    for name, field, switch, off in _SETTINGS:
        value = output.data.get(field)
        if isinstance(value, dict) and value.get(switch) not in off:
            groups = tuple(_log_groups(value, output.place.at(field)))
            settings[name] = MachineSetting(output.place.at(field), destinations=groups)
    return settings
