"""Every value of a definition or a policy is located at exactly its own characters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source.test_hcl_parser import quoted, written

from sfnlint.engine import run_text
from sfnlint.inputs.terraform import configuration as terraform_configuration
from sfnlint.inputs.terraform.files import ModuleFolders
from sfnlint.options import Options
from sfnlint.place import Place, Span
from sfnlint.subject import Subject

CHARACTERS = st.characters(
    exclude_categories=["Cs", "Co"], exclude_characters="\0\r\x85\u2028\u2029"
)
TEXTS = st.text(CHARACTERS, max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
RESOURCE = 'resource "aws_sfn_state_machine" "ä" {{\n  name = "x"\n  definition = {}\n}}\n'


def subject(definition: str) -> Subject:
    path = Path("/nowhere/main.tf")
    folders = ModuleFolders({path: RESOURCE.format(definition)})
    reading = terraform_configuration.read(folders, path.parent)
    [one] = reading.subjects
    return one


def paths(data: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield at, data
    if isinstance(data, (dict, list)):
        members = data.items() if isinstance(data, dict) else enumerate(data)
        for key, one in members:
            yield from paths(one, (*at, key))


def machine_with(data: Any) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": data, "End": True}}}


def cut(place: Place) -> str:
    located = place.locate()
    return located.root.text[located.span.start : located.span.end]


@settings(deadline=None)
@given(VALUES)
def test_in_jsonencode(data: Any) -> None:
    whole = machine_with(data)
    machine = subject(f"jsonencode({written(whole)})").machine
    assert machine.document.data == whole
    for path, value in paths(whole):
        place = Place(machine.document, path)
        assert cut(place) == written(value)
        if path and isinstance(path[-1], str):
            assert cut(place.key()) == quoted(path[-1])
        if isinstance(value, str):
            for index, character in enumerate(value):
                part = Place(machine.document, path, "value", Span(index, index + 1))
                assert cut(part) in (character, quoted(character)[1:-1], "$$", "%%")


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_in_a_heredoc(data: Any, indented: bool) -> None:
    whole = machine_with(data)
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    doubled = text.replace("${", "$${").replace("%{", "%%{")
    lines = doubled.split("\n")
    heredoc = "<<-E\n   " + "\n   ".join(lines) if indented else "<<E\n" + doubled
    machine = subject(f"{heredoc}\nE").machine
    assert machine.document.data == whole
    for path, value in paths(whole):
        found = cut(Place(machine.document, path))
        assert json.loads(found.replace("$${", "${").replace("%%{", "%{")) == value


@settings(deadline=None)
@given(VALUES)
def test_in_values_from_elsewhere(data: Any) -> None:
    """A part that is a local value is located in the local, the rest in the definition."""
    path = Path("/nowhere/main.tf")
    whole = machine_with(data)
    around = written(machine_with("HERE")).replace('"HERE"', "local.data")
    text = RESOURCE.format(f"jsonencode({around})") + f"locals {{\n  data = {written(data)}\n}}\n"
    reading = terraform_configuration.read(ModuleFolders({path: text}), path.parent)
    [one] = reading.subjects
    assert one.machine.document.data == whole
    for steps, value in paths(data, ("States", "A", "Result")):
        assert cut(Place(one.machine.document, steps)) == written(value)
    assert cut(Place(one.machine.document, ())) == around


def test_the_place_of_an_unknown_value_is_its_expression() -> None:
    definition = 'jsonencode({ StartAt = "A", States = { A = { Type = "Task", End = true,\n'
    definition += '  Resource = "${var.a}:${var.b}", TimeoutSeconds = var.c } } })'
    document = subject(definition).machine.document
    state = Place(document, ("States", "A"))
    assert cut(state.at("Resource")) == '"${var.a}:${var.b}"'
    assert cut(state.at("TimeoutSeconds")) == "var.c"


@pytest.mark.parametrize("way", ["jsonencode", "heredoc"])
def test_the_place_of_a_policy(way: str) -> None:
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "${var.x}"}]}'  # noqa: E501
    policy = f"jsonencode({document})" if way == "jsonencode" else f"<<E\n{document}\nE"
    text = (
        RESOURCE.format('jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })')
        .replace("name =", "role_arn = aws_iam_role.r.arn\n  name =")
        + 'resource "aws_iam_role" "r" {\n  name = "r"\n  inline_policy {\n'
        + f"    policy = {policy}\n  }}\n}}\n"
    )  # fmt: skip
    found = run_text(text, "main.tf", Options()).findings
    [finding] = [one for one in found if one.rule == "WF504"]
    assert cut(finding.place) == '"iam:*"'
