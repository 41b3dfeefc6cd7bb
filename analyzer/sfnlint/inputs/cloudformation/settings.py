"""Logging, tracing and encryption of a template's state machines.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.asl.machine_settings import (
    LogDestination,
    MachineSetting,
    SettingName,
    SettingState,
)
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import Template, is_macro_key
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route, value_at
from sfnlint.symbol import MARKER


class _SettingProperty(NamedTuple):
    """The property that turns a setting on.

    Attributes:
        property: the state machine's property.
        switch: the field that turns the setting on and off.
        off: the switch's value for off, in lower case; also its default.
        required: a field without which the setting is never on.

    """

    property: str
    switch: str
    off: str
    required: str


_SETTING_PROPERTIES: Mapping[SettingName, _SettingProperty] = {
    # YAML 1.1 reads an unquoted OFF as false.
    "logging": _SettingProperty("LoggingConfiguration", "Level", "off", "Destinations"),
    "tracing": _SettingProperty("TracingConfiguration", "Enabled", "false", "Enabled"),
    "encryption": _SettingProperty("EncryptionConfiguration", "Type", "aws_owned_key", "KmsKeyId"),
}


def settings(
    template: Template, resolver: Resolver, name: str
) -> dict[SettingName, MachineSetting]:
    """Return the settings of the state machine with this logical id."""
    properties = template.properties(name)
    has_macro = template.macro is not None or any(map(is_macro_key, properties))
    not_set = MachineSetting(template.logical_id_place(name), "unknown" if has_macro else "off")
    result: dict[SettingName, MachineSetting] = {}
    for setting, names in _SETTING_PROPERTIES.items():
        written = properties.get(names.property)
        value = None if written is None else resolver.resolve(written, ())[0]
        if value is None:
            result[setting] = not_set
            continue
        place = template.property_place(name, names.property)
        if isinstance(value, dict):
            state = _state(value, names)
            if state == "off" and names.switch in value:
                place = template.property_place(name, names.property, names.switch)
            if setting == "logging":
                destinations = tuple(_log_destinations(template, resolver, name, value))
                result[setting] = MachineSetting(place, state, destinations=destinations)
                continue
            result[setting] = MachineSetting(place, state, _key(template, resolver, name, value))
        else:
            result[setting] = MachineSetting(place, "unknown")
    return result


def _log_destinations(
    template: Template, resolver: Resolver, machine: str, logging: Mapping[str, object]
) -> Iterator[LogDestination]:
    """Yield the log groups of a logging configuration; Terraform has a single ARN."""
    names = {resolver.ref(name) for name in template.of_type("AWS::Logs::LogGroup")}
    route: Route = ("LoggingConfiguration", "Destinations")
    written = logging.get("Destinations")
    arns = [(written, route)]
    if isinstance(written, list):
        within = ("CloudWatchLogsLogGroup", "LogGroupArn")
        arns = [(value_at(item, within), (*route, i, *within)) for i, item in enumerate(written)]
    for arn, at in arns:
        if isinstance(arn, str):
            yield LogDestination(
                Pattern.literal(arn, resolver.symbols),
                template.property_place(machine, *at),
                arn.rpartition(":")[2] in names,
            )


def _key(
    template: Template, resolver: Resolver, machine: str, value: Mapping[str, object]
) -> Pattern | None:
    """The ARN of the KMS key of the template that encrypts a STANDARD state machine.

    EXPRESS may need fewer permissions if all executions are synchronous:
    https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    """
    if template.properties(machine).get("StateMachineType", "STANDARD") != "STANDARD":
        return None
    for name in template.of_type("AWS::KMS::Key"):
        arn = resolver.get_att(name, "Arn")
        if value.get("KmsKeyId") in (arn, resolver.ref(name)):
            return Pattern.literal(arn, resolver.symbols)
    return None


def _state(value: Mapping[str, object], names: _SettingProperty) -> SettingState:
    switch = value.get(names.switch, False)
    if not isinstance(switch, (str, bool)) or MARKER.search(str(switch)):
        return "unknown"
    if str(switch).lower() in ("false", names.off):
        return "off"
    return "on" if value.get(names.required) not in (None, []) else "unknown"
