"""Tasks that wait for a job or a callback: their task tokens and timeouts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sfnlint import catalog
from sfnlint.asl.expressions import (
    UNRESOLVED,
    Expression,
    evaluated_strings,
    expressions,
    is_jsonata,
    payload_fields,
)
from sfnlint.asl.machine import State
from sfnlint.asl.task_resource import TaskResource
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Route
from sfnlint.subject import Subject
from sfnlint_rules._execution import execution_type

# Fields without a token: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
_OTHER_FIELDS = r"\s*\.\s*(?:Execution|State|StateMachine|Map)\b"
_CONTEXT = lazy_pattern(rf"\$\$(?!{_OTHER_FIELDS})")
_STATES = lazy_pattern(
    rf"\$states\b(?!\s*\.\s*(?:input|result|errorOutput)\b|\s*\.\s*context{_OTHER_FIELDS})"
)
TOKEN = {
    False: lazy_pattern(r"\$\$\.Task\.Token\b"),
    True: lazy_pattern(r"\$states\s*\.\s*context\s*\.\s*Task\s*\.\s*Token\b"),
}
"""Matches the task token, by whether the expression is JSONata."""


def tasks(subject: Subject, *patterns: str) -> Iterator[tuple[State, TaskResource]]:
    """Yield the Tasks with these patterns, except those that EF302 and EF303 report."""
    for resource, states in subject.calls.items():
        if resource.pattern not in patterns or not _is_supported(resource):
            continue
        waits = resource.pattern != "request_response"
        for state in states:
            if not waits or execution_type(state, subject) != "EXPRESS":
                yield state, resource


def is_bounded(state: State, *fields: str) -> bool:
    """Whether a Task has one of the fields, or the state machine has a timeout."""
    fields += tuple(field + "Path" for field in fields)
    return "TimeoutSeconds" in state.scope.machine.data or any(
        field in state.data for field in fields
    )


def may_pass_token(state: State) -> bool:
    """Whether the parameters of a Task can contain its task token."""
    field, parameters = state.parameters
    path = (*state.path, field)
    if state.query_language == "JSONata":
        return _jsonata_may_pass(parameters, path)
    if "$$" in str(state.data.get("InputPath", "")):
        return True
    if not isinstance(parameters, dict):
        return parameters is not None
    return any(
        name.startswith("Fn::") or UNRESOLVED.search(name) or _value_may_pass(name, value)
        for name, value, _ in payload_fields(parameters, path)
    )


def written_tokens(state: State) -> Iterator[tuple[Expression, re.Match[str]]]:
    """Yield every reference to the task token in the parameters of a Task."""
    field, _ = state.parameters
    for expression in expressions(state):
        if expression.path[len(state.path)] == field:
            for match in TOKEN[expression.jsonata].finditer(expression.text):
                yield expression, match


def _value_may_pass(name: str, value: object) -> bool:
    """Whether the value of a JSONPath payload field can contain the task token."""
    if not isinstance(value, str):
        return False
    if name.endswith(".$"):
        return bool(UNRESOLVED.search(value) or _CONTEXT.search(value))
    return UNRESOLVED.fullmatch(value) is not None


def _jsonata_may_pass(arguments: object, path: Route) -> bool:
    if arguments is None:
        return False
    for text, _ in evaluated_strings(arguments, path):
        if is_jsonata(text):
            if UNRESOLVED.search(text) or _STATES.search(text):
                return True
        elif UNRESOLVED.match(text):
            return True
    return any(
        name.startswith("Fn::") or UNRESOLVED.search(name)
        for name, _, _ in payload_fields(arguments, path)
    )


def _is_supported(resource: TaskResource) -> bool:
    known = None if resource.sdk else catalog.integrations(resource.service)
    integration = (known or {}).get(resource.action)
    return integration is None or resource.pattern in integration.patterns
