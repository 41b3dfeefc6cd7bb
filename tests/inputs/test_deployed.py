"""AWS CLI outputs: state machines and accounts, paired by the ARN of the role."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint.cli import main
from sfnlint.finding import Finding
from sfnlint.inputs.deployed.reader import DeploymentReader
from sfnlint.inputs.reader import InputDocument, RunContext
from sfnlint.options import Options
from sfnlint.report.positions import position
from sfnlint.source import parse
from sfnlint.subject import Subject
from sfnlint.symbol import Symbols

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/Training"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:trained"
DEFINITION = {
    "StartAt": "Tell",
    "States": {
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/trained",
                "MessageBody": 'done "now"',
            },
            "End": True,
        }
    },
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def machine(name: str = "Training", **more: Any) -> dict[str, Any]:
    return {
        "stateMachineArn": f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:{name}",
        "name": name,
        "definition": json.dumps(DEFINITION, indent=2),
        "roleArn": ROLE,
        "type": "STANDARD",
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        **more,
    }


def policy(action: object, resource: object = QUEUE, effect: str = "Allow") -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


SENDS = policy("sqs:SendMessage")


def role(*documents: object, attached: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "RoleName": "Training",
        "Arn": ROLE,
        "AssumeRolePolicyDocument": TRUST,
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": one} for one in documents],
        "AttachedManagedPolicies": [
            {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached
        ],
        **more,
    }


def managed(name: str, document: object, attachments: int = 1) -> dict[str, Any]:
    return {
        "PolicyName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}",
        "DefaultVersionId": "v2",
        "AttachmentCount": attachments,
        "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": policy("*", "*")},
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": document},
        ],
    }


def account(*roles: object, policies: tuple[object, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": list(roles),
        "Policies": list(policies),
        **more,
    }


def check(folder: Path, **files: object) -> list[Finding]:
    for name, data in files.items():
        text = data if isinstance(data, str) else json.dumps(data, indent=4)
        (folder / f"{name}.json").write_text(text)
    return sfnlint.check([folder])


def rules(findings: list[Finding]) -> list[str]:
    return sorted(finding.rule for finding in findings)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (account(role(SENDS)), []),
        (account(role()), ["EF401"]),
        (account(role(policy("sqs:SendMessage", f"{QUEUE}x"))), ["EF410"]),
        (account(role(policy("sqs:SendMessage", QUEUE.replace("eu-west", "us-east")))), ["EF410"]),
        (account(role(quote(json.dumps(SENDS)))), []),
        (account(role(quote(json.dumps(policy("sqs:SendMessage", "arn:aws:s3:::x"))))), ["EF410"]),
        (account(role(json.dumps(SENDS))), []),
        (account(role(attached=(f"arn:aws:iam::{ACCOUNT}:policy/gone",))), ["IF005"]),
        (
            account(
                role(attached=(f"arn:aws:iam::{ACCOUNT}:policy/send",)),
                policies=(managed("send", SENDS),),
            ),
            [],
        ),
        (
            account(
                role(attached=(f"arn:aws:iam::{ACCOUNT}:policy/send",)),
                policies=(managed("send", policy("sqs:ReceiveMessage")),),
            ),
            ["EF401", "IF508"],
        ),
        # Other roles with the policy may need permissions that the machine does not.
        (
            account(
                role(attached=(f"arn:aws:iam::{ACCOUNT}:policy/send",)),
                policies=(managed("send", policy("sqs:ReceiveMessage"), attachments=2),),
            ),
            ["EF401"],
        ),
        (account(role(attached=("arn:aws:iam::aws:policy/AmazonSQSFullAccess",))), []),
        (account(role(attached=("arn:aws:iam::aws:policy/NoSuchPolicy",))), ["IF005"]),
        # The policy in the output may be newer than the one that sfn-lint knows.
        (
            account(
                role(attached=("arn:aws:iam::aws:policy/AmazonSQSFullAccess",)),
                policies=(
                    managed("x", policy("sqs:ReceiveMessage"))
                    | {"Arn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"},
                ),
            ),
            ["EF401", "IF508"],
        ),
        (
            account(
                role(
                    SENDS,
                    PermissionsBoundary={
                        "PermissionsBoundaryType": "Policy",
                        "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/bound",
                    },
                ),
                policies=(managed("bound", policy("s3:*", "*")),),
            ),
            ["EF401"],
        ),
        (
            account(
                role(
                    PermissionsBoundary={
                        "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/gone"
                    }
                )
            ),
            ["EF401", "IF005"],
        ),
        (account({key: one for key, one in role().items() if key != "RolePolicyList"}), ["IF005"]),
        (account(role(SENDS, policy("sqs:ReceiveMessage"))), ["IF508"]),
        (
            account(role(SENDS, policy("sqs:ReceiveMessage"), InstanceProfileList=[{"Path": "/"}])),
            [],
        ),
        (account(role(SENDS, AssumeRolePolicyDocument=policy("sts:AssumeRole"))), ["EF006"] * 2),
        (account(), ["IF003"]),
    ],
)
def test_roles(details: object, expected: list[str], tmp_path: Path) -> None:
    assert rules(check(tmp_path, machine=machine(), account=details)) == expected


def test_the_place_is_exact_inside_of_the_escaped_definition(tmp_path: Path) -> None:
    [finding] = check(tmp_path, machine=machine(), account=account(role()))
    where = position(finding.place)
    lines = (tmp_path / "machine.json").read_text().splitlines()
    assert lines[where.line - 1][where.column - 1 : where.end_column - 1] == (
        '\\"https://sqs.eu-west-1.amazonaws.com/123456789012/trained\\"'
    )
    assert finding.machine == machine()["stateMachineArn"]
    assert [position(note.place).file[-12:] for note in finding.notes] == ["account.json"]


@pytest.mark.parametrize("order", [["machine", "account"], ["account", "machine"]])
def test_named_files_in_any_order(order: list[str], tmp_path: Path) -> None:
    check(tmp_path, machine=machine(), account=account(role()))
    found = sfnlint.check([tmp_path / f"{name}.json" for name in order])
    assert rules(found) == ["EF401"]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(machine(name)) for name in ("One", "Two")),
        "".join(json.dumps(machine(name), indent=2) for name in ("One", "Two")),
        json.dumps([machine("One"), machine("Two")]),
        json.dumps([machine("One"), machine("Two"), account(role())]),
    ],
    ids=["lines", "one after the other", "list", "all in one list"],
)
def test_several_machines_in_a_file_share_their_role(text: str, tmp_path: Path) -> None:
    [finding] = check(tmp_path, machines=text, account=account(role()))
    assert finding.rule == "EF401"
    located = finding.place.locate()
    assert located.root.text[slice(*located.span)].endswith('123456789012/trained\\"')
    [other] = [note for note in finding.notes if note.message.startswith("also needed")]
    assert other.place.locate().span.start > located.span.end


def test_a_grant_that_one_of_the_machines_needs_is_needed(tmp_path: Path) -> None:
    receives = copy.deepcopy(DEFINITION)
    receives["States"]["Tell"]["Resource"] = "arn:aws:states:::aws-sdk:sqs:receiveMessage"  # type: ignore[index]
    other = machine("Other", definition=json.dumps(receives))
    granted = account(role(policy(["sqs:SendMessage", "sqs:ReceiveMessage"])))
    assert rules(check(tmp_path, machine=machine(), account=granted)) == ["IF508"]
    assert rules(check(tmp_path, other=other)) == []


@pytest.mark.parametrize(("region", "expected"), [("eu-west-1", []), ("us-east-1", ["EF410"])])
def test_the_region_is_that_of_the_machine(
    region: str, expected: list[str], tmp_path: Path
) -> None:
    gets = copy.deepcopy(DEFINITION)
    gets["States"]["Tell"] |= {  # type: ignore[index]
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "jobs", "Key": {"id": {"S": "1"}}},
    }
    table = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/jobs"
    granted = account(role(policy("dynamodb:GetItem", table)))
    assert rules(check(tmp_path, m=machine(definition=json.dumps(gets)), a=granted)) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"Key": "team", "Value": "data"}], []),
        ([{"Key": "Team", "Value": "data"}, {"Key": "stage", "Value": "x"}], []),
        ([{"Key": "team", "Value": "web"}], ["EF412"]),
        ([{"Key": "stage", "Value": "data"}], ["EF412"]),
        ([], ["EF412"]),
        ([{"Key": "team"}, {"Key": "team", "Value": ["x"]}, "team"], ["EF412"]),
        (None, []),
        ("text", []),
    ],
)
def test_tags_of_the_role(tags: object, expected: list[str], tmp_path: Path) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "data"}}
    sends = policy("sqs:SendMessage")
    sends["Statement"][0]["Condition"] = condition
    details = role(sends)
    if tags is not None:
        details["Tags"] = tags
    assert rules(check(tmp_path, m=machine(), a=account(details))) == expected


def test_a_missing_role_is_reported_once_with_its_machines(tmp_path: Path) -> None:
    found = check(tmp_path, one=machine("One"), two=machine("Two"))
    assert [finding.message for finding in found] == [
        f"role '{ROLE}' of 2 state machines is not in these files; add the output of "
        "`aws iam get-account-authorization-details` to them"
    ]


def test_a_truncated_account(tmp_path: Path) -> None:
    [finding] = check(tmp_path, one=machine(), page=account(IsTruncated=True, Marker="x"))
    assert finding.rule == "IF003"
    assert finding.message.endswith("page.json' is truncated")
    second = account(policies=(managed("send", SENDS),))
    first = account(
        role(attached=(f"arn:aws:iam::{ACCOUNT}:policy/send",)), IsTruncated=True, Marker="x"
    )
    assert check(tmp_path, page=first, second=second) == []


def test_a_role_that_differs_between_files(tmp_path: Path) -> None:
    same = account(role(RoleLastUsed={"Region": "eu-west-1"}))
    assert rules(check(tmp_path, one=machine(), a=account(role()), b=same)) == ["EF401"]
    assert rules(check(tmp_path, b=account(role(policy("s3:GetObject"))))) == ["IF005"]


@pytest.mark.parametrize("definition", ["{}", "", None])
def test_metadata_only(definition: object, tmp_path: Path) -> None:
    described = machine(definition=definition) | {"Comment": "StartAt States"}
    assert rules(check(tmp_path, one=described, account=account(role()))) == ["IF004"]


def test_a_definition_that_was_made_an_object(tmp_path: Path) -> None:
    misspelt = copy.deepcopy(DEFINITION)
    misspelt["States"]["Tell"]["TimeoutSecond"] = 5  # type: ignore[index]
    shown = check(tmp_path, one=machine(definition=misspelt), account=account(role()))
    [finding] = [one for one in shown if one.rule == "EF101"]
    assert finding.place.locate().path == ("definition", "States", "Tell", "TimeoutSecond")
    assert rules(shown) == ["EF101", "EF401"]


def test_a_definition_that_cannot_be_read(tmp_path: Path) -> None:
    text = json.dumps(DEFINITION)[:-1]
    assert rules(check(tmp_path, one=machine(definition=text), account=account())) == [
        "EF001",
        "IF003",
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"loggingConfiguration": {"level": "ALL", "destinations": []}}, ["EF418"]),
        ({"tracingConfiguration": {"enabled": True}}, ["WF419"]),
    ],
)
def test_settings(setting: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    found = check(tmp_path, one=machine(**setting), account=account(role(SENDS)))
    assert rules(found) == expected


def subject_of(described: object) -> Subject:
    file = parse(json.dumps(described), "machine.json", "json")
    document = InputDocument(file, file, Path("machine.json"), Symbols())
    context = RunContext(Options())
    reader = DeploymentReader()
    assert reader.matches(document)
    assert reader.read(document, context) is None
    [unit] = reader.finish(context)
    [subject] = unit.reading.subjects
    return subject


@pytest.mark.parametrize(
    ("kind", "expected"), [("AWS_OWNED_KEY", None), ("CUSTOMER_MANAGED_KMS_KEY", "on")]
)
def test_the_key(kind: str, expected: object) -> None:
    described = machine(encryptionConfiguration={"type": kind, "kmsKeyId": "key"})
    setting = (subject_of(described).settings or {}).get("encryption")
    assert (setting and setting.state) == expected


def test_settings_that_an_output_does_not_show() -> None:
    described = machine()
    del described["loggingConfiguration"], described["tracingConfiguration"]
    assert subject_of(described).settings is None


def test_an_express_machine(tmp_path: Path) -> None:
    waits = copy.deepcopy(DEFINITION)
    waits["States"]["Tell"]["Resource"] += ".waitForTaskToken"  # type: ignore[index]
    found = check(
        tmp_path,
        one=machine(definition=json.dumps(waits), type="EXPRESS"),
        account=account(role(SENDS)),
    )
    assert "EF303" in rules(found)


def test_policies_of_the_user_in_place_of_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("machine.json").write_text(json.dumps(machine()))
    Path("policy.json").write_text(json.dumps({"PolicyDocument": policy("sqs:ReceiveMessage")}))
    assert main(["check", "machine.json", "--policy", "policy.json"]) == 1
    assert "EF401" in capsys.readouterr().out
    Path("policy.json").write_text(json.dumps({"PolicyDocument": SENDS}))
    assert main(["check", "machine.json", "--policy", "policy.json"]) == 0
    Path("policy.json").write_text("{")
    assert main(["check", "machine.json", "--policy", "policy.json"]) == 1
    assert capsys.readouterr().out.count("EF001") == 1


def test_a_comment_suppresses_a_finding(tmp_path: Path) -> None:
    quiet = copy.deepcopy(DEFINITION)
    quiet["States"]["Tell"]["Comment"] = "sfn-lint: ignore[EF401] the queue lets it in"  # type: ignore[index]
    assert check(tmp_path, m=machine(definition=json.dumps(quiet)), a=account(role())) == []


@pytest.mark.parametrize(
    "text", ['{"a": 1} {"b": 2}', '{"stateMachineArn": 1} {"b": 2}', "[] []", "} {"]
)
def test_other_concatenated_values_are_no_machines(text: str, tmp_path: Path) -> None:
    assert check(tmp_path, other=text) == []


@pytest.mark.parametrize(
    "text",
    ["\\" + '"\\' * 500_000, "{}" * 500_000, "{" * 500_000, '{"a":' * 500_000, '"' * 999_999],
    ids=["quotes", "values", "braces", "nested", "texts"],
)
def test_hostile_texts(text: str, tmp_path: Path) -> None:
    found = check(tmp_path, other=f'{{"RoleDetailList": "stateMachineArn"}} {text}')
    assert rules(found) == ["EF001"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(ROLE),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
FULL = account(
    role(
        SENDS,
        attached=(f"arn:aws:iam::{ACCOUNT}:policy/send",),
        PermissionsBoundary={"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/send"},
    ),
    policies=(managed("send", SENDS),),
)


@st.composite
def spoilt(draw: st.DrawFn) -> object:
    """Return an output with one of its values replaced."""
    data: Any = copy.deepcopy([machine(), FULL])
    at: Any = data
    while True:
        key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], (dict, list)) or draw(st.integers(0, 4)) == 0:
            at[key] = draw(JSON)
            return data
        at = at[key]


@given(spoilt())
@settings(max_examples=150, deadline=None)
def test_outputs_of_any_shape(data: object) -> None:
    sfnlint.check_text(json.dumps(data), "answers.json")
