"""Findings about values of variables, compared with a reference that follows every path."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.options import Options

Data = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
RULES = {"EF205", "EF206", "EF207", "WF208", "EF209"}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:train"
ASSIGN = {"v": 1}


@st.composite
def machines(draw: Draw) -> Data:
    """Random machines whose states assign and read a variable."""

    def scope(prefix: str, depth: int) -> Data:
        names = [f"{prefix}{number}" for number in range(draw(st.integers(1, 5)))]
        return {
            "StartAt": draw(st.sampled_from(names)),
            "States": {name: state(name, names, depth) for name in names},
        }

    def state(name: str, names: list[str], depth: int) -> Data:
        def assigning() -> Data:
            # An inner scope cannot assign an outer variable.
            return {"Assign": ASSIGN} if depth and draw(st.booleans()) else {}

        kinds = ["Pass", "Task", "Choice", *["Parallel"] * depth]
        made: Data = {"Type": draw(st.sampled_from(kinds))}
        if made["Type"] == "Choice":
            made["Choices"] = [
                {"Condition": f"{{% $states.input.n = {number} %}}", "Next": one, **assigning()}
                for number, one in enumerate(draw(st.lists(st.sampled_from(names), min_size=1)))
            ]
            return made | {"Default": draw(st.sampled_from(names))}
        if made["Type"] == "Task":
            made["Resource"] = FUNCTION
        if made["Type"] == "Parallel":
            made["Branches"] = [scope(f"{name}.", depth - 1)]
        if draw(st.booleans()):
            made["Output"] = "{% $v %}"
        made |= {"End": True} if draw(st.booleans()) else {"Next": draw(st.sampled_from(names))}
        if made["Type"] != "Pass" and draw(st.booleans()):
            catcher = {"ErrorEquals": ["States.ALL"], "Next": draw(st.sampled_from(names))}
            made["Catch"] = [catcher | assigning()]
        return made | assigning()

    return {"QueryLanguage": "JSONata", **scope("S", 1)}


def beginnings(scope: Data, outside: set[bool]) -> dict[str, set[bool]]:
    """For each state, also of inner scopes, whether the variable can have a value or no value."""
    found: dict[str, set[bool]] = {}
    waiting = [(scope["StartAt"], has) for has in outside]
    while waiting:
        name, has = waiting.pop()
        if has in found.setdefault(name, set()):
            continue
        found[name].add(has)
        state = scope["States"][name]
        for way in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            targets = {way.get("Next"), way.get("Default")} - {None}
            waiting += [(target, has or "Assign" in way) for target in targets]
    for name, state in scope["States"].items():
        for branch in state.get("Branches", ()):
            if name in found:
                found |= beginnings(branch, found[name])
    return found


@settings(max_examples=300, deadline=None)
@given(machines())
def test_values_are_what_following_every_way_shows(machine: Data) -> None:
    text = json.dumps(machine)
    told: dict[str, set[str]] = {rule: set() for rule in RULES}
    for finding in run_text(text, "a.json", Options(rules=RULES)).findings:
        places = [finding.place, *(one.place for one in finding.notes if "read" in one.message)]
        told[finding.rule] |= {str(place.path[-2]) for place in places}

    wanted: dict[str, set[str]] = {rule: set() for rule in RULES}
    known = beginnings(machine, {False})
    for name, state in _states(machine):
        if "Output" not in state:
            continue
        if '"Assign"' not in text:
            wanted["EF205"].add(name)
        elif known.get(name) == {False}:
            wanted["EF207"].add(name)
        elif known.get(name) == {True, False}:
            wanted["WF208"].add(name)
    for rule, names in told.items():
        # A finding names at most five other states that read the variable.
        assert names == wanted[rule] or (len(names) > 5 and names < wanted[rule])


def _states(scope: Data) -> list[tuple[str, Data]]:
    found = list(scope["States"].items())
    for state in scope["States"].values():
        for branch in state.get("Branches", ()):
            found += _states(branch)
    return found
