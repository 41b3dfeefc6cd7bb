"""Views of documents: the same text with other data."""

from __future__ import annotations

import json

from sfnlint.place import Place, PlacePart, Route, Span
from sfnlint.source import DocumentView, parse

TEXT = json.dumps(
    {
        "Resources": {
            "Role": {
                "Name": {"Fn::If": ["Prod", "live", {"Fn::Sub": "dev-${X}"}]},
                "List": [{"Ref": "AWS::NoValue"}, "kept"],
                "Plain": "as it is",
                "Open${X}": 1,
            }
        }
    }
)
BASE = parse(TEXT, "t.json", "json")
ROLE = ("Resources", "Role")
VIEW = DocumentView(
    BASE,
    {"Name": "dev-?", "List": ["kept"], "Plain": "as it is", "Open?": 1},
    {
        ("Name",): (*ROLE, "Name", "Fn::If", 2, "Fn::Sub"),
        ("List", 0): (*ROLE, "List", 1),
        ("Open?",): (*ROLE, "Open${X}"),
    },
    ROLE,
)


def shown(path: Route, part: PlacePart = "value", within: Span | None = None) -> str:
    located = VIEW.locate(path, part, within)
    assert located.root is BASE
    return TEXT[slice(*located.span)]


def test_paths_are_below_the_path_of_the_view() -> None:
    assert VIEW.file == "t.json"
    assert shown(("Plain",)) == '"as it is"'
    assert VIEW.locate(("Plain",), "value", None).path == (*ROLE, "Plain")
    assert shown(()) == json.dumps(json.loads(TEXT)["Resources"]["Role"])


def test_moved_values_are_located_at_their_origin() -> None:
    assert shown(("Name",)) == '"dev-${X}"'
    assert shown(("List", 0)) == '"kept"'


def test_the_longest_prefix_decides() -> None:
    view = DocumentView(
        BASE,
        {"a": {"b": "live", "c": ["Prod"]}},
        {
            ("a",): ROLE,
            ("a", "b"): (*ROLE, "Name", "Fn::If", 1),
            ("a", "c"): (*ROLE, "Name", "Fn::If"),
        },
    )
    assert view.locate(("a", "b"), "value", None).path == (*ROLE, "Name", "Fn::If", 1)
    assert view.locate(("a", "c", 0), "value", None).path == (*ROLE, "Name", "Fn::If", 0)
    assert view.locate(("a", "Plain"), "value", None).path == (*ROLE, "Plain")


def test_a_part_of_a_string_is_kept_only_where_the_string_is_the_same() -> None:
    assert shown(("Plain",), "value", Span(3, 5)) == "it"
    assert shown(("List", 0), "value", Span(0, 2)) == "ke"
    assert shown(("Name",), "value", Span(0, 3)) == '"dev-${X}"'


def test_the_key_is_that_before_the_intrinsic() -> None:
    assert shown(("Name",), "key") == '"Name"'
    assert shown(("Name",), "key", Span(0, 2)) == "Na"
    assert shown(("Plain",), "key") == '"Plain"'
    assert shown(("Open?",), "key") == '"Open${X}"'
    assert shown(("Open?",), "key", Span(0, 2)) == '"Open${X}"'
    assert shown(("List", 0), "key") == '"kept"'


def test_places_and_views_of_views() -> None:
    inner = DocumentView(VIEW, ["as it is"], {(0,): ("Plain",)})
    located = Place(inner, (0,), "value", Span(0, 2)).locate()
    assert TEXT[slice(*located.span)] == "as"
    assert located.path == (*ROLE, "Plain")


def test_a_missing_path_is_located_at_its_nearest_ancestor() -> None:
    assert VIEW.locate(("Plain", "x", 3), "value", Span(0, 1)).path == (*ROLE, "Plain")
