"""Circular dependencies between a state machine and other resources of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependency-error
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sfnlint.inputs.cloudformation.policies import PREDEFINED
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    STATE_MACHINE,
    Template,
    referenced_names,
    strings,
)
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route
from sfnlint.subject import InputProblem

_REFERENCES = ("Ref", "Fn::GetAtt", "Fn::Sub")
_SAM_PROPERTIES = ("Environment", "Policies", "Role", "DefinitionBody")
"""Properties of SAM resources that are passed on to the created resource or its role."""
_SAM_ONLY = ("Events", "Connectors")
"""Properties of SAM state machines that create further resources."""


class _Reference(NamedTuple):
    """A reference from one resource of the template to another."""

    source: str
    target: str
    route: Route


def circular_dependencies(template: Template) -> Iterator[InputProblem]:
    """Yield a problem for each state machine that certainly depends on itself.

    CloudFormation creates nothing then. References in `Fn::If` and to resources with a condition
    are left out: they may not exist.
    """
    if template.macro is not None:
        return
    known: dict[str, list[_Reference]] = {}
    for machine in template.of_type(STATE_MACHINE):
        cycle = _cycle(template, machine, known)
        if cycle:
            yield _problem(template, cycle)


def _cycle(
    template: Template, machine: str, known: dict[str, list[_Reference]]
) -> list[_Reference]:
    """Return the shortest way from a state machine to itself; empty if there is none."""
    reached: dict[str, _Reference] = {}
    waiting = [machine]
    condition = template.resources[machine].get("Condition")
    for name in waiting:
        if name not in known:
            known[name] = list(_references(template, name))
        for reference in known[name]:
            target = reference.target
            if target == machine:
                way = [reference]
                while way[0].source != machine:
                    way.insert(0, reached[way[0].source])
                return way
            if target not in reached and template.resources[target].get("Condition") in (
                None,
                condition,
            ):
                reached[target] = reference
                waiting.append(target)
    return []


def _references(template: Template, name: str) -> Iterator[_Reference]:
    """Yield the references of a resource that certainly exist."""
    if PREDEFINED in template.properties(name):
        # SAM decides what the policy of a connector refers to.
        return
    at: Route = ("Resources", name)
    for target in strings(template.resources[name].get("DependsOn")):
        if target in template.resources:
            yield _Reference(name, target, (*at, "DependsOn"))
    is_sam = str(template.resources[name]["Type"]).startswith("AWS::Serverless::")
    waiting: list[tuple[object, Route]] = [
        (value, (*at, "Properties", key))
        for key, value in template.properties(name).items()
        if (key in _SAM_PROPERTIES if is_sam else key not in _SAM_ONLY)
    ]
    while waiting:
        value, route = waiting.pop()
        if isinstance(value, dict):
            for target in _targets(value):
                if target in template.resources:
                    yield _Reference(name, target, route)
            if "Fn::If" not in value:
                waiting += ((item, (*route, key)) for key, item in value.items())
        elif isinstance(value, list):
            waiting += ((item, (*route, index)) for index, item in enumerate(value))


def _targets(value: Mapping[str, object]) -> set[str]:
    """Return the names to which an object itself refers."""
    if len(value) != 1 or not any(function in value for function in _REFERENCES):
        return set()
    argument = value.get("Fn::Sub")
    if not isinstance(argument, list) or not argument:
        return referenced_names(value)
    variables = argument[1] if len(argument) > 1 and isinstance(argument[1], dict) else {}
    return referenced_names({"Fn::Sub": argument[0]}) - variables.keys()


def _problem(template: Template, cycle: Sequence[_Reference]) -> InputProblem:
    last = cycle[-1]
    machine = template.display_name(last.target)
    in_role = "Policies" in last.route
    if len(cycle) > 1:
        kind = "role" if template.resources[last.source]["Type"] == ROLE else "resource"
        source = template.display_name(last.source)
        message = f"{kind} '{source}' refers to state machine '{machine}', which depends on it"
    elif in_role:
        message = f"the role of state machine '{machine}' refers to the state machine"
    else:
        message = f"state machine '{machine}' refers to itself"
    fix = "move the statement to a resource of type AWS::IAM::Policy"
    return InputProblem(
        "circular-dependency",
        f"{message}: CloudFormation rejects circular dependencies; "
        f"{fix if in_role else 'remove a reference'}",
        Place(template.document, last.route),
        Place(template.document, cycle[0].route) if len(cycle) > 1 else None,
    )
