"""The script that rebuilds all generated data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import build_managed_policies
import build_operations
import build_responses
import build_service_facts
import build_service_reference
import refresh

OLD = """# 2026-01-01 sources
[batch] batch
RegisterJobDefinition @JobRole:ecs-tasks? +Tags:TagResource
Stop !
[gone] gone
Run
"""
NEW = """# 2026-02-01 sources
[batch] batch
RegisterJobDefinition @JobRole:ecs-tasks +Tags:TagResource
Start =batch:Begin
Stop
[jobs] jobs
"""


def changes(old: str, new: str) -> list[str]:
    tables = (refresh.operation_tables(text.encode()) for text in (old, new))
    return [line for pair in zip(*tables, strict=True) for line in refresh.differences(*pair)]


def test_changes_of_operations() -> None:
    assert changes(OLD, NEW) == [
        "- 1 new services: jobs",
        "- 1 removed services: gone",
        "- 1 new operations: batch:Start",
        "- 1 removed operations: gone:Run",
        "- 1 changed operations: batch:Stop",
        "- 1 new operations with a renamed action: batch:Start",
        "- 1 changed operations with a passed role: batch:RegisterJobDefinition "
        "(JobRole:ecs-tasks? → JobRole:ecs-tasks)",
    ]
    assert changes(NEW, NEW) == []


def test_changes_of_policies() -> None:
    def packed(**actions: str) -> bytes:
        policies = {
            name: {"Path": "/", "Document": {"Action": action}, "UpdateDate": "2026-01-01"}
            for name, action in actions.items()
        }
        return b"".join(build_managed_policies.packed(policies, "moto"))

    [old], [new] = map(refresh.policy_tables, (packed(A="s3:*", B="*"), packed(A="sqs:*", B="*")))
    assert refresh.differences(old, new) == ["- 1 changed AWS managed policies: A"]


def test_long_lists_are_shortened() -> None:
    old = refresh.Table("operations", {})
    new = refresh.Table("operations", {f"s:{number:03}": "" for number in range(40)})
    [line] = refresh.differences(old, new)
    assert line.startswith("- 40 new operations: s:000, ")
    assert line.endswith("s:029 and 10 more")


def table(*names: str) -> list[refresh.Table]:
    return [refresh.Table("operations", dict.fromkeys(names, ""))]


def lines_as_table(data: bytes) -> list[refresh.Table]:
    return table(*data.decode().split())


@pytest.mark.parametrize(
    ("status", "content", "reasons"),
    [
        (0, "a b c", []),
        (0, "a", ["1 of 2 operations would be removed"]),
        (1, "a b c", ["table.txt was refused"]),
    ],
)
def test_implausible_results_are_refused(
    tmp_path: Path, status: int, content: str, reasons: list[str]
) -> None:
    path = tmp_path / "table.txt"
    path.write_text("a b")

    def build() -> int:
        path.write_text(content)
        return status

    assert refresh.refresh([refresh.Source(path, build, lines_as_table)])[1] == reasons
    assert path.read_text() == ("a b" if reasons else content)


def test_a_failure_restores_the_files(tmp_path: Path) -> None:
    path = tmp_path / "table.txt"
    path.write_text("a b")

    def build() -> int:
        path.write_text("")
        raise ValueError("unexpected format")

    with pytest.raises(ValueError, match="unexpected format"):
        refresh.refresh([refresh.Source(path, build, lines_as_table)])
    assert path.read_text() == "a b"


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built: list[tuple[str, ...]] = []

    def build(arguments: Sequence[str]) -> int:
        built.append(tuple(arguments))
        return 0

    for module in (
        build_service_reference,
        build_operations,
        build_responses,
        build_service_facts,
        build_managed_policies,
    ):
        path = tmp_path / module.__name__
        path.write_bytes(module.RESULT.read_bytes())
        monkeypatch.setattr(module, "RESULT", path)
        monkeypatch.setattr(module, "main", build)
    summary = tmp_path / "summary.md"
    options = ["--packages", "p", "--reference", "r", "2026-01-01", "--summary", str(summary)]
    assert refresh.main(options) == 0
    of_facts = ("--packages", "p", "--reference", "r", "2026-01-01")
    assert built == [("r", "2026-01-01"), ("p",), ("p",), of_facts, ("p",)]
    assert capsys.readouterr().out == summary.read_text() == "- no changes\n"

    operations = tmp_path / "build_operations"

    def lose(_: object) -> int:
        operations.write_text("# 2026-01-01\n[s3] s3\n")
        return 0

    monkeypatch.setattr(build_operations, "main", lose)
    assert refresh.main([]) == 1
    assert "services would be removed" in capsys.readouterr().err
    assert len(operations.read_text()) > 1_000
