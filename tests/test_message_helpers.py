"""Lists and resources in messages."""

from __future__ import annotations

import pytest

from sfnlint.messages import (
    in_nested_stacks,
    is_or_are,
    it_or_them,
    listed,
    remaining,
    resource_names,
)
from sfnlint.place import Place
from sfnlint.source import parse_as_named

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
        (_ARNS, f"{_ARNS[0]} and 5 more", _ARNS[1:]),
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
    assert listed(items, most=60) == f"{', '.join(items[:27])} and 33 more"
    (note,) = remaining("others", items, _PLACE)
    assert note.message.endswith(", 52 and 7 more")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["a"], "a"),
        (["a", "b"], "a or b"),
        (["a", "b", "c", "d", "e"], "a, b, c or 2 more"),
    ],
)
def test_alternatives_are_joined_by_or(items: list[str], expected: str) -> None:
    assert listed(items, word="or") == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["a"], "a"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
        (["a" * 28, "b" * 28], f"{'a' * 28} and {'b' * 28}"),
        (["a" * 28, "b" * 29], f"{'a' * 28} and 1 more"),
        # Two names would fit, but "1 more" would take the room of a third.
        (["a" * 20, "b" * 20, "c" * 20], f"{'a' * 20} and 2 more"),
        (["a" * 20, "b" * 20, "c" * 20, "d"], f"{'a' * 20}, {'b' * 20} and 2 more"),
    ],
)
def test_a_brief_list_fits_into_sixty_columns(items: list[str], expected: str) -> None:
    assert listed(items, brief=True) == expected
    rest = expected.endswith(" more")
    assert bool(remaining("others", items, _PLACE, brief=True)) is rest


def test_verbs_and_pronouns() -> None:
    assert (is_or_are(["a"]), it_or_them(["a"])) == ("is", "it")
    assert (is_or_are(["a", "b"]), it_or_them(["a", "b"])) == ("are", "them")


def test_names_of_nested_stacks() -> None:
    assert in_nested_stacks(["A"]) == "in nested stack 'A'"
    assert in_nested_stacks(["A", "B"]) == "in nested stacks 'A' and 'B'"


def test_a_very_long_resource_is_cut_in_the_middle() -> None:
    arn = "arn:aws:s3:::" + "a" * 50 + "/" + "b" * 50
    assert resource_names([arn]) == [f"'{'a' * 35}…{'b' * 35}'"]
    assert resource_names([arn], [arn + "c"]) == [f"'{'a' * 50}/{'b' * 50}'"]
    assert resource_names(["arn:aws:s3:::" + "a" * 70]) == [f"'{'a' * 70}'"]


_QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"


@pytest.mark.parametrize(
    ("arn", "contrasted", "expected"),
    [
        (_QUEUE, None, "'orders'"),
        ("arn:aws:iam::123456789012:role/training", None, "'role/training'"),
        ("arn:aws:s3:::bucket/key*", None, "'bucket/key*'"),
        (
            "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Topic.TopicName}",
            None,
            "'${Topic.TopicName}'",
        ),
        ("*", None, "'*'"),
        ("*", _QUEUE, "'*'"),
        ("arn:aws:sqs:*", None, "'arn:aws:sqs:*'"),
        # The end shows the difference.
        (_QUEUE, _QUEUE + "-old", "'orders'"),
        ("arn:aws:sqs:*:*:orders", _QUEUE + "-old", "'orders'"),
        ("arn:${AWS::Partition}:sqs:${AWS::Region}:1:orders", _QUEUE + "-old", None),
        # It does not.
        (_QUEUE, _QUEUE.replace("eu-west-1", "us-east-1"), f"'{_QUEUE}'"),
        (_QUEUE, _QUEUE.replace("eu-west-1", "us-east-1") + "-old", f"'{_QUEUE}'"),
        (_QUEUE, _QUEUE.replace("123456789012", "${AWS::AccountId}"), f"'{_QUEUE}'"),
        (_QUEUE, "orders", f"'{_QUEUE}'"),
        ("arn:aws:s3:::*/*", "*", "'arn:aws:s3:::*/*'"),
        ("arn:aws:s3:::*/*", None, "'*/*'"),
        ("*", "arn:aws:s3:::*/*", "'*'"),
    ],
)
def test_resources_are_named_by_the_end_of_their_arn(
    arn: str, contrasted: str | None, expected: str | None
) -> None:
    assert resource_names([arn], [contrasted] if contrasted else []) == [expected or f"'{arn}'"]
