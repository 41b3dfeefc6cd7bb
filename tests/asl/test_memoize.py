"""Values that are memoized for a machine are freed with it."""

from __future__ import annotations

import gc
import json
from weakref import ref

from sfnlint.engine import run_text
from sfnlint.options import Options

STATES = {
    "Ask": {
        "Type": "Pass",
        "Parameters": {"x.$": "$.name", "y": "$.name"},
        "Assign": {"v.$": "$.x"},
        "Nxt": "Tell",
        "Next": "Tell",
    },
    "Tell": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $v %}", "End": True},
}


def test_nothing_keeps_a_machine_that_was_checked() -> None:
    text = json.dumps({"StartAt": "Ask", "States": STATES})
    result = run_text(text, "a.asl.json", Options(keep_subjects=True))
    assert {finding.rule for finding in result.findings} >= {"EF101", "WF115"}
    machine = ref(result.subjects[0].machine)
    del result
    gc.collect()
    assert machine() is None
