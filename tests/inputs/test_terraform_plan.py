"""Terraform plans: pairing, exact places, no findings about unknown values, hostile data."""

# ruff: noqa: E501
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.options import Options

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob",
            "Parameters": {
                "TrainingJobName": "search-model",
                "RoleArn": "arn:aws:iam::123456789012:role/training",
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
START = {
    "Effect": "Allow",
    "Action": ["sagemaker:CreateTrainingJob", "sagemaker:AddTags", "sagemaker:ListTags"],
    "Resource": "arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model",
}
PASS = {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::123456789012:role/training",
    "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
}


Row = tuple[str, str, dict[str, Any], dict[str, Any]]


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1)


def plan(*more: Row) -> dict[str, Any]:
    """Return a plan with a machine, its role and more resources.

    A row has the type, the name, the values, and the references of unknown arguments.
    """
    machine = {"name": "train", "type": "STANDARD", "definition": json.dumps(DEFINITION)}
    rows = [
        ("aws_sfn_state_machine", "m", machine, {"role_arn": ["aws_iam_role.r.arn"]}),
        ("aws_iam_role", "r", {"name": "r", "assume_role_policy": json.dumps(TRUST)}, {}),
        *more,
    ]
    return {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": f"{kind}.{name}",
                        "mode": "managed",
                        "type": kind,
                        "name": name,
                        "values": values,
                    }
                    for kind, name, values, _ in rows
                ]
            }
        },
        "resource_changes": [
            {
                "address": f"{kind}.{name}",
                "change": {"after_unknown": dict.fromkeys(unknown, True)},
            }
            for kind, name, _, unknown in rows
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": f"{kind}.{name}",
                        "expressions": {
                            field: {"references": [*names, names[0].rpartition(".")[0]]}
                            for field, names in unknown.items()
                        },
                    }
                    for kind, name, _, unknown in rows
                ]
            }
        },
    }


def found(data: object) -> list[tuple[str, str]]:
    text = json.dumps(data)
    places = []
    for finding in run_text(text, "plan.json", Options()).findings:
        located = finding.place.locate()
        assert located.root.text == text
        places.append((finding.rule, text[slice(*located.span)]))
    return sorted(places)


INLINE = (
    "aws_iam_role_policy",
    "p",
    {"policy": policy(START, PASS)},
    {"role": ["aws_iam_role.r.id"]},
)
LACKING = ("aws_iam_role_policy", "p", {"policy": policy(START)}, {"role": ["aws_iam_role.r.id"]})
ATTACHED: tuple[Row, ...] = (
    ("aws_iam_policy", "q", {"policy": policy(PASS)}, {}),
    (
        "aws_iam_role_policy_attachment",
        "a",
        {},
        {"role": ["aws_iam_role.r.name"], "policy_arn": ["aws_iam_policy.q.arn"]},
    ),
)


def test_blocks_that_only_the_plan_marks_as_unknown() -> None:
    """A plan marks a block as unknown even if the configuration does not have it."""
    data = plan(LACKING)
    unknown = data["resource_changes"][1]["change"]["after_unknown"]
    unknown |= {"inline_policy": True, "managed_policy_arns": True, "arn": True, "id": True}
    assert [rule for rule, _ in found(data)] == ["EF402"]
    written = data["configuration"]["root_module"]["resources"][1]["expressions"]
    written["inline_policy"] = [{"policy": {"references": ["local.policy"]}}]
    assert [rule for rule, _ in found(data)] == ["IF005"]


def test_a_role_with_all_permissions() -> None:
    assert found(plan(INLINE)) == []
    assert found(plan(LACKING, *ATTACHED)) == []


def test_missing_permissions_are_located_in_the_escaped_definition() -> None:
    assert found(plan(LACKING)) == [("EF402", '\\"arn:aws:iam::123456789012:role/training\\"')]


def test_policies_of_another_role_do_not_count() -> None:
    other: Row = ("aws_iam_role", "s", {"name": "s", "assume_role_policy": json.dumps(TRUST)}, {})
    theirs = (*INLINE[:3], {"role": ["aws_iam_role.s.id"]})
    assert "EF401" in {rule for rule, _ in found(plan(other, theirs))}


def test_inline_policies_of_the_role_itself_count() -> None:
    data = plan()
    role = data["planned_values"]["root_module"]["resources"][1]["values"]
    role["inline_policy"] = [{"name": "x", "policy": policy(START, PASS)}]
    assert found(data) == []
    role["inline_policy"] = [{"name": "x", "policy": policy(START)}]
    assert [rule for rule, _ in found(data)] == ["EF402"]


@pytest.mark.parametrize(
    "resource",
    [
        ("aws_iam_role_policy", "u", {"policy": policy(PASS)}, {"role": ["each.value"]}),
        ("aws_iam_role_policy", "u", {}, {"role": ["aws_iam_role.r.id"], "policy": ["aws_iam_role.r.arn"]}),
        ("aws_iam_role_policy_attachment", "u", {"role": "r"}, {"policy_arn": ["data.aws_iam_policy.x.arn"]}),
        ("aws_iam_role_policy_attachment", "u", {}, {"role": ["each.value"], "policy_arn": ["each.key"]}),
        ("aws_iam_role_policy_attachment", "u", {"role": "r", "policy_arn": "arn:aws:iam::123456789012:policy/x"}, {}),
    ],
    ids=["inline", "policy", "attached", "whose", "elsewhere"],
)  # fmt: skip
def test_unknown_policies_prevent_findings(resource: Any) -> None:
    assert {rule[0] for rule, _ in found(plan(LACKING, resource))} <= {"I"}


def test_a_definition_that_is_known_after_apply_is_reported_once() -> None:
    data = plan(INLINE)
    del data["planned_values"]["root_module"]["resources"][0]["values"]["definition"]
    data["resource_changes"][0]["change"]["after_unknown"]["definition"] = True
    expressions = data["configuration"]["root_module"]["resources"][0]["expressions"]
    expressions["definition"] = {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]}
    assert [rule for rule, _ in found(data)] == ["IF004"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["var.x", "module.m.o", "aws_iam_role.r.arn"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["references", "values", "policy", "role"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_plans_of_any_shape(data: st.DataObject) -> None:
    tree: Any = json.loads(json.dumps(plan(INLINE, *ATTACHED)))
    for _ in range(data.draw(st.integers(1, 4))):
        node: Any = tree
        while isinstance(node, (dict, list)) and node:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = data.draw(st.sampled_from(keys))
            if data.draw(st.integers(0, 3)) == 0 or not isinstance(node[key], (dict, list)):
                node[key] = data.draw(JUNK)
                break
            node = node[key]
    run_text(json.dumps(tree), "plan.json", Options())


def settings_of(
    values: dict[str, Any], unknown: dict[str, Any], written: dict[str, Any]
) -> dict[str, str]:
    """Return the settings of the machine of a plan."""
    machine = {"definition": json.dumps(DEFINITION), "name": "m", "type": "EXPRESS", **values}
    address, kind = "aws_sfn_state_machine.m", "aws_sfn_state_machine"
    one = {"address": address, "mode": "managed", "type": kind, "name": "m"}
    data = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**one, "values": machine}]}},
        "resource_changes": [{**one, "change": {"after_unknown": unknown}}],
        "configuration": {"root_module": {"resources": [{**one, "expressions": written}]}},
    }
    (subject,) = run_text(json.dumps(data), "plan.json", Options(keep_subjects=True)).subjects
    return {
        name: setting.state
        for name, setting in (subject.settings or {}).items()
        if name != "encryption"
    }


@pytest.mark.parametrize(
    ("values", "unknown", "written", "wanted"),
    [
        ({}, {}, {}, ("off", "off")),
        # The defaults of the provider are those of the service.
        ({}, {"logging_configuration": True, "tracing_configuration": True}, {}, ("off", "off")),
        (
            {},
            {"logging_configuration": True, "tracing_configuration": True},
            {"logging_configuration": [{}], "tracing_configuration": [{}]},
            ("unknown", "unknown"),
        ),
        (
            {"logging_configuration": [{"level": "ALL"}], "tracing_configuration": [{}]},
            {
                "logging_configuration": [{"log_destination": True}],
                "tracing_configuration": [{"enabled": True}],
            },
            {},
            ("on", "unknown"),
        ),
        (
            {
                "logging_configuration": [{"level": "OFF", "log_destination": None}],
                "tracing_configuration": [{"enabled": True}],
            },
            {},
            {},
            ("off", "on"),
        ),
        (
            {"logging_configuration": [{"level": None, "log_destination": "arn:aws:logs:x:1:y:*"}]},
            {"logging_configuration": [{"level": True}]},
            {},
            ("unknown", "off"),
        ),
    ],
)
def test_logging_and_tracing(
    values: dict[str, Any],
    unknown: dict[str, Any],
    written: dict[str, Any],
    wanted: tuple[str, str],
) -> None:
    assert tuple(settings_of(values, unknown, written).values()) == wanted


@pytest.mark.usefixtures("every_rule")
def test_the_place_of_a_setting_that_is_off() -> None:
    data = plan()
    machine = data["planned_values"]["root_module"]["resources"][0]["values"]
    machine["logging_configuration"] = [{"level": "OFF"}]
    places = dict(found(data))
    assert (places["IF710"], places["IF711"]) == ('"OFF"', '"address"')


def test_policies_that_a_role_lists() -> None:
    """A policy of the plan that exists already is listed by its ARN."""
    arn = "arn:aws:iam::123456789012:policy/q"
    data = plan(("aws_iam_policy", "q", {"policy": policy(START, PASS), "arn": arn}, {}))
    role = data["planned_values"]["root_module"]["resources"][1]["values"]
    role["managed_policy_arns"] = [arn]
    assert found(data) == []
    role["managed_policy_arns"] = [f"{arn}x"]
    assert found(data) == [("IF005", f'"{arn}x"')]


def test_inline_policies_that_are_partly_unknown() -> None:
    data = plan()
    [_, role] = data["planned_values"]["root_module"]["resources"]
    role["values"]["inline_policy"] = [{"name": "x", "policy": policy(START)}, {"name": "y"}, {}]
    unknown = data["resource_changes"][1]["change"]["after_unknown"]
    unknown["inline_policy"] = [{}, {"policy": True}, {}]
    assert [rule for rule, _ in found(data)] == ["IF005"]
    unknown["inline_policy"] = [{}, {}, {}]
    assert [rule for rule, _ in found(data)] == ["EF402"]


def test_references_without_a_target() -> None:
    """Outputs that refer to each other in a circle, and references in lists."""
    data = plan((*INLINE[:3], {"role": ["module.m.role"]}))
    module: dict[str, Any] = {
        "outputs": {"role": {"expression": {"references": ["module.m.role"]}}}
    }
    module["module_calls"] = {"m": {"module": module}}
    call = {"module": {"outputs": module["outputs"], "module_calls": {}}}
    for _ in range(60):
        call = {"module": {"outputs": module["outputs"], "module_calls": {"m": call}}}
    data["configuration"]["root_module"]["module_calls"] = {"m": call}
    assert [rule for rule, _ in found(data)] == []
    expressions = data["configuration"]["root_module"]["resources"][-1]["expressions"]
    expressions["role"] = [{"a": {"references": ["aws_iam_role.r.id"]}}]
    assert found(data) == []


@pytest.mark.parametrize(("depth", "machines"), [(50, 1), (51, 0)])
def test_the_depth_of_modules_is_limited(depth: int, machines: int) -> None:
    data = plan(INLINE)
    root = data["planned_values"]["root_module"]
    machine = root["resources"].pop(0)
    addresses = [".".join(["module.m"] * level) for level in range(1, depth + 1)]
    machine["address"] = f"{addresses[-1]}.{machine['address']}"
    child: dict[str, Any] = {"address": addresses[-1], "resources": [machine]}
    for address in addresses[-2::-1]:
        child = {"address": address, "child_modules": [child]}
    # Other shapes are ignored.
    root["child_modules"] = [child, {"address": 1}, "x"]
    assert len(run_text(json.dumps(data), "plan.json", Options()).machines) == machines
