"""The same role in every form of CloudFormation, in YAML and JSON: equal findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

import sfnlint
from sfnlint.inputs.cloudformation.resource_names import ResourceNames

Template = dict[str, Any]

JOB = {"Fn::Sub": "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/n"}
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


def statement(actions: list[str], resource: object, **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        statement(
            [
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:AddTags",
                "sagemaker:ListTags",
                "sagemaker:CreateModel",
            ],
            JOB,
        ),
        statement(["iam:PassRole"], "*"),
    ],
}
"""Lacks StopTrainingJob and the event rule; PassRole on all roles and an unneeded CreateModel."""

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "TrainingJobName": "n",
                "RoleArn": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/train"},
            },
            "End": True,
        }
    },
}

EXPECTED = [
    ("EF403", "arn:aws:states:::sagemaker:createTrainingJob.sync"),
    ("WF407", "arn:aws:states:::sagemaker:createTrainingJob.sync"),
    ("WF501", "*"),
    ("WF503", "iam:PassRole"),
    ("IF508", "sagemaker:CreateModel"),
]


def template(role: Template, others: Template, definition: Template | None = None) -> Template:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "DependsOn": list(others),
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            **(definition or {"Definition": DEFINITION}),
        },
    }
    properties = {"AssumeRolePolicyDocument": TRUST, **role}
    role = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": {"Machine": machine, "Role": role, **others}}


def resource(kind: str, **properties: object) -> Template:
    return {"Attached": {"Type": f"AWS::IAM::{kind}", "Properties": properties}}


REF = {"Ref": "Role"}
INLINE = [{"PolicyName": "run", "PolicyDocument": POLICY}]
WAYS = {
    "inline": template({"Policies": INLINE}, {}),
    "policy": template(
        {}, resource("Policy", PolicyName="run", Roles=[REF], PolicyDocument=POLICY)
    ),
    "managed-policy-names-role": template(
        {}, resource("ManagedPolicy", Roles=[REF], PolicyDocument=POLICY)
    ),
    "role-names-managed-policy": template(
        {"ManagedPolicyArns": [{"Ref": "Attached"}]},
        resource("ManagedPolicy", PolicyDocument=POLICY),
    ),
    "role-policy": template(
        {}, resource("RolePolicy", PolicyName="run", RoleName=REF, PolicyDocument=POLICY)
    ),
}


def as_json(data: Template) -> tuple[str, str]:
    return "template.json", json.dumps(data, indent=2)


def as_yaml(data: Template) -> tuple[str, str]:
    return "template.yaml", yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False)


class _ShortTags(yaml.SafeDumper):
    """Writes the short form of intrinsic functions: `!Ref Role`, `!GetAtt Role.Arn`, `!Sub …`."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _mapping(dumper: _ShortTags, data: Template) -> yaml.Node:
    if len(data) == 1:
        [(name, value)] = data.items()
        if name == "Ref" or name.startswith("Fn::"):
            tag = "!" + name.removeprefix("Fn::")
            if name == "Fn::GetAtt":
                value = ".".join(value)
            if isinstance(value, str):
                return dumper.represent_scalar(tag, value, "|" if "\n" in value else None)
            if isinstance(value, dict):
                return dumper.represent_mapping(tag, value)
            return dumper.represent_sequence(tag, value)
    return dumper.represent_dict(data)


_ShortTags.add_representer(dict, _mapping)


def as_short_tags(data: Template) -> tuple[str, str]:
    return "template.yaml", yaml.dump(data, Dumper=_ShortTags, sort_keys=False, width=10_000)


FORMS = [as_json, as_yaml, as_short_tags]


def check(data: Template, form: Callable[[Template], tuple[str, str]] = as_short_tags) -> Any:
    name, text = form(data)
    return sfnlint.check_text(text, name)


def cut(finding: sfnlint.finding.Finding) -> str:
    """The characters of the file that a finding underlines, without quotes."""
    located = finding.place.locate()
    return located.root.text[slice(*located.span)].strip("'\"")


def shown(findings: list[sfnlint.finding.Finding]) -> list[tuple[str, str]]:
    return sorted((finding.rule, cut(finding)) for finding in findings)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", WAYS)
def test_every_form_gives_the_same_findings(
    way: str, form: Callable[[Template], tuple[str, str]]
) -> None:
    findings = check(WAYS[way], form)
    assert shown(findings) == sorted(EXPECTED)
    for finding in findings:
        located = finding.place.locate()
        found: object = WAYS[way]
        for step in located.path:
            found = found[step]  # type: ignore[index]
        # The path leads to the value at these characters in the file's data.
        assert found == cut(finding)


@pytest.mark.parametrize("way", WAYS)
def test_messages_are_the_same(way: str) -> None:
    expected = sorted(finding.message for finding in check(WAYS["inline"]))
    assert sorted(finding.message for finding in check(WAYS[way])) == expected


def text_of(role_arn: str) -> str:
    definition: Template = json.loads(json.dumps(DEFINITION))
    definition["States"]["Train"]["Parameters"]["RoleArn"] = role_arn
    return json.dumps(definition, indent=1)


PASSED = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/train"
BEFORE, AFTER = text_of("@").split("@")
DEFINITIONS: dict[str, Template] = {
    "object": {"Definition": DEFINITION},
    "literal": {"DefinitionString": text_of("arn:aws:iam::111122223333:role/train")},
    "sub": {"DefinitionString": {"Fn::Sub": text_of(PASSED)}},
    "sub-list": {
        "DefinitionString": {"Fn::Sub": [text_of("${Passed}"), {"Passed": {"Fn::Sub": PASSED}}]}
    },
    "join": {"DefinitionString": {"Fn::Join": ["", [BEFORE, {"Fn::Sub": PASSED}, AFTER]]}},
    "substitutions": {
        "DefinitionString": text_of("${Passed}"),
        "DefinitionSubstitutions": {"Passed": {"Fn::Sub": PASSED}},
    },
    "json-of-object": {"DefinitionString": {"Fn::ToJsonString": DEFINITION}},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", DEFINITIONS)
def test_every_definition_gives_the_same_findings(
    way: str, form: Callable[[Template], tuple[str, str]]
) -> None:
    data = template({"Policies": INLINE}, {}, DEFINITIONS[way])
    assert [(rule, text.strip("\\").strip('"')) for rule, text in shown(check(data, form))] == (
        sorted(EXPECTED)
    )


def rules(data: Template) -> list[str]:
    return sorted(finding.rule for finding in check(data))


MISSING = ["EF403", "WF407"]


@pytest.mark.parametrize(
    "arn",
    [
        {"Fn::GetAtt": ["Role", "Arn"]},
        {"Fn::Sub": "${Role.Arn}"},
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}"},
        {"Fn::Join": ["", ["arn:aws:iam::111122223333:role/", {"Ref": "Role"}]]},
        {"Fn::If": ["Known", {"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": ["Role", "Arn"]}]},
    ],
)
def test_every_reference_to_the_role(arn: object) -> None:
    data = template({"Policies": INLINE}, {})
    data["Resources"]["Machine"]["Properties"]["RoleArn"] = arn
    data["Conditions"] = {"Known": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    findings = check(data)
    assert shown(findings) == sorted(EXPECTED)
    assert not any("(when " in finding.message for finding in findings)


def test_a_literal_name_is_the_role() -> None:
    data = template({"RoleName": "runner", "Policies": INLINE}, {})
    arn = "arn:aws:iam::111122223333:role/runner"
    data["Resources"]["Machine"]["Properties"]["RoleArn"] = arn
    assert shown(check(data)) == sorted(EXPECTED)


def conditional(policies: object) -> Template:
    data = template({"Policies": policies}, {})
    data["Parameters"] = {"Stage": {"Type": "String"}}
    data["Conditions"] = {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, True]},
        "IsTest": {"Fn::Equals": ["false", {"Ref": "Stage"}]},
    }
    return data


NO_VALUE = {"Ref": "AWS::NoValue"}


def test_a_finding_in_one_combination_names_the_conditions() -> None:
    findings = check(conditional({"Fn::If": ["IsProd", INLINE, NO_VALUE]}))
    when = {finding.rule: finding.message.rpartition(" (when ")[2] for finding in findings}
    assert when["EF401"] == "IsProd is false)"
    assert when["WF501"] == "IsProd is true)"


def test_a_parameter_has_one_value_in_a_combination() -> None:
    # The condition has one value at a time: one of the two policies exists, or neither.
    one = {"Fn::If": ["IsProd", INLINE[0], NO_VALUE]}
    other = {"Fn::If": ["IsTest", INLINE[0], NO_VALUE]}
    findings = check(conditional([one, other]))
    assert not any("IsProd is true and IsTest is true" in one.message for one in findings)
    assert [one.rule for one in findings].count("EF401") == 1


@pytest.mark.parametrize(
    "policies",
    [
        {"Fn::If": ["Nowhere", INLINE, NO_VALUE]},
        [{"Fn::If": ["Nowhere", INLINE[0], NO_VALUE]}],
    ],
)
def test_a_policy_that_may_exist_grants_its_own_permissions_only(policies: object) -> None:
    assert set(rules(conditional(policies))) == {"EF403", "WF407", "WF604"}


STATEMENTS = POLICY["Statement"]
MAYBE = {"Fn::If": ["Nowhere", STATEMENTS[0], NO_VALUE]}
LESS = {**POLICY, "Statement": [MAYBE, *STATEMENTS[1:]]}
ACTIONS = STATEMENTS[0]["Action"]
SOME_ACTIONS = [*ACTIONS[1:], {"Fn::If": ["Nowhere", ACTIONS[0], "sagemaker:CreateModel"]}]


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ({"Policies": [{"PolicyName": "p", "PolicyDocument": LESS}]}, {}),
        (
            {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Fn::If": ["N", POLICY, LESS]}}]},
            {},
        ),
        (
            {"Policies": {"Fn::If": ["N", [INLINE[0], INLINE[0]], INLINE]}},
            {},
        ),
        (
            {},
            resource("Policy", PolicyName="p", Roles=[REF], PolicyDocument=LESS),
        ),
        (
            {},
            resource(
                "Policy",
                PolicyName="p",
                Roles=[REF],
                PolicyDocument={
                    **POLICY,
                    "Statement": [{**STATEMENTS[0], "Action": SOME_ACTIONS}, *STATEMENTS[1:]],
                },
            ),
        ),
        (
            {},
            resource(
                "Policy",
                PolicyName="p",
                Roles=[{"Fn::If": ["Nowhere", REF, "other"]}],
                PolicyDocument=POLICY,
            ),
        ),
        (
            {"ManagedPolicyArns": [{"Fn::If": ["Nowhere", {"Ref": "Attached"}, NO_VALUE]}]},
            resource("ManagedPolicy", PolicyDocument=POLICY),
        ),
        (
            {
                "ManagedPolicyArns": {
                    "Fn::If": ["Nowhere", ["arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"], []]
                }
            },
            {},
        ),
    ],
)
def test_permissions_that_may_exist(role: Any, more: Any) -> None:
    """EF403 is missing in every case, EF401 in some of them only."""
    found = rules(template(role, more))
    assert "EF401" not in found
    assert "IF005" not in found
    assert "EF403" in found or "AmazonSageMakerFullAccess" in str(role)


def test_too_many_unknown_conditions() -> None:
    """What is not told apart is a symbol, which may be any statement."""
    maybe = [{"Fn::If": [f"N{number}", STATEMENTS[0], NO_VALUE]} for number in range(40)]
    policies = [{"PolicyName": "p", "PolicyDocument": {**POLICY, "Statement": maybe}}]
    assert not {"EF401", "EF403"} & set(rules(template({"Policies": policies}, {})))


@pytest.mark.parametrize(
    "policies",
    [
        [{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}],
        [
            {
                "PolicyName": "run",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Fn::Transform": {"Name": "Macro"},
                },
            }
        ],
    ],
)
def test_no_permission_is_missing_with_an_unknown_policy(policies: object) -> None:
    assert not {"EF401", "EF402", "EF403", "EF006"} & set(rules(conditional(policies)))


@pytest.mark.parametrize(
    ("named", "missing"),
    [
        ({"Fn::Select": [1, {"Fn::Split": ["-", {"Ref": "Role"}]}]}, False),
        ({"Ref": "Other"}, True),
        ("somebody-else", True),
    ],
)
def test_a_policy_that_may_be_attached_to_the_role(named: object, missing: bool) -> None:
    data = template({}, resource("Policy", PolicyName="p", Roles=[named], PolicyDocument=POLICY))
    assert ("EF401" in rules(data)) is missing


def test_managed_policies_that_do_not_exist_in_a_combination() -> None:
    data = conditional(INLINE)
    arns = {"Fn::If": ["IsProd", NO_VALUE, NO_VALUE]}
    data["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] = arns
    assert shown(check(data)) == sorted(EXPECTED)


def test_too_many_combinations_are_unknown() -> None:
    data = template({"Policies": []}, {})
    data["Conditions"] = {f"C{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "yes"]} for n in range(20)}
    data["Resources"]["Role"]["Properties"]["Policies"] = [
        {"Fn::If": [f"C{n}", INLINE[0], NO_VALUE]} for n in range(20)
    ]
    assert not [finding for finding in check(data) if finding.severity == "error"]


def test_a_role_of_several_machines_is_checked_once() -> None:
    data = template({"Policies": INLINE}, {})
    data["Resources"]["Second"] = data["Resources"]["Machine"]
    assert rules(data) == rules(template({"Policies": INLINE}, {}))


@pytest.mark.parametrize("way", [way for way in WAYS if way != "inline"])
def test_a_policy_that_the_machine_does_not_depend_on(way: str) -> None:
    data = json.loads(json.dumps(WAYS[way]))
    del data["Resources"]["Machine"]["DependsOn"]
    policy = data["Resources"]["Attached"]["Properties"]["PolicyDocument"]
    rule = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*"}
    policy["Statement"].append(
        statement(["events:PutRule", "events:PutTargets", "events:DescribeRule"], rule)
    )
    # A managed policy in ManagedPolicyArns exists before the role does.
    assert ("WF417" in rules(data)) is (way != "role-names-managed-policy")


def test_a_definition_with_unknown_parts_is_not_unreadable() -> None:
    parts = ['{"StartAt": "A", "States": {', {"Ref": "States"}, "}}"]
    data = template({}, {}, {"DefinitionString": {"Fn::Join": ["", parts]}})
    assert "EF001" not in rules(data)
    assert "IF004" in rules(data)


def test_names_that_refer_to_each_other_endlessly() -> None:
    data = template({"Policies": INLINE}, {})
    for n in range(3000):
        name = {"Fn::Sub": f"${{R{(n + 1) % 3000}}}${{R{(n + 1) % 3000}}}"}
        data["Resources"][f"R{n}"] = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name}}
    data["Resources"]["Role"]["Properties"]["RoleName"] = {"Ref": "R0"}
    assert shown(check(data, as_json)) == sorted(EXPECTED)


def test_strings_that_double_repeatedly() -> None:
    text: object = {"Ref": "P"}
    for _ in range(45):
        text = {"Fn::Sub": ["${a}${a}", {"a": text}]}
    data = template({"RoleName": text, "Policies": INLINE}, {})
    assert shown(check(data, as_json)) == sorted(EXPECTED)


@pytest.mark.parametrize(
    ("effect", "principal"),
    [
        ("Allow", {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}),
        ("Allow", "*"),
        ("Deny", {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}),
        ("Deny", "*"),
    ],
)
def test_a_policy_of_another_resource_neither_allows_nor_denies(
    effect: str, principal: object
) -> None:
    entry = {"Effect": effect, "Principal": principal, "Action": "sagemaker:*", "Resource": "*"}
    data = template({}, {})
    data["Resources"]["Guard"] = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": ["q"], "PolicyDocument": {"Statement": [entry]}},
    }
    assert rules(data) == rules(template({}, {}))


def test_many_roles_and_policies_are_not_compared_pairwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    reference = ResourceNames.ref

    def counted(names: ResourceNames, name: str) -> str | None:
        asked.append(name)
        return reference(names, name)

    monkeypatch.setattr(ResourceNames, "ref", counted)
    resources: dict[str, Any] = {}
    for number in range(50):
        role, policy = f"Role{number}", f"Policy{number}"
        arns = [{"Ref": policy}]
        resources[role] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": role,
                "AssumeRolePolicyDocument": TRUST,
                "ManagedPolicyArns": arns,
            },
        }
        resources[policy] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": POLICY},
        }
        resources[f"Flow{number}"] = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": f"arn:aws:iam::123456789012:role/{role}",
                "Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
            },
        }
    sfnlint.check_text(json.dumps({"Resources": resources}), "template.json")
    assert len(asked) < 50 * 20
