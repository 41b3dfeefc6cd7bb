"""One template with twelve mistakes: every front end reports them, at the same lines."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from test_hooks_and_action import ROOT, Runner, read

import sfnlint
from sfnlint.cli import main
from sfnlint.finding import Finding
from sfnlint.report.formats import FORMATS
from sfnlint.report.positions import position

TEMPLATE = ROOT / "tests" / "data" / "front_ends" / "template.yaml"
MISTAKES = [
    (12, "WF407"),  # the role cannot stop the job
    (20, "EF401"),  # the role cannot write to the table
    (26, "WF121"),  # an unknown error name
    (31, "EF302"),  # an unsupported integration pattern
    (35, "EF112"),  # an incomplete path
    (37, "EF218"),  # a state without a transition to it
    (56, "WF503"),  # iam:PassRole for every service
    (60, "EF410"),  # the wrong name of the managed rule
    (81, "WF703"),  # a callback without a timeout; from here on in a string
    (91, "EF118"),  # an unknown intrinsic function
    (93, "EF202"),  # a missing state
    (101, "EF416"),  # a role of another service
]
Mistakes = list[tuple[int, str]]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()
    shutil.copy(TEMPLATE, tmp_path)
    return tmp_path


def from_text(text: str) -> Iterator[tuple[int, str]]:
    for line in text.splitlines():
        match = re.match(r"template\.yaml:(\d+):\d+: ([EWI]F\d{3}) ", line)
        assert match, line
        yield int(match[1]), match[2]


def from_full(text: str) -> Iterator[tuple[int, str]]:
    pattern = (
        r"^(?:error|warning) ([EW]F\d{3}) [^\n]*\n(?:    [^\n]*\n)*? +--> template\.yaml:(\d+):"
    )
    for rule, line in re.findall(pattern, text, re.MULTILINE):
        yield int(line), rule


def from_json(text: str) -> Iterator[tuple[int, str]]:
    for finding in json.loads(text)["findings"]:
        assert finding["file"] == "template.yaml"
        yield finding["line"], finding["rule"]


def from_github(text: str) -> Iterator[tuple[int, str]]:
    for line in text.splitlines():
        if line.startswith("::"):
            command, _, _ = line.removeprefix("::").partition("::")
            name, _, rest = command.partition(" ")
            properties = dict(one.split("=", 1) for one in rest.split(","))
            assert properties["file"] == "template.yaml"
            rule = properties["title"].split()[1]
            assert name == {"E": "error", "W": "warning"}[rule[0]]
            yield int(properties["line"]), rule


def from_sarif(text: str) -> Iterator[tuple[int, str]]:
    for result in json.loads(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "template.yaml"
        yield place["region"]["startLine"], result["ruleId"]


def from_junit(text: str) -> Iterator[tuple[int, str]]:
    for case in ET.fromstring(text).iter("testcase"):
        assert case.get("file") == "template.yaml"
        yield int(case.get("line", 0)), case.get("name", "").split()[0]


def from_markdown(text: str) -> Iterator[tuple[int, str]]:
    for row in re.findall(r"^\| \S+ (?:error|warning) \|.*$", text, re.MULTILINE):
        match = re.search(r"\| \[([EW]F\d{3})\]\([^)]*\) \| template\.yaml:(\d+) \|", row)
        assert match, row
        yield int(match[2]), match[1]


PARSERS: dict[str, Callable[[str], Iterable[tuple[int, str]]]] = {
    "concise": from_text,
    "full": from_full,
    "json": from_json,
    "github": from_github,
    "sarif": from_sarif,
    "junit": from_junit,
    "markdown": from_markdown,
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(form: str, folder: Path, capsys: Capture) -> None:
    assert main(["check", "--format", form, "template.yaml"]) == 1
    assert sorted(PARSERS[form](capsys.readouterr().out)) == MISTAKES


@pytest.mark.parametrize("hook", ["sfn-lint", "sfn-lint-all"])
def test_pre_commit(hook: str, folder: Path, capsys: Capture) -> None:
    [entry] = [one for one in read(".pre-commit-hooks.yaml") if one["id"] == hook]
    _, *arguments = shlex.split(entry["entry"])
    names = ["template.yaml"] if entry.get("pass_filenames", True) else []
    assert main([*arguments, *names]) == 1
    assert sorted(from_text(capsys.readouterr().out)) == MISTAKES


def test_standard_input(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sfnlint", "check", "-", "--stdin-filename", "template.yaml"],
        input=TEMPLATE.read_text(),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}"},
        check=False,
    )
    assert sorted(from_text(done.stdout)) == MISTAKES


def test_python(folder: Path) -> None:
    def places(findings: list[Finding]) -> Mistakes:
        return [(position(one.place).line, one.rule) for one in findings if one.severity != "info"]

    assert places(sfnlint.check(["template.yaml"])) == MISTAKES
    assert places(sfnlint.check_text(TEMPLATE.read_text(), "template.yaml")) == MISTAKES


CFN_LINT = {
    "command line": "from cfnlint.runner import main; main()",
    "api": (
        "from cfnlint.api import lint_file\n"
        "from pathlib import Path\n"
        "config = {'append_rules': ['sfnlint_rules.cfn_lint'], 'regions': ['us-east-1']}\n"
        "for one in lint_file(Path('template.yaml'), config=config):\n"
        "    print(f'{one.filename}:{one.linenumber}:1:1:1:{one.rule.id}:')"
    ),
}


@pytest.mark.parametrize("call", CFN_LINT)
def test_cfn_lint(call: str, folder: Path) -> None:
    arguments = ["template.yaml", "-a", "sfnlint_rules.cfn_lint", "-f", "parseable"]
    done = subprocess.run(
        [sys.executable, "-c", CFN_LINT[call], *(arguments if call == "command line" else [])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        check=False,
    )
    lines = re.findall(r"^template\.yaml:(\d+):\d+:\d+:\d+:([EWI]\w+):", done.stdout, re.MULTILINE)
    assert sorted((int(line), rule) for line, rule in lines) == MISTAKES


def test_gitlab(folder: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```yaml gitlab\n(.*?)```", text, re.DOTALL)
    [job] = yaml.safe_load(block).values()
    [command] = [line for line in job["script"] if line.startswith("sfn-lint ")]
    assert main(shlex.split(command)[1:]) == 1
    report = Path(job["artifacts"]["reports"]["junit"]).read_text(encoding="utf-8")
    assert sorted(from_junit(report)) == MISTAKES


def test_the_action(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    shutil.copy(TEMPLATE, runner.work)
    done = runner.run()
    assert done.returncode == 1
    assert sorted(from_github(done.stdout)) == MISTAKES
    assert sorted(from_markdown(runner.summary.read_text(encoding="utf-8"))) == MISTAKES
    name = runner.output.read_text(encoding="utf-8").strip().removeprefix("sarif-file=")
    assert sorted(from_sarif(Path(name).read_text(encoding="utf-8"))) == MISTAKES
