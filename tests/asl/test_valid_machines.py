"""Machines that Step Functions accepts produce no finding, except about their data at run time."""

from __future__ import annotations

import json
from typing import Any

from asl.machines import ABOUT_DATA, machines
from hypothesis import HealthCheck, given, settings

from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.rule import all_rules


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(machines())
def test_a_valid_machine_is_silent(machine: dict[str, Any]) -> None:
    text = json.dumps(machine, indent=1)
    rules = all_rules().keys() - ABOUT_DATA
    findings = run_text(text, "machine.asl.json", Options(rules=rules)).findings
    assert [(finding.rule, finding.message) for finding in findings] == []
