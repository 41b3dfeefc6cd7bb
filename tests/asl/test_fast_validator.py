"""The fast validator rejects exactly the definitions that jsonschema rejects."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asl.machines import machines
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sfnlint.asl import schema as package
from sfnlint.asl.machine import STATE_TYPES
from sfnlint.asl.schema.fast_validator import compile_check
from sfnlint.asl.schema.full_validator import find_violations
from sfnlint.source.yaml_booleans import AmbiguousBoolean

Draw = Callable[[st.SearchStrategy[Any]], Any]
SCHEMA = json.loads((Path(package.__file__).parent / "machine.json").read_text(encoding="utf-8"))
NAMES = sorted(name for name, inner in SCHEMA["$defs"].items() if "properties" in inner)
FIELDS = sorted(
    {field for name in NAMES for field in SCHEMA["$defs"][name]["properties"]}
    | {"Nxt", "${Field}", "Fn::If", "Ref"}
)
TEXTS = [
    *("", "a", "JSONata", "{% $x %}", "{% $x %} ", "${Number}", "\U000f0000", "arn:aws:states:::x"),
    *("2026-08-18T17:33:00Z", "2026-08-18", "FULL", "CSV", "JSON", "NONE", "GIVEN", "${open"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2.0, 0.5, 100, 101, 10**9, float(10**9)]),
    st.sampled_from(TEXTS),
    st.sampled_from([AmbiguousBoolean("yes"), AmbiguousBoolean("no")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    ),
    max_leaves=8,
)


@st.composite
def _altered(draw: Draw) -> tuple[str, Any]:
    """The name of a schema definition, and a changed copy of a value that it accepts."""
    machine = draw(machines())
    objects: list[tuple[str, dict[str, Any]]] = []

    def gather(scope: dict[str, Any], kind: str) -> None:
        objects.append((kind, scope))
        for state in scope["States"].values():
            objects.extend((name, state) for name in (state["Type"], "JSONPath", "JSONata"))
            for branch in state.get("Branches", ()):
                gather(branch, "Branches")
            if "ItemProcessor" in state:
                gather(state["ItemProcessor"], "ItemProcessor")

    gather(machine, "machine")
    name, data = draw(st.sampled_from(objects))
    for _ in range(draw(st.integers(0, 2))):
        target: Any = data
        while True:
            inner = [
                one
                for one in (target.values() if isinstance(target, dict) else target)
                if isinstance(one, (dict, list)) and one
            ]
            if not inner or draw(st.booleans()):
                break
            target = draw(st.sampled_from(inner))
        if isinstance(target, list):
            target.append(draw(VALUES))
            continue
        keys = [*target, *draw(st.lists(st.sampled_from(FIELDS), max_size=1))]
        key = draw(st.sampled_from(keys)) if keys else "Next"
        if key in target and draw(st.booleans()):
            del target[key]
        else:
            target[key] = draw(VALUES)
    return name, data


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.tuples(st.sampled_from(NAMES), VALUES), _altered()))
@example(("choiceRule", {"Variable": "$", "IsNull": True, "And": [], "Next": "a"}))
@example(("Task", {"Ref": "Task"}))
@example(("JSONPath", {"Output": {"Ref": "Task"}}))
@example(("itemBatcher", "${Batcher}"))
@example(("Wait", "${Wait}"))
@example(("choiceRule", "${Rule}"))
def test_screen_and_jsonschema_agree(case: tuple[str, Any]) -> None:
    name, data = case
    assert compile_check(SCHEMA, name)(data) is (not list(find_violations(SCHEMA, [name], data)))


@settings(deadline=None, max_examples=100)
@given(_altered(), st.sampled_from(["JSONPath", "JSONata"]))
def test_one_walk_for_the_language_and_the_type(case: tuple[str, Any], language: str) -> None:
    name, data = case
    if name in STATE_TYPES:
        both = compile_check(SCHEMA, language)(data) and compile_check(SCHEMA, name)(data)
        assert compile_check(SCHEMA, language, name)(data) is both


def test_a_keyword_that_the_screen_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="uniqueItems"):
        compile_check({"$defs": {"a": {"type": "array", "uniqueItems": True}}}, "a")
