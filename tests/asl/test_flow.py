"""Findings about reachability, ends and loops, compared with a reference.

The reference does not use the model of the linter: it follows all transitions from each state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.options import Options

Data = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
RULES = {"WF201", "EF202", "WF203", "EF204", "EF218"}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:train"


@st.composite
def scopes(draw: Draw, prefix: str = "S", depth: int = 1) -> Data:
    """A scope of a few states with random transitions."""
    names = [f"{prefix}{number}" for number in range(draw(st.integers(1, 6)))]
    target = st.sampled_from(names)
    states: Data = {}
    for name in names:
        kind = draw(st.sampled_from(["Pass", "Task", "Choice", "Succeed", "Fail", "Parallel"]))
        state: Data = {"Type": kind}
        if kind == "Parallel":
            state["Branches"] = [
                draw(scopes(f"{name}.", depth - 1)) if depth else _one(f"{name}.only")
            ]
        if kind == "Task":
            state["Resource"] = FUNCTION
        if kind == "Choice":
            state["Choices"] = [
                {"Variable": "$.n", "NumericEquals": number, "Next": draw(target)}
                for number in range(draw(st.integers(1, 2)))
            ]
            if draw(st.booleans()):
                state["Default"] = draw(target)
        elif kind not in ("Succeed", "Fail"):
            state |= {"End": True} if draw(st.booleans()) else {"Next": draw(target)}
        if kind in ("Task", "Parallel") and draw(st.booleans()):
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": draw(target)}]
        states[name] = state
    return {"StartAt": draw(target), "States": states}


def _one(name: str) -> Data:
    return {"StartAt": name, "States": {name: {"Type": "Succeed"}}}


def outcomes(state: Mapping[str, Any]) -> set[str | None]:
    """The states that can follow a state; None is the end of the execution."""
    kind = state["Type"]
    if kind in ("Succeed", "Fail"):
        return {None}
    if kind == "Choice":
        # The execution also ends if no rule matches and there is no Default.
        return {rule["Next"] for rule in state["Choices"]} | {state.get("Default")}
    after = {None if state.get("End") else state["Next"]}
    return after | {catcher["Next"] for catcher in state.get("Catch", ())}


def visits(scope: Data, start: str) -> tuple[set[str], bool]:
    """The states that executions reach from a state, and whether any of them ends."""
    seen: set[str] = set()
    ends = False
    steps: set[str | None] = {start}
    while steps:
        ends = ends or None in steps
        here = {name for name in steps if name is not None} - seen
        seen |= here
        steps = {after for name in here for after in outcomes(scope["States"][name])}
    return seen, ends


def loops(scope: Data) -> set[str]:
    """The states of loops that executions never leave."""
    found = set()
    for name in visits(scope, scope["StartAt"])[0]:
        state = scope["States"][name]
        comes_back = any(
            after is not None and name in visits(scope, after)[0] for after in outcomes(state)
        )
        if comes_back and not visits(scope, name)[1]:
            found.add(name)
    return found


def is_terminal(state: Mapping[str, Any]) -> bool:
    return state["Type"] in ("Succeed", "Fail") or state.get("End") is True


def all_scopes(scope: Data) -> list[Data]:
    found = [scope]
    for state in scope["States"].values():
        for branch in state.get("Branches", ()):
            found += all_scopes(branch)
    return found


@settings(max_examples=500, deadline=None)
@given(scopes())
def test_flow_is_what_following_every_way_shows(machine: Data) -> None:
    told: dict[str, set[str]] = {rule: set() for rule in RULES}
    unnamed = set()
    for finding in run_text(json.dumps(machine), "a.json", Options(rules=RULES)).findings:
        names = {finding.place.path[-1], *(note.place.path[-1] for note in finding.notes)}
        assert not names & told[finding.rule], "said twice"
        told[finding.rule] |= {str(name) for name in names}
        if finding.rule == "EF218":
            unnamed.add(finding.place.path[-1])

    unreachable, endless, without_transition = set(), set(), set()
    for scope in all_scopes(machine):
        targets = {target for state in scope["States"].values() for target in outcomes(state)}
        without_transition |= set(scope["States"]) - targets - {scope["StartAt"]}
        unreachable |= set(scope["States"]) - visits(scope, scope["StartAt"])[0]
        endless |= loops(scope)
    reached = visits(machine, machine["StartAt"])[0]
    never_ends = not any(is_terminal(machine["States"][name]) for name in reached)
    if never_ends:
        endless -= set(machine["States"])

    assert unnamed == without_transition
    assert not told["EF218"] & told["WF201"]
    assert told["EF218"] | told["WF201"] == unreachable
    assert told["WF203"] == endless
    assert told["EF204"] == ({"StartAt"} if never_ends else set())
    assert told["EF202"] == set()
