"""The examples of the README print the output shown there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import sfnlint
from sfnlint.cli import main

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONSOLE = re.compile(r"```console\n\$ (sfn-lint [^\n]*)\n(.*?)```", re.DOTALL)


def test_console_blocks(
    update: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = README.read_text(encoding="utf-8")
    monkeypatch.chdir(ROOT / "docs" / "example")

    def run(match: re.Match[str]) -> str:
        main(shlex.split(match.group(1))[1:])
        return f"```console\n$ {match.group(1)}\n{capsys.readouterr().out}```"

    wanted = CONSOLE.sub(run, text)
    if update:
        README.write_text(wanted, encoding="utf-8")
    assert CONSOLE.search(text)
    assert wanted == text


def test_the_toml_block(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    for file in (ROOT / "docs" / "example").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / ".sfn-lint.toml").write_text(blocks[0])
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--format", "concise"]) == 1
    assert "EF410" in capsys.readouterr().out


def test_the_python_block(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    [block] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(block, str(README), "exec"), {"sfnlint": sfnlint})
    assert capsys.readouterr().out.startswith("EF218 ")
