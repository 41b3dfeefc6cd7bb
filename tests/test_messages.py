"""What docs/messages.md says that sfn-lint prints, it prints."""

from __future__ import annotations

import re

import pytest

from messages import CASES, FILE, Case, message, ours


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_page_shows_what_is_printed(case: Case) -> None:
    _, _, section = FILE.read_text(encoding="utf-8").partition(f"## {case.title}\n")
    shown = section.split("sfn-lint:\n\n```text\n", 1)[1].split("\n```", 1)[0]
    assert shown == ours(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_no_peer_says_it_in_fewer_words(case: Case) -> None:
    """The place left out, which no peer gives."""
    _, _, section = FILE.read_text(encoding="utf-8").partition(f"## {case.title}\n")
    answers = re.findall(r"```text\n(.*?)\n```", section.partition("\n## ")[0], re.DOTALL)
    assert len(answers) == 3
    assert all(len(message(case)) < len(answer) for answer in answers[1:] if answer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_one_mistake_is_one_line(case: Case) -> None:
    assert ours(case).count("\n") == 0
    assert ours(case).startswith("m.asl.json:")
