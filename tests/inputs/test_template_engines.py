"""Files for template engines: read where that is safe, reported once, and never an error."""

from __future__ import annotations

import pytest

import sfnlint

MACHINE = """\
StartAt: A
States:
  A:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage
    Parameters: {{QueueUrl: {url}, MessageBody: m}}
    Next: B
{more}  B: {{Type: Succeed}}
  Lost: {{Type: Pass, Next: Nowhere}}
"""


def found(text: str, name: str = "flow.asl.yaml") -> list[tuple[str, int, int]]:
    return [
        (finding.rule, *located.root.line_column(located.span.start))
        for finding in sfnlint.check_text(text, name)
        for located in [finding.place.locate()]
    ]


@pytest.mark.parametrize(
    "url",
    [
        "{{ cookiecutter.queue }}",
        "{{ .Values.queue }}",
        "{{ queues['one'] | upper }}/x",
        "{{queue}}-{{ stage }}",
        "<%= queue %>",
        "{{- queue -}}",
    ],
)
def test_an_expression_is_unknown_and_places_are_exact(url: str) -> None:
    told = {rule: at for rule, *at in found(MACHINE.format(url=url, more=""))}
    if "<%" in url:
        # This is a string of YAML without a template engine.
        assert told == {"EF202": [9, 28]}
    else:
        assert told == {"IF026": [6, 28], "EF202": [9, 28]}


@pytest.mark.parametrize(
    "part",
    [
        "{% if queue %}\n  C: {Type: Succeed}\n{% endif %}\n",
        "{%- for name in names %}\n  {{ name }}: {Type: Succeed}\n{%- endfor %}\n",
        "{{#if queue}}\n  C: {Type: Succeed}\n{{/if}}\n",
        "{{- if .Values.queue }}\n  C: {Type: Succeed}\n{{- end }}\n",
        "{# a comment #}\n  C: {Type: Succeed}\n{{ #if x}}\n  C: {Type: Succeed}\n{{/if}}\n",
    ],
)
def test_a_conditional_part_is_read(part: str) -> None:
    rules = {rule for rule, _, _ in found(MACHINE.format(url="u", more=part))}
    # A state with an unknown name may be the missing target.
    assert rules == {"IF026"} | (set() if "{{ name }}" in part else {"EF202"})


@pytest.mark.parametrize(
    "part",
    [
        "{% if a %}\n  C: {Type: Succeed}\n{% else %}\n  C: {Type: Fail}\n{% endif %}\n",
        "{% include 'states.yaml' %}\n",
        '  {{ include "states" . | nindent 2 }}\n',
    ],
)
def test_a_file_with_alternative_parts_is_not_read(part: str) -> None:
    assert [rule for rule, _, _ in found(MACHINE.format(url="u", more=part))] == ["IF026"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Without quotes, it is not YAML; JSONata is not the language of a template engine.
        (MACHINE.format(url="{% $states.input.queue %}", more=""), "flow.asl.yaml"),
        ('{"StartAt": "A", "States": {"A": {"Seconds": "{% $x %}"}}', "flow.asl.json"),
        ('{"StartAt": "A" "States": "{{ x }}"}\n\n', "flow.asl.json"),
        ("StartAt: {{resolve:ssm:a}}: b\nStates: [", "flow.asl.yaml"),
    ],
)
def test_other_errors_stay_errors(text: str, name: str) -> None:
    assert [rule for rule, _, _ in found(text, name)] == ["EF001"]


def test_equal_expressions_are_equal() -> None:
    template = """\
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: arn:aws:states:::sns:publish
            Parameters: {TopicArn: "arn:aws:sns:us-east-1:123456789012:TOPIC-a", Message: m}
            End: true
  Role:
    Type: AWS::IAM::Role
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
              Effect: Allow
              Action: sns:Publish
              Resource: "arn:aws:sns:us-east-1:123456789012:TOPIC-b"
  Other: {Type: Custom::Other, Properties: {Name: {{ name }}}}
"""
    text = template.replace("TOPIC", "{{ name }}")
    assert [rule for rule, _, _ in found(text, "t.yaml")] == ["IF026", "EF410"]
    assert [rule for rule, _, _ in found(text.replace("-a", "-b"), "t.yaml")] == ["IF026"]
    open_name = text.replace("{{ name }}-b", "{{ other }}")
    assert [rule for rule, _, _ in found(open_name, "t.yaml")] == ["IF026"]
