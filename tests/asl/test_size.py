"""The size of a definition does not depend on how it is written."""

from __future__ import annotations

import json

import pytest
import yaml

import sfnlint

LIMIT = 1_048_576


@pytest.mark.parametrize(
    ("comment", "is_too_large"),
    [
        ("x" * (LIMIT - 100), False),
        ("x" * LIMIT, True),
        ("é" * (LIMIT // 2), False),
        ("é" * LIMIT, True),
        ("x" * (LIMIT - 10_000) + "${Name}" * 5000, False),
    ],
)
def test_what_counts_is_the_shortest_text(comment: str, is_too_large: bool) -> None:
    machine = {"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": comment}}}
    texts = {
        "a.json": json.dumps(machine, indent=100),
        "b.json": json.dumps(machine, ensure_ascii=False),
        "a.yaml": yaml.dump(machine, Dumper=yaml.CSafeDumper, allow_unicode=True, width=10**7),
    }
    for name, text in texts.items():
        found = [one.rule for one in sfnlint.check_text(text, name)]
        assert found == ["EF123"] * is_too_large, name
