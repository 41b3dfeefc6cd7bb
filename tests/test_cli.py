"""The command line."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from call_limit import limit_calls
from hypothesis import given
from hypothesis import strategies as st

import sfnlint
from sfnlint.cli import arguments, main, progress
from sfnlint.finding import Finding
from sfnlint.report import excerpt
from sfnlint.report.escaping import escape_controls
from sfnlint.report.positions import with_positions
from sfnlint.rule import all_rules

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "analyzer/sfnlint/report/output.schema.json").read_text())
CLEAN = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
ISLAND = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Succeed"},
    "B": {"Type": "Pass", "Next": "B"}
  }
}
"""
IN_A_BUCKET = """
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties: {RoleArn: !Ref Role, DefinitionS3Location: {Bucket: a, Key: b}}
"""
IN_A_LOOP = """
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Flows:
    - Name
    - [One, Two]
    - Flow${Name}:
        Type: AWS::StepFunctions::StateMachine
        Properties: {RoleArn: !Ref Role, Definition: {StartAt: A, States: {A: {Type: Succeed}}}}
"""
TRAINING = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob",
            "Parameters": {"TrainingJobName": "nightly"},
            "End": True,
        }
    },
}
JOBS = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/*"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": JOBS}],
}


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str) -> Ran:
        status = main(arguments)
        return Ran(status, *capsys.readouterr())

    return runner


def process(
    *arguments: str,
    folder: Path,
    text: str | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sfnlint", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'analyzer'}{os.pathsep}{ROOT / 'rules'}",
            **(environment or {}),
        },
    )


class TestExitStatus:
    def test_nothing_found(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(CLEAN)
        assert run("check", "a.json") == (0, "", "")

    def test_findings(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert run("check", "a.json").status == 1
        assert run("check").status == 1
        assert run("check", "--exit-zero").status == 0

    def test_what_is_not_shown_does_not_count(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert run("check", "--severity", "error") == (0, "", "")
        assert run("check", "--severity", "info").status == 1

    def test_an_unreadable_file_is_a_finding(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "bad.json").write_text("{")
        (tmp_path / "good.json").write_text(ISLAND)
        ran = run("check", "bad.json", "good.json")
        assert ran.status == 1
        assert [line.split()[1] for line in ran.out.splitlines()] == ["EF001", "WF201"]

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["chekc"],
            ["check", "--severity", "hint"],
            ["check", "--format", "xml"],
            ["check", "--type", "FAST"],
            ["check", "missing.json"],
            ["check", "x" * 5000],
            ["check", "--policy", "missing.json", "a.json"],
            ["check", "--trust", "missing.json", "a.json"],
            ["check", "--select", "XF"],
            ["check", "--ignore", "unreachable-stat"],
            ["check", "--output-file", "missing/out.txt", "a.json"],
            ["check", "a.json", "-"],
            ["explain", "XF999"],
            ["explain"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage(self, run: Run, tmp_path: Path, arguments: list[str]) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        ran = run(*arguments)
        assert ran.status == 2
        assert ran.out == ""
        assert "sfn-lint" in ran.err
        assert "Traceback" not in ran.err
        assert "internal error" not in ran.err

    def test_no_input(self, run: Run, tmp_path: Path) -> None:
        assert run("check").status == 2
        (tmp_path / "readme.md").write_text("# no machine")
        ran = run("check", ".")
        assert ran.status == 2
        assert ran.err == "sfn-lint: no file to check in '.'\n"

    def test_no_machine_is_reported(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "values.yaml").write_text("replicas: 2\n")
        assert run("check") == (0, "", "sfn-lint: no state machine found\n")

    @pytest.mark.parametrize("template", [IN_A_BUCKET, IN_A_LOOP])
    def test_a_definition_that_cannot_be_read_is_reported(
        self, run: Run, tmp_path: Path, template: str
    ) -> None:
        (tmp_path / "t.yaml").write_text(template)
        message = (
            "sfn-lint: no state machine definition could be read; "
            "sfn-lint check --severity info shows why\n"
        )
        assert run("check") == (0, "", message)
        assert run("graph", ".") == (2, "", message)
        assert "IF004" in run("check", "--severity", "info").out

    def test_old_data_is_reported_once(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a.json", "b.json"):
            (tmp_path / name).write_text(ISLAND)
        recent = run("check", "--format", "json")
        monkeypatch.setattr("sfnlint.data_dates.sdk_operations", lambda: "2024-02-29")
        for now, shown in (("2025-02-28", 0), ("2025-03-01", 1), ("2031-01-01", 1)):
            monkeypatch.setattr("sfnlint.cli.data_age.today", lambda now=now: now)
            ran = run("check", "--format", "json")
            assert ran.out == recent.out
            assert ran.err.count("sfn-lint: the AWS data of this version is of 2024-02-29") == shown

    def test_help_and_version(self, run: Run) -> None:
        version = run("--version").out
        assert version.startswith(f"sfn-lint {sfnlint.__version__}\n")
        assert re.search(r"^AWS service reference: 20\d\d-\d\d-\d\d$", version, re.MULTILINE)
        assert re.search(r"^IAM actions: 20\d\d-\d\d-\d\d$", version, re.MULTILINE)
        ran = run("check", "--help")
        assert ran.status == 0
        for option in ("--select", "--ignore", "--severity", "exit status:", "examples:"):
            assert option in ran.out

    def test_a_reader_that_stops(self, tmp_path: Path) -> None:
        machine = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        machine["States"] |= {f"B{index}": {"Type": "Succeed"} for index in range(3000)}  # type: ignore[operator]
        (tmp_path / "a.json").write_text(json.dumps(machine))
        command = f"{sys.executable} -m sfnlint check --format full a.json | head -1"
        path = f"{ROOT / 'analyzer'}{os.pathsep}{ROOT / 'rules'}"
        done = subprocess.run(
            command,
            shell=True,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert done.stderr == ""


class TestStandardInput:
    def test_findings(self, tmp_path: Path) -> None:
        done = process("check", "-", folder=tmp_path, text=ISLAND)
        assert done.returncode == 1
        assert done.stdout.startswith("<stdin>:5:5: WF201 state 'B' is unreachable")

    def test_the_name(self, tmp_path: Path) -> None:
        name = ("--stdin-filename", "flows/a.asl.json")
        done = process("check", "-", *name, folder=tmp_path, text=ISLAND)
        assert done.stdout.startswith("flows/a.asl.json:5:5: WF201 ")

    def test_yaml(self, tmp_path: Path) -> None:
        text = "StartAt: A\nStates:\n  A: {Type: Succeed}\n  B: {Type: Pass, Next: B}\n"
        done = process("check", "-", folder=tmp_path, text=text)
        assert done.stdout.startswith("<stdin>:4:3: WF201 ")

    @pytest.mark.parametrize("text", ["", " \n"])
    def test_nothing(self, tmp_path: Path, text: str) -> None:
        done = process("check", "-", folder=tmp_path, text=text)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "sfn-lint: standard input is empty\n"

    def test_the_pair_of_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(CLEAN)
        (tmp_path / "p.json").write_text(json.dumps(POLICY))
        (tmp_path / ".sfn-lint.toml").write_text(
            '[[machine]]\ndefinition = "a.json"\npolicies = ["p.json"]\n'
        )
        text = json.dumps(TRAINING)
        done = process("check", "-", "--stdin-filename", "a.json", folder=tmp_path, text=text)
        assert "EF404" in done.stdout
        assert "the role defined by 'p.json' does not allow it" in done.stdout


class TestRulesChosen:
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps(TRAINING))
        (tmp_path / "policy.json").write_text(json.dumps(POLICY))

    def ids(self, ran: Ran) -> set[str]:
        return {line.split()[1] for line in ran.out.splitlines()}

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ([], {"EF404", "IF408", "IF506"}),
            (["--select", "EF404"], {"EF404"}),
            (["--select", "EF4"], {"EF404"}),
            (["--select", "I"], {"IF408", "IF506"}),
            (["--select", "missing-tag-permission"], {"EF404"}),
            (["--select", "EF404, IF506"], {"EF404", "IF506"}),
            (["--select", "EF404", "--select", "IF506"], {"EF404", "IF506"}),
            (["--ignore", "EF404"], {"IF408", "IF506"}),
            (["--ignore", "I", "--select", "EF4,IF4"], {"EF404"}),
            (["--ignore", "wider-resource,IF4"], {"EF404"}),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_words(self, run: Run, arguments: list[str], expected: set[str]) -> None:
        ran = run("check", "a.json", "--policy", "policy.json", "--severity", "info", *arguments)
        assert self.ids(ran) == expected

    @pytest.mark.parametrize(
        ("word", "near"),
        [
            ("unreachable-stat", "unreachable-state"),
            # The number is unique, whatever the letter.
            ("EF201", "WF201"),
            ("wf202", "EF202"),
        ],
    )
    def test_the_nearest_name(self, run: Run, word: str, near: str) -> None:
        ran = run("check", "--select", word)
        assert ran.err == f"sfn-lint: unknown rule '{word}'; did you mean '{near}'?\n"

    def test_explain(self, run: Run) -> None:
        by_name, by_id = run("explain", "unreachable-state"), run("explain", "WF201")
        assert by_name == by_id == run("explain", "wf201")
        assert by_id.out.startswith("WF201 unreachable-state (warning)\n")
        assert "Why:" in by_id.out

    def test_explain_several(self, run: Run) -> None:
        assert run("explain", "wf20") == (
            2,
            "",
            "sfn-lint: 'wf20' matches several rules: WF201, WF203, WF208\n",
        )

    def test_rules(self, run: Run) -> None:
        assert len(run("rules").out.splitlines()) == len(all_rules())
        listing = json.loads(run("rules", "--format", "json").out)
        assert [entry["rule"] for entry in listing] == list(all_rules())
        assert {key for entry in listing for key in entry} == {
            "rule", "name", "severity", "summary", "url",
        }  # fmt: skip


class TestConcise:
    def test_form(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        ran = run("check", "--format", "concise")
        assert ran.out == "a.json:5:5: WF201 state 'B' is unreachable from 'A'\n"

    def test_the_default_where_there_is_no_terminal(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert run("check").out == run("check", "--format", "concise").out


class TestFull:
    def test_form(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert run("check", "--format", "full").out == (
            "warning WF201 unreachable-state: state 'B' is unreachable from 'A'\n"
            "  --> a.json:5:5\n"
            "  |\n"
            '5 |     "B": {"Type": "Pass", "Next": "B"}\n'
            "  |     ^^^\n"
            "  fix: add a transition to it, or remove it\n"
            "  see: https://github.com/sfn-lint/sfn-lint/blob/main/docs/rules/WF201.md\n"
            "\n"
            "1 warning in 1 machine\n"
        )

    def test_notes_have_excerpts(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(
            "StartAt: A\nStates:\n  A: {Type: Succeed}\n  B: {Type: Pass, Next: C}\n"
            "  C: {Type: Succeed}\n"
        )
        out = run("check", "--format", "full").out
        assert "note: state 'C' is reachable only through it\n --> a.yaml:5:3\n" in out.replace(
            "  -->", " -->"
        )

    def test_statistics(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert run("check", "--statistics").out.endswith("     1  WF201  unreachable-state\n")


class TestColour:
    """Through a real pseudo-terminal."""

    def shown(self, tmp_path: Path, *arguments: str, **environment: str) -> str:
        return self.printed(tmp_path, "check", "a.json", *arguments, **environment)

    def printed(self, tmp_path: Path, *arguments: str, **environment: str) -> str:
        import pty

        (tmp_path / "a.json").write_text(ISLAND)
        path = f"{ROOT / 'analyzer'}{os.pathsep}{ROOT / 'rules'}"
        outer, inner = pty.openpty()
        child = subprocess.Popen(
            [sys.executable, "-m", "sfnlint", *arguments],
            stdout=inner,
            stderr=inner,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "TERM": "xterm", **environment},
        )
        os.close(inner)
        content = b""
        while True:
            try:
                part = os.read(outer, 65536)
            except OSError:
                break
            if not part:
                break
            content += part
        child.wait(timeout=30)
        os.close(outer)
        return content.decode()

    def test_full_and_coloured(self, tmp_path: Path) -> None:
        out = self.shown(tmp_path)
        assert out.startswith("\x1b[33mwarning WF201 unreachable-state\x1b[0m")
        assert "-->" in out

    @pytest.mark.parametrize(
        ("arguments", "environment"),
        [
            ([], {"NO_COLOR": "1"}),
            ([], {"TERM": "dumb"}),
            (["--output-file", "/dev/stdout"], {}),
            (["--output-file", "/dev/stdout"], {"FORCE_COLOR": "1"}),
            (["--format", "concise"], {"FORCE_COLOR": "1", "NO_COLOR": "1"}),
            (["--format", "github"], {"FORCE_COLOR": "1"}),
        ],
    )
    def test_plain(self, tmp_path: Path, arguments: list[str], environment: dict[str, str]) -> None:
        out = self.shown(tmp_path, *arguments, **environment)
        assert "WF201" in out
        assert "\x1b" not in out

    def test_not_into_a_pipe(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        done = process("check", "--format", "full", folder=tmp_path)
        assert "WF201" in done.stdout
        assert "\x1b" not in done.stdout

    def test_concise_and_coloured(self, tmp_path: Path) -> None:
        out = self.shown(tmp_path, "--format", "concise")
        assert out.startswith("a.json:5:5: \x1b[33mWF201\x1b[0m state 'B' ")

    @pytest.mark.parametrize("form", ["full", "concise"])
    def test_into_a_pipe_that_wants_colours(
        self, form: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[33m" in run("check", "--format", form).out
        assert "\x1b[31mEF001" in run("rules").out

    def test_pages_and_lists(self, tmp_path: Path) -> None:
        page = self.printed(tmp_path, "explain", "WF201")
        assert page.startswith("\x1b[33mWF201 unreachable-state (warning)\x1b[0m\r\n")
        assert "\r\n\x1b[1mWhy:\x1b[0m\r\n" in page
        assert "\x1b[31mEF001\x1b[0m  unreadable-file" in self.printed(tmp_path, "rules")
        assert "\x1b" not in self.printed(tmp_path, "rules", NO_COLOR="1")

    @pytest.mark.parametrize("columns", [50, 30])
    def test_a_narrow_terminal(self, tmp_path: Path, columns: int) -> None:
        states = {name: {"Type": "Succeed"} for name in ("A", "B" * 60, "C")}
        (tmp_path / "b.json").write_text(json.dumps({"StartAt": "A", "States": states}))
        out = self.printed(tmp_path, "check", "b.json", COLUMNS=str(columns), NO_COLOR="1")
        excerpts = [line for line in out.splitlines() if re.match(r"[ 1]+ \| .", line)]
        assert len(excerpts) == 4
        assert all(len(line) <= columns for line in excerpts)
        # The caret is below the marked character.
        line, marks = excerpts[2:]
        assert line[marks.index("^") : marks.rindex("^") + 1] == '"C"'


class TestExcerpts:
    """The part of a line that an excerpt shows, and its width."""

    @given(
        line=st.text(alphabet=st.sampled_from('a"é\u0301日👩\u200d\t\x1b ') | st.characters()),
        room=st.integers(1, 60),
        data=st.data(),
    )
    def test_it_fits(self, line: str, room: int, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(line)))
        end = data.draw(st.integers(start, len(line)))
        before, marked, after = excerpt._cut(line, start, end, room)
        assert excerpt.display_width(before + marked + after) <= room
        whole = escape_controls(line.replace("\t", "    "))
        # Of a longer line, combining characters at its end may be cut.
        if max(len(whole), excerpt.display_width(whole)) <= room:
            assert before + marked + after == whole
        if start < end and excerpt.display_width(escape_controls(line[start:end])) > 0:
            assert marked

    @pytest.mark.parametrize(
        ("shown", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩\u200d👧", 4)]
    )
    def test_columns(self, shown: str, columns: int) -> None:
        assert excerpt.display_width(shown) == columns


class TestUsage:
    def test_without_a_command_the_help(self, run: Run) -> None:
        ran = run()
        assert (ran.status, ran.out) == (2, "")
        assert "check files and folders" in ran.err

    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            (["a.json"], "unknown command 'a.json'; did you mean 'sfn-lint check a.json'?"),
            (["chekc"], "unknown command 'chekc'; did you mean 'sfn-lint check'?"),
            (["xyzzy"], f"'xyzzy'; the commands are {', '.join(arguments.COMMANDS)}"),
            (["explain", "xyzzy"], "unknown rule 'xyzzy'; 'sfn-lint rules' lists all rules"),
            (["check", "--fromat", "json"], "--fromat; did you mean '--format'?"),
            (["check", "--wirte-baseline=x"], "did you mean '--write-baseline'?"),
        ],
    )
    def test_what_was_meant(
        self, run: Run, tmp_path: Path, arguments: list[str], hint: str
    ) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        ran = run(*arguments)
        assert ran.status == 2
        assert ran.err.rstrip("\n").endswith(hint)

    def test_a_mistake_is_a_text(self, run: Run) -> None:
        ran = run("check", "--x\n::error::owned\r::error::owned")
        assert ran.status == 2
        assert not re.search(r"^::", ran.err.replace("\r", "\n"), re.MULTILINE)

    @pytest.mark.parametrize("command", ["check", "graph", "explain", "rules", "completion"])
    def test_help_of_every_command(self, run: Run, command: str) -> None:
        out = run(command, "--help").out
        # A sentence that describes it.
        assert re.search(r"^[A-Z][^\n]*[.]$", out, re.MULTILINE)

    def test_every_command_has_a_module(self) -> None:
        [commands] = [
            argument.choices
            for argument in arguments.all_arguments(arguments.parser())
            if argument.dest == "command"
        ]
        assert tuple(commands or ()) == arguments.COMMANDS
        for command in arguments.COMMANDS:
            assert callable(import_module(f"sfnlint.cli.{command}").run)

    def test_every_argument_has_a_help(self) -> None:
        silent = [one.dest for one in arguments.all_arguments(arguments.parser()) if not one.help]
        assert silent == ["command"]

    def test_help_names_what_is_read(self, run: Run) -> None:
        out = run("check", "--help").out
        for word in (".sfn-lint.toml", "NO_COLOR", "GITHUB_WORKSPACE", "exit status:"):
            assert word in out


class TestJson:
    def report(self, run: Run, *arguments: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(run("check", "--format", "json", *arguments).out)
        jsonschema.validate(report, SCHEMA)
        return report

    def test_every_key(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps(TRAINING, indent=1))
        (tmp_path / "policy.json").write_text(json.dumps(POLICY))
        report = self.report(run, "a.json", "--policy", "policy.json")
        assert set(report) == {"version", "findings", "machines", "failures"}
        assert report["failures"] == []
        [finding] = report["findings"]
        assert finding == {
            "rule": "EF404",
            "name": "missing-tag-permission",
            "severity": "error",
            "message": finding["message"],
            "file": "a.json",
            "line": 6,
            "column": 16,
            "end_line": 6,
            "end_column": 62,
            "path": "/States/Train/Resource",
            "machine": None,
            "state": "Train",
            "actions": ["sagemaker:AddTags"],
            "resources": finding["resources"],
            "notes": [],
            "fix": f"allow sagemaker:AddTags on '{finding['resources'][0]}'",
            "fixes": finding["fixes"],
            "url": "https://github.com/sfn-lint/sfn-lint/blob/main/docs/rules/EF404.md",
        }
        assert finding["resources"][0].endswith(":training-job/nightly")
        assert report["machines"] == [
            {
                "file": "a.json",
                "machine": None,
                "role": "the role defined by 'policy.json'",
                "states": 1,
                "integrations": ["sagemaker:createTrainingJob"],
                "permissions": {"allowed": 1, "denied": 2, "unknown": []},
            }
        ]

    def test_notes(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(
            "StartAt: A\nStates:\n  A: {Type: Succeed}\n  B: {Type: Pass, Next: C}\n"
            "  C: {Type: Succeed}\n"
        )
        [finding] = self.report(run)["findings"]
        assert finding["notes"] == [
            {
                "message": "state 'C' is reachable only through it",
                "file": "a.yaml",
                "line": 5,
                "column": 3,
                "end_line": 5,
                "end_column": 4,
            }
        ]

    def test_a_template(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "t.yaml").write_text(
            "Resources:\n  Flow:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"
            "      Definition:\n        StartAt: A\n        States:\n"
            "          A: {Type: Succeed}\n          B/~: {Type: Succeed}\n"
        )
        report = self.report(run)
        assert [finding["machine"] for finding in report["findings"]] == ["Flow"]
        assert report["findings"][0]["path"] == (
            "/Resources/Flow/Properties/Definition/States/B~1~0"
        )
        assert report["machines"][0]["machine"] == "Flow"

    def test_nothing_found(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(CLEAN)
        report = self.report(run)
        assert report["findings"] == []
        assert len(report["machines"]) == 1

    def test_statistics_go_elsewhere(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        ran = run("check", "--format", "json", "--statistics")
        jsonschema.validate(json.loads(ran.out), SCHEMA)
        assert ran.err == "     1  WF201  unreachable-state\n"

    def test_the_schema_is_strict_enough_to_fail(self) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"version": 1, "findings": [{}], "machines": []}, SCHEMA)


class TestOutputFile:
    def test_written(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        ran = run("check", "--output-file", "out.txt")
        assert ran == (1, "", "")
        assert (tmp_path / "out.txt").read_text().startswith("a.json:5:5: WF201 ")
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "out.txt"]

    def test_keeps_the_file_when_it_cannot_write(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        (tmp_path / "out.txt").write_text("before")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        ran = run("check", "--output-file", "out.txt")
        assert ran.status == 2
        assert ran.err == "sfn-lint: cannot write file 'out.txt': No space left on device\n"
        assert (tmp_path / "out.txt").read_text() == "before"
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "out.txt"]

    def test_through_a_link_and_with_its_mode(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        (tmp_path / "real.txt").write_text("")
        (tmp_path / "real.txt").chmod(0o600)
        (tmp_path / "link.txt").symlink_to("real.txt")
        run("check", "--output-file", "link.txt")
        assert (tmp_path / "link.txt").is_symlink()
        assert "WF201" in (tmp_path / "real.txt").read_text()
        assert stat.S_IMODE((tmp_path / "real.txt").stat().st_mode) == 0o600


class TestDiscovery:
    def test_gitignore(self, run: Run, tmp_path: Path) -> None:
        for name in ("a.json", "build/b.json", "keep/c.json"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(ISLAND)
        (tmp_path / ".gitignore").write_text("build/\n/keep/*\n!/keep/c.json\n")
        files = {line.partition(":")[0] for line in run("check").out.splitlines()}
        assert files == {"a.json", "keep/c.json"}

    def test_gitignore_that_takes_for_ever(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / ("a" * 200 + ".json")).write_text(ISLAND)
        (tmp_path / ".gitignore").write_text("*a" * 40 + "b\n")
        assert run("check").status == 1
        (tmp_path / ".gitignore").write_text("*a*.json\n")
        assert run("check").status == 2

    @pytest.mark.parametrize("line", ["[z-a]", "!", "a\\"])
    def test_gitignore_with_an_invalid_pattern(self, run: Run, tmp_path: Path, line: str) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        (tmp_path / ".gitignore").write_text(f"{line}\n")
        assert run("check").status == 1

    @pytest.mark.parametrize("line", ["**/a/" * 6 + "b", "**/*a*a*a/**/b", "**/a/**/a/**/a/**/b"])
    def test_gitignore_in_a_deep_folder(self, run: Run, tmp_path: Path, line: str) -> None:
        deep = tmp_path.joinpath(*"a" * 150)
        deep.mkdir(parents=True)
        (deep.parents[60] / "a.json").write_text(ISLAND)
        (tmp_path / ".gitignore").write_text(f"{line}\n**/c/**/*-*.json\n")
        with limit_calls(1_000_000):
            assert run("check", "--allow-failures").status == 1

    def test_a_named_file_is_checked_though_ignored(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        (tmp_path / ".gitignore").write_text("a.json\n")
        assert run("check").status == 2
        assert run("check", "a.json").status == 1

    def test_a_named_folder_is_searched_though_ignored(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "cdk.out" / "own").mkdir(parents=True)
        for name in ("cdk.out/a.json", "cdk.out/own/b.json"):
            (tmp_path / name).write_text(ISLAND)
        (tmp_path / ".gitignore").write_text("cdk.out\n")
        (tmp_path / "cdk.out" / ".gitignore").write_text("own/\n")
        assert run("check").status == 2
        assert run("check", "cdk.out").out.startswith("cdk.out/a.json:")
        (tmp_path / ".sfn-lint.toml").write_text('exclude = ["cdk.out/"]\n')
        assert len(run("check", "cdk.out").out.splitlines()) == 1
        (tmp_path / ".sfn-lint.toml").write_text('exclude = ["cdk.out/*.json"]\n')
        assert run("check", "cdk.out").status == 2
        assert run("check", "cdk.out/own").out.startswith("cdk.out/own/b.json:")
        monkeypatch.chdir(tmp_path / "cdk.out")
        (tmp_path / ".sfn-lint.toml").unlink()
        assert run("check").out.startswith("a.json:")

    def test_each_file_once(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(ISLAND)
        assert len(run("check", ".", "a.json", str(tmp_path)).out.splitlines()) == 1


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
    def test_script(self, run: Run, shell: str) -> None:
        ran = run("completion", shell)
        assert ran.status == 0
        for word in ("check", "graph", "baseline"):
            assert word in ran.out

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("check --sev", "--severity"),
            ("check --format gi", "github"),
            ("check scr", "script"),
            ("check --policy scr", "script"),
            ("explain WF20", "WF201 WF203 WF208"),
            ("check --select EF70", "EF701"),
        ],
    )
    def test_bash_reads_it(self, run: Run, tmp_path: Path, words: str, expected: str) -> None:
        (tmp_path / "script").write_text(run("completion", "bash").out)
        command = (
            f"source ./script && COMP_WORDS=(sfn-lint {words}) COMP_CWORD={len(words.split())} && "
            "_shtab_sfn_lint && echo ${COMPREPLY[@]}"
        )
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=True
        )
        assert done.stdout == f"{expected}\n"

    def test_zsh_takes_several_paths(self, run: Run) -> None:
        out = run("completion", "zsh").out
        assert out.count('"*:files and folders') == 4
        assert '"(*)' not in out

    def test_without_the_library(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "shtab", None)
        ran = run("completion", "bash")
        assert ran.status == 2
        assert ran.err == (
            "sfn-lint: completion scripts need shtab; run: pip install 'sfn-lint[completion]'\n"
        )


HOSTILE = [
    "new\nline",
    "\r\n::error::owned",
    "::add-mask::x",
    "##[add-mask]x",
    "\x1b[31mred\x1b]8;;http://x\x07",
    "\u202eright to left",
    "\u2028::set-output name=x::y",
    "%0A::error::x",
    '"quotes" & <tags> | pipes ` ticks',
    "']]><x>",
]


class TestHostileNames:
    @pytest.mark.parametrize("form", ["full", "concise", "json"])
    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_a_state(self, run: Run, tmp_path: Path, form: str, name: str) -> None:
        machine = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}, name: {"Type": "Succeed"}}}
        (tmp_path / "a.json").write_text(json.dumps(machine, ensure_ascii=False))
        ran = run("check", "--format", form)
        assert ran.status == 1
        harmless(ran.out)
        if form == "json":
            [finding] = json.loads(ran.out)["findings"]
            assert finding["state"] == name

    @pytest.mark.parametrize("form", ["full", "concise", "json"])
    @pytest.mark.parametrize(
        "name", [name.replace("/", "") + ".json" for name in HOSTILE], ids=ascii
    )
    def test_a_file(self, run: Run, tmp_path: Path, form: str, name: str) -> None:
        (tmp_path / name).write_text(ISLAND)
        ran = run("check", "--format", form)
        assert ran.status == 1
        harmless(ran.out)
        harmless(run("check", name + "x").err)


def harmless(text: str) -> None:
    """Nothing that a terminal or a runner of GitHub Actions would take for a command."""
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", text)
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line or line.lstrip().startswith('"')


class TestPython:
    def test_check(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.json").write_text(json.dumps(TRAINING))
        (tmp_path / "policy.json").write_text(json.dumps(POLICY))
        found = sfnlint.check(["a.json"], policies=["policy.json"])
        assert found[0].rule == "EF404"
        assert found == [finding for _, finding in with_positions(found)]
        assert sfnlint.check([tmp_path / "a.json"], type="EXPRESS") == []
        with pytest.raises(FileNotFoundError):
            sfnlint.check(["missing.json"])

    def test_check_text(self) -> None:
        assert sfnlint.check_text(CLEAN) == []
        [finding] = sfnlint.check_text(ISLAND)
        assert (finding.rule, finding.severity, finding.state) == ("WF201", "warning", "B")
        found = sfnlint.check_text(json.dumps(TRAINING), policies={"p": json.dumps(POLICY)})
        assert "EF404" in {finding.rule for finding in found}

    def test_it_says_the_same_as_the_command(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps(TRAINING))
        (tmp_path / "policy.json").write_text(json.dumps(POLICY))
        ran = run("check", "--severity", "info", "a.json", "--policy", "policy.json")
        found = sfnlint.check(["a.json"], policies=["policy.json"])
        assert [line.split()[1] for line in ran.out.splitlines()] == [
            finding.rule for finding in found
        ]


class TestProgress:
    """The progress on a terminal."""

    def watch(self, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float) -> str:
        clock = itertools.count(0, seconds)
        monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(progress.with_progress(range(5))) == [0, 1, 2, 3, 4]
        return stream.getvalue()

    def test_a_long_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written = self.watch(monkeypatch, io.StringIO(), 0.4)
        assert "\rsfn-lint: 5 files" in written
        assert "sfn-lint: 1 files" not in written
        assert written.endswith(" \r")

    def test_a_short_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.watch(monkeypatch, io.StringIO(), 0.01) == ""

    def test_no_terminal(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.json").write_text(CLEAN)
        monkeypatch.setattr(progress, "monotonic", itertools.count(0, 5).__next__)
        assert run("check") == (0, "", "")

    def test_a_terminal(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.json").write_text(CLEAN)
        monkeypatch.setattr(progress, "monotonic", itertools.count(0, 5).__next__)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert run("check").err.startswith("\rsfn-lint: 1 files")


def test_a_mistake_in_a_rule_hides_no_other_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> Iterator[Finding]:
        raise KeyError("x")

    broken = {name: all_rules()[name]._replace(check=fail) for name in ("EF101", "EF401")}
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: {**all_rules(), **broken})
    monkeypatch.chdir(tmp_path)
    states = {"A": {"Type": "Pass", "End": True}, "B": {"Type": "Pass", "Next": "B"}}
    Path("flow.json").write_text(json.dumps({"StartAt": "A", "States": states}))
    Path("policy.json").write_text('{"Statement": []}')
    arguments = ["check", "flow.json", "--policy", "policy.json"]
    with pytest.raises(KeyError):
        main(arguments)
    monkeypatch.delenv("SFN_LINT_DEBUG")
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert [line.split()[1] for line in printed.out.splitlines()] == ["WF201"]
    [line] = printed.err.splitlines()
    assert line.startswith("sfn-lint: EF101, EF401 could not check flow.json (KeyError: 'x'); ")
