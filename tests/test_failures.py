"""Failures: what could not be checked decides the exit status, whatever else was found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sfnlint.cli import main
from sfnlint.engine import run as run_engine
from sfnlint.failures import Failure, internal_error, merged
from sfnlint.finding import Finding
from sfnlint.inputs.asl import DefinitionReader
from sfnlint.options import InputFile, Options
from sfnlint.rule import all_rules

CLEAN = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
ISLAND = (
    '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "B"}}}'
)
DEEP = CLEAN.replace('"Succeed"', '"Succeed", "Comment": ' + "[" * 300 + "]" * 300)
TERRAFORM = 'resource "aws_sfn_state_machine" "flow"'
MEGABYTE = 1024 * 1024
LARGE = "this file is larger than 1 MB and was not read"


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SFN_LINT_DEBUG", raising=False)

    def runner(*arguments: str) -> Ran:
        return Ran(main([*arguments]), *capsys.readouterr())

    return runner


def fail(*_: object) -> Iterator[Finding]:
    raise KeyError("x")


@pytest.fixture
def broken_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {**all_rules(), "EF101": all_rules()["EF101"]._replace(check=fail)}
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: rules)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfnlint.source.load_file.LARGEST_FILE", MEGABYTE)
    monkeypatch.setattr("sfnlint.inputs.registry.LARGEST_FILE", MEGABYTE)


@pytest.mark.usefixtures("broken_rule")
class TestARuleThatFails:
    MESSAGE = "sfn-lint: EF101 could not check a.json (KeyError: 'x'); please report it at "

    @pytest.mark.parametrize("text", [CLEAN, ISLAND])
    @pytest.mark.parametrize("options", [[], ["--exit-zero"], ["--changed"], ["--severity=error"]])
    def test_the_exit_status(self, run: Run, text: str, options: list[str]) -> None:
        Path("a.json").write_text(text)
        ran = run("check", "a.json", *options)
        assert ran.status == 2
        assert ran.err.startswith(self.MESSAGE)
        assert ("WF201" in ran.out) == (text == ISLAND and "--severity=error" not in options)

    @pytest.mark.parametrize(
        ("text", "options", "status"),
        [(CLEAN, [], 0), (ISLAND, [], 1), (ISLAND, ["--exit-zero"], 0)],
    )
    def test_failures_can_be_allowed(
        self, run: Run, text: str, options: list[str], status: int
    ) -> None:
        Path("a.json").write_text(text)
        ran = run("check", "a.json", "--allow-failures", *options)
        assert ran.status == status
        assert ran.err.startswith(self.MESSAGE)

    def test_standard_input(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "input").write_text(CLEAN)
        with (tmp_path / "input").open() as stream:
            monkeypatch.setattr("sys.stdin", stream)
            assert run("check", "-").status == 2

    def test_a_rule_that_is_not_selected(self, run: Run) -> None:
        Path("a.json").write_text(CLEAN)
        assert run("check", "a.json", "--ignore", "EF101") == (0, "", "")

    def test_a_baseline_is_written_and_the_run_fails(self, run: Run) -> None:
        Path("a.json").write_text(ISLAND)
        assert run("check", "--write-baseline", "known").status == 2
        assert len(json.loads(Path("known").read_text())["findings"]) == 1
        assert run("check", "--baseline", "known").status == 2
        assert run("check", "--write-baseline", "known", "--allow-failures").status == 0

    def test_no_suppression_is_called_unused(self, run: Run) -> None:
        Path("a.yaml").write_text(f"# sfn-lint: ignore[EF102] reason\n{CLEAN}\n")
        shown = ("check", "a.yaml", "--severity=info", "--select=EF101,EF102,IF007")
        assert run(*shown).out == ""
        assert "IF007" in run(*shown, "--ignore=EF101").out


def test_no_entry_of_a_baseline_is_called_obsolete(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Nothing"}}}')
    assert run("check", "--write-baseline", "known").status == 0
    rules = dict.fromkeys(all_rules())
    broken = {name: all_rules()[name]._replace(check=fail) for name in rules}
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: broken)
    ran = run("check", "--baseline", "known")
    assert ran.status == 2
    assert "obsolete" not in ran.err


def test_a_reader_that_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.json").write_text(CLEAN)
    Path("b.yaml").write_text(CLEAN)
    monkeypatch.setattr(DefinitionReader, "read", fail)
    ran = run("check", ".")
    assert ran.status == 2
    assert [line.partition(" (")[0] for line in ran.err.splitlines()[:2]] == [
        "sfn-lint: could not check a.json",
        "sfn-lint: could not check b.yaml",
    ]
    assert run("check", ".", "--allow-failures").status == 0


@pytest.mark.usefixtures("small_limit")
class TestFilesThatAreTooLarge:
    LARGE = CLEAN.replace("Succeed", "Succeed" + " " * MEGABYTE)

    @pytest.mark.parametrize("options", [["a.json"], ["."], ["--changed", "a.json"]])
    def test_the_exit_status(self, run: Run, options: list[str]) -> None:
        Path("a.json").write_text(self.LARGE)
        message = f"sfn-lint: could not check a.json ({LARGE})\n"
        ran = run("check", *options)
        assert (ran.status, ran.err) == (2, message)
        assert ran.out == f"a.json:1:1: EF001 {LARGE}\n"
        assert run("check", *options, "--allow-failures").status == 1
        # Without EF001, the failure is all that shows it.
        ran = run("check", *options, "--select=EF4")
        assert (ran.status, ran.out) == (2, "")
        assert message in ran.err

    def test_files_without_a_machine_are_skipped(self, run: Run) -> None:
        Path("a.json").write_text("[" + "1," * MEGABYTE + "1]")
        Path("b.json").write_text(CLEAN)
        assert run("check", ".") == (0, "", "")

    def test_a_policy(self, run: Run) -> None:
        Path("a.json").write_text(CLEAN)
        Path("policy.json").write_text('{"Statement": []' + " " * MEGABYTE + "}")
        ran = run("check", "a.json", "--policy=policy.json", "--select=EF4")
        assert ran.status == 2
        assert ran.err == f"sfn-lint: could not check policy.json ({LARGE})\n"

    def test_the_definition_of_a_template(self, run: Run) -> None:
        Path("a.json").write_text(self.LARGE)
        Path("t.yaml").write_text(
            "Resources: {M: {Type: 'AWS::Serverless::StateMachine', "
            "Properties: {DefinitionUri: a.json}}}"
        )
        ran = run("check", "t.yaml", "--select=EF4")
        assert ran.status == 2
        assert f"sfn-lint: could not check a.json ({LARGE})\n" in ran.err

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (
                "root.json",
                '{"Resources": {"S": {"Type": "AWS::CloudFormation::Stack", '
                '"Properties": {"TemplateURL": "large.json"}}}}',
            ),
            (
                "template.yaml",
                "Resources: {Fn::Transform: {Name: AWS::Include, "
                "Parameters: {Location: large.json}}, T: {Type: AWS::SNS::Topic}}",
            ),
            (
                "main.tf",
                TERRAFORM + ' {\n  definition = file("${path.module}/large.json")\n}\n',
            ),
        ],
        ids=["nested stack", "include", "Terraform"],
    )
    def test_a_file_that_another_file_names(self, run: Run, name: str, text: str) -> None:
        Path("large.json").write_text(self.LARGE)
        Path(name).write_text(text)
        for path in (name, "."):
            ran = run("check", path, "--select=EF0")
            assert ran == (
                2,
                f"large.json:1:1: EF001 {LARGE}\n",
                f"sfn-lint: could not check large.json ({LARGE})\n",
            )

    def test_a_diagram(self, run: Run) -> None:
        Path("a.json").write_text(self.LARGE)
        Path("b.json").write_text(CLEAN)
        ran = run("graph", "a.json", "b.json")
        assert ran.status == 2
        assert ran.out.startswith("flowchart")
        assert run("graph", "b.json").status == 0


def test_a_file_that_is_nested_too_deep(run: Run) -> None:
    Path("a.json").write_text(DEEP)
    ran = run("check", "a.json", "--select=EF4")
    assert ran.status == 2
    assert "could not check a.json (this is nested more than 200 levels deep" in ran.err


def test_a_terraform_file_that_is_too_large(run: Run) -> None:
    Path("main.tf").write_text(TERRAFORM + " {}\n#" + " " * MEGABYTE)
    ran = run("check", ".", "--select=EF0")
    assert (ran.status, ran.out) == (2, "")
    assert f"sfn-lint: could not check main.tf ({LARGE};" in ran.err


@pytest.mark.parametrize("limit", [2, 3])
def test_a_terraform_folder_with_too_many_files(
    run: Run, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("sfnlint.inputs.terraform.files._MAX_FILES", limit)
    for name in "abc":
        Path(f"{name}.tf").write_text("")
    ran = run("check", ".")
    assert ran.status == (2 if limit < 3 else 0)
    assert ("could not check . (not all files of this configuration" in ran.err) == (limit < 3)


@pytest.mark.parametrize("limit", [1, 4])
def test_a_terraform_configuration_with_too_many_modules(
    run: Run, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("sfnlint.inputs.terraform.files._MAX_FILES", limit)
    for name in "abc":
        Path(name).mkdir()
        Path(name, "main.tf").write_text("")
    calls = [f'module "{name}" {{\n  source = "./{name}"\n}}\n' for name in "abc"]
    Path("main.tf").write_text("".join(calls))
    assert run("check", "main.tf").status == (2 if limit < 4 else 0)


def test_folders_that_are_nested_too_deep(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfnlint.discovery._MAX_DEPTH", 2)
    Path("a/b/c").mkdir(parents=True)
    Path("a/b/c/d.json").write_text(ISLAND)
    ran = run("check", ".", "--allow-failures")
    message = "could not check a/b (folders are nested more than 2 levels deep)"
    assert ran.err.startswith(f"sfn-lint: {message}\n")
    assert run("check", ".").status == 2
    assert run("check", "a").status == 1


def test_a_syntax_error_is_a_finding(run: Run) -> None:
    Path("a.json").write_text(CLEAN[:-1])
    Path("b.json").write_bytes(CLEAN.encode().replace(b'"A"', b'"\xff"'))
    Path("c.json").write_bytes(CLEAN.encode().replace(b'"A"', b'"\0"'))
    ran = run("check", "a.json", "b.json", "c.json")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.count("EF001") == 3
    assert run("check", ".").out == ran.out


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
def test_a_file_that_is_not_regular(run: Run) -> None:
    os.mkfifo("a.json")
    assert run("check", "a.json").status == 2
    assert run("check", "a.json", "--allow-failures").status == 1
    Path("b.json").write_text(CLEAN)
    assert run("check", ".") == (0, "", "")


def test_a_file_that_cannot_be_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "a.json":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    Path("a.json").write_text(CLEAN)
    Path("b.json").write_text(CLEAN)
    monkeypatch.setattr(Path, "open", refuse)
    ran = run("check", "a.json", "b.json", "--select=EF4")
    assert ran.status == 2
    assert ran.err == (
        "sfn-lint: could not check a.json (cannot read this file: permission denied)\n"
    )
    # In a folder, it may be anything.
    assert run("check", ".") == (0, "", "sfn-lint: cannot read 'a.json': Permission denied\n")


def test_internal_errors_are_raised_where_nobody_asks_for_failures(
    broken_rule: None, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(CLEAN)
    with pytest.raises(KeyError):
        run_engine([InputFile(tmp_path / "a.json", "a.json")], Options())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError("x"), "KeyError: 'x'"),
        (ValueError("a\nb\0"), "ValueError: a\\nb\\x00"),
        (ValueError("a" * 999), "ValueError: " + "a" * 200 + "…"),
        (KeyError(10**5000), "KeyError: …"),
    ],
    ids=["short", "control characters", "long", "no string"],
)
def test_the_reason_of_an_internal_error(error: Exception, reason: str) -> None:
    assert internal_error(error, "a.json").reason == reason


def test_failures_of_one_reason_are_one_failure() -> None:
    failures = [
        internal_error(KeyError("x"), "a.json", "EF101"),
        internal_error(KeyError("x"), "b.json", "EF101"),
        internal_error(KeyError("x"), "a.json", "EF102"),
        internal_error(KeyError("x"), "a.json", "EF101"),
        Failure("a.json", LARGE),
        Failure("a.json", LARGE),
    ]
    assert [(failure.file, failure.rules) for failure in merged(failures)] == [
        ("a.json", ("EF101", "EF102")),
        ("b.json", ("EF101",)),
        ("a.json", ()),
    ]
