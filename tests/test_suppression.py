"""Suppressions: what they cover, and which of them are unused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sfnlint
from sfnlint.place import Place
from sfnlint.source import TextDocument, parse
from sfnlint.suppression import Coverage, Suppression

TEMPLATE = """\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionString: !Sub |
        {
          "StartAt": "A",%s
          "States": {
            "A": {"Type": "Succeed"},
            "B": {%s"Type": "Pass", "Next": "B"}
          }
        }
  Role:
    Type: AWS::IAM::Role%s
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: iam:PassRole
                Resource: "*"%s
                Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}
"""


def rules(text: str, name: str = "t.yaml") -> list[str]:
    found = [finding.rule for finding in sfnlint.check_text(text, name)]
    return [rule for rule in found if rule != "IF508"]


def test_without_suppressions() -> None:
    assert rules(TEMPLATE % ("", "", "", "")) == ["WF201", "WF501"]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("  # sfn-lint: ignore[WF501] the platform's role", ["WF201"]),
        ("  # sfn-lint: ignore[pass-role-on-everything]", ["WF201"]),
        ("  #sfn-lint:ignore[ WF501 , WF504 ]", ["WF201", "IF007"]),
        ("  # sfn-lint: ignore[WF502] another rule", ["WF201", "WF501", "IF007"]),
        ("  # sfn-lint: ignore[WF5] prefixes hide too much", ["WF201", "WF501", "IF007"]),
        ("\n                # sfn-lint: ignore[WF501] below it", ["WF201", "WF501", "IF007"]),
        ("  # please sfn-lint: ignore[WF501]", ["WF201", "WF501"]),
        (" # sfn-lint: hello", ["WF201", "WF501", "IF007"]),
    ],
)
def test_a_comment(comment: str, left: list[str]) -> None:
    assert sorted(rules(TEMPLATE % ("", "", "", comment))) == sorted(left)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("WF5", "'WF5' matches several rules; name each rule"),
        ("EF501", "unknown rule 'EF501'; did you mean 'WF501'?"),
    ],
)
def test_suggestions(word: str, message: str) -> None:
    text = TEMPLATE % ("", "", "", f"  # sfn-lint: ignore[{word}] x")
    found = [one.message for one in sfnlint.check_text(text, "t.yaml") if one.rule == "IF007"]
    assert found == [message]


@pytest.mark.parametrize("between", ["", "# why\n                # and more\n                "])
def test_a_comment_above(between: str) -> None:
    text = TEMPLATE % ("", "", "", "")
    line = "                Resource: "
    comment = f"                # sfn-lint: ignore[WF501] reason\n                {between}"
    text = text.replace(line, f"{comment.rstrip(' ')}{line}")
    assert rules(text) == ["WF201"]


@pytest.mark.parametrize("at", ["state", "machine"])
def test_the_comment_field(at: str) -> None:
    field = '"Comment": "Later. sfn-lint: ignore[WF201] started by hand", '
    text = TEMPLATE % ((field, "", "", "") if at == "machine" else ("", field, "", ""))
    assert rules(text) == ["WF501"]


def test_the_comment_field_of_another_state() -> None:
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Succeed", "Comment": "sfn-lint: ignore[WF201]"},
            "B": {"Type": "Pass", "Next": "B"},
        },
    }
    assert rules(json.dumps(machine), "a.json") == ["IF007", "WF201"]


def test_metadata() -> None:
    entry = "{rule: WF501, reason: shared}"
    metadata = "\n    Metadata: {sfn-lint: {ignore: [%s]}}"
    assert rules(TEMPLATE % ("", "", metadata % entry, "")) == ["WF201"]
    assert rules(TEMPLATE % ("", "", metadata % "{rules: WF501}", "")) == [
        "WF201",
        "IF007",
        "WF501",
    ]
    assert "IF007" in rules(TEMPLATE % ("", "", "\n    Metadata: {sfn-lint: off}", ""))


def test_metadata_covers_only_its_resource() -> None:
    metadata = "\n    Metadata: {sfn-lint: {ignore: [{rule: WF201, reason: elsewhere}]}}"
    assert rules(TEMPLATE % ("", "", metadata, "")) == ["WF201", "IF007", "WF501"]


def test_in_every_combination_of_conditions() -> None:
    text = TEMPLATE % ("", '"Comment": "sfn-lint: ignore[WF201] x", ', "", "")
    text = "Conditions: {IsProd: !Equals [!Ref AWS::Region, a]}\n" + text.replace(
        "RoleArn: !GetAtt Role.Arn",
        "RoleArn: !If [IsProd, !GetAtt Role.Arn, arn:aws:iam::111122223333:role/x]",
    )
    assert "WF201" not in rules(text)
    assert "IF007" not in rules(text)


def test_a_policy_of_two_machines(tmp_path: Path) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createModel",
        "Parameters": {"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::111122223333:role/m"},
        "End": True,
    }
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps({"StartAt": "A", "States": {"A": task}}))
    (tmp_path / "p.yaml").write_text(
        "Version: '2012-10-17'\nStatement:\n"
        "  - Effect: Allow\n    Action: ['sagemaker:CreateModel', 'sagemaker:AddTags', "
        "'sagemaker:ListTags']\n    Resource: '*'  # sfn-lint: ignore[WF505, IF506] x\n"
        "  - Effect: Allow\n    Action: iam:PassRole\n"
        "    Resource: '*'  # sfn-lint: ignore[WF501] x\n"
        "    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}\n"
    )
    found = sfnlint.check(
        [tmp_path / "a.json", tmp_path / "b.json"], policies=[tmp_path / "p.yaml"]
    )
    assert not {"WF501", "WF505"} & {finding.rule for finding in found}


def test_an_unknown_role_leaves_suppressions_alone() -> None:
    machine = {
        "StartAt": "A",
        "Comment": "sfn-lint: ignore[EF401] its role is elsewhere",
        "States": {"A": {"Type": "Succeed"}},
    }
    assert rules(json.dumps(machine), "a.json") == []


@pytest.mark.parametrize(
    "definition",
    ["DefinitionUri: s3://bucket/key", "DefinitionUri: gone.asl.json", "DefinitionUri: b.asl.json"],
)
def test_an_unreadable_definition_leaves_suppressions_alone(
    tmp_path: Path, definition: str
) -> None:
    (tmp_path / "b.asl.json").write_text("{")
    entries = "[{rule: WF201, reason: x}, {rule: EF401, reason: y}]"
    text = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n"
        "    Type: AWS::Serverless::StateMachine\n"
        f"    Metadata: {{sfn-lint: {{ignore: {entries}}}}}\n"
        "    Properties:\n"
        f"      {definition}\n"
        "      Policies: [AWSLambdaRole] # sfn-lint: ignore[WF505] z\n"
    )
    (tmp_path / "t.yaml").write_text(text)
    assert "IF007" not in {one.rule for one in sfnlint.check([tmp_path / "t.yaml"])}
    other = text.replace(definition, "Definition: {StartAt: A, States: {A: {Type: Succeed}}}")
    (tmp_path / "t.yaml").write_text(other)
    assert [one.rule for one in sfnlint.check([tmp_path / "t.yaml"])].count("IF007") == 3


def test_each_unused_suppression_is_reported() -> None:
    text = "# sfn-lint: ignore[WF201] a\n# sfn-lint: ignore[WF202] b\nStartAt: A\n"
    text += "States: {A: {Type: Succeed}}\n"
    assert rules(text, "a.yaml") == ["IF007", "IF007"]


def test_very_many_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    comments = "# a\n# sfn-lint: ignore[WF201] b\n" * 20_000
    text = f"StartAt: A\nStates:\n  A: {{Type: Succeed}}\n{comments}  B: {{Type: Pass, Next: B}}\n"
    lines = 0
    line_text = TextDocument.line_text

    def counting_line_text(document: TextDocument, line: int) -> str:
        nonlocal lines
        lines += 1
        return line_text(document, line)

    monkeypatch.setattr(TextDocument, "line_text", counting_line_text)
    assert "WF201" not in rules(text, "a.yaml")
    # Without looking from each comment down to the last one.
    assert 20_000 < lines < 5 * 20_000


def test_comments_at_the_end_of_a_block() -> None:
    text = "a: |  # sfn-lint: one\n  # sfn-lint: two\n  x\n# sfn-lint: three\nb: 1\n"
    document = parse(text, "a.yaml", "yaml")
    found = [text[start:end] for start, end in document.comments("sfn-lint:")]
    assert found == ["# sfn-lint: one", "# sfn-lint: three"]


VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
    | st.just("# sfn-lint: in a text")
    | st.just("x\n# sfn-lint: in a text\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.sampled_from([None, "'", '"', "|", ">"]))
def test_no_string_is_taken_for_a_comment(value: object, style: str | None) -> None:
    import yaml

    text = yaml.dump({"value": value}, default_style=style, allow_unicode=True)
    document: TextDocument = parse(text, "a.yaml", "yaml")
    assert document.comments("sfn-lint:") == []
    commented = text.replace("\n", "\n", 1) + "# sfn-lint: a comment\n"
    found = parse(commented, "a.yaml", "yaml").comments("sfn-lint:")
    assert len(found) == 1
    assert found[0].start == len(text)


def suppression(form: str, rule: str) -> tuple[str, str]:
    """Return the comment and the field of a state that suppress a rule, one of them empty."""
    if form == "comment":
        return f"  # sfn-lint: ignore[{rule}] x\n", ""
    return "", f"Comment: 'sfn-lint: ignore[{rule}] x', "


@pytest.mark.parametrize("form", ["comment", "field"])
def test_in_a_definition_beside_its_template(tmp_path: Path, form: str) -> None:
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n"
        "    Type: AWS::Serverless::StateMachine\n    Properties:\n"
        "      DefinitionUri: flow.asl.yaml\n      Policies: [AWSLambdaRole]\n"
    )
    comment, field = suppression(form, "WF201")
    (tmp_path / "flow.asl.yaml").write_text(
        "StartAt: A\nStates:\n  A: {Type: Succeed}\n"
        f"{comment}  B: {{{field}Type: Pass, Next: B}}\n  C: {{Type: Pass, Next: C}}\n"
    )
    found = sfnlint.check([tmp_path])
    assert [one.state for one in found if one.rule == "WF201"] == ["C"]
    assert "IF007" not in {one.rule for one in found}


@pytest.mark.parametrize("form", ["comment", "field"])
def test_in_a_definition_of_two_templates(tmp_path: Path, form: str) -> None:
    """A suppression that one template needs is not unused because of the other template."""
    for name, kind in (("a", "EXPRESS"), ("b", "STANDARD")):
        (tmp_path / f"{name}.yaml").write_text(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n"
            "    Type: AWS::Serverless::StateMachine\n    Properties:\n"
            f"      Type: {kind}\n"
            "      DefinitionUri: flow.asl.yaml\n      Policies: [AWSLambda_FullAccess]\n"
        )
    comment, field = suppression(form, "EF303")
    (tmp_path / "flow.asl.yaml").write_text(
        f"StartAt: A\nStates:\n{comment}  A: {{{field}Type: Task, End: true, "
        'Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", TimeoutSeconds: 9, '
        'Parameters: {FunctionName: f, Payload: {"t.$": $$.Task.Token}}}\n'
    )
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for order in (files, files[::-1]):
        assert not {"EF303", "IF007"} & {one.rule for one in sfnlint.check(order)}


@pytest.mark.parametrize("form", ["comment", "field"])
def test_only_templates_that_were_read_decide(tmp_path: Path, form: str) -> None:
    """The other template has a machine that was not read, so it does not count."""
    unread = "  Other:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n"
    unread += "      DefinitionUri: s3://bucket/key\n"
    for name, more in (("a", unread), ("b", "")):
        (tmp_path / f"{name}.yaml").write_text(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n"
            "    Type: AWS::Serverless::StateMachine\n    Properties:\n"
            f"      DefinitionUri: flow.asl.yaml\n      Policies: [AWSLambdaRole]\n{more}"
        )
    comment, field = suppression(form, "WF201")
    (tmp_path / "flow.asl.yaml").write_text(
        f"StartAt: A\nStates:\n{comment}  A: {{{field}Type: Succeed}}\n"
    )
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for order in (files, files[::-1]):
        assert [one.rule for one in sfnlint.check(order)].count("IF007") == 1
    assert "IF007" not in {one.rule for one in sfnlint.check(files[:1])}


@pytest.mark.parametrize("form", ["comment", "field"])
def test_a_role_that_is_partly_unknown_decides(tmp_path: Path, form: str) -> None:
    """Rules about roles may have findings for the template whose role is not known completely."""
    for name, policies in (("a", "[AWSLambdaRole]"), ("b", "[!Ref Unknown]")):
        (tmp_path / f"{name}.yaml").write_text(
            "Transform: AWS::Serverless-2016-10-31\nParameters: {Unknown: {Type: String}}\n"
            "Resources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n"
            f"      DefinitionUri: flow.asl.yaml\n      Policies: {policies}\n"
        )
    comment, field = suppression(form, "EF401")
    (tmp_path / "flow.asl.yaml").write_text(
        f"StartAt: A\nStates:\n{comment}  A: {{{field}Type: Succeed}}\n"
    )
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for order in (files, files[::-1]):
        assert "IF007" not in {one.rule for one in sfnlint.check(order)}
    assert [one.rule for one in sfnlint.check(files[:1])].count("IF007") == 1


@pytest.mark.parametrize(
    ("coverages", "merged"),
    [
        (["none", "definition and role"], "definition and role"),
        (["definition and role", "none"], "definition and role"),
        (["definition", "none"], "definition"),
        (["none", "definition"], "definition"),
        (["definition", "definition and role"], "definition"),
        (["definition and role", "definition"], "definition"),
        (["none", "definition and role", "definition", "none"], "definition"),
    ],
)
def test_the_coverage_of_several_readings(coverages: list[Coverage], merged: Coverage) -> None:
    place = Place(parse("{}", "a.json", "json"))
    suppression = Suppression(place, ("EF401",), (), "", coverages[0])
    for coverage in coverages[1:]:
        suppression.cover(coverage)
    assert suppression.coverage == merged
