"""Cloud assemblies of the CDK: assets, imports between stacks, nested stacks.

The files have the form that aws-cdk-lib 2.275 writes.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint.cli import main
from sfnlint.finding import Finding
from sfnlint.report.positions import position

Json = dict[str, Any]

STATES = {"Service": "states.amazonaws.com"}
LACKS, SENDS = "sqs:ReceiveMessage", "sqs:SendMessage"


def att(name: str, attribute: str = "Arn") -> Json:
    return {"Fn::GetAtt": [name, attribute]}


def imported(name: str) -> Json:
    return {"Fn::ImportValue": name}


def definition(queue: str) -> str:
    parameters = {"QueueUrl": queue, "MessageBody": "x"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
    return json.dumps({"StartAt": "Send", "States": {"Send": {**task, "Parameters": parameters}}})


def machine(role: Json, queue: Json, path: str = "Flow/Machine/Resource") -> Json:
    before, after = definition("|").split("|")
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "DefinitionString": {"Fn::Join": ["", [before, queue, after]]},
            "RoleArn": role,
        },
        "Metadata": {"aws:cdk:path": path},
    }


def statement(action: str, resource: object, **more: object) -> Json:
    one = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [one]}


def role(**properties: object) -> Json:
    trust = {"Effect": "Allow", "Principal": STATES, "Action": "sts:AssumeRole"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            **properties,
        },
        "Metadata": {"aws:cdk:path": "Flow/Machine/Role/Resource"},
    }


def policy(action: str, queue: object, owner: object = "Role123") -> Json:
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyDocument": statement(action, queue),
            "PolicyName": "Default",
            "Roles": [{"Ref": owner} if isinstance(owner, str) else owner],
        },
        "Metadata": {"aws:cdk:path": "Flow/Machine/Role/DefaultPolicy/Resource"},
    }


QUEUE: Json = {"Type": "AWS::SQS::Queue", "Metadata": {"aws:cdk:path": "Flow/Queue/Resource"}}


def export(value: Json, name: str) -> Json:
    return {"Value": value, "Export": {"Name": name}}


def nested(key: str, **parameters: Json) -> Json:
    ends = f"/{key}"
    address = ["https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, ends]
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", address]}, "Parameters": parameters},
    }


def write(
    folder: Path,
    stacks: dict[str, Json],
    assets: dict[str, tuple[str, str]] | None = None,
    folders: tuple[str, ...] = (),
) -> None:
    """Write an assembly; assets are file names and texts by key."""
    folder.mkdir(parents=True, exist_ok=True)
    artifacts: Json = {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}
    files = {}
    for key, (path, text) in (assets or {}).items():
        (folder / path).write_text(text)
        target = {"bucketName": "b-${AWS::Region}", "objectKey": key}
        files[key] = {
            "source": {"path": path, "packaging": "file"},
            "destinations": {"current": target},
        }
    for name, template in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template, indent=1))
        (folder / f"{name}.assets.json").write_text(json.dumps({"files": files}))
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    for name in folders:
        artifacts[name] = {"type": "cdk:cloud-assembly", "properties": {"directoryName": name}}
    manifest = {"version": "55.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def one_stack(action: str) -> dict[str, Json]:
    resources = {
        "Queue123": QUEUE,
        "Role123": role(),
        "Policy123": policy(action, att("Queue123")),
        "Machine123": machine(att("Role123"), {"Ref": "Queue123"}),
    }
    return {"Flow": {"Resources": resources}}


def alone(folder: Path, action: str) -> None:
    write(folder, one_stack(action))


def definition_in_an_asset(folder: Path, action: str) -> None:
    stacks = one_stack(action)
    stacks["Flow"]["Resources"]["Machine123"]["Properties"] = {
        "DefinitionS3Location": {"Bucket": {"Fn::Sub": "b-${AWS::Region}"}, "Key": "abc.json"},
        "DefinitionSubstitutions": {"Queue": {"Ref": "Queue123"}},
        "RoleArn": att("Role123"),
    }
    write(folder, stacks, {"abc.json": ("asset.abc.json", definition("${Queue}"))})


def role_in_another_stack(folder: Path, action: str) -> None:
    resources = {
        "Queue123": QUEUE,
        "Role123": role(),
        "Policy123": policy(action, att("Queue123")),
    }
    outputs = {
        "A": export(att("Role123"), "Data:Role"),
        "B": export({"Ref": "Queue123"}, "Data:Queue"),
    }
    flow = {"Machine123": machine(imported("Data:Role"), imported("Data:Queue"))}
    data = {"Resources": resources, "Outputs": outputs}
    write(folder, {"Flow": {"Resources": flow}, "Data": data})


def queue_in_another_stack(folder: Path, action: str) -> None:
    outputs = {
        "A": export(att("Queue123"), "Data:QueueArn"),
        "B": export({"Ref": "Queue123"}, "Data:Queue"),
    }
    flow = {
        "Role123": role(),
        "Policy123": policy(action, imported("Data:QueueArn")),
        "Machine123": machine(att("Role123"), imported("Data:Queue")),
    }
    data = {"Resources": {"Queue123": QUEUE}, "Outputs": outputs}
    write(folder, {"Flow": {"Resources": flow}, "Data": data})


def policy_in_another_stack(folder: Path, action: str) -> None:
    stacks = one_stack(action)
    del stacks["Flow"]["Resources"]["Policy123"]
    stacks["Flow"]["Outputs"] = {
        "A": export({"Ref": "Role123"}, "Flow:Role"),
        "B": export(att("Queue123"), "Flow:Queue"),
    }
    added = policy(action, imported("Flow:Queue"), imported("Flow:Role"))
    write(folder, {**stacks, "More": {"Resources": {"Policy123": added}}})


def managed_policy_in_another_stack(folder: Path, action: str) -> None:
    stacks = one_stack(action)
    del stacks["Flow"]["Resources"]["Policy123"]
    stacks["Flow"]["Resources"]["Role123"] = role(ManagedPolicyArns=[imported("More:Policy")])
    stacks["Flow"]["Outputs"] = {"B": export(att("Queue123"), "Flow:Queue")}
    document = statement(action, imported("Flow:Queue"))
    managed = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
    more = {
        "Resources": {"Managed123": managed},
        "Outputs": {"A": export({"Ref": "Managed123"}, "More:Policy")},
    }
    write(folder, {**stacks, "More": more})


def machine_in_a_nested_stack(folder: Path, action: str) -> None:
    resources = {
        "Queue123": QUEUE,
        "Role123": role(),
        "Policy123": policy(action, att("Queue123")),
        "Nested123": nested("n.json", role=att("Role123"), queue={"Ref": "Queue123"}),
    }
    inner = {
        "Parameters": {"role": {"Type": "String"}, "queue": {"Type": "String"}},
        "Resources": {"Machine123": machine({"Ref": "role"}, {"Ref": "queue"})},
    }
    files = {"n.json": ("Flow.nested.template.json", json.dumps(inner, indent=1))}
    write(folder, {"Flow": {"Resources": resources}}, files)


def role_in_a_nested_stack(folder: Path, action: str) -> None:
    inner = {
        "Resources": {
            "Queue123": QUEUE,
            "Role123": role(),
            "Policy123": policy(action, att("Queue123")),
        },
        "Outputs": {"role": {"Value": att("Role123")}, "queue": {"Value": {"Ref": "Queue123"}}},
    }
    resources = {
        "Nested123": nested("n.json"),
        "Machine123": machine(att("Nested123", "Outputs.role"), att("Nested123", "Outputs.queue")),
    }
    files = {"n.json": ("Flow.nested.template.json", json.dumps(inner, indent=1))}
    write(folder, {"Flow": {"Resources": resources}}, files)


def everything_in_siblings(folder: Path, action: str) -> None:
    inner = {
        "Resources": {
            "Queue123": QUEUE,
            "Role123": role(),
            "Policy123": policy(action, att("Queue123")),
        },
        "Outputs": {"role": {"Value": att("Role123")}, "queue": {"Value": {"Ref": "Queue123"}}},
    }
    other = {
        "Parameters": {"role": {"Type": "String"}, "queue": {"Type": "String"}},
        "Resources": {"Machine123": machine({"Ref": "role"}, {"Ref": "queue"})},
    }
    given = {name: att("One123", f"Outputs.{name}") for name in ("role", "queue")}
    resources = {"One123": nested("n.json"), "Two123": nested("m.json", **given)}
    files = {
        "n.json": ("One.nested.template.json", json.dumps(inner, indent=1)),
        "m.json": ("Two.nested.template.json", json.dumps(other, indent=1)),
    }
    write(folder, {"Flow": {"Resources": resources}}, files)


def in_a_stage(folder: Path, action: str) -> None:
    write(folder, {}, folders=("assembly-Prod",))
    definition_in_an_asset(folder / "assembly-Prod", action)
    # Stages share the assets of the outermost folder.
    (folder / "assembly-Prod" / "asset.abc.json").rename(folder / "asset.abc.json")
    assets = folder / "assembly-Prod" / "Flow.assets.json"
    assets.write_text(assets.read_text().replace('"asset.abc', '"../asset.abc'))


WAYS = [
    alone,
    definition_in_an_asset,
    role_in_another_stack,
    queue_in_another_stack,
    policy_in_another_stack,
    managed_policy_in_another_stack,
    machine_in_a_nested_stack,
    role_in_a_nested_stack,
    everything_in_siblings,
    in_a_stage,
]


def rules(findings: list[Finding]) -> list[str]:
    return sorted(finding.rule for finding in findings)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_same_mistake_in_every_form(way: Any, tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    way(folder, SENDS)
    assert sfnlint.check([folder]) == []
    way(folder, LACKS)
    [finding] = [one for one in sfnlint.check([folder]) if one.rule != "IF508"]
    assert finding.rule == "EF401"
    where = position(finding.place)
    line = where.root.line_text(where.line)
    assert "arn:aws:states:::sqs:sendMessage" in line or '"Ref": "' in line or "Import" in line
    assert finding.message.endswith("role 'Flow/Machine/Role' does not allow it")
    assert "${Flow/Queue.QueueName}" in finding.message
    assert finding.machine == "Machine123"


@pytest.mark.parametrize("way", WAYS[:-1], ids=lambda way: way.__name__)
def test_a_single_template_is_read_with_its_assembly(way: Any, tmp_path: Path) -> None:
    way(tmp_path, LACKS)
    found = [
        finding.rule
        for file in sorted(tmp_path.glob("*.template.json"))
        for finding in sfnlint.check([file])
        if finding.rule != "IF508"
    ]
    assert found == ["EF401"]


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(["check", "--format", "json", "--severity", "info", *arguments])
    return json.loads(capsys.readouterr().out)


def test_every_template_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    everything_in_siblings(Path("cdk.out"), LACKS)
    in_a_stage(Path("cdk.out/../staged"), LACKS)
    for named in (["cdk.out"], ["cdk.out/manifest.json"], ["cdk.out/manifest.json", "cdk.out"]):
        assert [
            (machine["file"], machine["machine"], machine["role"])
            for machine in report(capsys, *named)["machines"]
        ] == [("cdk.out/Two.nested.template.json", "Machine123", "Role123")]
    staged = report(capsys, "staged/manifest.json")["findings"]
    assert [one["file"] for one in staged if one["rule"] == "EF401"] == ["staged/asset.abc.json"]


def test_a_template_of_an_earlier_synthesis_is_not_read(tmp_path: Path) -> None:
    alone(tmp_path, SENDS)
    old = json.dumps(one_stack(LACKS)["Flow"])
    (tmp_path / "Old.template.json").write_text(old)
    (tmp_path / "asset.0123").mkdir()
    (tmp_path / "asset.0123" / "template.json").write_text(old)
    assert sfnlint.check([tmp_path]) == []
    assert "EF401" in rules(sfnlint.check([tmp_path / "Old.template.json"]))


def test_nested_templates_of_the_legacy_synthesizer_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"Outer": {"Resources": {"Queue123": QUEUE}}})
    (tmp_path / "Inner.nested.template.json").write_text(json.dumps(one_stack(LACKS)["Flow"]))
    assert sfnlint.check([tmp_path]) == []
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    asset = {"path": "Inner.nested.template.json", "packaging": "file"}
    manifest["artifacts"]["Outer"]["metadata"] = {
        "/Outer": [{"type": "aws:cdk:asset", "data": asset}]
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert "EF401" in rules(sfnlint.check([tmp_path]))


def test_an_ignored_folder_that_is_named_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("cdk.out\n")
    alone(tmp_path / "cdk.out", LACKS)
    assert sfnlint.check([tmp_path]) == []
    assert "EF401" in rules(sfnlint.check([tmp_path / "cdk.out"]))


def ignoring(*names: str) -> Json:
    entries = [{"rule": name, "reason": "as it should be"} for name in names]
    return {"sfn-lint": {"ignore": entries}}


@pytest.mark.parametrize(
    ("resource", "rule"), [("Machine123", "EF401"), ("Role123", "WF501"), ("Policy123", "IF508")]
)
def test_metadata_suppresses_findings(resource: str, rule: str, tmp_path: Path) -> None:
    stacks = one_stack(LACKS)
    resources = stacks["Flow"]["Resources"]
    passes = statement(
        "iam:PassRole",
        "*",
        Condition={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )
    resources["Role123"] = role(Policies=[{"PolicyName": "pass", "PolicyDocument": passes}])
    write(tmp_path, stacks)
    found = rules(sfnlint.check([tmp_path]))
    assert rule in found
    resources[resource]["Metadata"] |= ignoring(rule)
    write(tmp_path, stacks)
    found.remove(rule)
    assert rules(sfnlint.check([tmp_path])) == found


def test_metadata_of_a_machine_suppresses_findings_in_its_asset(tmp_path: Path) -> None:
    definition_in_an_asset(tmp_path, LACKS)
    file = tmp_path / "Flow.template.json"
    template = json.loads(file.read_text())
    template["Resources"]["Machine123"]["Metadata"] |= ignoring("EF401")
    file.write_text(json.dumps(template))
    assert rules(sfnlint.check([tmp_path])) == ["IF508"]


@pytest.mark.parametrize("named", ["", "Flow.template.json"])
def test_metadata_of_a_role_in_another_stack(named: str, tmp_path: Path) -> None:
    role_in_another_stack(tmp_path, "sqs:*")
    assert rules(sfnlint.check([tmp_path / named])) == ["WF504"]
    file = tmp_path / "Data.template.json"
    template = json.loads(file.read_text())
    template["Resources"]["Policy123"]["Metadata"] |= ignoring("WF504")
    template["Resources"]["Role123"]["Metadata"] |= ignoring("WF501")
    file.write_text(json.dumps(template))
    assert rules(sfnlint.check([tmp_path / named])) == []


def test_no_permission_is_unneeded_for_an_exported_role(tmp_path: Path) -> None:
    stacks = one_stack(LACKS)
    write(tmp_path, stacks)
    assert rules(sfnlint.check([tmp_path])) == ["EF401", "IF508"]
    stacks["Flow"]["Outputs"] = {"A": export(att("Role123"), "Flow:Role")}
    write(tmp_path, stacks)
    assert rules(sfnlint.check([tmp_path])) == ["EF401"]


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": imported("Flow:Role")}, []),
        ({"AWS": "*"}, []),
        ({"Service": "sns.amazonaws.com"}, ["EF401"]),
        ({"AWS": imported("Flow:Other")}, ["EF401"]),
    ],
)
def test_resource_policy_in_another_stack(
    principal: Json, expected: list[str], tmp_path: Path
) -> None:
    queue_in_another_stack(tmp_path, "sqs:GetQueueUrl")
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    flow["Resources"]["Other123"] = role()
    del flow["Resources"]["Policy123"]
    flow["Outputs"] = {
        "A": export(att("Role123"), "Flow:Role"),
        "B": export(att("Other123"), "Flow:Other"),
    }
    data = json.loads((tmp_path / "Data.template.json").read_text())
    document = statement(SENDS, att("Queue123"), Principal=principal)
    properties = {"PolicyDocument": document, "Queues": [{"Ref": "Queue123"}]}
    data["Resources"]["Guard123"] = {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}
    write(tmp_path, {"Flow": flow, "Data": data})
    assert rules(sfnlint.check([tmp_path])) == expected


def test_conditions_of_the_stack_of_a_role_are_unknown(
    tmp_path: Path,
) -> None:
    role_in_another_stack(tmp_path, LACKS)
    data = json.loads((tmp_path / "Data.template.json").read_text())
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    data["Conditions"] = {"Wanted": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    data["Resources"]["Policy123"]["Condition"] = "Wanted"
    write(tmp_path, {"Flow": flow, "Data": data})
    assert sfnlint.check([tmp_path]) == []


def test_an_export_of_two_stacks_is_unknown(tmp_path: Path) -> None:
    role_in_another_stack(tmp_path, LACKS)
    data = json.loads((tmp_path / "Data.template.json").read_text())
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    write(tmp_path, {"Flow": flow, "Data": data, "Copy": data})
    assert rules(sfnlint.check([tmp_path])) == ["IF003"]


def test_a_sam_template_in_an_assembly(tmp_path: Path) -> None:
    flow = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {
            "Definition": json.loads(definition("https://sqs.us-east-1.amazonaws.com/1/q")),
            "Policies": [statement(LACKS, "*")],
        },
    }
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Flow": flow}}
    write(tmp_path, {"Flow": template, "Other": one_stack(SENDS)["Flow"]})
    assert "EF401" in rules(sfnlint.check([tmp_path]))


def test_a_policy_of_an_external_role_is_not_attached_to_a_named_role(tmp_path: Path) -> None:
    role_in_another_stack(tmp_path, SENDS)
    data = json.loads((tmp_path / "Data.template.json").read_text())
    data["Outputs"]["C"] = export({"Ref": "Role123"}, "Data:RoleName")
    flow = one_stack(LACKS)["Flow"]
    flow["Resources"]["Role123"]["Properties"]["RoleName"] = "named"
    flow["Resources"]["More123"] = policy(SENDS, "*", imported("Data:RoleName"))
    write(tmp_path, {"Flow": flow, "Data": data})
    assert rules(sfnlint.check([tmp_path])) == ["EF401", "IF508"]


def test_a_policy_in_another_account_is_not_attached(tmp_path: Path) -> None:
    stacks = one_stack(LACKS)
    stacks["Flow"]["Resources"]["Role123"]["Properties"]["RoleName"] = "named"
    added = policy(SENDS, "*")
    added["Properties"]["Roles"] = ["named"]
    write(tmp_path, {**stacks, "More": {"Resources": {"Policy123": added}}})
    assert "EF401" not in rules(sfnlint.check([tmp_path]))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["artifacts"]["More"]["environment"] = "aws://000000000000/eu-west-1"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert "EF401" in rules(sfnlint.check([tmp_path]))


def test_resource_policy_in_the_parent_stack(tmp_path: Path) -> None:
    inner = one_stack(LACKS)["Flow"]
    inner["Parameters"] = {"queue": {"Type": "String"}}
    inner["Resources"]["Machine123"] = machine(att("Role123"), {"Ref": "queue"})
    document = statement(SENDS, att("Queue123"), Principal={"AWS": "*"})
    resources = {
        "Queue123": QUEUE,
        "Guard123": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": document}},
        "Nested123": nested("n.json", queue={"Ref": "Queue123"}),
    }
    files = {"n.json": ("Flow.nested.template.json", json.dumps(inner))}
    write(tmp_path, {"Flow": {"Resources": resources}}, files)
    assert "EF401" not in rules(sfnlint.check([tmp_path]))
    del resources["Guard123"]
    write(tmp_path, {"Flow": {"Resources": resources}}, files)
    assert "EF401" in rules(sfnlint.check([tmp_path]))


def test_stacks_of_another_region_are_not_linked(tmp_path: Path) -> None:
    role_in_another_stack(tmp_path, LACKS)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["artifacts"]["Flow"]["environment"] = "aws://123456789012/eu-west-1"
    manifest["artifacts"]["Data"]["environment"] = "aws://123456789012/us-east-1"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert rules(sfnlint.check([tmp_path])) == ["IF003"]


def test_roles_with_the_same_name_in_two_environments(tmp_path: Path) -> None:
    role_in_another_stack(tmp_path, SENDS)
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    data = json.loads((tmp_path / "Data.template.json").read_text())
    data["Resources"]["Role123"]["Properties"]["RoleName"] = "named"
    flow["Resources"]["Machine123"]["Properties"]["RoleArn"] = {
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/named"
    }
    lacking = copy.deepcopy(data)
    lacking["Resources"]["Policy123"] = policy(LACKS, att("Queue123"))
    write(tmp_path, {"Flow": flow, "Data": data, "Other": lacking})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for name in ("Flow", "Data", "Other"):
        account = "000000000000" if name == "Other" else "123456789012"
        manifest["artifacts"][name]["environment"] = f"aws://{account}/eu-west-1"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert sfnlint.check([tmp_path]) == []


def test_a_template_of_two_nested_stacks_is_unknown(tmp_path: Path) -> None:
    machine_in_a_nested_stack(tmp_path, LACKS)
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    flow["Resources"]["Again123"] = flow["Resources"]["Nested123"]
    inner = (tmp_path / "Flow.nested.template.json").read_text()
    write(tmp_path, {"Flow": flow}, {"n.json": ("Flow.nested.template.json", inner)})
    assert rules(sfnlint.check([tmp_path])) == ["IF003"]


def test_resources_with_the_same_name_in_two_stacks_differ(tmp_path: Path) -> None:
    queue_in_another_stack(tmp_path, SENDS)
    flow = json.loads((tmp_path / "Flow.template.json").read_text())
    data = json.loads((tmp_path / "Data.template.json").read_text())
    flow["Resources"]["Queue123"] = {"Type": "AWS::SQS::Queue"}
    del data["Resources"]["Queue123"]["Metadata"]
    flow["Resources"]["Policy123"] = policy(SENDS, att("Queue123"))
    write(tmp_path, {"Flow": flow, "Data": data})
    assert rules(sfnlint.check([tmp_path])) == ["EF410"]


# Hostile


def test_templates_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    write(folder, one_stack(SENDS))
    outside = tmp_path / "Outside.template.json"
    outside.write_text(json.dumps(one_stack(LACKS)["Flow"]))
    (folder / "Link.template.json").symlink_to(outside)
    (folder / "self").symlink_to(folder)
    (folder / "within").mkdir()
    write(folder / "within", {}, folders=("..", ".", "within", "../within"))
    manifest = json.loads((folder / "manifest.json").read_text())
    names = ["../Outside.template.json", str(outside), "Link.template.json", "..", "", 5, None]
    names += ["x\0", "x" * 5000, "a\n::error::b"]
    for index, name in enumerate(names):
        manifest["artifacts"][f"S{index}"] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": name},
        }
    for index, name in enumerate(["self", ".", "..", "within", "/", "cdk.out"]):
        manifest["artifacts"][f"A{index}"] = {
            "type": "cdk:cloud-assembly",
            "properties": {"directoryName": name},
        }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert rules(sfnlint.check([folder])) == ["WF019"] * (len(names) + 5 + 4)


@pytest.mark.parametrize(
    "path",
    ["../secret.json", "/etc/hostname", "link.json", "../../../etc/passwd", "\0", "a" * 9999],
)
def test_an_asset_outside_the_folder_is_not_read(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    definition_in_an_asset(folder, LACKS)
    (tmp_path / "secret.json").write_text(definition("x"))
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    assets = {
        "files": {"a": {"source": {"path": path}, "destinations": {"b": {"objectKey": "abc.json"}}}}
    }
    (folder / "Flow.assets.json").write_text(json.dumps(assets))
    [finding] = [one for one in sfnlint.check([folder]) if one.rule != "IF508"]
    assert finding.rule in ("IF004", "WF016")


def test_values_that_depend_on_themselves(tmp_path: Path) -> None:
    one, two = one_stack(LACKS)["Flow"], one_stack(LACKS)["Flow"]
    one["Resources"]["Machine123"]["Properties"]["RoleArn"] = imported("Two")
    one["Outputs"] = {"A": export(imported("Two"), "One")}
    two["Resources"]["Nested123"] = nested("t.json", p=att("Nested123", "Outputs.o"))
    two["Parameters"] = {"p": {"Type": "String"}}
    two["Outputs"] = {"A": export(imported("One"), "Two"), "o": {"Value": {"Ref": "p"}}}
    two["Resources"]["Machine123"]["Properties"]["RoleArn"] = {"Ref": "p"}
    write(tmp_path, {"One": one, "Two": two})
    assets = json.loads((tmp_path / "Two.assets.json").read_text())
    assets["files"]["t"] = {
        "source": {"path": "Two.template.json"},
        "destinations": {"x": {"objectKey": "t.json"}},
    }
    (tmp_path / "Two.assets.json").write_text(json.dumps(assets))
    assert rules(sfnlint.check([tmp_path])) == ["IF003", "IF003"]


def test_long_chains_end(tmp_path: Path) -> None:
    stacks = one_stack(LACKS)
    stacks["Flow"]["Resources"]["Machine123"]["Properties"]["RoleArn"] = imported("E0")
    for index in range(200):
        value: Any = imported(f"E{index + 1}")
        for _ in range(35):
            value = {"Fn::Join": ["", [value]]}
        resources = {"Queue": {"Type": "AWS::SQS::Queue"}}
        outputs = {"A": export(value, f"E{index}")}
        stacks[f"S{index}"] = {"Resources": resources, "Outputs": outputs}
    write(tmp_path, stacks)
    assert rules(sfnlint.check([tmp_path])) == ["IF003"]


@pytest.mark.parametrize(("length", "expected"), [(20, []), (21, ["IF003"])])
def test_a_chain_of_imports_is_followed_within_limits(
    length: int, expected: list[str], tmp_path: Path
) -> None:
    stacks = one_stack(SENDS)
    resources = stacks["Flow"]["Resources"]
    stacks["Roles"] = {
        "Resources": {"Role123": resources.pop("Role123"), "Policy": resources.pop("Policy123")},
        "Outputs": {"Role": export(att("Role123"), f"E{length}")},
    }
    resources["Machine123"]["Properties"]["RoleArn"] = imported("E0")
    for index in range(length):
        outputs = {"A": export(imported(f"E{index + 1}"), f"E{index}")}
        stacks[f"S{index}"] = {"Resources": {"Queue": QUEUE}, "Outputs": outputs}
    write(tmp_path, stacks)
    assert rules(sfnlint.check([tmp_path])) == expected


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"artifacts": 1}', '{"artifacts": []}', '{"name": "web app", "icons": []}'],
)
def test_another_manifest_does_not_affect_templates(text: str, tmp_path: Path) -> None:
    alone(tmp_path, LACKS)
    (tmp_path / "manifest.json").write_text(text)
    assert "EF401" in rules(sfnlint.check([tmp_path]))


JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "..", "Flow.template.json", "Role123"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_any_assembly_is_read_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cdk")
    data.draw(st.sampled_from(WAYS))(folder, LACKS)
    file = data.draw(st.sampled_from(sorted(folder.rglob("*.json"))))
    whole: Any = json.loads(file.read_text())
    at: Any = whole
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if (
            not at[key]
            or not isinstance(at[key], (dict, list))
            or data.draw(st.integers(0, 5)) == 0
        ):
            at[key] = data.draw(JSON)
            break
        at = at[key]
    file.write_text(json.dumps(whole))
    sfnlint.check([folder])


def test_construct_paths_of_hostile_templates(tmp_path: Path) -> None:
    stacks = copy.deepcopy(one_stack(LACKS))
    resources = stacks["Flow"]["Resources"]
    resources["Queue123"]["Metadata"] = {"aws:cdk:path": "Flow/Machine/Role/Resource"}
    write(tmp_path, stacks)
    [finding] = [one for one in sfnlint.check([tmp_path]) if one.rule == "EF401"]
    # Two resources with one path: neither is named by it.
    assert finding.message.endswith("role 'Flow/Role123' does not allow it")
    assert "${Flow/Queue123.QueueName}" in finding.message
    resources["Role123"]["Metadata"] = {"aws:cdk:path": "a/\x1b[31m\n::error::"}
    write(tmp_path, stacks)
    assert main(["check", str(tmp_path)]) == 1
