"""The examples of docs/*.md print the output shown on the pages.

A block that begins with ```` ```json file=NAME ```` is a file; the lines after `$` in a console
block are run in the folder of the page's files, and must print the lines below them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sfnlint.cli import main

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"```(\w+)(?: file=(\S+))?\n(.*?)```", re.DOTALL)
PAGES = [
    "asl",
    "cdk",
    "cfn-lint",
    "ci",
    "cloudformation",
    "configuration",
    "deployed",
    "files",
    "serverless",
    "suppression",
    "output",
    "diff",
    "permissions",
    "right-role",
    "fix",
    "terraform",
]


@pytest.mark.parametrize("page", PAGES)
def test_examples(
    page: str,
    update: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = DOCS / f"{page}.md"
    text = file.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()

    def run(match: re.Match[str]) -> str:
        language, name, content = match.groups()
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        elif language == "console":
            return f"```console\n{session(content, capsys)}```"
        return match[0]

    wanted = BLOCK.sub(run, text)
    if update:
        file.write_text(wanted, encoding="utf-8")
    else:
        assert wanted == text
    assert "```console" in text


def session(content: str, capsys: pytest.CaptureFixture[str]) -> str:
    lines = []
    for command in re.findall(r"^\$ (.*)$", content, re.MULTILINE):
        program, *arguments = shlex.split(command)
        if program == "cfn-lint":
            printed = cfn_lint(arguments)
        else:
            assert program == "sfn-lint"
            main(arguments)
            captured = capsys.readouterr()
            printed = captured.err + captured.out
        lines.append(f"$ {command}\n{printed}")
    return "".join(lines)


def cfn_lint(arguments: list[str]) -> str:
    paths = f"{DOCS.parent / 'analyzer'}:{DOCS.parent / 'rules'}"
    return subprocess.run(
        [sys.executable, "-c", "from cfnlint.runner import main; main()", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "AWS_DEFAULT_REGION": "us-east-1"},
        check=False,
    ).stdout
