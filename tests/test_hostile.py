"""Any input: no exception, a result within the time limit, and valid output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hostile import check, formats, hostile_input, seeds, time_limit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint import catalog

ANY_INPUT = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@settings(ANY_INPUT, max_examples=300)
@given(st.integers(0, 2**32), st.sampled_from(formats()))
def test_mutated_input_has_a_result(folder: Path, seed: int, form: str) -> None:
    check(hostile_input(Random(seed)), folder, form)


@settings(ANY_INPUT, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_small_mutated_input_has_a_result(folder: Path, random: Random) -> None:
    """The same, with randomness that hypothesis can shrink to a small input."""
    check(hostile_input(random), folder, "concise")


def test_most_mutated_inputs_reach_the_rules() -> None:
    """Otherwise the tests above would test only the readers."""
    rules: set[str] = set()
    machines = 0
    for number in range(300):
        mutated = hostile_input(Random(number))
        findings = sfnlint.check_text(mutated.text, mutated.name, policies=mutated.policies)
        rules |= {finding.rule for finding in findings}
        machines += any(finding.rule != "EF001" for finding in findings)
    assert machines >= 75
    assert len(rules) >= 15


def test_every_integration_is_among_the_seeds() -> None:
    texts = "\n".join(seed.text for seed in chain(*seeds()))
    assert {name for name in catalog.service_names() if f"states:::{name}:" not in texts} <= {
        "events",
        "codebuild",
    }


def test_managed_policies_that_are_not_strings() -> None:
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"ManagedPolicyArns": [{"Fn::If": ["Open", {"a": 1}, {"b": 2}]}]},
    }
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        },
    }
    text = json.dumps({"Resources": {"Machine": machine, "Role": role}})
    assert "IF005" in str(sfnlint.check_text(text, "template.json"))


def test_a_connector_with_permissions_that_are_not_strings() -> None:
    connector = {
        "Type": "AWS::Serverless::Connector",
        "Properties": {
            "Source": {"Id": "Machine"},
            "Destination": {"Id": "Function"},
            "Permissions": [["Write"], {}],
        },
    }
    machine = {"Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}
    resources = {
        "Own": connector,
        "Machine": {"Type": "AWS::Serverless::StateMachine", "Properties": machine},
        "Function": {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "f"}},
    }
    text = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
    assert "supports only Write permissions" in str(sfnlint.check_text(text, "template.json"))


def test_a_connector_from_a_string_instead_of_a_resource() -> None:
    properties = {
        "Source": {"Id": "Text"},
        "Destination": {"Id": "Machine"},
        "Permissions": ["Read"],
    }
    resources = {
        "Text": "no resource",
        "Own": {"Type": "AWS::Serverless::Connector", "Properties": properties},
        "Machine": {"Type": "AWS::Serverless::StateMachine", "Properties": {}},
    }
    text = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
    found = sfnlint.check_text(text, "template.json")
    assert "the Source of connector 'Own' is not in this template" in str(found)


def test_a_service_name_that_is_too_long_for_a_file_name() -> None:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{'x' * 5000}:run", "End": True}
    text = json.dumps({"StartAt": "A", "States": {"A": state}})
    assert [one.rule for one in sfnlint.check_text(text) if one.severity == "error"] == ["EF304"]


def test_a_text_is_read_in_the_same_format_as_a_file_of_its_name(tmp_path: Path) -> None:
    """JSON in a YAML file: YAML has no escape for half of a surrogate pair, JSON has."""
    text = '{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "\\ud800"}}}'
    (tmp_path / "a.yaml").write_text(text)
    assert sfnlint.check([tmp_path / "a.yaml"]) == sfnlint.check_text(text, "a.yaml") == []


def test_a_folder_with_entries_that_are_not_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "nowhere.json").symlink_to("gone")
    (tmp_path / "circle.json").symlink_to("circle.json")
    (tmp_path / "binary.json").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "a.json").write_text("{StartAt States")
    with time_limit():
        assert [finding.rule for finding in sfnlint.check([tmp_path])] == ["EF001"]


CLEAN = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("check a.json >&-", 0, ""),
        ("check a.json 2>&-", 0, ""),
        ("check gone.json 2>&-", 2, ""),
        ("check - <&-", 2, "standard input is empty"),
        (
            "check bad.json >/dev/full",
            2,
            "cannot write to standard output: No space left on device",
        ),
        ("rules >/dev/full", 2, "cannot write to standard output: No space left on device"),
    ],
)
def test_streams_that_are_closed_or_full(
    tmp_path: Path, command: str, status: int, message: str
) -> None:
    (tmp_path / "a.json").write_text(CLEAN)
    (tmp_path / "bad.json").write_text("{")
    done = in_shell(f"{LINT} {command}", tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr == (f"sfn-lint: {message}\n" if message else "")


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    done = in_shell(f"mkdir gone; cd gone; rmdir ../gone; {LINT} check", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("sfn-lint: cannot read the current folder: No such file or directory\n")


LINT = f"{sys.executable} -m sfnlint"


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parent.parent
    path = f"{root / 'analyzer'}{os.pathsep}{root / 'rules'}"
    return subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
