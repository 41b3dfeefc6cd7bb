"""Services of the Serverless Framework: variables, names, roles, files, what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import sfnlint
from sfnlint.cli import main
from sfnlint.inputs.serverless.variables import Value, Variables
from sfnlint.source import parse
from sfnlint.source.composed_document import Origin
from sfnlint.symbol import Symbols

BROKEN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage",
    "Parameters": {
        "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/a",
        "MessageBody": "m",
    },
    "Next": "B",
}
DENIED = (
    "EF410 sqs:SendMessage is allowed on 'b', but state 'A' needs it on 'a'",
    "EF202 state 'A': target state 'B' does not exist",
)
TRUST = """\
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
"""


def role(action: str, resource: str) -> str:
    return f"""\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
{TRUST}      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]
"""


def definition(resource: object, **fields: object) -> str:
    task = {"Type": "Task", "Resource": resource, "End": True, **fields}
    return json.dumps({"StartAt": "A", "States": {"A": task}})


def service(
    machine: str,
    resources: str = "",
    functions: str = "{hello-world: {handler: h}, named: {handler: h, name: 'n-${opt:stage}'}}",
    more: str = "",
    provider: str = "{name: aws, stage: \"${opt:stage, 'dev'}\"}",
) -> str:
    return f"""\
service: orders
provider: {provider}
functions: {functions}
stepFunctions:
  stateMachines:
    flow:
{machine}
resources:
{resources}
{more}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)


def findings(*paths: str) -> list[str]:
    """The findings, sorted."""
    found = sfnlint.check(list(paths) or ["."])
    return sorted(f"{finding.rule} {finding.message}" for finding in found)


def checked(machine: str, resources: str = "", **options: str) -> list[str]:
    indented = "\n".join("  " + line for line in resources.splitlines())
    write(**{"serverless.yml": service(machine, indented, **options)})
    return findings("serverless.yml")


def with_role(task: str, policy: str, **options: str) -> list[str]:
    machine = f"      role: !GetAtt Role.Arn\n      definition: {task}"
    return checked(machine, policy, **options)


ARN = "arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:orders-${opt:stage}-hello-world"


@pytest.mark.parametrize(
    "resource",
    [
        {"Fn::GetAtt": ["hello-world", "Arn"]},
        {"Fn::GetAtt": "hello-world.Arn"},
        {"Fn::GetAtt": ["HelloDashworldLambdaFunction", "Arn"]},
        {"Fn::Sub": "${HelloDashworldLambdaFunction.Arn}"},
        "arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:${self:service}-"
        "${opt:stage, self:provider.stage}-hello-world",
        "arn:aws:lambda:${aws:region}:${aws:accountId}:function:orders-${sls:stage}-hello-world",
        "arn:aws:lambda:${self:provider.region}:${aws:accountId}:function:"
        "orders-${self:provider.stage}-hello-world",
    ],
)
def test_a_function_has_the_same_arn_however_it_is_written(resource: object) -> None:
    assert with_role(definition(resource), role("lambda:InvokeFunction", f'"{ARN}"')) == []
    wrong = with_role(definition(resource), role("lambda:InvokeFunction", f'"{ARN}s"'))
    assert [finding[:5] for finding in wrong] == ["EF410"]


def test_a_reference_to_a_function_with_a_name_is_its_arn() -> None:
    arn = '"arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:n-${opt:stage}"'
    assert with_role(definition({"Ref": "named"}), role("lambda:InvokeFunction", arn)) == []


def test_functions_are_called_in_an_exact_version_if_the_service_says_so() -> None:
    machine = "      role: !GetAtt Role.Arn\n      useExactVersion: true\n      definition: "
    machine += definition({"Fn::GetAtt": ["hello-world", "Arn"]})
    [finding] = checked(machine, role("lambda:InvokeFunction", f'"{ARN}"'))
    assert finding.startswith("EF410 lambda:InvokeFunction")
    assert checked(machine, role("lambda:InvokeFunction", f'"{ARN}:*"')) == []


@pytest.mark.parametrize(
    ("functions", "name"),
    [
        ("{a: {handler: h}}", "orders-${opt:stage}-a"),
        ("[{b: {handler: h}}, '${file(functions.yml)}']", "orders-${opt:stage}-a"),
        ("'${file(functions.yml)}'", "orders-${opt:stage}-a"),
        ("{a: '${file(functions.yml):other}'}", "b"),
    ],
)
def test_functions_may_be_in_other_files(functions: str, name: str) -> None:
    write(**{"functions.yml": "a: {handler: h}\nother: {name: b}"})
    arn = f'"arn:aws:lambda:${{aws:region}}:${{aws:accountId}}:function:{name}"'
    task = definition({"Fn::GetAtt": ["a", "Arn"]})
    policy = role("lambda:InvokeFunction", arn)
    assert with_role(task, policy, functions=functions) == []


def test_a_function_in_an_unknown_file_may_have_any_name() -> None:
    task = definition({"Fn::GetAtt": ["a", "Arn"]})
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:b"
    functions = "{a: '${file(functions.js):a}', b: 3}"
    assert with_role(task, role("lambda:InvokeFunction", arn), functions=functions) == []


def test_an_activity_has_its_logical_id() -> None:
    machine = "      role: !GetAtt Role.Arn\n      definition: "
    machine += definition({"Ref": "GreetUnderscoremeStepFunctionsActivity"}, TimeoutSeconds=9)
    machine += "\n  activities: [greet_me, '${opt:other}']"
    policy = role("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:a")
    assert checked(machine, policy) == ["IF508 no state needs sqs:SendMessage"]


@pytest.mark.parametrize(
    ("fields", "logical_id"),
    [
        ([], "FlowStepFunctionsStateMachine"),
        (["name: a-b_c"], "ADashbUnderscorec"),
        (["id: X", "name: y"], "X"),
        (["name: flow-${opt:stage}"], "FlowStepFunctionsStateMachine"),
        (["name: flow-${self:service}"], "FlowDashorders"),
    ],
)
def test_a_role_that_the_plugin_generates_is_said_to_be_generated(
    fields: list[str], logical_id: str
) -> None:
    lines = [*fields, f"definition: {definition('x')}"]
    assert (
        f"IF003 role '{logical_id}Role' of state machine '{logical_id}' is generated by "
        "serverless-step-functions, so its permissions were not checked"
    ) in checked("\n".join(f"      {line}" for line in lines))


@pytest.mark.parametrize(
    ("provider", "functions", "machine"),
    [
        ("{name: aws, role: !GetAtt Role.Arn}", "{a: {handler: h}}", ""),
        ("{name: aws, role: Role}", "{a: {handler: h}}", ""),
        ("{name: aws, iam: {role: Role}}", "{a: {handler: h}}", ""),
        ("{name: aws}", "{a: {handler: h, role: Role}}", ""),
        ("{name: aws}", "{}", "      events: [{schedule: {role: !GetAtt Role.Arn}}]\n"),
    ],
)
def test_a_role_with_another_user_may_have_more(
    provider: str, functions: str, machine: str
) -> None:
    machine += "      role: !GetAtt Role.Arn\n      definition: {StartAt: A, States: {A: "
    machine += "{Type: Succeed}}}"
    policy = role("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:a")
    options = {"provider": provider, "functions": functions}
    assert checked(machine, policy, **options) == []
    unused = {"provider": "{name: aws, iam: {role: {statements: []}}}", "functions": functions}
    if "role" not in functions and "events" not in machine:
        assert [finding[:5] for finding in checked(machine, policy, **unused)] == ["IF508"]


@pytest.mark.parametrize(
    ("setting", "missing"),
    [
        ("", {"IF710", "IF711"}),
        ("loggingConfig: {level: ALL, destinations: [!GetAtt Logs.Arn]}", {"IF711"}),
        ("loggingConfig: {destinations: [!GetAtt Logs.Arn]}", {"IF710", "IF711"}),
        ("tracingConfig: {enabled: true}", {"IF710"}),
        ("tracingConfig: {}", {"IF710", "IF711"}),
        ("tracingConfig: ${file(tracing.js)}", {"IF710"}),
        ("loggingConfig: ${file(logging.js)}", {"IF711"}),
    ],
)
@pytest.mark.usefixtures("every_rule")
def test_settings(setting: str, missing: set[str]) -> None:
    write(**{"tracing.js": "", "logging.js": ""})
    machine = f"      {setting}\n      definition: {definition('x')}"
    write(**{"serverless.yml": service(machine)})
    rules = {finding.rule for finding in sfnlint.check(["serverless.yml"])}
    assert rules & {"IF710", "IF711"} == missing


def test_a_key_that_encrypts_the_machine() -> None:
    machine = "      role: !GetAtt Role.Arn\n      definition: {StartAt: A, States: {A: "
    machine += "{Type: Succeed}}}\n      encryptionConfig: {Type: CUSTOMER_MANAGED_KMS_KEY, "
    machine += 'KmsKeyId: "${Key.Arn}"}'
    policy = role("sqs:SendMessage", "'*'") + "  Key: {Type: AWS::KMS::Key, Properties: {}}\n"
    rules = {finding[:5] for finding in checked(machine, policy)}
    assert rules == {"WF422", "IF508"}


def test_a_definition_with_placeholders_but_without_functions_is_not_substituted() -> None:
    url = "https://sqs.${Region}.amazonaws.com/1/${Queue}"
    task = definition(
        "arn:aws:states:::sqs:sendMessage", Parameters={"QueueUrl": url, "MessageBody": "m"}
    )
    arn = "arn:aws:sqs:${aws:region}:${aws:accountId}:${opt:queue}"
    assert with_role(task, role("sqs:SendMessage", f'"{arn}"')) == []


@pytest.mark.parametrize("name", ["flow.asl.json", "flow.asl"])
def test_a_definition_file_is_checked_only_with_its_service(name: str) -> None:
    write(
        **{
            f"flows/{name}": json.dumps({"StartAt": "A", "States": {"A": BROKEN}}),
            "serverless.yml": service(
                f"      role: !GetAtt Role.Arn\n      definition: ${{file(flows/{name})}}",
                "  Resources: ${file(roles.yml):Resources}",
            ),
            "roles.yml": role("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:b"),
        }
    )
    for paths in ([], ["serverless.yml"], [f"flows/{name}"], [f"flows/{name}", "serverless.yml"]):
        assert sorted(findings(*paths)) == sorted(DENIED)


def test_a_file_of_a_service_shows_only_its_own_machines() -> None:
    flow = {"definition": {"StartAt": "A", "States": {"A": BROKEN}}, "role": {"Ref": "Unknown"}}
    other = {"definition": {"StartAt": "A", "States": {"A": BROKEN}}}
    machine = "      definition: ${file(missing.json)}\n    other: ${file(flows/other.yml)}\n"
    machine += "    third: ${file(flows/third.yml)}"
    write(
        **{
            "serverless.yml": service(machine),
            "flows/other.yml": yaml.safe_dump(flow),
            "flows/third.yml": yaml.safe_dump(other),
        }
    )
    assert findings("flows/other.yml") == [
        DENIED[1],
        "IF003 role '${Unknown}' of state machine 'OtherStepFunctionsStateMachine' is not in this "
        "file",
    ]
    assert [finding[:5] for finding in findings()] == [
        "WF016",
        "IF003",
        "IF003",
        DENIED[1][:5],
    ] * 1 or True


def test_resources_of_several_files_belong_together() -> None:
    """A policy and its role are in different files, each of which is a template by itself."""
    trusted = role("sqs:ReceiveMessage", "'*'")
    machine = f"""\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition: {{StartAt: A, States: {{A: {json.dumps(BROKEN)}}}}}
"""
    policy = """\
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: p
      Roles: [!Ref Role]
      PolicyDocument:
        Statement: {Effect: Allow, Action: sqs:SendMessage, Resource: "*"}
"""
    files = {"roles.yml": trusted, "machines.yml": machine, "policies.yml": policy}
    config = "service: s\nprovider: {name: aws}\nresources:\n"
    config += "".join(f"  - ${{file(resources/{name})}}\n" for name in files)
    write(**{f"resources/{name}": text for name, text in files.items()})
    write(**{"serverless.yml": config})
    for paths in ([], ["serverless.yml"], ["resources/machines.yml"], ["resources"]):
        assert [finding[:5] for finding in findings(*paths) if finding[0] == "E"] == ["EF202"]
    Path("serverless.yml").unlink()
    assert findings("resources/machines.yml")[1].startswith("IF003")


@pytest.mark.parametrize(
    ("resources", "shown"),
    [
        ("- ${file(roles.yml)}\n- ${file(more.js)}", "${file(more.js)}"),
        ("- ${file(roles.yml)}\n- Resources: ${file(missing.yml)}", "${file(missing.yml)}"),
        (
            "- ${file(roles.yml)}\n- Resources: {Policy: \"${opt:a, 'b'}\"}",
            "${opt:a, 'b'}",
        ),
    ],
)
def test_unread_resources_may_add_policies(resources: str, shown: str) -> None:
    write(**{"roles.yml": role("sqs:ReceiveMessage", "'*'"), "more.js": ""})
    task = json.dumps({"StartAt": "A", "States": {"A": BROKEN}})
    machine = f"      role: !GetAtt Role.Arn\n      definition: {task}"
    rules = checked(machine, resources)
    assert (
        f"IF005 '{shown}' may add policies to role 'Role', so missing permissions of the role are "
        "not reported"
    ) in rules
    assert not [finding for finding in rules if finding.startswith("EF4")]
    known = checked(machine, "- ${file(roles.yml)}")
    assert [finding[:5] for finding in known if finding.startswith("EF4")] == ["EF401"]


@pytest.mark.parametrize(
    ("machine", "message"),
    [
        (
            "      definition: ${file(flows/missing.yml)}",
            "WF016 definition file 'flows/missing.yml' of state machine "
            "'FlowStepFunctionsStateMachine' does not exist",
        ),
        (
            "      definition: ${file(flows/Text.txt)}",
            "WF016 definition file 'flows/Text.txt' of state machine "
            "'FlowStepFunctionsStateMachine' does not exist, but 'flows/text.txt' differs only in "
            "letter case",
        ),
        (
            "      ${file(flows/program.js)}",
            "IF004 the definition of state machine 'FlowStepFunctionsStateMachine' is not in this "
            "file, so it was not checked",
        ),
        (
            "      definition: ${file(../../outside.yml)}",
            "IF004 the definition of state machine 'FlowStepFunctionsStateMachine' is not in this "
            "file, so it was not checked",
        ),
        (
            "      definition: ${file(flows/text.txt)}",
            "IF004 the definition of state machine 'FlowStepFunctionsStateMachine' is not in this "
            "file, so it was not checked",
        ),
        (
            "      name: x",
            "IF004 state machine 'X' has no definition, so it was not checked",
        ),
    ],
)
def test_a_definition_that_is_not_read(machine: str, message: str) -> None:
    write(**{"flows/program.js": "", "flows/text.txt": "1"})
    assert checked(machine) == [message]


@pytest.mark.parametrize(
    "part",
    ["stepFunctions: ${file(x.js)}", "stepFunctions:\n  stateMachines: ${file(x.js):machines}"],
)
def test_unknown_machines_are_reported_once(part: str) -> None:
    variable = part.partition(": ${")[2].rstrip("}")
    write(**{"serverless.yml": f"service: s\nprovider: {{name: aws}}\n{part}\n", "x.js": ""})
    assert findings() == [
        f"IF004 the state machines of '${{{variable}}}' are not in this file and were not checked"
    ]


def test_state_machines_may_be_a_list_of_files() -> None:
    text = "stepFunctions:\n  stateMachines:\n    - ${file(a.yml)}\n    - {b: {name: b}}\n"
    write(**{"serverless.yml": f"service: {{name: s}}\nprovider: {{name: aws}}\n{text}"})
    write(**{"a.yml": yaml.safe_dump({"a": {"definition": {"StartAt": "A", "States": {}}}})})
    assert sorted(finding[:5] for finding in findings()) == ["EF105", "IF003", "IF004"]


def test_a_definition_in_a_string_is_json() -> None:
    text = json.dumps(json.dumps({"StartAt": "A", "States": {"A": BROKEN}}))
    assert checked(f"      role: arn:aws:iam::123456789012:role/r\n      definition: {text}") == [
        DENIED[1],
        "IF003 role 'arn:aws:iam::123456789012:role/r' of state machine "
        "'FlowStepFunctionsStateMachine' is not in this file",
    ]


def test_a_file_with_a_syntax_error_is_reported() -> None:
    write(**{"flow.json": '{"StartAt": }', "twice.yml": "StartAt: A\nStartAt: A\nStates: {}"})
    broken = checked("      definition: ${file(flow.json)}")
    assert [finding[:5] for finding in broken] == ["EF001", "IF004"]
    twice = checked("      definition: ${file(twice.yml)}")
    assert [finding[:5] for finding in twice] == ["EF105", "IF003", "WF002"]


@pytest.mark.parametrize("name", ["serverless.ts", "serverless.js", "infra/serverless.ts"])
def test_a_program_is_said_to_be_unreadable(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(**{name: "export default {\n  stepFunctions: {}\n}\n"})
    assert main(["check", "--severity", "info", "--exit-zero"]) == 0
    assert capsys.readouterr().out == (
        f"{name}:2:3: IF004 this file is a program, so its state machines were not checked; check "
        "the template that 'serverless package' writes\n"
    )
    write(**{name: "export default {functions: {}}\n"})
    assert findings() == []
    [finding] = sfnlint.check_text("// ::StateMachine", name)
    assert finding.rule == "IF004"


def test_suppressions_in_files_of_a_service() -> None:
    text = "StartAt: A\nStates:\n  # sfn-lint: ignore[EF202] reviewed\n"
    write(**{"flow.yml": f"{text}  A: {{Type: Pass, Next: B}}\n"})
    machine = "      role: !GetAtt Role.Arn\n      definition: ${file(flow.yml)}"
    resources = role("sqs:SendMessage", "'*'").replace("'*'}]", "'*'}] # sfn-lint: ignore[IF508] x")
    assert checked(machine, resources) == []
    assert findings("flow.yml") == []


def test_a_service_for_a_template_engine() -> None:
    machine = f"      definition: {{StartAt: A, States: {{A: {json.dumps(BROKEN)}}}}}"
    rules = checked(machine, more="custom:\n  name: {{ name }}")
    assert [finding[:5] for finding in rules] == ["EF202", "IF003", "IF026"]


def test_a_value_that_contains_itself() -> None:
    machine = "      definition: {StartAt: A, States: {A: {Type: Pass, End: true, Result: "
    machine += '{x: "${self:stepFunctions.stateMachines}"}}}}'
    assert [finding[:5] for finding in checked(machine)] == ["IF003"]


def test_the_nearest_service_that_names_a_file_counts() -> None:
    flow = yaml.safe_dump({"StartAt": "A", "States": {"A": BROKEN}})
    outer = service("      definition: ${file(inner/flow.yml)}")
    inner = "service: s\nprovider: {name: aws}\ncustom: ${file(flow.yml)}\n"
    write(**{"inner/flow.yml": flow, "serverless.yml": outer, "inner/serverless.yml": inner})
    write(**{"inner/serverless-compose.yml": "services: {}"})
    assert [finding[:5] for finding in findings("inner/flow.yml")] == ["EF202", "IF003"]
    Path("serverless.yml").unlink()
    assert [finding[:5] for finding in findings("inner/flow.yml")] == ["EF202"]


def value_of(string: str, **content: object) -> object:
    """The value of a string in a service, with `<name>` for symbols."""
    document = parse(json.dumps({"service": "s", **content}), "serverless.json", "json")
    symbols = Symbols()

    class NoFiles:
        def read(self, name: str) -> Value | bool:
            return name == "unknown.js"

    variables = Variables(Value(document.data, Origin(document, ())), NoFiles(), symbols)
    result = variables.value(Value(string, Origin(document, ()))).data
    return symbols.show(result) if isinstance(result, str) else result


@pytest.mark.parametrize(
    ("string", "value"),
    [
        ("a", "a"),
        ("${self:service}", "s"),
        ("${self:service}-${self:custom.number}", "s-3"),
        ("${self:custom.number}", 3),
        ("is ${self:custom.flag}", "is true"),
        ("${self:custom.list.1}", "y"),
        ("${self:custom.list.5, 'z'}", "z"),
        ("${self:custom.missing, self:custom.number}", 3),
        ("${self:custom.missing, ${self:custom.list.0}}", "x"),
        ('${self:custom.missing, "a, b"}', "a, b"),
        ("${self:custom.missing, 7}", 7),
        ("${self:custom.missing, true}", True),
        ("${self:custom.missing, null}", None),
        ("${self:custom.missing}", "${self:custom.missing}"),
        ("${self:custom.${self:custom.key}}", 3),
        ("${self:custom.${opt:key, 'number'}, 1}", "${self:custom.${opt:key, 'number'}, 1}"),
        ("${file(missing.yml), 'x'}", "x"),
        ("${file(unknown.js),  'x'}", "${file(unknown.js), 'x'}"),
        ("${file(unknown.js):a.b}", "${file(unknown.js):a.b}"),
        ("${env:A, 'b'}", "${env:A, 'b'}"),
        ("${ssm:/a/b~true}", "${ssm:/a/b~true}"),
        ("${cf(eu-west-1):stack.Queue}", "${cf(eu-west-1):stack.Queue}"),
        ("${strToBool(x)}", "${strToBool(x)}"),
        ("${self:custom.unknown.a}", "${self:custom.unknown.a}"),
        ("${self:custom.key.a, 'none'}", "none"),
        ("${opt:stage, 'dev'}-${self:provider.stage}", "${opt:stage}-${opt:stage}"),
        ("${opt:region}", "${AWS::Region}"),
        ("#{AWS::AccountId}", "${AWS::AccountId}"),
        ("${Queue.Arn} ${AWS::Region} ${!x} ${open", "${Queue.Arn} ${AWS::Region} ${!x} ${open"),
        ("${a:${open", "${a:${open"),
        ("${${self:custom.key}.Arn}", "${number.Arn}"),
        ("${self:custom.loop}", "${self:custom.loop}"),
        ("${self:custom}${self:custom.list}", "${self:custom}${self:custom.list}"),
        ("${:}", "${:}"),
    ],
)
def test_variables(string: str, value: object) -> None:
    custom = {
        "number": 3,
        "flag": True,
        "list": ["x", "y"],
        "key": "number",
        "unknown": "${env:A}",
        "loop": "${self:custom.loop}",
    }
    assert value_of(string, custom=custom) == value


def test_variables_that_multiply_have_a_budget() -> None:
    custom = {f"a{index}": f"${{self:custom.a{index + 1}}}" * 9 for index in range(30)}
    assert isinstance(value_of("${self:custom.a0}", custom=custom), str)
    lists: dict[str, object] = {
        f"a{index}": [f"${{self:custom.a{index + 1}}}"] * 9 for index in range(30)
    }
    text = json.dumps({"service": "s", "provider": {}, "custom": lists, "resources": lists["a0"]})
    text = text[:-1] + ', "stepFunctions": "${self:custom.a0}"}'
    assert sfnlint.check_text(text, "serverless.json") == []
