"""Terraform configurations: each way of writing a machine and its role, at exact places."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sfnlint.engine import run
from sfnlint.finding import Finding
from sfnlint.options import Options
from sfnlint.result import Result

QUEUE = """
resource "aws_sqs_queue" "orders" {
  name = "orders"
}
"""
TRUST = """
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
"""
ROLE = 'resource "aws_iam_role" "flow" {\n  name = "flow"' + TRUST + "}\n"
SEND = """{
      StartAt = "Order"
      States = {
        Order = {
          Type       = "Task"
          Resource   = "arn:aws:states:::sqs:sendMessage"
          Parameters = { QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new" }
          End        = true
        }
      }
    }"""
SEND_JSON = """{
  "StartAt": "Order",
  "States": {
    "Order": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage",
      "Parameters": {"QueueUrl": "${QUEUE}", "MessageBody": "new"},
      "End": true
    }
  }
}
"""


def machine(definition: str = f"jsonencode({SEND})", more: str = "") -> str:
    return f"""
resource "aws_sfn_state_machine" "flow" {{
  name       = "flow"
  role_arn   = aws_iam_role.flow.arn
  definition = {definition}
  {more}
}}
"""


def policy(action: str = "sqs:SendMessage", resource: str = "aws_sqs_queue.orders.arn") -> str:
    return f"""
resource "aws_iam_role_policy" "flow" {{
  role   = aws_iam_role.flow.id
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "{action}", Resource = {resource} }}]
  }})
}}
"""


class Folder:
    """A folder of files that is checked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str, name: str = "main.tf") -> Folder:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return self

    def text(self, name: str = "main.tf") -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def run(self) -> Result:
        from sfnlint.discovery import discover

        return run(discover([self.path]), Options())

    def findings(self) -> list[Finding]:
        return [one for one in self.run().findings if one.rule not in ("IF508", "IF408")]

    def rules(self) -> list[str]:
        return sorted(one.rule for one in self.findings())

    def cut(self, rule: str) -> tuple[str, int, str]:
        """Return the file, the line and the characters of the only finding of a rule."""
        [finding] = [one for one in self.findings() if one.rule == rule]
        located = finding.place.locate()
        start, end = located.span
        line, _ = located.root.line_column(start)
        return Path(located.root.file).name, line, located.root.text[start:end]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return Folder(tmp_path)


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1
    return text[: text.index(part)].count("\n") + 1


# Ways of writing the definition: the same mistake, at its line.

HEREDOC = "<<EOF\n" + SEND_JSON.replace("${QUEUE}", "${aws_sqs_queue.orders.url}") + "EOF"
DEFINITIONS = {
    "jsonencode": f"jsonencode({SEND})",
    "heredoc": HEREDOC,
    "indented heredoc": HEREDOC.replace("\n", "\n      ").replace("<<EOF", "<<-EOF"),
    "local": "local.definition",
    "module's own text": '"${jsonencode(local.value)}"',
    "merged": "jsonencode(merge(local.value, { Comment = upper(var.comment) }))",
}
LOCALS = """
variable "comment" {}
locals {
  definition = jsonencode(local.value)
  value      = %s
}
"""


@pytest.mark.parametrize("way", DEFINITIONS)
def test_ways_of_writing_a_definition(folder: Folder, way: str) -> None:
    text = QUEUE + ROLE + policy("sqs:ReceiveMessage") + machine(DEFINITIONS[way])
    if "local" in DEFINITIONS[way]:
        text += LOCALS % SEND
    folder.write(text)
    assert folder.rules() == ["EF401"]
    wanted = (
        '"${aws_sqs_queue.orders.url}"' if way.endswith("heredoc") else "aws_sqs_queue.orders.url"
    )
    assert folder.cut("EF401") == ("main.tf", line_of(text, wanted), wanted)
    folder.write(text.replace("sqs:ReceiveMessage", "sqs:SendMessage"))
    assert folder.rules() == []


VALUES = "{ QUEUE = aws_sqs_queue.orders.url }"
FILES = {
    "templatefile": (f'templatefile("${{path.module}}/flow.json", {VALUES})', ""),
    "variable with a default": (
        f'templatefile("./${{var.name}}", {VALUES})',
        'variable "name" {\n  default = "flow.json"\n}\n',
    ),
    "template_file": (
        "data.template_file.flow.rendered",
        'data "template_file" "flow" {\n  template = file("flow.json")\n'
        "  vars = { QUEUE = aws_sqs_queue.orders.url }\n}\n",
    ),
}


@pytest.mark.parametrize("way", FILES)
def test_definitions_in_files(folder: Folder, way: str) -> None:
    definition, more = FILES[way]
    folder.write(SEND_JSON, "flow.json")
    folder.write(QUEUE + ROLE + policy("sqs:ReceiveMessage") + machine(definition) + more)
    assert folder.rules() == ["EF401"]
    assert folder.cut("EF401") == ("flow.json", 7, '"${QUEUE}"')
    folder.write(QUEUE + ROLE + policy() + machine(definition) + more)
    assert folder.rules() == []


@pytest.mark.parametrize("decode", ["yamldecode", "jsondecode"])
def test_definitions_that_are_decoded_and_encoded(folder: Folder, decode: str) -> None:
    text = SEND_JSON
    if decode == "yamldecode":
        text = (
            "StartAt: Order # the first\nStates:\n  Order: &order\n    Type: Task\n"
            "    Resource: 'arn:aws:states:::sqs:sendMessage'\n    Parameters:\n"
            '      QueueUrl: ${QUEUE}\n      MessageBody: "new\\n"\n    End: true\n'
        )
    folder.write(text, "flow.txt")
    template = f'templatefile("flow.txt", {VALUES})'
    definition = f"jsonencode({decode}({template}))"
    folder.write(QUEUE + ROLE + policy("sqs:ReceiveMessage") + machine(definition))
    assert folder.rules() == ["EF401"]
    name, line, found = folder.cut("EF401")
    assert (name, line, found.strip('"')) == ("flow.txt", 7, "${QUEUE}")
    folder.write(QUEUE + ROLE + policy() + machine(definition))
    assert folder.rules() == []
    folder.write(text.replace("sendMessage", "sendMessages"), "flow.txt")
    assert folder.cut("EF301")[2].strip("'\"") == "arn:aws:states:::sqs:sendMessages"
    for wrong in (text + "\n  x: [", text.replace("true", "yes")):
        folder.write(wrong, "flow.txt")
        assert folder.rules() == ["IF004"]


def test_a_file_that_a_configuration_reads_is_not_checked_by_itself(folder: Folder) -> None:
    folder.write(SEND_JSON.replace("${QUEUE}", "x"), "flow.asl.json")
    folder.write(QUEUE + ROLE + policy(resource='"*"') + machine('file("flow.asl.json")'))
    assert [one.machine for one in folder.run().machines] == ["aws_sfn_state_machine.flow"]


def test_loops_and_choices_in_a_template_file(folder: Folder) -> None:
    text = """{"StartAt": "S0", "States": {
%{ for index, name in names ~}
  "S${index}": {"Type": "Pass", "Comment": "${upper(name)}", "Next": "S${index + 1}"},
%{ endfor ~}
  "S2": {"Type": "${wait ? "Succeed" : "Fail"}"%{ if wait == false }, "Error": "no"%{ endif }}
}}"""
    folder.write(text, "flow.tftpl")
    values = '{ names = ["a", "b"], wait = false }'
    folder.write(ROLE + machine(f'templatefile("flow.tftpl", {values})'))
    assert folder.rules() == []
    assert folder.run().machines[0].states == 3
    folder.write(text.replace('"S2":', '"S9":'), "flow.tftpl")
    assert folder.rules() == ["EF202"]
    # The index is unknown, so the message shows the expression.
    assert folder.cut("EF202") == ("flow.tftpl", 3, '"S${index + 1}"')


# Ways of writing policies.

DOCUMENT = """
data "aws_iam_policy_document" "send" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders.arn]
  }
}
"""
MANAGED = """
resource "aws_iam_policy" "send" {
  name   = "send"
  policy = data.aws_iam_policy_document.send.json
}
"""
WAYS = {
    "role policy": policy(),
    "document": DOCUMENT + 'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.flow.name\n'
    "  policy = data.aws_iam_policy_document.send.json\n}\n",
    "document of documents": DOCUMENT + 'data "aws_iam_policy_document" "all" {\n'
    "  source_policy_documents = [data.aws_iam_policy_document.send.json]\n}\n"
    'resource "aws_iam_role_policy" "p" {\n  role = "flow"\n'
    "  policy = data.aws_iam_policy_document.all.json\n}\n",
    "attachment": DOCUMENT + MANAGED + 'resource "aws_iam_role_policy_attachment" "a" {\n'
    "  role = aws_iam_role.flow.name\n  policy_arn = aws_iam_policy.send.arn\n}\n",
    "attachment of several": DOCUMENT + MANAGED + 'resource "aws_iam_policy_attachment" "a" {\n'
    '  name = "a"\n  roles = [aws_iam_role.flow.name]\n  policy_arn = aws_iam_policy.send.arn\n}\n',
    "all attachments": DOCUMENT
    + MANAGED
    + 'resource "aws_iam_role_policy_attachments_exclusive" "a" {\n'
    "  role_name = aws_iam_role.flow.name\n  policy_arns = [aws_iam_policy.send.arn]\n}\n",
    "attachment for each": DOCUMENT + MANAGED + 'resource "aws_iam_role_policy_attachment" "a" {\n'
    "  for_each = { send = aws_iam_policy.send.arn }\n"
    "  role = aws_iam_role.flow.name\n  policy_arn = each.value\n}\n",
    "attachment counted": DOCUMENT + MANAGED + 'resource "aws_iam_role_policy_attachment" "a" {\n'
    "  count = length(local.arns)\n  role = aws_iam_role.flow.name\n"
    "  policy_arn = local.arns[count.index]\n}\nlocals {\n  arns = [aws_iam_policy.send.arn]\n}\n",
    "perhaps": 'variable "on" {}\n'
    + policy().replace("role   =", "count = var.on ? 1 : 0\n  role   ="),
    "dynamic statements": 'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n'
    "    for_each = [aws_sqs_queue.orders.arn]\n    content {\n"
    '      actions = ["sqs:SendMessage"]\n      resources = [statement.value]\n    }\n  }\n}\n'
    'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.flow.name\n'
    "  policy = data.aws_iam_policy_document.d.json\n}\n",
    "heredoc": 'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.flow.name\n'
    '  policy = <<-EOF\n  {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",\n'
    '   "Action": "sqs:SendMessage", "Resource": "${aws_sqs_queue.orders.arn}"}]}\n  EOF\n}\n',
    "form of the ARN": 'data "aws_caller_identity" "me" {}\ndata "aws_region" "here" {}\n'
    'data "aws_partition" "p" {}\n'
    + policy(
        resource='format("arn:%s:sqs:%s:%s:orders", data.aws_partition.p.partition,'
        " data.aws_region.here.name, data.aws_caller_identity.me.account_id)"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_writing_policies(folder: Folder, way: str) -> None:
    folder.write(QUEUE + ROLE + machine() + WAYS[way])
    assert folder.rules() == []
    assert folder.run().machines[0].role == "aws_iam_role.flow"
    folder.write(QUEUE + ROLE + machine() + WAYS[way].replace("sqs:SendMessage", "sqs:DeleteQueue"))
    assert folder.rules() == ["EF401"]


def test_inline_policies(folder: Folder) -> None:
    inline = ROLE.removesuffix("}\n") + (
        '  inline_policy {\n    name = "p"\n'
        "    policy = data.aws_iam_policy_document.send.json\n  }\n}\n"
    )
    folder.write(QUEUE + inline + machine() + DOCUMENT)
    assert folder.rules() == []
    folder.write(QUEUE + inline + machine() + DOCUMENT.replace("Send", "Receive"))
    assert folder.rules() == ["EF401"]
    folder.write(QUEUE + inline.replace("inline_policy {", 'dynamic "inline_policy" {') + machine())
    assert "EF401" not in folder.rules()


def test_a_statement_is_found_at_its_characters(folder: Folder) -> None:
    text = (
        QUEUE
        + ROLE
        + machine()
        + policy()
        + policy("iam:PassRole", '"*"').replace('"flow"', '"pass"')
    )
    folder.write(text)
    assert folder.cut("WF501") == ("main.tf", line_of(text, '"*"'), '"*"')
    document = DOCUMENT.replace(
        "  }\n}",
        '  }\n  statement {\n    actions = ["iam:PassRole"]\n    resources = ["*"]\n  }\n}',
    )
    text = QUEUE + ROLE + machine() + WAYS["document"].replace(DOCUMENT, document)
    folder.write(text)
    assert folder.cut("WF501") == ("main.tf", line_of(text, '["*"]'), '"*"')


def test_settings(folder: Folder) -> None:
    logging = "logging_configuration {\n    log_destination = var.group\n    level = %s\n  }"
    group = 'variable "group" {}\nvariable "level" {}\n'
    for level, found in (('"ALL"', ["EF418"]), ('"OFF"', []), ("var.level", [])):
        folder.write(QUEUE + ROLE + policy() + machine(more=logging % level) + group)
        assert folder.rules() == found
    folder.write(
        QUEUE + ROLE + policy() + machine(more="tracing_configuration {\n    enabled = true\n  }")
    )
    assert folder.rules() == ["WF419"]
    assert folder.cut("WF419")[2] == "tracing_configuration"
    waiting = machine().replace("sendMessage", "sendMessage.waitForTaskToken")
    for kind, expected in (('"EXPRESS"', True), ('"STANDARD"', False), ("var.level", False)):
        folder.write(QUEUE + ROLE + policy() + waiting.replace("name  ", f"type = {kind}\n  name"))
        assert ("EF303" in folder.rules()) is expected


# Modules

CALLED = (
    'variable "queue" {}\nvariable "arn" {}\nvariable "role_name" { default = "flow" }\n'
    + ROLE
    + policy(resource="var.arn")
    + machine().replace("aws_sqs_queue.orders.url", "var.queue")
    + 'output "role" { value = aws_iam_role.flow.name }\n'
)
CALLING = (
    QUEUE + 'module "flow" {\n  source = "./modules/flow"\n  queue = aws_sqs_queue.orders.url\n'
    "  arn = aws_sqs_queue.orders.arn\n}\n"
)


def test_local_modules(folder: Folder) -> None:
    folder.write(CALLED, "modules/flow/main.tf").write(CALLING)
    assert folder.rules() == []
    [one] = folder.run().machines
    assert one.machine == "module.flow.aws_sfn_state_machine.flow"
    assert Path(one.file).as_posix().endswith("modules/flow/main.tf")
    folder.write(CALLED.replace("SendMessage", "ReceiveMessage"), "modules/flow/main.tf")
    assert folder.rules() == ["EF401"]
    assert folder.cut("EF401")[0] == "main.tf"
    # The caller may attach what the module's role lacks.
    folder.write(
        CALLING + DOCUMENT + 'resource "aws_iam_role_policy" "p" {\n  role = module.flow.role\n'
        "  policy = data.aws_iam_policy_document.send.json\n}\n"
    )
    assert folder.rules() == []


def test_modules_that_use_outputs_of_each_other(folder: Folder) -> None:
    flow = machine().replace("aws_iam_role.flow.arn", "var.role")
    folder.write(
        'variable "role" {}\n'
        + QUEUE
        + flow
        + 'output "machine" { value = aws_sfn_state_machine.flow.arn }\n'
        + 'output "queue" { value = aws_sqs_queue.orders.arn }\n',
        "flow/main.tf",
    )
    roles = (
        'variable "machine" {}\nvariable "queue" {}\n'
        + ROLE
        + "%s"
        + 'output "flow" { value = aws_iam_role.flow.arn }\n'
    )
    folder.write(
        'module "roles" {\n  source = "./roles"\n  machine = module.flow.machine\n'
        "  queue = module.flow.queue\n}\n"
        'module "flow" {\n  source = "./flow"\n  role = module.roles.flow\n}\n'
    )
    folder.write(roles % policy(resource="var.queue"), "roles/main.tf")
    assert folder.rules() == []
    folder.write(roles % policy("sqs:ReceiveMessage", "var.queue"), "roles/main.tf")
    assert folder.rules() == ["EF401"]


def test_files_of_a_module(folder: Folder) -> None:
    definition = 'templatefile("${path.module}/flow.json", { QUEUE = var.queue })'
    called = CALLED.replace(machine().replace("aws_sqs_queue.orders.url", "var.queue"), "")
    folder.write(called + machine(definition), "modules/flow/main.tf").write(CALLING)
    folder.write(SEND_JSON.replace("sendMessage", "sendMessages"), "modules/flow/flow.json")
    assert folder.rules() == ["EF301"]
    assert folder.cut("EF301")[0] == "flow.json"
    # Without `path.module`, the path is relative to the folder where Terraform runs.
    (folder.path / "modules/flow/flow.json").rename(folder.path / "flow.json")
    definition = definition.replace("${path.module}/", "")
    folder.write(called + machine(definition), "modules/flow/main.tf")
    assert folder.rules() == ["EF301"]


def test_other_users_of_a_role(folder: Folder) -> None:
    text = QUEUE + ROLE + machine() + policy("sqs:*")
    folder.write(text)
    assert "IF508" not in [one.rule for one in folder.run().findings]
    folder.write(text.replace("sqs:*", "sns:Publish") + policy().replace('"flow"', '"send"'))
    assert "IF508" in [one.rule for one in folder.run().findings]
    for more in (
        'resource "aws_lambda_function" "f" {\n  role = local.role\n}\n'
        "locals {\n  role = aws_iam_role.flow.arn\n}\n",
        'module "m" {\n  source = "elsewhere"\n  role = aws_iam_role.flow.arn\n}\n',
    ):
        folder.write(folder.text() + more)
        assert "IF508" not in [one.rule for one in folder.run().findings]
        folder.write(folder.text().removesuffix(more))
    folder.write(
        folder.text()
        + 'resource "aws_iam_role_policies_exclusive" "e" {\n  role_name = aws_iam_role.flow.name\n'
        '  policy_names = ["flow"]\n}\n'
    )
    assert "IF508" in [one.rule for one in folder.run().findings]


def test_a_module_with_several_callers_is_reported_once(folder: Folder) -> None:
    folder.write(CALLED.replace("SendMessage", "ReceiveMessage"), "modules/flow/main.tf")
    for stage in ("test", "live"):
        folder.write(CALLING.replace('"./', '"../'), f"{stage}/main.tf")
    assert folder.rules() == ["EF401"]
    assert len(folder.run().machines) == 2


@pytest.mark.parametrize("attribute", ["name", "arn"])
def test_an_output_with_the_role_hides_nothing(folder: Folder, attribute: str) -> None:
    text = CALLED.replace("SendMessage", "ReceiveMessage").replace(
        "flow.name }", f"flow.{attribute} }}"
    )
    folder.write(text)
    assert folder.rules() == ["EF401"]


def test_remote_modules(folder: Folder) -> None:
    call = 'module "m" {\n  source = "example/%s/aws"\n%s}\n'
    folder.write(call % ("step-functions", '  name = "x"\n'))
    assert folder.rules() == ["IF004"]
    misspelt = f"jsonencode({SEND.replace('sendMessage', 'sendMessages')})"
    folder.write(QUEUE + call % ("step-functions", f"  definition = {misspelt}\n"))
    assert folder.rules() == ["EF301", "IF003"]
    assert folder.cut("EF301")[2] == '"arn:aws:states:::sqs:sendMessages"'
    given = f"  definition = {misspelt}\n  role_arn = aws_iam_role.flow.arn\n"
    folder.write(QUEUE + ROLE + call % ("step-functions", given))
    assert folder.rules() == ["EF301"]
    folder.write(call % ("step-functions", "  definition = { StartAt = 1 }\n"))
    assert folder.rules() == ["IF004"]
    text = QUEUE + ROLE + machine() + policy("sqs:ReceiveMessage")
    folder.write(text + call % ("lambda", "  lambda_role = aws_iam_role.flow.arn\n"))
    assert folder.rules() == []
    folder.write(text + call % ("lambda", ""))
    assert folder.rules() == ["EF401"]


@pytest.mark.usefixtures("every_rule")
def test_settings_of_remote_modules_are_unknown(folder: Folder) -> None:
    call = 'module "m" {\n  source = "cloudposse/stepfunctions/aws"\n  definition = %s}\n'
    folder.write(QUEUE + call % f"jsonencode({SEND})\n")
    assert folder.rules() == ["IF003"]


# Unknown values: no missing permission is reported.

LACKING = QUEUE + ROLE + machine() + policy("sqs:ReceiveMessage")
SILENCED = {
    "a policy from elsewhere": 'resource "aws_iam_role_policy_attachment" "a" {\n'
    "  role = aws_iam_role.flow.name\n  policy_arn = var.arn\n}\n",
    "attached to an unknown role": 'resource "aws_iam_role_policy" "p" {\n'
    '  role = "${var.role}-x"\n'
    '  policy = file("missing.json")\n}\n',
    "for each of what is not known": 'resource "aws_iam_role_policy_attachment" "a" {\n'
    "  for_each = var.arns\n  role = aws_iam_role.flow.name\n  policy_arn = each.value\n}\n",
    "policies that are not known": 'resource "aws_iam_role_policy" "p" {\n'
    "  role = aws_iam_role.flow.name\n  policy = var.policy\n}\n",
    "statements that are not known": 'resource "aws_iam_role_policy" "p" {\n'
    "  role = aws_iam_role.flow.name\n"
    "  policy = data.aws_iam_policy_document.d.json\n}\n"
    'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n    for_each = var.all\n'
    '    content {\n      actions = ["a:b"]\n    }\n  }\n}\n',
    "actions that are not known": policy().replace('"sqs:SendMessage"', "var.action"),
    "a resource that is not known": policy(resource="var.queue_arn"),
    "a queue's own policy": 'resource "aws_sqs_queue_policy" "q" {\n  queue_url = var.url\n'
    '  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", '
    'Action = "sqs:*", Resource = "*" }] })\n}\n',
}


def test_missing_definitions_and_roles_are_reported(folder: Folder) -> None:
    folder.write(LACKING)
    assert folder.rules() == ["EF401"]


@pytest.mark.parametrize("case", SILENCED)
def test_unknown_policies(folder: Folder, case: str) -> None:
    folder.write(LACKING.replace(policy("sqs:ReceiveMessage"), "") + SILENCED[case])
    assert [rule for rule in folder.rules() if rule[0] == "E"] == []


ATTACHED = """
resource "aws_iam_role_policy_attachment" "a" {
  role       = %s
  policy_arn = var.arn
}
"""
OTHERS = {
    "one of an unknown number": (
        "aws_iam_role.other[0].name",
        ROLE.replace('"flow"', '"other"').replace("name ", "count = var.n\n  name "),
    ),
    "one of unknown names": (
        "aws_iam_role.other[var.x].name",
        ROLE.replace('"flow"', '"other"').replace("name ", "for_each = var.n\n  name "),
    ),
    "a remote module's": ("module.m.role", 'module "m" {\n  source = "somewhere/else/aws"\n}\n'),
}


@pytest.mark.parametrize("case", OTHERS)
def test_policies_of_other_roles_change_nothing(folder: Folder, case: str) -> None:
    role, more = OTHERS[case]
    folder.write(LACKING + ATTACHED % role + more)
    assert folder.rules() == ["EF401"]


def test_a_role_with_an_unknown_number_of_instances(folder: Folder) -> None:
    wide = policy("sqs:*", '"*"').replace("flow.id", "flow[0].id")
    own = ROLE.replace("name ", "count = var.n\n  name ")
    folder.write(QUEUE + own + machine().replace("flow.arn", "flow[0].arn") + wide)
    assert "WF504" in folder.rules()
    assert "IF003" not in folder.rules()
    # There may be no such role.
    folder.write(folder.text().replace("sqs:*", "sqs:ReceiveMessage"))
    assert "EF401" not in folder.rules()


@pytest.mark.parametrize("given", ["var.region", '"${var.region}"'])
def test_the_variable_of_the_region_of_the_provider(folder: Folder, given: str) -> None:
    partition, account = (
        "data.aws_partition.all.partition",
        "data.aws_caller_identity.me.account_id",
    )
    arn = f'"arn:${{{partition}}}:sqs:${{var.region}}:${{{account}}}:%s"'
    text = (
        'variable "region" {}\ndata "aws_caller_identity" "me" {}\ndata "aws_partition" "all" {}\n'
        + f'provider "aws" {{\n  region = {given}\n}}\n'
        + QUEUE
        + ROLE
        + machine()
    )
    denied = (
        policy(resource=arn % "orders").replace('"Allow"', '"Deny"').replace('"flow" {', '"no" {')
    )
    folder.write(text + policy() + denied)
    assert folder.rules() == ["EF414"]
    # Another provider may have another Region.
    folder.write(folder.text().replace("region = ", 'alias = "other"\n  region = '))
    assert folder.rules() == []


def test_the_region_in_the_name_of_a_file_is_its_default(folder: Folder) -> None:
    folder.write(SEND_JSON, "flows/eu-west-1.json")
    folder.write(
        'variable "region" {\n  default = "eu-west-1"\n}\n'
        + 'provider "aws" {\n  region = var.region\n}\n'
        + QUEUE
        + ROLE
        + machine('templatefile("flows/${var.region}.json", {QUEUE = aws_sqs_queue.orders.url})')
    )
    assert folder.rules() == ["EF401"]


ALLOWS = 'policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })'


@pytest.mark.parametrize(
    ("kind", "argument", "expected"),
    [
        ("aws_sqs_queue_policy", ALLOWS, False),
        ("aws_sqs_queue_policy", ALLOWS.replace("Allow", "Deny"), True),
        ("aws_sqs_queue_policy", "policy = var.policy", False),
        ("aws_s3_bucket_policy", ALLOWS, True),
        ("aws_s3_bucket_policy", "policy = var.policy", True),
        ("aws_kms_grant", "grantee_principal = var.role", True),
        ("aws_vpc_endpoint", ALLOWS, True),
        ("aws_new_kind_of_thing", ALLOWS, False),
    ],
)
def test_a_resource_policy_grants_actions_of_its_service(
    folder: Folder, kind: str, argument: str, expected: bool
) -> None:
    folder.write(LACKING + f'resource "{kind}" "guard" {{\n  {argument}\n}}\n')
    assert ("EF401" in folder.rules()) is expected


OPEN_STATEMENT = """
data "aws_iam_policy_document" "d" {{
  statement {{
    sid       = var.x
    effect    = var.x
    actions   = {}
    resources = [var.x]
    condition {{
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = var.x
    }}
  }}
}}
"""


def test_a_document_with_arguments_in_place_of_blocks_is_unknown(folder: Folder) -> None:
    trust = (
        'data "aws_iam_policy_document" "trust" {\n  statement {\n'
        '    actions = ["sts:AssumeRole"]\n    principals%s{\n      type = "Service"\n'
        '      identifiers = ["lambda.amazonaws.com"]\n    }\n  }\n}\n'
    )
    role = ROLE.replace(TRUST, "\n  assume_role_policy = data.aws_iam_policy_document.trust.json\n")
    folder.write(QUEUE + role + machine() + policy() + trust % " ")
    assert folder.rules() == ["EF416"]
    folder.write(QUEUE + role + machine() + policy() + trust % " = ")
    assert folder.rules() == ["IF005"]


@pytest.mark.parametrize("actions", ["var.x", "[var.x]", '["sqs:${var.x}"]'])
def test_statements_with_unknown_values_are_not_malformed(folder: Folder, actions: str) -> None:
    lacking = LACKING.replace(policy("sqs:ReceiveMessage"), "")
    document = WAYS["document"].replace(DOCUMENT, "").replace("send", "d")
    folder.write(lacking + OPEN_STATEMENT.format(actions) + document)
    assert [rule for rule in folder.rules() if rule[0] == "E"] == []


@pytest.mark.parametrize(
    "trust",
    [
        "var.x",
        "data.aws_iam_policy_document.t.json",
        "jsonencode({ Statement = var.x })",
        "jsonencode({ Statement = { Effect = var.x, Principal = var.x, Action = var.x } })",
        'jsonencode({ Statement = { Effect = "Allow", Principal = { Service = "states.${var.x}" },'
        ' Action = "sts:AssumeRole" } })',
    ],
)
def test_an_unknown_trust_policy(folder: Folder, trust: str) -> None:
    role = (
        f'resource "aws_iam_role" "flow" {{\n  name = "flow"\n  assume_role_policy = {trust}\n}}\n'
    )
    document = (
        'data "aws_iam_policy_document" "t" {\n  statement {\n    actions = ["sts:AssumeRole"]\n'
        '    principals {\n      type = "Service"\n      identifiers = var.x\n    }\n  }\n}\n'
    )
    folder.write(QUEUE + role + machine() + policy() + document)
    assert [rule for rule in folder.rules() if rule[0] == "E"] == []
    folder.write(QUEUE + ROLE.replace("states.", "lambda.") + machine() + policy())
    assert folder.rules() == ["EF416"]


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ('"Order"', "var.x"),
        ('"Task"', "var.x"),
        ('"arn:aws:states:::sqs:sendMessage"', "var.x"),
        ('"arn:aws:states:::sqs:sendMessage"', '"arn:aws:states:::${var.x}"'),
        ('{ QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new" }', "var.x"),
        ("aws_sqs_queue.orders.url", "var.x"),
        ("true", "var.x"),
        ("Order =", "(var.x) ="),
        ("Order =", '"${var.x}-order" ='),
        ("End ", "Retry = var.x\nEnd "),
        ("End ", "TimeoutSeconds = var.x\nEnd "),
        ("End ", "Retry = [var.x]\nEnd "),
        ("End ", "Catch = [{ ErrorEquals = var.x, Next = var.x }]\nEnd "),
        ("End        = true", "Next = var.x"),
    ],
)
def test_unknown_values_in_a_definition_are_not_reported(
    folder: Folder, part: str, instead: str
) -> None:
    definition = machine().replace(part, instead)
    folder.write(QUEUE + ROLE + definition + policy("sqs:*", '"*"'))
    assert [rule for rule in folder.rules() if rule[0] == "E"] == []
    assert folder.run().machines[0].states == 1


def test_files_that_are_not_read_prevent_findings(folder: Folder) -> None:
    folder.write(LACKING).write("resource {", "broken.tf")
    assert folder.rules() == ["IF022"]


def test_names_with_a_prefix(folder: Folder) -> None:
    queue = QUEUE.replace("name =", "name_prefix =")
    granted = policy(resource='"arn:aws:sqs:eu-west-1:123456789012:orders*"')
    folder.write(queue + ROLE + machine() + granted)
    assert [rule for rule in folder.rules() if rule[0] == "E"] == []
    folder.write(queue + ROLE + machine() + granted.replace("12:orders*", "12:bills*"))
    assert [rule for rule in folder.rules() if rule[0] == "E"] != []


def test_another_provider_may_be_another_region(folder: Folder) -> None:
    granted = policy(resource='"arn:aws:sqs:eu-west-1:123456789012:orders"')
    url = '"https://sqs.us-east-1.amazonaws.com/123456789012/orders"'
    here = machine().replace("aws_sqs_queue.orders.url", url)
    folder.write(QUEUE + ROLE + here + granted)
    assert [rule for rule in folder.rules() if rule[0] == "E"] != []
    queue = QUEUE.replace("name", "provider = aws.west\n  name")
    folder.write(queue + ROLE + here + policy())
    assert folder.rules() == []


def test_a_data_source_is_another_role(folder: Folder) -> None:
    role = 'data "aws_iam_role" "flow" {\n  name = "flow"\n}\n'
    folder.write(QUEUE + role + machine().replace("aws_iam_role", "data.aws_iam_role"))
    assert folder.rules() == ["IF003"]


def test_loops_over_known_values(folder: Folder) -> None:
    text = (QUEUE + ROLE + policy() + machine()).replace(
        'name       = "flow"', 'for_each = toset(["a", "b"])\n  name       = "flow-${each.key}"'
    )
    folder.write(text)
    names = [one.machine for one in folder.run().machines]
    assert names == ['aws_sfn_state_machine.flow["a"]', 'aws_sfn_state_machine.flow["b"]']
    folder.write(text.replace('toset(["a", "b"])', "var.names"))
    assert [one.machine for one in folder.run().machines] == ["aws_sfn_state_machine.flow[*]"]
    assert folder.rules() == []


ASSUMING = SEND.replace(
    "End ", "Credentials = { RoleArn = aws_iam_role.other.arn }\n          End "
)
OTHER_ROLE = ROLE.replace("flow", "other")


def test_roles_that_a_task_assumes(folder: Folder) -> None:
    may_assume = policy("sts:AssumeRole", "aws_iam_role.other.arn")
    folder.write(QUEUE + ROLE + OTHER_ROLE + may_assume + machine(f"jsonencode({ASSUMING})"))
    assert folder.rules() == ["EF423", "EF425"]
    # A file that cannot be read may grant more to either role.
    folder.write("}", "more.tf")
    assert folder.rules() == ["EF425", "IF022"]


def template_file(template: str, arguments: str = "") -> str:
    return f'data "template_file" "flow" {{\n  template = {template}\n{arguments}}}\n' + machine(
        "data.template_file.flow.rendered"
    )


@pytest.mark.parametrize(
    ("template", "arguments", "is_read"),
    [
        ('file("flow.tpl")', "", True),
        ('file("flow.tpl")', "  vars = { x = 1 }\n", True),
        ('file("open.tpl")', "  vars = { QUEUE = aws_sqs_queue.orders.url }\n", True),
        # A variable without a value is unknown.
        ('file("open.tpl")', "", True),
        ('file("open.tpl")', "  vars = var.unset\n", False),
        ('file("lost.tpl")', "", False),
        ('"${var.unset} $${QUEUE}"', "", False),
    ],
)
def test_template_files(folder: Folder, template: str, arguments: str, is_read: bool) -> None:
    folder.write(SEND_JSON.replace("${QUEUE}", "x"), "flow.tpl").write(SEND_JSON, "open.tpl")
    more = 'variable "unset" {}\n'

    def of_configuration() -> list[str]:
        # A file that the configuration does not read is a definition by itself.
        return [machine.machine for machine in folder.run().machines if machine.machine]

    folder.write(QUEUE + ROLE + policy() + template_file(template, arguments) + more)
    assert bool(of_configuration()) is is_read
    folder.write(
        QUEUE
        + ROLE
        + policy()
        + template_file(template, arguments).replace("rendered", "id")
        + more
    )
    assert of_configuration() == []


def test_an_inline_policy_without_a_document(folder: Folder) -> None:
    """The provider removes policies from a role with an empty block."""
    role = ROLE.replace('name = "flow"', 'name = "flow"\n  inline_policy {}')
    folder.write(QUEUE + role + machine())
    assert folder.rules() == ["EF401"]


def test_a_folder_that_cannot_be_listed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(QUEUE + ROLE + policy() + machine() + 'variable "x" {}\n')
    folder.write('x = "1"\n', "terraform.tfvars")
    scandir = os.scandir

    def failing(path: object) -> object:
        if Path(str(path)) == folder.path:
            raise PermissionError
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr("sfnlint.inputs.terraform.files.os.scandir", failing)
    from sfnlint.inputs.terraform.files import ModuleFolders

    assert ModuleFolders().variables_set_by_option(folder.path) == set()
