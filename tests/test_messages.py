"""What docs/messages.md says that sfn-lint prints, it prints."""

from __future__ import annotations

import re

import pytest

from messages import CASES, FILE, Case, message, ours
from sfnlint.messages import listed, remaining
from sfnlint.place import Place
from sfnlint.source import parse_as_named


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


_PLACE = Place(parse_as_named("{}", "m.json"))
_ARNS = [f"arn:aws:lambda:eu-west-1:123456789012:function:step-{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("items", "named", "rest"),
    [
        ([], "", []),
        (["a"], "a", []),
        (["a", "b"], "a and b", []),
        (["a", "b", "c", "d"], "a, b, c and d", []),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more", ["d", "e"]),
        (_ARNS, f"{_ARNS[0]}, {_ARNS[1]} and 4 more", _ARNS[2:]),
        (["x" * 300, "b"], f"{'x' * 300} and 1 more", ["b"]),
    ],
)
def test_a_message_names_few_items_and_a_note_the_rest(
    items: list[str], named: str, rest: list[str]
) -> None:
    assert listed(items) == named
    notes = remaining("also needed", items, _PLACE)
    wanted = f"also needed: {', '.join(rest[:-1])}{' and ' if rest[1:] else ''}{''.join(rest[-1:])}"
    assert [note.message for note in notes] == ([wanted] if rest else [])


def test_a_note_names_fifty_items_at_most() -> None:
    items = [str(number) for number in range(60)]
    assert listed(items, most=60) == f"{', '.join(items[:32])} and 28 more"
    (note,) = remaining("others", items, _PLACE)
    assert note.message.endswith(", 52 and 7 more")
