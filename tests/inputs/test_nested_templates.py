"""Nested stacks whose templates are local files, outside of cloud assemblies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint.inputs.cloudformation import nested_templates, template_family, template_search
from sfnlint.options import Options
from sfnlint.source import TextDocument, load

QUEUE = {"Type": "AWS::SQS::Queue"}
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


def att(name: str, attribute: str) -> Any:
    return {"Fn::GetAtt": [name, attribute]}


def statement(action: str, resource: Any) -> Any:
    one = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [one]}


def role(action: str, resource: Any) -> Any:
    policy = {"PolicyName": "p", "PolicyDocument": statement(action, resource)}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": [policy]},
    }


def machine(queue: Any, arn: Any, **more: Any) -> Any:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody": "m"},
        "End": True,
    }
    definition = {"StartAt": "Send", "States": {"Send": send}}
    properties = {"RoleArn": arn, "Definition": definition}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties, **more}


def stack(file: str, **parameters: Any) -> Any:
    properties = {"TemplateURL": file, "Parameters": parameters}
    return {"Type": "AWS::CloudFormation::Stack", "Properties": properties}


def application(file: str, **parameters: Any) -> Any:
    properties = {"Location": file, "Parameters": parameters}
    return {"Type": "AWS::Serverless::Application", "Properties": properties}


def parameters(*names: str) -> Any:
    return {name: {"Type": "String"} for name in names}


def outputs(**values: Any) -> Any:
    return {name: {"Value": value} for name, value in values.items()}


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, resources: Any, **sections: Any) -> str:
        text = json.dumps({"Resources": resources, **sections}, indent=1)
        return self.text(name, text)

    def text(self, name: str, text: str) -> str:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)
        return text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def found(*files: str) -> list[tuple[str, str]]:
    """File and rule of every finding that is not just information."""
    return [
        (one.place.locate().root.file, one.rule)
        for one in sfnlint.check(files or ["."])
        if one.rule not in ("IF508", "IF408")
    ]


def machine_inside(folder: Folder, action: str, make: Any = stack) -> str:
    """The role and the queue are in the parent template, the machine in the nested one."""
    inside = make("nested/flow.json", Role=att("Role", "Arn"), Queue={"Ref": "Queue"})
    resources = {"Queue": QUEUE, "Role": role(action, att("Queue", "Arn")), "Flow": inside}
    folder.write("template.json", resources)
    own = {"Machine": machine({"Ref": "Queue"}, {"Ref": "Role"})}
    folder.write("nested/flow.json", own, Parameters=parameters("Role", "Queue"))
    return "nested/flow.json"


def role_inside(folder: Folder, action: str, make: Any = stack) -> str:
    """The machine is in the parent template, the role and the queue in the nested one."""
    resources = {
        "Roles": make("./roles.json"),
        "Machine": machine(att("Roles", "Outputs.Queue"), att("Roles", "Outputs.Role")),
    }
    folder.write("template.json", resources)
    own = {"Queue": QUEUE, "Role": role(action, att("Queue", "Arn"))}
    given = outputs(Role=att("Role", "Arn"), Queue={"Ref": "Queue"})
    folder.write("roles.json", own, Outputs=given)
    return "template.json"


def both_inside(folder: Folder, action: str, make: Any = stack) -> str:
    """One nested stack passes its role to its sibling."""
    resources = {
        "Roles": make("roles.json"),
        "Flow": make(
            "flow.json",
            Role=att("Roles", "Outputs.Role"),
            Queue={"Fn::Sub": "${Roles.Outputs.Queue}"},
        ),
    }
    folder.write("template.json", resources)
    own = {"Queue": QUEUE, "Role": role(action, att("Queue", "Arn"))}
    given = outputs(Role=att("Role", "Arn"), Queue={"Ref": "Queue"})
    folder.write("roles.json", own, Outputs=given)
    own = {"Machine": machine({"Ref": "Queue"}, {"Ref": "Role"})}
    folder.write("flow.json", own, Parameters=parameters("Role", "Queue"))
    return "flow.json"


WAYS = [machine_inside, role_inside, both_inside]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", [stack, application])
def test_parameters_and_outputs_are_passed(folder: Folder, way: Any, make: Any) -> None:
    file = way(folder, "sqs:ReceiveMessage", make)
    assert found() == [(file, "EF401")]
    # Alone as well, whichever other files are checked.
    assert found(file) == [(file, "EF401")]
    others = sorted(one.name for one in folder.path.rglob("*.json"))
    assert found(*(str(path) for path in folder.path.rglob("*.json"))) == [(file, "EF401")], others
    way(folder, "sqs:SendMessage", make)
    assert found() == []


def test_the_same_mistake_in_yaml(folder: Folder) -> None:
    machine_inside(folder, "sqs:ReceiveMessage")
    (folder.path / "template.json").unlink()
    folder.text(
        "template.yaml",
        "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n  Role:\n"
        + "    Type: AWS::IAM::Role\n    Properties:\n"
        + f"      AssumeRolePolicyDocument: {json.dumps(TRUST)}\n"
        + "      Policies:\n        - PolicyName: p\n          PolicyDocument:\n"
        + "            Version: '2012-10-17'\n            Statement:\n"
        + "              - Effect: Allow\n                Action: sqs:*\n"
        + "                Resource: !GetAtt Queue.Arn\n"
        + "  Flow:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n"
        + "      TemplateURL: nested/flow.json\n"
        + "      Parameters: {Role: !GetAtt Role.Arn, Queue: !Ref Queue}\n",
    )
    assert found() == found("nested/flow.json") == [("template.yaml", "WF504")]
    text = (folder.path / "template.yaml").read_text()
    comment = "                # sfn-lint: ignore[WF504] known\n                Action"
    folder.text("template.yaml", text.replace("                Action", comment))
    assert found() == found("nested/flow.json") == []
    unused = comment.replace("WF504", "WF201")
    folder.text("template.yaml", text.replace("                Action", unused))
    assert found("nested/flow.json") == [("template.yaml", "WF504")]


@pytest.mark.parametrize("first", ["template.yaml", "nested/flow.json"])
def test_suppressions_apply_whichever_stack_is_read_first(folder: Folder, first: str) -> None:
    files = [first, *({"template.yaml", "nested/flow.json"} - {first})]
    machine_inside(folder, "sqs:*")
    data = json.loads((folder.path / "template.json").read_text())
    (folder.path / "template.json").unlink()
    comment = '"sqs:*" # sfn-lint: ignore[WF504] known\n'
    text = json.dumps(data, indent=1).replace('"sqs:*",', f"{comment},")
    folder.text("template.yaml", text)
    assert found(*files) == []
    role_inside(folder, "sqs:*")
    text = (folder.path / "roles.json").read_text()
    folder.text("roles.yaml", text.replace('"sqs:*",', f"{comment},"))
    text = (folder.path / "template.json").read_text()
    folder.text("template.json", text.replace("roles.json", "roles.yaml"))
    assert found("roles.yaml", "template.json") == found("template.json", "roles.yaml") == []


UNSEEN = {
    "elsewhere": ("https://s3.amazonaws.com/b/policies.json", ""),
    "unreadable": ("policies.yaml", "Resources: {{ all }"),
    "macro": ("policies.yaml", "Transform: Mine\nResources: {Q: {Type: AWS::SQS::Queue}}"),
}


@pytest.mark.parametrize("unseen", UNSEEN)
def test_an_unread_nested_stack_with_the_role_name_may_attach_policies(
    folder: Folder, unseen: str
) -> None:
    url, text = UNSEEN[unseen]
    folder.text("policies.yaml", text)
    own = {"Queue": QUEUE, "Role": role("sqs:ReceiveMessage", "*")}
    own["Machine"] = machine({"Ref": "Queue"}, att("Role", "Arn"))
    folder.write("template.json", {**own, "Policies": stack(url, Role=att("Role", "Arn"))})
    assert found("template.json") == [("template.json", "EF401")]
    folder.write("template.json", {**own, "Policies": stack(url, Role={"Ref": "Role"})})
    assert found("template.json") == [("template.json", "IF005")]
    folder.text("policies.yaml", '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}')
    assert found("template.json") == [
        ("template.json", "IF005" if unseen == "elsewhere" else "EF401")
    ]


@pytest.mark.parametrize(
    ("output", "rule"),
    [
        ({"Value": {"Ref": "Role"}, "Export": {"Name": "role"}}, "IF005"),
        ({"Value": {"Ref": "Role"}}, "EF401"),
        ({"Value": att("Role", "Arn"), "Export": {"Name": "role"}}, "EF401"),
        ("malformed", "EF401"),
    ],
)
def test_a_stack_that_imports_the_role_name_may_attach_policies(
    folder: Folder, output: Any, rule: str
) -> None:
    resources = {
        "Queue": QUEUE,
        "Role": role("sqs:ReceiveMessage", "*"),
        "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
    }
    template = {"Resources": resources, "Outputs": {"Name": output}}
    folder.text("template.json", json.dumps(template))
    assert found("template.json") == [("template.json", rule)]


@pytest.mark.parametrize("kind", ["AWS::SSM::Parameter::Value<String>", "CommaDelimitedList"])
def test_a_ref_does_not_always_return_the_given_value(folder: Folder, kind: str) -> None:
    file = machine_inside(folder, "sqs:SendMessage")
    arn = "arn:aws:sqs:eu-west-1:123456789012:orders"
    inside = stack(
        file,
        Role=att("Role", "Arn"),
        Queue="https://sqs.eu-west-1.amazonaws.com/123456789012/other",
    )
    resources = {"Role": role("sqs:SendMessage", arn), "Flow": inside}
    folder.write("template.json", resources)
    assert found(file) == [(file, "EF401")]
    data = json.loads((folder.path / file).read_text())
    data["Parameters"]["Queue"]["Type"] = kind
    folder.text(file, json.dumps(data))
    assert found(file) == []


def test_a_passed_parameter_decides_a_condition(folder: Folder) -> None:
    inside = stack("flow.json", Stage="prod", Many=3, On=True)
    folder.write("template.json", {"Flow": inside})
    own = {
        "Queue": QUEUE,
        "Role": role(
            {"Fn::If": ["All", "sqs:SendMessage", "sqs:ReceiveMessage"]},  # type: ignore[arg-type]
            att("Queue", "Arn"),
        ),
        "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
    }
    every = [
        {"Fn::Equals": [{"Ref": name}, value]}
        for name, value in (("Stage", "prod"), ("Many", "3"), ("On", "true"))
    ]
    sections = {
        "Parameters": parameters("Stage", "Many", "On"),
        "Conditions": {"All": {"Fn::And": every}},
        "Outputs": outputs(Role={"Ref": "Role"}),
    }
    folder.write("flow.json", own, **sections)
    assert found() == []
    folder.write("template.json", {"Flow": stack("flow.json", Stage="prod", Many=4, On=True)})
    assert found() == [("flow.json", "EF401")]
    # A dynamic reference decides no condition.
    looked_up = stack("flow.json", Stage="prod", Many="{{resolve:ssm:x}}", On=True)
    folder.write("template.json", {"Flow": looked_up})
    [finding] = [one for one in sfnlint.check(["flow.json"]) if one.rule == "EF401"]
    assert finding.message.endswith("(when All is false)")


def test_policies_that_a_parent_stack_attaches(folder: Folder) -> None:
    own = {
        "Queue": QUEUE,
        "Role": role("sqs:ReceiveMessage", att("Queue", "Arn")),
        "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
    }
    folder.write("flow.json", own, Outputs=outputs(Role={"Ref": "Role"}))
    policy = {"PolicyName": "p", "PolicyDocument": statement("sqs:SendMessage", "*")}
    attached = {
        "Type": "AWS::IAM::Policy",
        "Properties": {**policy, "Roles": [att("Flow", "Outputs.Role")]},
    }
    folder.write("template.json", {"Flow": stack("flow.json")})
    assert found("flow.json") == [("flow.json", "EF401")]
    folder.write("template.json", {"Flow": stack("flow.json"), "Policy": attached})
    assert found("flow.json") == []


def messages(*files: str) -> list[str]:
    """The messages of all findings that are not just information, and of lost roles."""
    return [
        finding.message
        for finding in sfnlint.check(files or ["."])
        if finding.rule[0] == "E" or finding.rule == "IF003"
    ]


def test_what_all_stacks_of_a_template_have_is_reported_once(folder: Folder) -> None:
    file = machine_inside(folder, "sqs:ReceiveMessage")
    data = json.loads((folder.path / "template.json").read_text())
    data["Resources"]["Other"] = data["Resources"]["Flow"]
    folder.write("template.json", data["Resources"])
    [message] = messages()
    assert message.endswith("but role 'template.json/Role' does not allow it")
    assert found() == found(file) == [(file, "EF401")]


def test_a_finding_names_the_stacks_that_have_it(folder: Folder) -> None:
    file = machine_inside(folder, "sqs:SendMessage")
    data = json.loads((folder.path / "template.json").read_text())
    resources = data["Resources"]
    resources["Reader"] = role("sqs:ReceiveMessage", att("Queue", "Arn"))
    second = {"Queue": {"Ref": "Queue"}, "Role": att("Reader", "Arn")}
    resources["Second"] = stack(file, **second)
    folder.write("template.json", resources)
    [message] = messages()
    assert "role 'template.json/Reader' does not allow it (in nested stack 'Second')" in message
    resources["Third"] = application(file, **second)
    folder.write("template.json", resources)
    [message] = messages()
    assert message.endswith(" (in nested stacks 'Second' and 'Third')")
    # One that does not get a role.
    resources["Fourth"] = stack(file, Queue={"Ref": "Queue"})
    folder.write("template.json", resources)
    assert (
        "role '${Role}' of state machine 'Machine' is not in this file (in nested stack 'Fourth')"
        in (messages())
    )


def test_conditions_of_a_template_of_several_stacks(folder: Folder) -> None:
    own = {
        "Queue": QUEUE,
        "Role": role(
            {"Fn::If": ["All", "sqs:SendMessage", "sqs:ReceiveMessage"]},  # type: ignore[arg-type]
            att("Queue", "Arn"),
        ),
        "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
    }
    sections = {
        "Parameters": parameters("Stage", "Size"),
        "Conditions": {"All": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Outputs": outputs(Role={"Ref": "Role"}),
    }
    folder.write("flow.json", own, **sections)
    both = {"Beta": stack("flow.json", Stage="beta"), "Prod": stack("flow.json", Stage="prod")}
    folder.write("template.json", both)
    [message] = messages("flow.json")
    assert message.endswith("but role 'Role' does not allow it (in nested stack 'Beta')")
    both["Any"] = stack("flow.json", Stage={"Ref": "Stage"})
    folder.write("template.json", {"Any": both["Any"], "Prod": both["Prod"]}, **sections)
    [message] = messages("flow.json")
    assert message.endswith(" (in nested stack 'Any', when All is false)")
    folder.write("template.json", {"Any": both["Any"], "Other": both["Any"]}, **sections)
    [message] = messages("flow.json")
    assert message.endswith(" does not allow it (when All is false)")


def test_two_roles_of_one_nested_template(folder: Folder) -> None:
    """Two machines of the parent, each with the role of its own stack."""
    folder.write(
        "roles.json",
        {"Role": role("sqs:SendMessage", {"Ref": "Queue"})},
        Parameters=parameters("Queue"),
        Outputs=outputs(Arn=att("Role", "Arn")),
    )
    resources = {"Orders": QUEUE, "Returns": QUEUE}
    for name, queue in (("Buy", "Orders"), ("Return", "Orders")):
        resources[f"{name}Roles"] = stack("roles.json", Queue=att(queue, "Arn"))
        resources[name] = machine({"Ref": queue}, att(f"{name}Roles", "Outputs.Arn"))
    folder.write("template.json", resources)
    assert messages() == []
    resources["Return"] = machine({"Ref": "Returns"}, att("ReturnRoles", "Outputs.Arn"))
    folder.write("template.json", resources)
    [message] = messages()
    assert message.endswith(" but role 'ReturnRoles/Role' does not allow it")


def test_a_template_of_two_parents(folder: Folder) -> None:
    file = machine_inside(folder, "sqs:SendMessage")
    text = (folder.path / "template.json").read_text()
    folder.text("beta.json", text.replace("sqs:SendMessage", "sqs:ReceiveMessage"))
    [message] = messages(file)
    assert message.endswith(
        "role 'beta.json/Role' does not allow it (in nested stack 'beta.json/Flow')"
    )


@pytest.mark.parametrize(("levels", "expected"), [(3, "EF401"), (4, "EF401"), (5, "IF003")])
def test_templates_that_each_nest_the_next_twice(
    folder: Folder, levels: int, expected: str
) -> None:
    """Five levels are 32 stacks of the last template."""
    passed = {"Queue": {"Ref": "Queue"}, "Role": {"Ref": "Role"}}
    machine_inside(folder, "sqs:ReceiveMessage")
    for level in range(levels):
        following = f"{level + 1}.json" if level + 1 < levels else "flow.json"
        both = {name: stack(following, **passed) for name in ("Left", "Right")}
        folder.write(f"nested/{level}.json", both, Parameters=parameters("Queue", "Role"))
    data = json.loads((folder.path / "template.json").read_text())
    data["Resources"]["Flow"]["Properties"]["TemplateURL"] = "nested/0.json"
    folder.write("template.json", data["Resources"])
    assert found("nested/flow.json") == [("nested/flow.json", expected)]
    assert found("template.json") == []


def test_the_parent_of_a_parent_stack(folder: Folder) -> None:
    handed = {"Role": {"Ref": "Role"}, "Queue": {"Ref": "Queue"}}
    machine_inside(folder, "sqs:ReceiveMessage")
    middle = {"Flow": stack("flow.json", **handed)}
    folder.write("nested/middle.json", middle, Parameters=parameters("Role", "Queue"))
    data = json.loads((folder.path / "template.json").read_text())
    data["Resources"]["Flow"]["Properties"]["TemplateURL"] = "nested/middle.json"
    folder.write("template.json", data["Resources"])
    assert found() == found("nested/flow.json") == [("nested/flow.json", "EF401")]


@pytest.mark.parametrize(
    "url",
    [
        "https://bucket.s3.amazonaws.com/nested/flow.json",
        "s3://bucket/nested/flow.json",
        "nested/gone.json",
        "nested",
        "",
        "\0",
        {"Fn::Sub": "nested/flow.json"},
        ["nested/flow.json"],
        {"ApplicationId": "arn:aws:serverlessrepo:us-east-1:1:applications/x"},
    ],
)
def test_template_urls_are_not_read(folder: Folder, url: Any) -> None:
    file = machine_inside(folder, "sqs:ReceiveMessage")
    data = json.loads((folder.path / "template.json").read_text())
    for make in (stack, application):
        data["Resources"]["Flow"] = make(url)
        folder.write("template.json", data["Resources"])
        assert found() == [(file, "IF003")]


def test_templates_outside_the_repository_are_not_read(folder: Folder) -> None:
    inside = Folder(folder.path / "inside")
    (inside.path / ".git").mkdir(parents=True)
    role_inside(inside, "sqs:ReceiveMessage")
    (inside.path / "roles.json").rename(folder.path / "roles.json")
    data = json.loads((inside.path / "template.json").read_text())
    for name in ("../roles.json", str(folder.path / "roles.json")):
        data["Resources"]["Roles"]["Properties"]["TemplateURL"] = name
        inside.write("template.json", data["Resources"])
        assert found("inside/template.json") == [("inside/template.json", "IF003")]
    (inside.path / "roles.json").symlink_to(folder.path / "roles.json")
    data["Resources"]["Roles"]["Properties"]["TemplateURL"] = "roles.json"
    inside.write("template.json", data["Resources"])
    assert found("inside/template.json") == [("inside/template.json", "IF003")]
    # The parent template is outside the repository.
    machine_inside(inside, "sqs:ReceiveMessage")
    (inside.path / "template.json").rename(folder.path / "template.json")
    text = (folder.path / "template.json").read_text()
    folder.text("template.json", text.replace("nested/", "inside/nested/"))
    assert found("inside/nested/flow.json") == [("inside/nested/flow.json", "IF003")]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "Resources: 1", "Resources: {Role: [}", "\0"),
        "Resources: {A: {Type: {B: C}}, D: {Type: [AWS::CloudFormation::Stack], Properties: 1}}",
    ],
)
def test_a_template_that_cannot_be_read(folder: Folder, text: str) -> None:
    role_inside(folder, "sqs:ReceiveMessage")
    folder.text("roles.json", text)
    assert found("template.json") == [("template.json", "IF003")]


def test_templates_that_nest_each_other(folder: Folder) -> None:
    """Templates that nest themselves and each other, with values that depend on themselves."""
    for name in "abc":
        makes = {
            one: stack(f"{one}.json", Role=att("b", "Outputs.Role"), Queue={"Ref": "Queue"})
            for one in "abc"
        }
        folder.write(
            f"{name}.json",
            {**makes, "Machine": machine({"Ref": "Queue"}, {"Ref": "Role"})},
            Parameters=parameters("Role", "Queue"),
            Outputs=outputs(Role=att("c", "Outputs.Role")),
        )
    assert {rule for _, rule in found()} == {"IF003"}


def test_two_templates_that_nest_each_other(folder: Folder) -> None:
    for name, other in ("ab", "ba"):
        folder.write(
            f"{name}.json",
            {
                "Other": stack(f"{other}.json", Role={"Ref": "Role"}),
                "Machine": machine("q", {"Ref": "Role"}),
            },
            Parameters=parameters("Role"),
            Outputs=outputs(Role=att("Other", "Outputs.Role")),
        )
    assert {rule for _, rule in found()} == {"IF003"}


REFERENCES = st.sampled_from(
    [
        *({"Ref": name} for name in ("P", "Q", "Stack0", "Role")),
        *(att(f"Stack{number}", f"Outputs.{name}") for number in range(2) for name in "OR"),
        att("Role", "Arn"),
        {"Fn::Sub": "${P}-${Stack1.Outputs.O}"},
        "text",
        3,
        None,
    ]
)
FILES = ["a.json", "b.json", "c.json"]


@st.composite
def templates(draw: st.DrawFn) -> Any:
    """A template that nests others or itself, with values of all kinds."""
    resources: dict[str, Any] = {
        f"Stack{number}": draw(st.sampled_from([stack, application]))(
            draw(st.sampled_from([*FILES, ".", "gone.json"])),
            P=draw(REFERENCES),
            Q=draw(REFERENCES),
        )
        for number in range(draw(st.integers(0, 2)))
    }
    resources["Role"] = role("sqs:ReceiveMessage", draw(REFERENCES))
    resources["Machine"] = machine(draw(REFERENCES), draw(REFERENCES))
    return {
        "Parameters": parameters("P", "Q"),
        "Resources": resources,
        "Outputs": outputs(O=draw(REFERENCES), R=draw(REFERENCES)),
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(templates(), min_size=3, max_size=3))
def test_any_templates_are_read_without_an_exception(folder: Folder, made: list[Any]) -> None:
    for name, data in zip(FILES, made, strict=True):
        folder.text(name, json.dumps(data))
    for finding in sfnlint.check(["."]):
        located = finding.place.locate()
        assert 0 <= located.span.start <= located.span.end <= len(located.root.text)
    assert {name for name, _ in found(*FILES)} <= set(FILES)


def test_few_of_many_templates_are_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(300):
        makes = {f"N{one}": stack(f"{(number + one) % 300}.json") for one in range(1, 20)}
        folder.write(f"{number}.json", makes)
    own = {f"N{one}": stack(f"{one}.json") for one in range(300)}
    folder.write(
        "flow.json",
        {**own, "Machine": machine("q", {"Ref": "Role"})},
        Parameters=parameters("Role"),
    )
    folder.write("0.json", {"Flow": stack("flow.json"), "Other": stack("1.json")})
    read: list[Path] = []

    def counted(path: Path, shown: str) -> TextDocument:
        read.append(path)
        return load(path, shown)

    monkeypatch.setattr(template_family, "load", counted)
    assert found() == [("flow.json", "IF003")]
    # Templates that the search for parents has read are not read again.
    assert 20 < len(read) <= nested_templates._MAX_TEMPLATES


def test_configured_parameters_take_precedence(folder: Folder) -> None:
    file = machine_inside(folder, "sqs:ReceiveMessage")
    arn = "arn:aws:iam::123456789012:role/other"
    from sfnlint.discovery import discover
    from sfnlint.engine import run

    given = Options(parameters=lambda path: {"Role": arn} if path.name == "flow.json" else {})
    findings = run(discover([Path(file)]), given).findings
    assert [one.rule for one in findings if one.rule[0] == "E" or one.rule == "IF003"] == ["IF003"]


def test_parents_of_an_independent_template_are_not_searched(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {
        "Queue": QUEUE,
        "Role": role("sqs:SendMessage", att("Queue", "Arn")),
        "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
    }
    folder.write("flow.json", own, Parameters=parameters("Unused"))

    def refused(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(template_search.TemplateSearch, "templates_naming", refused)
    assert found() == []


def test_policy_of_a_custom_resource_beside_a_nested_stack(folder: Folder) -> None:
    statements = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    properties = {"PolicyDocument": {"Statement": [{**statements, "Resource": "{bucket}/*"}]}}
    resources = {
        "Flow": machine({"Ref": "Queue"}, att("Role", "Arn")),
        "Role": role("sqs:ReceiveMessage", "*"),
        "Queue": QUEUE,
        "Bucket": {"Type": "Custom::Bucket", "Properties": properties},
        "Nested": stack("nested.json"),
    }
    folder.write("nested.json", {"Queue": QUEUE})
    folder.write("template.json", resources)
    assert ("template.json", "EF401") in found()
