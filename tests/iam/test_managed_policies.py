"""AWS managed policies, and the script that writes them."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

import build_managed_policies
from sfnlint import data_dates
from sfnlint.iam import managed_policies
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.place import Place
from sfnlint.symbol import Symbol, Symbols

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
DATA = Path(managed_policies.__file__).with_name("managed_policies.bin")


def all_known() -> dict[str, Any]:
    chunks = range(build_managed_policies.CHUNKS)
    return {name: one for chunk in chunks for name, one in managed_policies._read(chunk).items()}


class NoDocument:
    file = ""
    data = None


def test_every_policy_is_found_by_name_and_arn_and_can_be_read() -> None:
    known = all_known()
    assert len(known) >= 1_500
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", data_dates.managed_policies())
    symbols = Symbols()
    place = Place(NoDocument())  # type: ignore[arg-type]
    for name, (path, document) in known.items():
        assert managed_policies.managed_policy(name) == document
        assert managed_policies.managed_policy(f"arn:aws:iam::aws:policy{path}{name}") == document
        policy = parse_policy(place, symbols, document, name)
        assert policy.statements
        assert policy.complete
        assert not policy.problems


def test_what_a_well_known_one_grants() -> None:
    document = managed_policies.managed_policy(BASIC)
    assert document is not None
    assert document["Statement"][0]["Action"] == [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]


def test_the_partition_may_be_a_symbol() -> None:
    mark = Symbols().mark(Symbol("AWS::Partition"))
    arn = f"arn:{mark}:iam::aws:policy/AWSCodeDeployRoleForLambda".replace(
        "policy/", "policy/service-role/"
    )
    document = managed_policies.managed_policy(arn, mark)
    assert document is not None
    text = json.dumps(document, ensure_ascii=False)
    assert "arn:aws:" not in text
    assert f"arn:{mark}:" in text


@pytest.mark.parametrize(
    "name",
    [
        "",
        "NoSuchPolicy",
        "AWSLambdaBasicExecutionRole ",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::123456789012:policy/ReadOnlyAccess",
        # Its document in the partition aws-cn differs.
        "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy//ReadOnlyAccess",
        "arn:aws:iam::aws:policy/",
        "\ud800",
    ],
)
def test_what_is_not_known(name: str) -> None:
    assert managed_policies.managed_policy(name) is None


def test_it_is_small() -> None:
    assert DATA.stat().st_size < 600_000


def test_a_small_result_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = {"Path": "/", "UpdateDate": "2026-01-01T00:00:00+00:00", "Document": {"Statement": []}}
    text = f'aws_managed_policies_data = """\n{json.dumps({"One": policy})}"""\n'
    with zipfile.ZipFile(tmp_path / "moto-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("moto/iam/aws_managed_policies.py", text)
    monkeypatch.setattr(build_managed_policies, "RESULT", tmp_path / "managed_policies.bin")
    assert build_managed_policies.main([str(tmp_path)]) == 1
    assert "refused: only 1 policies" in capsys.readouterr().err
    assert not (tmp_path / "managed_policies.bin").exists()
