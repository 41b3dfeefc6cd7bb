"""Configurations that mean harm: nothing crashes, hangs, or reads what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from call_limit import limit_calls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inputs.test_terraform_configuration import (
    CALLED,
    CALLING,
    DOCUMENT,
    MANAGED,
    QUEUE,
    ROLE,
    SEND,
    SEND_JSON,
    Folder,
    folder,
    machine,
    policy,
)

from sfnlint.engine import run_text
from sfnlint.inputs.terraform import encoding, evaluation, values
from sfnlint.options import Options
from sfnlint.report.positions import with_positions
from sfnlint.report.text import concise_line

__all__ = ["folder"]

MACHINE = ROLE + policy(resource='"*"') + machine("%s")


def locals_of(*lines: str) -> str:
    return "locals {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def chain(first: str, form: str, length: int = 30) -> str:
    """Locals of which each uses the one before it, which is `@` in the form."""
    more = (f"a{n + 1} = {form.replace('@', f'local.a{n}')}" for n in range(length))
    return locals_of(f"a0 = {first}", *more)


RESOURCE = 'resource "aws_x" "y" {\n  count = %s\n  z = 1\n}\n'
ITSELF = "data.aws_iam_policy_document.d.json"
EACH = "[for a in local.l : [for b in local.l : [for c in local.l : [for d in local.l : d]]]]"
REPLACED = 'replace(replace(replace(local.a, "x", local.a), "x", local.a), "x", local.a)'
ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(30))
LOOPS = {
    "locals": ("local.a", locals_of("a = local.b", "b = local.a")),
    "itself": ("aws_sfn_state_machine.flow.definition", ""),
    "count": ("local.a", locals_of("a = aws_x.y[0].z") + RESOURCE % "length(aws_x.y)"),
    "document": (
        ITSELF,
        f'data "aws_iam_policy_document" "d" {{\n  source_policy_documents = [{ITSELF}]\n}}\n',
    ),
    "doubling": ("local.a30", chain('"x"', '"${@}${@}"')),
    "doubling objects": ("jsonencode(local.a30)", chain("{}", "{ a = @, b = @ }")),
    "doubling lists": ('join(",", local.a30)', chain('["x"]', "concat(@, @)")),
    "loops in loops": ("local.a", locals_of(f"l = [{'1,' * 100}]", f"a = {EACH}")),
    "deep": ("local.a300", chain("1", "[@]", 300)),
    "aliases": ("jsonencode(yamldecode(local.a))", locals_of(f"a = <<E\n{ALIASES}E")),
    "replacing": (REPLACED, locals_of(f'a = "{"x" * 3000}"')),
    "heredoc of many lines": ("<<-E\n" + "  ${var.x}\n" * 20_000 + "E", ""),
    "many instances": ("aws_x.y[999999999].z", RESOURCE % "999999999"),
}


@pytest.mark.parametrize("case", LOOPS)
def test_what_has_no_end(folder: Folder, case: str) -> None:
    definition, more = LOOPS[case]
    folder.write(MACHINE % definition + more)
    with limit_calls(20_000_000):
        assert not [rule for rule in folder.rules() if rule[0] == "E"]


def test_modules_without_end(folder: Folder) -> None:
    folder.write(CALLING + MACHINE % '"x"')
    folder.write(CALLED + 'module "a" {\n  source = "../.."\n}\n', "modules/flow/main.tf")
    folder.run()
    for number in range(30):
        call = f'module "%s" {{\n  source = "../m{number + 1}"\n}}\n'
        folder.write(call % "a" + call % "b", f"m{number}/main.tf")
    folder.write(CALLED, "m30/main.tf")
    with limit_calls(2_000_000):
        folder.run()


def test_nothing_outside_is_read(folder: Folder) -> None:
    (folder.path / "inside" / ".git").mkdir(parents=True)
    inside = Folder(folder.path / "inside")
    folder.write(SEND_JSON, "secret.json").write(CALLED, "outside/main.tf")
    for name in ("../secret.json", str(folder.path / "secret.json")):
        inside.write(QUEUE + MACHINE % f'file("{name}")')
        assert inside.rules() == ["IF004"]
    inside.write(CALLING.replace('"./modules/flow"', '"../outside"') + MACHINE % 'file("x\\u0000")')
    assert inside.rules() == ["IF004"]
    assert len(inside.run().machines) == 0


def test_links_out_of_the_repository_are_not_followed(folder: Folder) -> None:
    (folder.path / "inside" / ".git").mkdir(parents=True)
    inside = Folder(folder.path / "inside")
    folder.write(QUEUE + ROLE + policy() + machine(), "outside/main.tf")
    for name, target in (("more.tf", "outside/main.tf"), ("linked", "outside")):
        (inside.path / name).symlink_to(folder.path / target)
    inside.write('module "a" {\n  source = "./linked"\n}\n# aws_sfn_state_machine\n')
    assert len(inside.run().machines) == 0
    assert folder.run().machines
    inside.write(QUEUE + ROLE + machine())
    assert "EF401" not in inside.rules(), "what the link shows may be the policy"
    (inside.path / "more.tf").unlink()
    assert "EF401" in inside.rules()
    inside.write(policy(), "shared/policy.tf")
    (inside.path / "more.tf").symlink_to(inside.path / "shared" / "policy.tf")
    assert "EF401" not in inside.rules()


def test_odd_files(folder: Folder) -> None:
    folder.write(MACHINE % 'file("flow.json")')
    (folder.path / "flow.json").mkdir()
    assert folder.rules() == ["IF004"]
    (folder.path / "more.tf").mkdir()
    (folder.path / "broken.tf").write_bytes(b"\xff\xfe\xff")
    assert "IF004" in folder.rules()


WHOLE = QUEUE + ROLE + policy() + machine() + DOCUMENT + MANAGED + CALLED


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_text_is_checked(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        words = st.sampled_from(["{", "}", "[", '"', "${", "null", "for_each = 1\n", "count = 2\n"])
        text = text[:start] + "".join(data.draw(st.lists(words, max_size=3))) + text[end:]
    for finding in run_text(text, "main.tf", Options()).findings:
        located = finding.place.locate()
        assert 0 <= located.span.start <= located.span.end <= len(located.root.text)


def test_names_are_shown_on_one_line(folder: Folder) -> None:
    name = 'var["\x1b[31m\u2028::error::"]'
    folder.write(ROLE + machine().replace("aws_iam_role.flow.arn", name))
    [shown] = [
        line
        for line in (concise_line(*pair) for pair in with_positions(folder.findings()))
        if "IF003" in line
    ]
    assert "::error::" in shown
    assert shown.isprintable()


def test_path_of_a_folder_that_is_gone() -> None:
    assert run_text(MACHINE % '"x"', "gone/main.tf", Options()).findings != []
    assert not Path("gone").exists()


def test_a_definition_has_few_parts(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that one with thousands of states is within the bounds."""
    folder.write(QUEUE + MACHINE % f"jsonencode({SEND})")
    monkeypatch.setattr(encoding, "MAX_ITEMS", 30)
    assert folder.run().machines[0].states == 1
    monkeypatch.setattr(encoding, "MAX_ITEMS", 10)
    assert folder.run().machines == []


def test_a_text_has_as_many_parts_as_are_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (values, evaluation):
        monkeypatch.setattr(module, "MAX_ITEMS", 10)
    text = SEND_JSON.replace('"', '\\"').replace("\n", "\\n").replace("${QUEUE}", "x")
    folder.write(MACHINE % f'"{text}"')
    assert folder.run().machines[0].states == 1


@pytest.mark.parametrize("role", ["1", "true", "{}"])
def test_a_role_is_no_text(folder: Folder, role: str) -> None:
    written = machine().replace("aws_iam_role.flow.arn", role)
    folder.write(QUEUE + ROLE + policy() + written)
    assert len(folder.run().machines) == 1
