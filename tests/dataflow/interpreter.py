"""A small interpreter of JSONPath state machines without Tasks, as a reference for the analysis.

It implements the documented order of the fields:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfnlint.asl.jsonpath import JsonPath, parse_path


class FailedError(Exception):
    """The execution fails in a state."""


def execute(scope: Mapping[str, Any], data: Any, trace: list[tuple[str, bool]]) -> Any:
    """Return the output of a scope; `trace` gets each state, and whether it succeeded.

    Raises:
        FailedError: the execution fails.

    """
    name = scope["StartAt"]
    for _ in range(50):
        state = scope["States"][name]
        index = len(trace)
        trace.append((name, False))
        data, following = _step(state, data, trace)
        trace[index] = (name, True)
        if following is None:
            return data
        name = following
    raise FailedError


def _step(state: Mapping[str, Any], raw: Any, trace: list[tuple[str, bool]]) -> tuple[Any, Any]:
    effective = _read(state.get("InputPath", "$"), raw)
    kind = state["Type"]
    if kind == "Choice":
        output = _read(state.get("OutputPath", "$"), effective)
        for rule in state["Choices"]:
            if _holds(rule, effective):
                return output, rule["Next"]
        return output, state["Default"]
    if kind == "Fail":
        raise FailedError
    if "Parameters" in state:
        effective = _template(state["Parameters"], effective)
    if kind == "Pass":
        result = state.get("Result", effective)
    elif kind == "Parallel":
        result = [execute(branch, effective, trace) for branch in state["Branches"]]
    elif kind == "Map":
        items = _read(state.get("ItemsPath", "$"), effective)
        if not isinstance(items, list):
            raise FailedError
        result = [execute(state["ItemProcessor"], item, trace) for item in items]
    else:
        result = effective
    if "ResultSelector" in state:
        result = _template(state["ResultSelector"], result)
    output = _write(state["ResultPath"], raw, result) if "ResultPath" in state else result
    output = _read(state.get("OutputPath", "$"), output)
    return output, None if state.get("End") else state["Next"]


def _read(path: str, data: Any) -> Any:
    parsed = parse_path(path)
    assert isinstance(parsed, JsonPath)
    for step in parsed.steps:
        if not isinstance(data, dict) or step not in data:
            raise FailedError
        data = data[step]
    return data


def _write(path: str | None, data: Any, value: Any) -> Any:
    if path is None:
        return data
    parsed = parse_path(path)
    assert isinstance(parsed, JsonPath)
    if not parsed.steps:
        return value
    first, *others = parsed.steps
    if not isinstance(data, dict):
        raise FailedError
    rest = "$" + "".join(f".{step}" for step in others)
    return {**data, first: _write(rest, data.get(first, {}), value)}


def _template(template: Any, data: Any) -> Any:
    if isinstance(template, dict):
        return {
            key.removesuffix(".$"): _read(value, data)
            if key.endswith(".$")
            else _template(value, data)
            for key, value in template.items()
        }
    return template


def _holds(rule: Mapping[str, Any], data: Any) -> bool:
    if "And" in rule:
        return all(_holds(each, data) for each in rule["And"])
    if "Or" in rule:
        return any(_holds(each, data) for each in rule["Or"])
    if "Not" in rule:
        return not _holds(rule["Not"], data)
    if "IsPresent" in rule:
        try:
            _read(rule["Variable"], data)
        except FailedError:
            return not rule["IsPresent"]
        return bool(rule["IsPresent"])
    value = _read(rule["Variable"], data)
    if "StringEquals" in rule:
        return isinstance(value, str) and value == rule["StringEquals"]
    if "NumericLessThan" in rule:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and value < rule["NumericLessThan"]
    if "StringEqualsPath" in rule:
        other = _read(rule["StringEqualsPath"], data)
        return isinstance(value, str) and value == other
    return value is rule["BooleanEquals"]
