"""The pre-commit hooks and the GitHub action."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from sfnlint import __version__
from sfnlint.cli import main
from sfnlint.finding import Finding
from sfnlint.inputs.registry import ENDINGS
from sfnlint.rule import all_rules

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FLOW = {
    "StartAt": "Prepare",
    "States": {
        "Prepare": {"Type": "Pass", "End": True},
        "Report": {"Type": "Pass", "Next": "Report"},
    },
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
    in_latin = json.dumps(FLOW | {"Comment": "für"}, ensure_ascii=False).encode("latin-1")
    (tmp_path / "flow.asl.json").write_bytes(in_latin)
    (tmp_path / "other.json").write_bytes('{"a": "für"}'.encode("latin-1"))
    for named in (["flow.asl.json", "other.json"], ["."]):
        assert main([*arguments, *named]) == 1
        assert re.fullmatch(r"flow\.asl\.json:1:1: EF001 .* UTF-8\n", capsys.readouterr().out)


@pytest.mark.parametrize("name", ["sfn-lint", "sfn-lint-all"])
def test_a_hook_fails_after_an_internal_error(
    name: str,
    hook: dict[str, dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(_: object) -> Iterator[Finding]:
        raise KeyError

    rules = {**all_rules(), "EF101": all_rules()["EF101"]._replace(check=crash)}
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: rules)
    monkeypatch.delenv("SFN_LINT_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    clean = {"StartAt": "Prepare", "States": {"Prepare": {"Type": "Succeed"}}}
    (tmp_path / "flow.asl.json").write_text(json.dumps(clean))
    _, *arguments = shlex.split(hook[name]["entry"])
    files = ["flow.asl.json"] if hook[name].get("pass_filenames", True) else []
    assert main([*arguments, *files]) == 2
    assert main([*arguments, "--allow-failures", *files]) == 0


def test_the_hooks_match_the_files_of_a_search(hook: dict[str, dict[str, Any]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["terraform"]
    for one in hook.values():
        assert one["additional_dependencies"] == extra
        assert one["require_serial"] is True
        assert all(re.search(one["files"], f"folder/name{ending}") for ending in ENDINGS)
        assert not any(re.search(one["files"], f"folder/name.{end}") for end in ("py", "ts"))
    assert hook["sfn-lint"].get("pass_filenames", True) is True
    assert hook["sfn-lint-all"]["pass_filenames"] is False
    assert hook["sfn-lint-all"]["entry"] == "sfn-lint check"


class Runner:
    """Runs the scripts of the action like a runner of GitHub Actions."""

    def __init__(self, folder: Path) -> None:
        self.temp, self.work, self.action = folder / "temp", folder / "work", ROOT
        self.work.mkdir()
        self.base = ""
        program = self.temp / "sfn-lint" / "bin" / "sfn-lint"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sfnlint "$@"\n')
        program.chmod(0o755)
        self.summary, self.output = folder / "summary", folder / "output"

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return self.step("check", {name.replace("_", "-"): one for name, one in inputs.items()})

    def step(self, identifier: str, inputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        action = read("action.yml")
        given = {name: one["default"] for name, one in action["inputs"].items()} | inputs
        [step] = [step for step in action["runs"]["steps"] if step.get("id") == identifier]
        assert step["shell"] == "bash"

        def filled(value: str) -> str:
            value = value.replace("${{ steps.python.outputs.python-path }}", sys.executable)
            value = value.replace("${{ github.event.pull_request.base.sha }}", self.base)
            return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)

        runner = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(self.work),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            capture_output=True,
            text=True,
            cwd=self.work / filled(step.get("working-directory", ".")),
            env=runner | {name: filled(value) for name, value in step["env"].items()},
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_action_with_findings(runner: Runner) -> None:
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


def test_the_action_lists_permissions(runner: Runner) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f"}
    flow = {"StartAt": "A", "States": {"A": {**task, "End": True}}}
    (runner.work / "flow.asl.json").write_text(json.dumps(flow))
    assert runner.run().returncode == 0
    assert "| state 'A' | lambda:InvokeFunction |" not in runner.summary.read_text("utf-8")
    assert runner.run(permissions="true").returncode == 0
    assert "| state 'A' | lambda:InvokeFunction |" in runner.summary.read_text("utf-8")


def test_the_action_compares_a_pull_request(runner: Runner) -> None:
    (runner.work / "flow.asl.json").write_text(json.dumps(FLOW))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "a"]):
        subprocess.run([*git, *arguments], cwd=runner.work, check=True)
    task = {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f"}
    changed = {"StartAt": "A", "States": {"A": {**task, "End": True}}}
    (runner.work / "flow.asl.json").write_text(json.dumps(changed))
    runner.run(diff="true")
    assert "State machines and roles" not in runner.summary.read_text(encoding="utf-8")
    runner.base = "HEAD"
    assert runner.run(diff="true").returncode == 0
    assert "lambda:InvokeFunction on arn" in runner.summary.read_text(encoding="utf-8")
    runner.base = "f" * 40
    done = runner.run(diff="true")
    assert done.returncode == 0
    assert "::warning::sfn-lint could not compare" in done.stdout


def test_the_action_in_a_folder(runner: Runner) -> None:
    folder = runner.work / "infra one"
    folder.mkdir()
    (folder / "flow.asl.json").write_text(json.dumps(FLOW))
    (folder / ".sfn-lint.toml").write_text('severity = {WF201 = "error"}')
    done = runner.run(working_directory="infra one", severity="error")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=infra one/flow.asl.json,line=1,")
    assert "infra one/flow.asl.json:1" in runner.summary.read_text(encoding="utf-8")
    text = (runner.temp / "sfn-lint.sarif").read_text(encoding="utf-8")
    assert '"uri": "infra%20one/flow.asl.json"' in text


def test_the_action_with_wrong_usage(runner: Runner) -> None:
    done = runner.run(paths="nowhere", fail="false")
    assert done.returncode == 2
    assert "file or folder 'nowhere' does not exist" in done.stderr


def test_the_action_after_a_failure(runner: Runner) -> None:
    deep = {"StartAt": "A", "States": {}, "Comment": json.loads("[" * 300 + "]" * 300)}
    (runner.work / "deep.asl.json").write_text(json.dumps(deep))
    (runner.work / "flow.asl.json").write_text(json.dumps(FLOW))
    failure = "could not check deep.asl.json (this is nested more than 200 levels deep"
    for fail in ("true", "false"):
        done = runner.run(fail=fail)
        assert done.returncode == 2
        assert f"::error title=sfn-lint::{failure}" in done.stdout
    # The reports are written nevertheless.
    assert "### Failures" in runner.summary.read_text(encoding="utf-8")
    [log] = json.loads((runner.temp / "sfn-lint.sarif").read_text(encoding="utf-8"))["runs"]
    assert log["invocations"][0]["executionSuccessful"] is False
    assert "WF201" in {result["ruleId"] for result in log["results"]}
    assert "sarif-file=" in runner.output.read_text(encoding="utf-8")
    assert runner.run(allow_failures="true").returncode == 1
    assert runner.run(allow_failures="true", fail="false").returncode == 0
    assert runner.run(arguments="--allow-failures").returncode == 1


def test_inputs_cannot_inject_commands(runner: Runner) -> None:
    names = ["$(touch made)", "`touch made`", "a; touch made", "--help", "* b", '"']
    for name in names:
        (runner.work / f"{name}.json").write_text(json.dumps(FLOW))
    done = runner.run(paths="\n".join(f"{name}.json" for name in names))
    assert done.returncode == 1
    assert done.stdout.count("::warning ") == len(names)
    assert not (runner.work / "made").exists()


def test_the_cache_key_covers_everything_that_is_installed(runner: Runner) -> None:
    runner.action = runner.temp / "action"
    files = ["pyproject.toml", "constraints.txt", "analyzer/sfnlint/engine.py", "rules/one.py"]
    for name in files:
        (runner.action / name).parent.mkdir(parents=True, exist_ok=True)
        (runner.action / name).write_text(name)

    def known() -> str:
        runner.output.write_text("")
        done = runner.step("installation", {})
        assert (done.returncode, done.stderr) == (0, "")
        found = re.fullmatch(r"hash=([0-9a-f]{64})\n", runner.output.read_text())
        assert found
        return found[1]

    (runner.action / "README.md").write_text("x")
    (runner.action / "rules" / "__pycache__").mkdir()
    (runner.action / "rules" / "__pycache__" / "one.pyc").write_text("x")
    names = [known(), known()]
    assert names[0] == names[1]
    (runner.action / "rules" / "__pycache__" / "one.pyc").write_text("y")
    (runner.action / "README.md").write_text("y")
    assert known() == names[0]
    for file in files:
        (runner.action / file).write_text("changed")
        names.append(known())
    assert len(set(names)) == 1 + len(files)


def test_a_failed_job_saves_the_cache() -> None:
    steps = read("action.yml")["runs"]["steps"]
    order = [step.get("uses", "").partition("@")[0] or step["name"] for step in steps]
    assert order[-4:] == [
        "actions/cache/restore",
        "Install sfn-lint",
        "actions/cache/save",
        "Check",
    ]
    restored, install, saved, _ = steps[-4:]
    assert restored["with"]["path"] == saved["with"]["path"]
    assert install["if"] == saved["if"] == f"steps.{restored['id']}.outputs.cache-hit != 'true'"


def test_the_installed_versions_are_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(
        one.replace("_", "-").lower().split("==") for one in lines if not one.startswith("#")
    )
    waiting, seen = ["sfn-lint"], set[str]()
    while waiting:
        name = waiting.pop()
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            wanted = needed.name.replace("_", "-").lower()
            if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
                continue
            assert wanted in pinned, f"{wanted}, which {name} needs: make constraints"
            if name == "sfn-lint":
                assert needed.specifier.contains(pinned[wanted])
            if wanted not in seen:
                seen.add(wanted)
                waiting.append(wanted)
    assert seen


def test_scripts_contain_no_inputs() -> None:
    for step in read("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.search(r"@[0-9a-f]{40}$", step["uses"])


@pytest.mark.parametrize(
    "file", [ROOT / "action.yml", *WORKFLOWS], ids=lambda file: file.relative_to(ROOT).as_posix()
)
def test_actions_are_pinned_by_hash_with_a_version(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    pinned = re.findall(r"uses: (\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$", text, re.MULTILINE)
    assert pinned
    assert pinned == re.findall(r"uses: (.*)", text)


def test_one_version_of_each_action_is_used() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "action.yml", *WORKFLOWS)]
    used = {one for text in texts for one in re.findall(r"uses: (\S+)@(\S+) # (\S+)", text)}
    assert len({name for name, _, _ in used}) == len(used)


def test_the_workflows_run_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "".join(file.read_text(encoding="utf-8") for file in WORKFLOWS)
    targets = set(re.findall(r"run: make (\w+)", text))
    assert {"check", "oldest"} <= targets
    assert targets <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [versions] = [
        job["strategy"]["matrix"]["python"]
        for file in WORKFLOWS
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
        if "strategy" in job
    ]
    assert project["requires-python"] == f">={versions[0]}"


def test_the_documentation_names_existing_hooks_and_inputs(hook: dict[str, dict[str, Any]]) -> None:
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
    [own] = re.findall(
        r"```yaml hooks\n(.*?)```", (ROOT / "docs/cfn-lint.md").read_text(), re.DOTALL
    )
    [repository] = yaml.safe_load(own)["repos"]
    [dependency] = repository["hooks"][0]["additional_dependencies"]
    assert Requirement(dependency).name == "sfn-lint"
    assert dependency.endswith(f"@v{__version__}")
    assert set(re.findall(r"outputs\.([\w-]+)", text)) == set(action["outputs"])
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == set(action["inputs"])
