"""The files by which pre-commit and GitHub Actions run sfn-lint do what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sfnlint import __version__
from sfnlint.cli import main
from sfnlint.discovery import ENDINGS

ROOT = Path(__file__).parent.parent
FLOW = {
    "StartAt": "Prepare",
    "States": {"Prepare": {"Type": "Pass", "End": True}, "Report": {"Type": "Pass", "End": True}},
}


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def hook() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in read(".pre-commit-hooks.yaml")}


def test_a_changed_machine_is_checked(
    hook: dict[str, dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program, *arguments = shlex.split(hook["sfn-lint"]["entry"])
    assert program == "sfn-lint"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chart.yaml").write_text("a: {{ .Values.a }}\nb: [\n")
    (tmp_path / "flow.asl.json").write_text(json.dumps(FLOW))
    assert main([*arguments, "chart.yaml"]) == 0
    assert capsys.readouterr().out == ""
    assert main([*arguments, "chart.yaml", "flow.asl.json"]) == 1
    assert re.fullmatch(r"flow\.asl\.json:1:\d+: WF201 .*\n", capsys.readouterr().out)
    (tmp_path / "flow.asl.json").write_text(json.dumps(FLOW)[:-1])
    assert main([*arguments, "flow.asl.json"]) == 1
    assert "EF001" in capsys.readouterr().out


def test_the_hooks_see_the_files_that_a_search_sees(hook: dict[str, dict[str, Any]]) -> None:
    for one in hook.values():
        assert one["require_serial"] is True
        assert all(re.search(one["files"], f"folder/name{ending}") for ending in ENDINGS)
        assert not re.search(one["files"], "folder/name.py")
    assert hook["sfn-lint"].get("pass_filenames", True) is True
    assert hook["sfn-lint-all"]["pass_filenames"] is False
    assert hook["sfn-lint-all"]["entry"] == "sfn-lint check"


class Runner:
    """Runs the step `check` of the action as a runner of GitHub Actions does."""

    def __init__(self, folder: Path) -> None:
        self.temp, self.work = folder / "temp", folder / "work"
        self.work.mkdir()
        program = self.temp / "sfn-lint" / "bin" / "sfn-lint"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sfnlint "$@"\n')
        program.chmod(0o755)
        self.summary, self.output = folder / "summary", folder / "output"

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        action = read("action.yml")
        given = {name: one["default"] for name, one in action["inputs"].items()} | inputs
        [step] = [step for step in action["runs"]["steps"] if step.get("id") == "check"]
        assert step["shell"] == "bash"
        variables = {
            name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: given[match[1]], value)
            for name, value in step["env"].items()
        }
        runner = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(self.work),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            capture_output=True,
            text=True,
            cwd=self.work,
            env=runner | variables,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_action_on_findings(runner: Runner) -> None:
    (runner.work / "flow.asl.json").write_text(json.dumps(FLOW))
    done = runner.run()
    assert done.returncode == 1
    assert done.stdout.startswith("::warning file=flow.asl.json,line=1,")
    assert "WF201" in runner.summary.read_text(encoding="utf-8")
    file = runner.output.read_text(encoding="utf-8").removeprefix("sarif-file=").rstrip("\n")
    [result] = json.loads(Path(file).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "WF201"
    assert runner.run(fail="false").returncode == 0
    assert runner.run(severity="error").returncode == 0
    assert runner.run(arguments="--ignore\nWF201").returncode == 0


def test_the_action_on_wrong_usage(runner: Runner) -> None:
    done = runner.run(paths="nowhere", fail="false")
    assert done.returncode == 2
    assert "there is no file or folder nowhere" in done.stderr


def test_the_action_runs_nothing_that_it_is_given(runner: Runner) -> None:
    names = ["$(touch made)", "`touch made`", "a; touch made", "--help", "* b", '"']
    for name in names:
        (runner.work / f"{name}.json").write_text(json.dumps(FLOW))
    done = runner.run(paths="\n".join(f"{name}.json" for name in names))
    assert done.returncode == 1
    assert done.stdout.count("::warning ") == len(names)
    assert not (runner.work / "made").exists()


def test_the_action_writes_no_input_into_a_script() -> None:
    for step in read("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.search(r"@[0-9a-f]{40}$", step["uses"])


def test_the_guide_uses_what_there_is(hook: dict[str, dict[str, Any]]) -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml (hooks|workflow)\n(.*?)```", text, re.DOTALL)
    assert [kind for kind, _ in blocks] == ["hooks", "workflow", "workflow"]
    action = read("action.yml")
    for kind, block in blocks:
        data = yaml.safe_load(block)
        if kind == "hooks":
            [repository] = data["repos"]
            assert repository["rev"] == f"v{__version__}"
            assert {one["id"] for one in repository["hooks"]} <= set(hook)
            continue
        [step] = [
            step
            for step in data["jobs"]["state-machines"]["steps"]
            if step["uses"] == f"sfn-lint/sfn-lint@v{__version__}"
        ]
        assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(r"outputs\.([\w-]+)", text)) == set(action["outputs"])
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(action["inputs"])
