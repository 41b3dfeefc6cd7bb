"""Unknown conditions and collections: definitions in all cases, and statements that may exist."""

from __future__ import annotations

import pytest
from inputs.test_terraform_configuration import (
    QUEUE,
    ROLE,
    SEND,
    Folder,
    folder,
    machine,
    policy,
)

__all__ = ["folder"]

DOCUMENT = """
data "aws_iam_policy_document" "send" {
%s
}
resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.send.json
}
"""
VARIABLES = "".join(
    f'variable "{name}" {{}}\n' for name in ("on", "env", "buckets", "other", "a", "b", "c", "d")
)
OTHER = SEND.replace("Order", "Publish").replace("sqs:sendMessage", "sns:publish")
OTHER = OTHER.replace(
    'QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new"',
    'TopicArn = "arn:aws:sns:eu-west-1:123456789012:t", Message = "new"',
)
SENDS = '{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }'
READS = '{ Effect = "Allow", Action = "sqs:ReceiveMessage", Resource = "*" }'


def missing(folder: Folder) -> list[str]:
    """Return the conditions under which permissions are missing, one for each finding."""
    findings = [one for one in folder.findings() if one.rule == "EF401"]
    return sorted(one.message.partition(" (when ")[2].rstrip(")") for one in findings)


# Definitions and roles


@pytest.mark.parametrize(
    "definition",
    [
        f"var.on ? jsonencode({SEND}) : jsonencode({OTHER})",
        f"jsonencode(var.on ? {SEND} : {OTHER})",
        f"var.on == true ? jsonencode({SEND}) : jsonencode({OTHER})",
        f"local.x\n}}\nlocals {{\n  x = var.on ? jsonencode({SEND}) : jsonencode({OTHER})",
        f"var.on != false ? jsonencode({SEND}) : jsonencode({OTHER})",
        f"!var.on ? jsonencode({OTHER}) : jsonencode({SEND})",
        f"!(!var.on) && true ? jsonencode({SEND}) : jsonencode({OTHER})",
        f"[jsonencode({OTHER}), jsonencode({SEND})][var.on ? 1 : 0]",
    ],
)
def test_a_condition_between_two_definitions(folder: Folder, definition: str) -> None:
    folder.write(VARIABLES + QUEUE + ROLE + machine(definition))
    assert missing(folder) == ["var.on is false", "var.on is true"]
    folder.write(VARIABLES + QUEUE + ROLE + policy("sqs:SendMessage", '"*"') + machine(definition))
    assert missing(folder) == ["var.on is false"]
    assert "IF004" not in folder.rules()


def test_a_condition_on_one_of_several_values(folder: Folder) -> None:
    definition = (
        f'var.env == "prod" ? jsonencode({SEND}) : '
        f'(var.env == "dev" ? jsonencode({OTHER}) : jsonencode({SEND}))'
    )
    folder.write(VARIABLES + QUEUE + ROLE + policy("sqs:SendMessage", '"*"') + machine(definition))
    assert missing(folder) == ['var.env == "dev" is true and var.env == "prod" is false']
    listed = f'contains(["dev", "test"], var.env) ? jsonencode({OTHER}) : jsonencode({SEND})'
    folder.write(VARIABLES + QUEUE + ROLE + policy("sqs:SendMessage", '"*"') + machine(listed))
    assert all('" is true' in when for when in missing(folder))
    assert missing(folder)


def test_the_condition_holds_for_everything_at_once(folder: Folder) -> None:
    statement = f"var.on ? {SENDS} : {READS}"
    text = (
        VARIABLES
        + QUEUE
        + ROLE
        + machine(f"var.on ? jsonencode({SEND}) : jsonencode({OTHER})")
        + policy().replace('{ Effect = "Allow", Action = "sqs:SendMessage"', "X")
    )
    start, end = text.index("[X"), text.index("}]\n  })\n}\n", text.index("[X")) + 2
    folder.write(text[:start] + f"[{statement}]" + text[end:])
    assert missing(folder) == ["var.on is false"]


def test_states_that_may_exist(folder: Folder) -> None:
    states = SEND.replace("States = {", "States = merge({").replace(
        "        }\n      }", "        }\n      }, %s)"
    )
    more = '[for _ in range(var.on ? 1 : 0) : { Note = { Type = "Succeed" } }]...'
    folder.write(VARIABLES + QUEUE + ROLE + machine(f"jsonencode({states % more})"))
    assert missing(folder) == [""]
    [unreachable] = [one.message for one in folder.findings() if one.rule == "EF218"]
    assert unreachable.endswith("(when var.on is true)")


def test_too_many_conditions_are_unknown(folder: Folder) -> None:
    chosen = " : ".join(f'var.{name} ? "{name}"' for name in ("a", "b", "c", "d", "on", "other"))
    resource = f'({chosen} : "e")'
    text = SEND.replace('MessageBody = "new"', f"MessageBody = {resource}")
    folder.write(VARIABLES + QUEUE + ROLE + machine(f"jsonencode({text})"))
    assert missing(folder) == [""]
    assert folder.run().machines[0].states == 1


def test_conditions_of_machines_with_one_role_are_limited(folder: Folder) -> None:
    def flow(name: str, *variables: str) -> str:
        body = "".join(f'${{var.{variable} ? "x" : "y"}}' for variable in variables)
        text = machine(f"jsonencode({SEND})").replace('"new"', f'"{body}"')
        return text.replace('"aws_sfn_state_machine" "flow"', f'"aws_sfn_state_machine" "{name}"')

    folder.write(
        VARIABLES + QUEUE + ROLE + flow("one", "a", "b", "c") + flow("two", "d", "on", "other")
    )
    # The finding is that of the role, for both state machines.
    assert missing(folder) == [""]
    assert len(folder.run().machines) == 2


@pytest.mark.parametrize("condition", ["aws_sqs_queue.orders.arn == null", "aws_x.y.on"])
def test_attributes_of_resources_are_no_conditions(folder: Folder, condition: str) -> None:
    text = f"{condition} ? jsonencode({SEND}) : jsonencode({OTHER})"
    folder.write(VARIABLES + QUEUE + ROLE + 'resource "aws_x" "y" {}\n' + machine(text))
    assert folder.rules() == ["IF004"]


OTHER_ROLE = ROLE.replace('"flow"', '"other"')


def test_a_condition_between_two_roles(folder: Folder) -> None:
    chosen = machine().replace(
        "aws_iam_role.flow.arn", "var.on ? aws_iam_role.flow.arn : aws_iam_role.other.arn"
    )
    folder.write(VARIABLES + QUEUE + ROLE + OTHER_ROLE + policy() + chosen)
    assert missing(folder) == ["var.on is false"]


@pytest.mark.parametrize(
    "role",
    [
        "var.on ? aws_iam_role.flow.arn : null",
        "var.on ? null : aws_iam_role.flow.arn",
        'var.on ? aws_iam_role.flow.arn : (var.env == "a" ? null : null)',
    ],
)
def test_a_role_or_null_is_the_role(folder: Folder, role: str) -> None:
    folder.write(VARIABLES + QUEUE + ROLE + machine().replace("aws_iam_role.flow.arn", role))
    assert missing(folder) == [""]


# Policies


def document(statements: str) -> str:
    return f"""
resource "aws_iam_role_policy" "flow" {{
  role   = aws_iam_role.flow.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = {statements} }})
}}
"""


@pytest.mark.parametrize(
    "form",
    [
        "concat([{sure}], var.on ? [{maybe}] : [])",
        "concat(var.on ? [{maybe}] : [], [{sure}])",
        "flatten([{sure}, var.on ? [{maybe}] : []])",
        "concat([{sure}], [for b in var.buckets : {maybe}])",
        "flatten([{sure}, [for b in var.buckets : [for c in b : {maybe}]]])",
        "concat([{sure}], [for k, b in var.buckets : {maybe} if b != null])",
        "[{sure}, var.on ? {maybe} : {sure}]",
        "compact(concat([{sure}], distinct([for b in toset(var.buckets) : {maybe}])))",
    ],
)
def test_statements_that_may_exist(folder: Folder, form: str) -> None:
    """What no statement grants is missing; what one grants may be granted."""
    for sure, maybe, is_missing in (
        (SENDS, READS, False),
        (READS, SENDS, False),
        (READS, READS, True),
    ):
        statements = form.replace("{sure}", sure).replace("{maybe}", maybe)
        folder.write(VARIABLES + QUEUE + ROLE + machine() + document(statements))
        assert bool(missing(folder)) is is_missing, (sure, maybe)
        assert "IF005" not in folder.rules()


def test_elements_of_actions_and_resources_that_may_exist(folder: Folder) -> None:
    for actions, is_missing in (
        ('concat(["sqs:SendMessage"], var.on ? ["sqs:ReceiveMessage"] : [])', False),
        ('concat(["sqs:ReceiveMessage"], var.on ? ["sqs:SendMessage"] : [])', False),
        ('concat(["sqs:ReceiveMessage"], var.on ? ["sqs:GetQueueUrl"] : [])', True),
        ('concat(["sqs:ReceiveMessage"], var.other)', False),
        ('[var.on ? "sqs:ReceiveMessage" : "sqs:GetQueueUrl"]', True),
    ):
        statement = f'[{{ Effect = "Allow", Action = {actions}, Resource = "*" }}]'
        folder.write(VARIABLES + QUEUE + ROLE + machine() + document(statement))
        assert bool(missing(folder)) is is_missing, actions
    for resources, is_missing in (
        ('[for b in var.buckets : "arn:aws:sqs:*:*:${b}"]', False),
        ("concat([aws_sqs_queue.orders.arn], var.other)", False),
    ):
        statement = f'[{{ Effect = "Allow", Action = "sqs:*", Resource = {resources} }}]'
        folder.write(VARIABLES + QUEUE + ROLE + machine() + document(statement))
        assert bool(missing(folder)) is is_missing, resources


def test_what_is_certain_is_still_too_much(folder: Folder) -> None:
    statements = f"concat([{SENDS}], var.on ? [{SENDS.replace('Send', 'Receive')}] : [])"
    folder.write(VARIABLES + QUEUE + ROLE + machine() + document(statements))
    assert folder.rules() == ["WF505"]
    assert folder.cut("WF505")[2] == '"*"'


def test_dynamic_blocks(folder: Folder) -> None:
    dynamic = """
  dynamic "statement" {
    for_each = %s
    content {
      actions   = ["%s"]
      resources = ["arn:aws:sqs:*:*:*${statement.key}", "*"]
    }
  }
"""
    sure = 'statement {\n  actions = ["sqs:ReceiveMessage"]\n  resources = ["*"]\n}\n'
    for collection in ("var.buckets", 'length(var.buckets) > 0 ? ["1"] : []', "toset(var.buckets)"):
        for action, is_missing in (("sqs:SendMessage", False), ("sqs:GetQueueUrl", True)):
            text = DOCUMENT % (sure + dynamic % (collection, action))
            folder.write(VARIABLES + QUEUE + ROLE + machine() + text)
            assert bool(missing(folder)) is is_missing, collection
            assert "IF005" not in folder.rules()


def test_a_dynamic_condition(folder: Folder) -> None:
    for action, is_missing in (("sqs:SendMessage", False), ("sqs:ReceiveMessage", True)):
        statement = f"""
  statement {{
    actions   = ["{action}"]
    resources = ["*"]
    dynamic "condition" {{
      for_each = var.buckets
      content {{
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [condition.value]
      }}
    }}
  }}
"""
        folder.write(VARIABLES + QUEUE + ROLE + machine() + DOCUMENT % statement)
        assert bool(missing(folder)) is is_missing


@pytest.mark.parametrize(
    "condition",
    [
        'condition {\n test = var.env\n variable = "aws:RequestedRegion"\n values = ["x"]\n }',
        'condition {\n test = "StringEquals"\n variable = var.env\n values = ["x"]\n }',
        "condition = var.buckets",
    ],
)
def test_an_unknown_condition_leaves_the_actions_known(folder: Folder, condition: str) -> None:
    for action, is_missing in (("sqs:SendMessage", False), ("sqs:ReceiveMessage", True)):
        statement = f"""
  statement {{
    actions   = ["{action}"]
    resources = ["*"]
    {condition}
  }}
"""
        folder.write(VARIABLES + QUEUE + ROLE + machine() + DOCUMENT % statement)
        assert bool(missing(folder)) is is_missing
        assert "IF005" not in folder.rules()


def test_an_unknown_statement_is_reported(folder: Folder) -> None:
    folder.write(VARIABLES + QUEUE + ROLE + machine() + document(f"[{READS}, var.buckets]"))
    assert not missing(folder)
    assert folder.rules().count("IF005") == 1


@pytest.mark.parametrize(
    ("count", "suffix"),
    [
        (1, ""),
        (2, " (the same for 1 more state machine)"),
        (3, " (the same for 2 more state machines)"),
    ],
)
def test_a_finding_counts_the_machines_of_a_loop(folder: Folder, count: int, suffix: str) -> None:
    folder.write(
        f"""
variable "role_arn" {{}}
variable "definitions" {{}}
resource "aws_sfn_state_machine" "looped" {{
  count      = {count}
  name       = "looped-${{count.index}}"
  role_arn   = var.role_arn
  definition = var.definitions[count.index]
}}
"""
    )
    shown = [finding for finding in folder.findings() if finding.rule in ("IF003", "IF004")]
    assert [finding.rule for finding in shown] == ["IF003", "IF004"]
    assert all(
        finding.message.partition(" (")[1:] == suffix.partition(" (")[1:] for finding in shown
    )


def test_templates_of_policies(folder: Folder) -> None:
    template = """{
  "Version": "2012-10-17",
  "Statement": [
    %{ if on }{ "Effect": "Allow", "Action": "ACTION", "Resource": "*" },%{ endif }
    %{ for b in buckets }
    { "Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": "${b}" },
    %{ endfor }
    { "Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*" }
  ]
}"""
    written = policy()
    start = written.index("jsonencode(")
    given = 'templatefile("p.json.tpl", { on = var.on, buckets = var.buckets })\n}\n'
    folder.write(VARIABLES + QUEUE + ROLE + machine() + written[:start] + given)
    for action, is_missing in (("sqs:SendMessage", False), ("sqs:GetQueueUrl", True)):
        folder.write(template.replace("ACTION", action), "p.json.tpl")
        assert bool(missing(folder)) is is_missing
        assert "IF005" not in folder.rules()


def test_many_conditions_in_a_policy(folder: Folder) -> None:
    names = ("a", "b", "c", "d", "on", "other", "env")
    for action, is_missing in (("sqs:SendMessage", False), ("sqs:ReceiveMessage", False)):
        maybe = ", ".join(f"var.{name} ? [{READS}] : []" for name in names)
        statement = SENDS.replace("sqs:SendMessage", action)
        statements = f"concat({maybe}, var.buckets == null ? [{statement}] : [])"
        folder.write(VARIABLES + QUEUE + ROLE + machine() + document(statements))
        assert bool(missing(folder)) is is_missing


# Attachments

SQS = '"arn:aws:iam::aws:policy/AmazonSQSFullAccess"'


@pytest.mark.parametrize(
    ("attached", "is_missing"),
    [
        ("var.on ? aws_iam_policy.sends.arn : aws_iam_policy.reads.arn", False),
        ("var.on ? aws_iam_policy.reads.arn : aws_iam_policy.reads.arn", True),
        (
            'var.on ? "arn:aws:iam::aws:policy/AmazonSQSFullAccess" : aws_iam_policy.reads.arn',
            False,
        ),
        ('var.on ? "arn:aws:iam::aws:policy/AmazonS3FullAccess" : aws_iam_policy.reads.arn', True),
        ("var.on ? var.other : aws_iam_policy.reads.arn", False),
    ],
)
def test_a_managed_policy_that_may_be_attached(
    folder: Folder, attached: str, is_missing: bool
) -> None:
    policies = "".join(
        f'resource "aws_iam_policy" "{name}" {{\n  name = "{name}"\n'
        f'  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})\n}}\n'
        for name, statement in (("sends", SENDS), ("reads", READS))
    )
    more = f"""
resource "aws_iam_role_policy_attachment" "flow" {{
  role       = aws_iam_role.flow.name
  policy_arn = {attached}
}}
"""
    folder.write(VARIABLES + QUEUE + ROLE + machine() + policies + more)
    assert bool(missing(folder)) is is_missing


WORKER = """
module "composed" {
  source = "git::https://example.com/modules.git//lambda"
  name   = "${var.env}-worker"
}
module "worker" {
  source = "git::https://example.com/modules.git//lambda"
  name   = "worker"
%s}
data "aws_iam_role" "existing" {
  name = "existing"
}
resource "aws_x" "y" {
  role = aws_iam_role.flow.name
}
resource "aws_x" "z" {}
"""


@pytest.mark.parametrize(
    ("role", "is_missing"),
    [
        # A role that something else makes is not that of the state machine.
        ("module.worker.role_name", True),
        ("data.aws_iam_role.existing.id", True),
        ("data.aws_iam_role.existing.name", True),
        ("aws_x.z.role_name", True),
        ("var.on ? module.worker.role_name : aws_iam_role.other.name", True),
        ('"somebody-else"', True),
        # So is one that is set before the state machine's exists.
        ("var.other", True),
        ("local.set", True),
        ("var.on ? var.other : null", True),
        ("var.named_otherwise", True),
        ("module.composed.role_name", True),
        # It may be the role of the state machine.
        ("var.named", False),
        ("var.names.a", False),
        ('"${var.env}-${var.other}"', False),
        ("aws_x.y.role_name", False),
        ("local.other", False),
        ("var.on ? aws_iam_role.flow.name : aws_iam_role.other.name", False),
        ('regex("role/(.*)", aws_iam_role.flow.arn)[0]', False),
        # It is the role of the state machine.
        ('element(split("/", aws_iam_role.flow.arn), 1)', False),
        ("var.on ? aws_iam_role.flow.name : null", False),
    ],
)
def test_the_role_of_a_policy(folder: Folder, role: str, is_missing: bool) -> None:
    more = WORKER % "" + "locals {\n  other = lower(var.other)\n  set = var.other\n}\n"
    defaults = {"named": '"flow"', "named_otherwise": '"other"', "names": '{ a = "flow" }'}
    for name, default in defaults.items():
        more += f'variable "{name}" {{\n  default = {default}\n}}\n'
    text = VARIABLES + QUEUE + ROLE + OTHER_ROLE + machine() + more
    folder.write(text + policy().replace("aws_iam_role.flow.id", role))
    assert bool(missing(folder)) is is_missing
    attachment = f"""
resource "aws_iam_role_policy_attachment" "flow" {{
  role       = {role}
  policy_arn = {SQS}
}}
"""
    folder.write(text + attachment)
    assert bool(missing(folder)) is is_missing
    # The policy grants something else.
    folder.write(text + policy("sqs:ReceiveMessage", '"*"').replace("aws_iam_role.flow.id", role))
    assert missing(folder)


@pytest.mark.parametrize(
    ("default", "is_missing"), [("flow-x", False), ("x-flow", True), ("flow", True), ("", True)]
)
def test_the_default_of_a_variable_may_be_a_composed_name(
    folder: Folder, default: str, is_missing: bool
) -> None:
    role = ROLE.replace('name = "flow"', 'name = "flow-${var.env}"')
    more = f'variable "named" {{\n  default = "{default}"\n}}\n'
    attached = policy().replace("aws_iam_role.flow.id", "var.named")
    folder.write(VARIABLES + QUEUE + role + machine() + attached + more)
    assert bool(missing(folder)) is is_missing


def test_a_module_outside_of_the_files_that_receives_the_role(folder: Folder) -> None:
    given = WORKER % "  role = aws_iam_role.flow.name\n"
    attached = policy().replace("aws_iam_role.flow.id", "module.worker.role_name")
    folder.write(VARIABLES + QUEUE + ROLE + machine() + given + attached)
    assert not missing(folder)


def test_two_machines_share_a_role_without_a_name(folder: Folder) -> None:
    """A role is identified by its address, whether it has a name or not."""
    shared = ROLE.replace('  name = "flow"\n', "")
    second = machine(f"jsonencode({OTHER})").replace('machine" "flow"', 'machine" "second"')
    queue, topic = "arn:aws:sqs:*:*:*", "arn:aws:sns:eu-west-1:123456789012:t"
    both = (
        f'[{{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "{queue}" }}, '
        f'{{ Effect = "Allow", Action = "sns:Publish", Resource = "{topic}" }}]'
    )
    for role in (shared, ROLE):
        folder.write(QUEUE + role + machine() + second + document(both))
        assert {one.rule for one in folder.run().findings} == {"IF506"}


@pytest.mark.parametrize(
    "resources",
    [
        "compact([aws_sqs_queue.orders.arn, var.on ? var.a : null, var.b])",
        "[aws_sqs_queue.orders.arn, var.on ? var.a : null]",
    ],
)
def test_null_is_no_resource(folder: Folder, resources: str) -> None:
    document = f"""
data "aws_iam_policy_document" "p" {{
  statement {{
    actions   = ["sqs:SendMessage"]
    resources = {resources}
  }}
}}
resource "aws_iam_role_policy" "p" {{
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.p.json
}}
"""
    folder.write(VARIABLES + QUEUE + ROLE + machine() + document)
    assert folder.rules() == []
