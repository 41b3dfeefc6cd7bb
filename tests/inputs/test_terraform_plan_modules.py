"""Terraform plans with modules, `count`, `for_each`, and policies of other resources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sfnlint.engine import run_text
from sfnlint.options import Options

DEFINITION = {
    "StartAt": "Send",
    "States": {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
                "MessageBody": "new",
            },
            "End": True,
        }
    },
}
ROLE = "arn:aws:iam::123456789012:role/runs"
ROOT = "arn:aws:iam::123456789012:root"


def policy(action: object, **more: object) -> str:
    statement = {"Effect": "Allow", "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = policy("sts:AssumeRole", Principal={"Service": "states.amazonaws.com"})
ORDERS = "arn:aws:sqs:us-east-1:123456789012:orders"
SENDS = policy("sqs:SendMessage", Resource=ORDERS)
READS = policy("sqs:ReceiveMessage", Resource=ORDERS)


def references(resource: str, attribute: str) -> list[str]:
    """Return a reference as a plan lists it, the most specific first."""
    names = [f"{resource}.{attribute}", resource]
    return names + ([resource.partition("[")[0]] if "[" in resource else [])


class Planned:
    """Builds a plan: the planned values and the configuration, by module."""

    def __init__(self) -> None:
        self.planned: dict[str, Any] = {"resources": [], "child_modules": []}
        self.configured: dict[str, Any] = {"resources": [], "module_calls": {}}
        self.changes: list[Any] = []

    def add(
        self, resource: str, given: Mapping[str, object], key: str = "", module: str = ""
    ) -> None:
        """Add an instance; a list among the values has the references of an unknown argument."""
        unknown: dict[str, Any] = {
            field: value for field, value in given.items() if isinstance(value, list)
        }
        values = {field: value for field, value in given.items() if field not in unknown}
        kind, _, name = resource.partition(".")
        address = f"{module}{'.' if module else ''}{resource}{key}"
        planned, configured = self.planned, self.configured
        if module:
            children = self.planned["child_modules"]
            if all(one["address"] != module for one in children):
                children.append({"address": module, "resources": []})
            planned = next(one for one in children if one["address"] == module)
            configured = self.call(module)["module"]
        planned["resources"].append(
            {"address": address, "mode": "managed", "type": kind, "name": name, "values": values}
        )
        expressions: dict[str, Any] = {
            field: {"references": names} for field, names in unknown.items()
        }
        expressions |= {field: {"constant_value": value} for field, value in values.items()}
        if all(one["address"] != resource for one in configured["resources"]):
            configured["resources"].append(
                {"address": resource, "mode": "managed", "expressions": expressions}
            )
        self.changes.append(
            {"address": address, "change": {"after_unknown": dict.fromkeys(unknown, True)}}
        )

    def call(self, module: str) -> dict[str, Any]:
        """Return the call of a module in the configuration; a new one if there is none."""
        name = module.removeprefix("module.").partition("[")[0]
        calls = self.configured["module_calls"]
        call: dict[str, Any] = calls.setdefault(
            name, {"expressions": {}, "module": {"resources": [], "outputs": {}}}
        )
        return call

    def machine(self, role: object, key: str = "", module: str = "") -> None:
        """Add a machine with this role."""
        given = {"name": "m", "definition": json.dumps(DEFINITION), "role_arn": role}
        self.add("aws_sfn_state_machine.m", given, key, module)

    def role(self, document: str, key: str = "", module: str = "", name: str = "runs") -> None:
        """Add a role with a policy of its own."""
        own = {"assume_role_policy": TRUST} | ({"name": name} if name else {})
        self.add("aws_iam_role.r", own, key, module)
        self.add(
            "aws_iam_role_policy.p",
            {"role": references(f"aws_iam_role.r{key}", "id"), "policy": document},
            key,
            module,
        )

    def found(self) -> list[str]:
        """Return the rules with findings, except those of severity info."""
        return [rule for rule in self.all_found() if not rule.startswith("I")]

    def all_found(self) -> list[str]:
        """Return the rules with findings."""
        data = {
            "format_version": "1.2",
            "planned_values": {"root_module": self.planned},
            "resource_changes": self.changes,
            "configuration": {"root_module": self.configured},
        }
        findings = run_text(json.dumps(data), "plan.json", Options()).findings
        return sorted(one.rule for one in findings)


ARN = references("aws_iam_role.r", "arn")
LACKING = ["EF401"]


def simple(document: str = READS) -> Planned:
    """Return a plan with one machine and its role."""
    plan = Planned()
    plan.machine(ARN)
    plan.role(document)
    return plan


def test_one_machine_and_its_role() -> None:
    assert simple(SENDS).found() == []
    assert simple().found() == LACKING


@pytest.mark.parametrize(("document", "expected"), [(SENDS, []), (READS, LACKING)])
def test_the_role_of_a_module_is_that_of_a_machine_of_the_root(
    document: str, expected: list[str]
) -> None:
    plan = Planned()
    plan.machine(["module.access.role_arn", "module.access"])
    plan.role(document, module="module.access")
    plan.call("module.access")["module"]["outputs"]["role_arn"] = {
        "expression": {"references": ARN}
    }
    assert plan.found() == expected


@pytest.mark.parametrize(("document", "expected"), [(SENDS, []), (READS, LACKING)])
def test_the_role_of_the_root_is_that_of_a_machine_of_a_module(
    document: str, expected: list[str]
) -> None:
    plan = Planned()
    plan.machine(["var.role_arn"], module="module.flow")
    plan.role(document)
    plan.call("module.flow")["expressions"]["role_arn"] = {"references": ARN}
    assert plan.found() == expected


@pytest.mark.parametrize(
    "names",
    [
        ["module.access"],
        ["module.access[0].role_arn", "module.access[0]", "module.access"],
        ["module.access", "each.key"],
        ["module.access.other", "module.access"],
    ],
)
def test_references_that_do_not_lead_to_one_role_of_a_module(names: list[str]) -> None:
    plan = Planned()
    plan.machine(names)
    for key in ("[0]", "[1]"):
        plan.role(READS, module=f"module.access{key}", name=f"runs{key}")
    outputs = plan.call("module.access")["module"]["outputs"]
    outputs["role_arn"] = {"expression": {"references": ARN}}
    assert plan.found() == []


def test_a_machine_has_the_instance_of_a_role_with_count_that_it_names() -> None:
    for number, expected in ((0, []), (1, LACKING)):
        plan = Planned()
        plan.machine(references(f"aws_iam_role.r[{number}]", "arn"))
        plan.role(SENDS, "[0]", name="sends")
        plan.role(READS, "[1]", name="reads")
        assert plan.found() == expected


@pytest.mark.parametrize("name", ["", "runs"], ids=["generated", "given"])
@pytest.mark.parametrize("index", ["count.index", "each.key"])
def test_a_policy_of_an_unknown_instance_of_a_role(name: str, index: str) -> None:
    plan = Planned()
    plan.machine(references("aws_iam_role.r[0]", "arn"))
    plan.role(READS, "[0]", name=name)
    assert plan.found() == LACKING
    plan.add(
        "aws_iam_role_policy.whose", {"role": ["aws_iam_role.r", index], "policy": SENDS}, "[0]"
    )
    assert plan.found() == []


def test_each_machine_of_for_each_has_the_role_that_all_of_them_name() -> None:
    for document, expected in ((SENDS, []), (READS, LACKING)):
        plan = Planned()
        for key in ('["a"]', '["b.c"]'):
            plan.machine(ARN, key)
        plan.role(document)
        assert plan.found() == expected


def test_machines_of_for_each_with_a_role_each() -> None:
    plan = Planned()
    for key in ('["a"]', '["b.c"]'):
        plan.machine(["aws_iam_role.r", "each.key"], key)
        plan.role(READS, key, name="")
    assert plan.found() == []


def test_a_machine_that_may_have_any_role_may_need_what_another_does_not() -> None:
    plan = simple(policy(["sqs:SendMessage", "sqs:ReceiveMessage"], Resource=ORDERS))
    assert "IF508" in plan.all_found()
    plan.machine(["aws_iam_role.r", "each.key"], '["a"]', "module.flow")
    assert "IF508" not in plan.all_found()


def test_roles_of_one_name_in_two_accounts_are_not_told_apart() -> None:
    plan = Planned()
    plan.machine(ROLE)
    plan.role(READS)
    assert plan.found() == LACKING
    plan.add("aws_iam_role.r", {"name": "runs", "assume_role_policy": TRUST}, "", "module.other")
    given = {
        "role": references("aws_iam_role.r", "name"),
        "policy_arn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
    }
    plan.add("aws_iam_role_policy_attachment.a", given, "", "module.other")
    assert plan.found() == []


def test_a_plan_without_its_configuration() -> None:
    plan = Planned()
    plan.machine(ROLE)
    plan.add("aws_iam_role.r", {"name": "runs", "assume_role_policy": TRUST})
    plan.add("aws_iam_role_policy.p", {"role": "runs", "policy": READS})
    assert plan.found() == LACKING
    plan.add(QUEUE, {"policy": references("aws_sqs_queue.q", "arn")})
    plan.configured.clear()
    assert plan.found() == []


def test_a_plan_without_machines_is_silent() -> None:
    plan = Planned()
    plan.role(READS)
    assert plan.found() == []
    assert (
        run_text('{"format_version": "1.2", "planned_values": {}}', "p", Options()).findings == []
    )


QUEUE = "aws_sqs_queue_policy.q"
NAMING = policy("sqs:*", Resource="*", Principal={"AWS": [ROOT, ROLE]})
OF_SERVICES = policy("sqs:*", Resource="*", Principal={"Service": "events.amazonaws.com"})


@pytest.mark.parametrize(
    ("resource", "given"),
    [
        (QUEUE, {"policy": NAMING}),
        (QUEUE, {"policy": references("aws_sqs_queue.q", "arn")}),
        (QUEUE, {"policy": "<<not read>>"}),
        (QUEUE, {"policy": policy("sqs:*", Resource="*", Principal="*")}),
        (QUEUE, {"policy": policy("sqs:*", Resource="*", NotPrincipal={"AWS": ROOT})}),
        ("aws_sqs_queue.q", {"policy": NAMING}),
        ("aws_new_kind_of_thing.t", {"policy": NAMING}),
        ("aws_new_kind_of_thing.t", {"principal": ROLE}),
        ("aws_new_kind_of_thing.t", {"principal": ARN}),
        ("aws_new_kind_of_thing.t", {"grantee_principal": ARN}),
    ],
)
def test_a_resource_policy_that_may_name_the_role(
    resource: str, given: Mapping[str, object]
) -> None:
    plan = simple()
    plan.add(resource, given)
    assert plan.found() == []


@pytest.mark.parametrize(
    ("resource", "given"),
    [
        (QUEUE, {"policy": OF_SERVICES}),
        ("aws_kms_key.k", {"policy": policy("kms:*", Resource="*", Principal={"AWS": ROOT})}),
        ("aws_lambda_permission.p", {"principal": "events.amazonaws.com"}),
        ("aws_sns_topic.t", {"name": "orders"}),
        ("aws_sns_topic_policy.t", {"policy": NAMING}),
        ("aws_s3_bucket_policy.b", {"policy": NAMING}),
        ("aws_kms_key.k", {"policy": NAMING}),
        ("aws_secretsmanager_secret_policy.s", {"policy": NAMING}),
        ("aws_lambda_permission.p", {"principal": ROLE}),
        ("aws_lambda_permission.p", {"principal": ARN}),
        ("aws_kms_grant.g", {"grantee_principal": ARN}),
    ],
)
def test_a_resource_policy_without_a_role_or_of_another_service(
    resource: str, given: Mapping[str, object]
) -> None:
    plan = simple()
    plan.add(resource, given)
    assert plan.found() == LACKING


def test_a_computed_policy_that_the_configuration_does_not_set() -> None:
    plan = simple()
    plan.add("aws_sqs_queue.q", {"name": "orders"})
    plan.changes[-1]["change"]["after_unknown"]["policy"] = True
    assert plan.found() == LACKING
