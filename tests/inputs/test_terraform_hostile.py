"""Hostile configurations: no exception, bounded work, no file outside of the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inputs.terraform_modules import UNKNOWN, plain, root_scope, value_of
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
from sfnlint.inputs.terraform import (
    collection_functions,
    decoding,
    encoding,
    evaluation,
    module_scope,
    string_functions,
    values,
)
from sfnlint.inputs.terraform.evaluation import Evaluator, IterationValues
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.values import StringPart, TerraformValue
from sfnlint.options import Options
from sfnlint.place import Place
from sfnlint.report.concise import concise_line
from sfnlint.report.positions import with_positions
from sfnlint.source import parse
from sfnlint.source.hcl_syntax import Expression

__all__ = ["folder"]

MACHINE = ROLE + policy(resource='"*"') + machine("%s")


def locals_of(*lines: str) -> str:
    return "locals {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def chain(first: str, form: str, length: int = 30) -> str:
    """Return local values that each use the previous one, which is `@` in the form."""
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
    "heredoc of many lines": ("<<-E\n" + "  ${var.x}\n" * 5_000 + "E", ""),
    "many instances": ("aws_x.y[999999999].z", RESOURCE % "999999999"),
}


class Steps:
    """Counts the evaluated expressions, and their nesting depth."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = self.deepest = 0
        self._evaluate = Evaluator.evaluate
        steps = self

        def evaluate(
            evaluator: Evaluator, node: Expression, iteration: IterationValues
        ) -> TerraformValue:
            steps.count += 1
            steps.deepest = max(steps.deepest, evaluator._budget.depth)
            return steps._evaluate(evaluator, node, iteration)

        monkeypatch.setattr(Evaluator, "evaluate", evaluate)


@pytest.mark.parametrize("case", LOOPS)
def test_endless_references(folder: Folder, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "MAX_EXPRESSIONS", 20_000)
    steps = Steps(monkeypatch)
    definition, more = LOOPS[case]
    folder.write(MACHINE % definition + more)
    assert folder.rules() == ["IF004"]
    # Loops that are running end with the budget.
    assert steps.count < 21_000
    assert steps.deepest < evaluation.MAX_DEPTH + 20


def test_endless_module_calls(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    created: list[str] = []
    create = ModuleScope.__init__

    def counted(scope: ModuleScope, *arguments: Any) -> None:
        create(scope, *arguments)
        created.append(scope.prefix)

    monkeypatch.setattr(ModuleScope, "__init__", counted)
    folder.write(CALLING + MACHINE % '"x"')
    folder.write(CALLED + 'module "a" {\n  source = "../.."\n}\n', "modules/flow/main.tf")
    folder.run()
    assert created == ["", "module.flow.", "", "module.a."]
    for number in range(30):
        call = f'module "%s" {{\n  source = "../m{number + 1}"\n}}\n'
        folder.write(call % "a" + call % "b", f"m{number}/main.tf")
    folder.write(CALLED, "m30/main.tf")
    created.clear()
    folder.run()
    # Of 2 ** 30 calls, each root module follows some.
    assert len(created) <= 2 * (module_scope._MAX_MODULES + 2)


def definition_of(folder: Folder, definition: str, more: str) -> bool:
    """Return whether a definition is known."""
    folder.write(MACHINE % definition + more)
    return bool(folder.run().machines)


def test_the_depth_of_values_is_limited(folder: Folder) -> None:
    """A local value that uses another one takes 14 of 600 steps of depth."""
    states = 'jsonencode({ StartAt = "A", States = { A = { Type = "Pass" } } })'
    for length, is_known in ((35, True), (60, False), (5_000, False)):
        more = chain(states, "@", length)
        assert definition_of(folder, f"local.a{length}", more) is is_known, length


def test_the_number_of_expressions_is_limited(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = 'jsonencode({ StartAt = "A", States = { A = { Type = "Pass" } } })'
    more = locals_of(f"a = [for n in [{'1, ' * 100}] : {states}]")
    assert definition_of(folder, "local.a[99]", more)
    monkeypatch.setattr(evaluation, "MAX_EXPRESSIONS", 400)
    assert not definition_of(folder, "local.a[99]", more)


@pytest.mark.parametrize(
    ("expression", "size"),
    [
        ('"${local.s}${local.s}"', 2),
        ('join("", [local.s, local.s])', 2),
        ('format("%s%s", local.s, local.s)', 2),
        ('replace("ab", "/", local.s)', 2),
    ],
)
def test_the_length_of_strings_is_limited(
    expression: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = 1000
    scope = root_scope(f'locals {{\n  s = "{"x" * length}"\n  x = {expression}\n}}\n')
    for module in (values, string_functions):
        monkeypatch.setattr(module, "MAX_STRING_LENGTH", size * length + 10)
    assert plain(value_of(scope, "local", "x")) is not UNKNOWN
    scope = root_scope(f'locals {{\n  s = "{"x" * length}"\n  x = {expression}\n}}\n')
    for module in (values, string_functions):
        monkeypatch.setattr(module, "MAX_STRING_LENGTH", size * length - 10)
    assert plain(value_of(scope, "local", "x")) is UNKNOWN


def test_the_longest_string() -> None:
    part = StringPart("x" * (values.MAX_STRING_LENGTH // 2), Place(parse("", "x", "json")))
    assert values.checked_size([part, part]) == [part, part]
    with pytest.raises(values.ValueTooLargeError):
        values.checked_size([part, part, part._replace(text="x")])
    few = part._replace(text="x")
    assert values.checked_size([few] * values.MAX_ITEMS)
    assert values.checked_size([few] * (values.MAX_ITEMS + 5), 5)
    with pytest.raises(values.ValueTooLargeError):
        values.checked_size([few] * (values.MAX_ITEMS + 6), 5)


@pytest.mark.parametrize(
    "expression",
    [
        "concat(local.l, local.l)",
        'join("", local.l, local.l)',
        "merge({ a = 1, b = 1 }, { c = 1, d = 1 })",
        '"%{ for n in [1, 2, 3] }${n}%{ endfor }"',
        "jsonencode(local.l)",
        'jsondecode("[[[[1]]]]")',
    ],
)
def test_the_size_of_collections_is_limited(
    expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"locals {{\n  l = [1, 2]\n  x = {expression}\n}}\n"
    for limit, is_known in ((7, True), (1, False)):
        for module in (values, collection_functions, encoding, decoding, evaluation):
            monkeypatch.setattr(module, "MAX_ITEMS", limit)
        is_unknown = plain(value_of(root_scope(text), "local", "x")) is UNKNOWN
        assert is_unknown is not is_known, limit


def test_variable_files_that_are_too_large(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = json.dumps(SEND_JSON.replace("${QUEUE}", "x"))
    folder.write(MACHINE % "var.flow" + 'variable "flow" {}\n')
    folder.write(f'{{"flow": {definition}}}', "terraform.tfvars.json")
    assert folder.run().machines
    monkeypatch.setattr(decoding, "MAX_ITEMS", 1)
    assert not folder.run().machines


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, 1), (99, 99), (100, 1), (10**12, 1), (-1, 0)]
)
def test_the_number_of_instances_is_limited(count: int, expected: int) -> None:
    scope = root_scope(f'resource "aws_x" "y" {{\n  count = {count}\n}}\n')
    instances = scope.instances(("resource", "aws_x", "y"))
    assert len(instances) == expected
    assert all(instance.known is (expected != 1 or count == 1) for instance in instances)


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
    """A definition with thousands of states must stay within the bounds."""
    folder.write(QUEUE + MACHINE % f"jsonencode({SEND})")
    monkeypatch.setattr(encoding, "MAX_ITEMS", 30)
    assert folder.run().machines[0].states == 1
    monkeypatch.setattr(encoding, "MAX_ITEMS", 10)
    assert folder.run().machines == []


def test_a_string_has_as_many_parts_as_are_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (values, evaluation):
        monkeypatch.setattr(module, "MAX_ITEMS", 10)
    text = SEND_JSON.replace('"', '\\"').replace("\n", "\\n").replace("${QUEUE}", "x")
    folder.write(MACHINE % f'"{text}"')
    assert folder.run().machines[0].states == 1


@pytest.mark.parametrize("role", ["1", "true", "{}"])
def test_a_role_is_not_a_string(folder: Folder, role: str) -> None:
    written = machine().replace("aws_iam_role.flow.arn", role)
    folder.write(QUEUE + ROLE + policy() + written)
    assert len(folder.run().machines) == 1
