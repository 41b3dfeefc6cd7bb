"""What a template sets beside a machine's definition: logging, tracing, encryption.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sfnlint.asl.machine_settings import MachineSetting, SettingName, SettingState
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import Template, is_macro
from sfnlint.symbol import MARKER


class _Form(NamedTuple):
    """How a property turns a setting on.

    Attributes:
        property: the machine's property.
        switch: the member that turns it on and off.
        off: what the switch is when it is off, in lower case; also when it is not there.
        needed: a member without which it is never on.

    """

    property: str
    switch: str
    off: str
    needed: str


_FORMS: Mapping[SettingName, _Form] = {
    # Unless Level is set, it is OFF; YAML 1.1 reads OFF as false.
    "logging": _Form("LoggingConfiguration", "Level", "off", "Destinations"),
    "tracing": _Form("TracingConfiguration", "Enabled", "false", "Enabled"),
    "encryption": _Form("EncryptionConfiguration", "Type", "aws_owned_key", "KmsKeyId"),
}


def settings(
    template: Template, resolver: Resolver, name: str
) -> dict[SettingName, MachineSetting]:
    """The settings of the machine of this logical id."""
    properties = template.properties(name)
    hidden = template.macro is not None or any(map(is_macro, properties))
    found: dict[SettingName, MachineSetting] = {}
    not_set = MachineSetting(template.key(name), "unknown" if hidden else "off")
    for setting, form in _FORMS.items():
        given = properties.get(form.property)
        value = None if given is None else resolver.tree(given, ())[0]
        if value is None:
            found[setting] = not_set
            continue
        place = template.place(name, form.property)
        if isinstance(value, dict):
            state = _state(value, form)
            if state == "off" and form.switch in value:
                place = template.place(name, form.property, form.switch)
            found[setting] = MachineSetting(place, state, _key(template, resolver, name, value))
        else:
            found[setting] = MachineSetting(place, "unknown")
    return found


def _key(
    template: Template, resolver: Resolver, machine: str, value: Mapping[str, object]
) -> Pattern | None:
    """The key of the template that encrypts a machine.

    EXPRESS may do with less, if all of its executions are synchronous:
    https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    """
    if template.properties(machine).get("StateMachineType", "STANDARD") != "STANDARD":
        return None
    for name in template.of_type("AWS::KMS::Key"):
        arn = resolver.attribute(name, "Arn")
        if value.get("KmsKeyId") in (arn, resolver.reference(name)):
            return Pattern.literal(arn, resolver.symbols)
    return None


def _state(value: Mapping[str, object], form: _Form) -> SettingState:
    given = value.get(form.switch, False)
    if not isinstance(given, (str, bool)) or MARKER.search(str(given)):
        return "unknown"
    if str(given).lower() in ("false", form.off):
        return "off"
    return "on" if value.get(form.needed) not in (None, []) else "unknown"
