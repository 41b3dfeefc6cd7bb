"""The Retry and Catch of a machine, whatever values they have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sfnlint.asl.machine import Machine
from sfnlint.source import parse_as_named
from sfnlint_rules._error_handlers import handlers


def machine(*states: dict[str, Any]) -> Machine:
    data = {"StartAt": "0", "States": {str(index): state for index, state in enumerate(states)}}
    return Machine(parse_as_named(json.dumps(data), "m.asl.json"), data)


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([{"ErrorEquals": ["a", "b"]}, {"ErrorEquals": ["c"]}], [["a", "b"], ["c"]]),
        ([{"ErrorEquals": "States.ALL"}, {}, "x", None], [[], [], [], []]),
        ([], None),
        ({"ErrorEquals": ["a"]}, None),
        ("{% $x %}", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_error_names(field: str, entries: object, names: list[list[str]] | None) -> None:
    found = handlers(machine({"Type": "Task", field: entries}))
    expected = [] if names is None else [("0", field, names)]
    assert [(one.state.name, one.field, one.entries) for one in found] == expected


def test_all_states_of_all_scopes() -> None:
    entry = [{"ErrorEquals": ["a"]}]
    branch = {"StartAt": "B", "States": {"B": {"Type": "Task", "Retry": entry}}}
    found = handlers(
        machine(
            {"Type": "Task", "Catch": entry, "Retry": entry},
            {"Type": "Parallel", "Catch": entry, "Branches": [branch]},
        )
    )
    expected = [("0", "Retry"), ("0", "Catch"), ("1", "Catch"), ("B", "Retry")]
    assert [(one.state.name, one.field) for one in found] == expected
