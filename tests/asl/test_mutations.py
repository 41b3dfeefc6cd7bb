"""Each kind of mistake in a machine produces its finding and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asl import dataflow_mutations, mutations
from asl.machines import ABOUT_DATA, machines
from asl.mutations import Mutation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.rule import all_rules


@pytest.mark.parametrize(
    "mutation",
    [*mutations.MUTATIONS, *dataflow_mutations.MUTATIONS],
    ids=lambda one: f"{one.rule} {one.name}",
)
def test_one_mistake_gives_one_finding(mutation: Mutation) -> None:
    @settings(
        deadline=None,
        max_examples=15,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        machine: dict[str, Any] = data.draw(machines(mutation.language, [mutation.kind]))
        path = mutation.apply(machine)
        text = json.dumps(machine, indent=1)
        # EXPRESS executions cannot wait, which another rule reports.
        assume(path is not None and (mutation in mutations.MUTATIONS or "EXPRESS" not in text))
        rules = all_rules().keys() - ABOUT_DATA
        findings = run_text(text, "machine.asl.json", Options(rules=rules)).findings
        found = [(finding.rule, finding.place.path) for finding in findings]
        assert found == [(mutation.rule, path)], [finding.message for finding in findings]

    check()
