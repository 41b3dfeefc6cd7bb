"""The example in docs/evaluator.md prints the output shown there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "evaluator.md"
EXAMPLE = re.compile(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", re.DOTALL)


def test_the_example(update: bool, capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    [(code, shown)] = EXAMPLE.findall(text)
    exec(compile(code, str(PAGE), "exec"), {})
    printed = capsys.readouterr().out
    if update:
        PAGE.write_text(text.replace(f"```text\n{shown}```", f"```text\n{printed}```"), "utf-8")
        shown = printed
    assert printed
    assert shown == printed
