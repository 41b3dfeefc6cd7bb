"""docs/messages.md shows the messages that sfn-lint prints, and they are short."""

from __future__ import annotations

import pytest

from messages import CASES, FILE, Case, output, outputs_on_page, render, row

PAGE = FILE.read_text(encoding="utf-8")
OUTPUTS = outputs_on_page(PAGE)
TITLES = [case.title for case in CASES]


def test_the_page_is_up_to_date() -> None:
    assert render(OUTPUTS) == PAGE, "run scripts/messages.py"


@pytest.mark.parametrize(("case", "peers"), list(zip(CASES, OUTPUTS, strict=True)), ids=TITLES)
def test_a_longer_message_has_a_reason(case: Case, peers: dict[str, str]) -> None:
    assert row(case, peers).is_shortest == (case.reason == "")


@pytest.mark.parametrize("case", CASES, ids=TITLES)
def test_one_mistake_is_one_finding(case: Case) -> None:
    assert output(case).startswith("m.asl.json:")
    assert output(case).count("\n") == 0
