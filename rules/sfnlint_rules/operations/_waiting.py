"""What the rules about timeouts and callbacks ask of a task."""

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
from sfnlint.subject import Subject
from sfnlint_rules._execution import execution_type

# The other parts of the context object: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
_OTHER = r"\s*\.\s*(?:Execution|State|StateMachine|Map)\b"
_CONTEXT = re.compile(rf"\$\$(?!{_OTHER})")
_STATES = re.compile(
    rf"\$states\b(?!\s*\.\s*(?:input|result|errorOutput)\b|\s*\.\s*context{_OTHER})"
)
TOKEN = {
    False: re.compile(r"\$\$\.Task\.Token\b"),
    True: re.compile(r"\$states\s*\.\s*context\s*\.\s*Task\s*\.\s*Token\b"),
}
"""Matches the token of a callback, by whether the expression is JSONata."""


def tasks(subject: Subject, *patterns: str) -> Iterator[tuple[State, TaskResource]]:
    """Tasks that call a service in these patterns, where their machine and the service can."""
    for resource, states in subject.calls.items():
        if resource.pattern not in patterns or not _supported(resource):
            continue  # of what is not supported, EF302 says more
        waits = resource.pattern != "request_response"
        for state in states:
            # EF303 says more about Tasks that wait where they cannot.
            if not waits or execution_type(state, subject) != "EXPRESS":
                yield state, resource


def is_bounded(state: State, *fields: str) -> bool:
    """Whether something ends a task: one of these fields, or the machine's own timeout."""
    fields += tuple(field + "Path" for field in fields)
    return "TimeoutSeconds" in state.scope.machine.data or any(
        field in state.data for field in fields
    )


def may_pass_token(state: State) -> bool:
    """Whether what a task passes to its service can hold the token of its callback."""
    field, parameters = state.parameters
    path = (*state.path, field)
    if state.query_language == "JSONata":
        return _jsonata_may_pass(parameters, path)
    if "$$" in str(state.data.get("InputPath", "")):
        return True
    if parameters is None:
        return False
    if not isinstance(parameters, dict):
        return True
    return any(
        UNRESOLVED.search(name) is not None
        or (
            isinstance(value, str)
            and (
                UNRESOLVED.search(value) is not None or _CONTEXT.search(value) is not None
                if name.endswith(".$")
                else UNRESOLVED.fullmatch(value) is not None
            )
        )
        or name.startswith("Fn::")
        for name, value, _ in payload_fields(parameters, path)
    )


def written_tokens(state: State) -> Iterator[tuple[Expression, re.Match[str]]]:
    """Every place in a task's parameters where the token is passed by its name."""
    field, _ = state.parameters
    for expression in expressions(state):
        if expression.path[len(state.path)] == field:
            for match in TOKEN[expression.jsonata].finditer(expression.text):
                yield expression, match


def _jsonata_may_pass(arguments: object, path: tuple[str | int, ...]) -> bool:
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


def _supported(resource: TaskResource) -> bool:
    known = None if resource.sdk else catalog.integrations(resource.service)
    integration = (known or {}).get(resource.action)
    return integration is None or resource.pattern in integration.patterns
