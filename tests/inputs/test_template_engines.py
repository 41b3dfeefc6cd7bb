"""Files for template engines: read where that is safe, reported once, and never an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sfnlint
from sfnlint.finding import Finding
from sfnlint.source.load_file import ENGINE_ENDINGS

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


JSON = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Wait", "Seconds": %s, "Next": "B"},
    "B": {"Type": "Succeed"},
    "Lost": {"Type": "Pass", "Next": "Nowhere"}
  }
}
"""


@pytest.mark.parametrize("ending", ENGINE_ENDINGS)
@pytest.mark.parametrize("name", ["flow.asl.yaml", "flow.yml", "flow"])
def test_files_with_the_ending_of_an_engine_are_found(
    ending: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / (name + ending)).write_text("{# A #}\n" + MACHINE.format(url="{{ url }}", more=""))
    rules = [finding.rule for finding in sfnlint.check(["."])]
    assert rules == ["IF026", "EF202"]


@pytest.mark.parametrize(
    "name", ["flow.asl.json.j2", "flow.json.tpl", "flow.tmpl", "flow.json5.hbs"]
)
def test_json_may_begin_with_tags(name: str) -> None:
    text = "{{/* {\n */}}{% set x = 1 %}\n" + JSON % "{{ seconds }}"
    assert found(text, name) == [("IF026", 1, 1), ("EF202", 8, 38)]


def test_expressions_in_strings_are_unknown_if_the_ending_is_that_of_an_engine() -> None:
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
            Parameters: {TopicArn: "arn:aws:sns:us-east-1:123456789012:{{ name }}", Message: m}
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
            Statement:
              Effect: Allow
              Action: sns:Publish
              Resource: "arn:aws:sns:us-east-1:123456789012:news"
"""
    assert found(template, "t.yaml.j2") == [("IF026", 12, 72)]
    assert found(template.replace("{{ name }}", "news"), "t.yaml.j2") == []
    wrong = found(template.replace("{{ name }}", "olds"), "t.yaml.j2")
    assert [rule for rule, _, _ in wrong] == ["EF410"]


@pytest.mark.parametrize(
    "part",
    [
        "{{/* a {{ comment }}\n on lines */}}",
        "{{- /* a comment */ -}}",
        "{{!-- a {{comment}} --}}",
        "{{! a comment }}",
        "{# {% if a %}\n #}",
        "<%# a comment %>",
        "<% names.each do |name| %>\n  C: {Type: Succeed}\n<% end %>",
        "<%- if (a) { -%>\n  C: {Type: Succeed}\n<%- } -%>",
        "{{#names}}\n  C: {Type: Succeed}\n{{/names}}",
    ],
)
def test_comments_and_blocks_of_other_engines(part: str) -> None:
    rules = {rule for rule, _, _ in found(MACHINE.format(url="u", more=f"{part}\n"))}
    assert rules == {"IF026", "EF202"}


@pytest.mark.parametrize(
    "part",
    [
        "<% if a %>\n  C: {Type: Succeed}\n<% else %>\n  C: {Type: Fail}\n<% end %>",
        "{% call states() %}{% endcall %}",
        "{{^a}}\n  C: {Type: Succeed}\n{{/a}}",
        "  {{ states }}",
        "  - {{ states }}",
    ],
)
def test_other_alternatives_are_not_read(part: str) -> None:
    assert [rule for rule, _, _ in found(MACHINE.format(url="u", more=f"{part}\n"))] == ["IF026"]


@pytest.mark.parametrize(
    "word",
    [
        "SECONDS",
        "EXTRA_SECONDS_2",
        "__seconds__",
        "@seconds@",
        "@@SECONDS@@",
        "%seconds%",
        "##Seconds##",
        "#{seconds}#",
        "<SECONDS>",
        "$SECONDS",
        "$(seconds)",
        "{{{ seconds }}}",
        "<%= seconds %>",
    ],
)
def test_a_word_that_a_script_replaces_is_an_unknown_value(word: str) -> None:
    assert found(JSON % word, "flow.json") == [("IF026", 4, 38), ("EF202", 6, 38)]
    assert found(JSON % f"[ 1, {word} ]", "flow.json")[-2] == ("IF026", 4, 43)


@pytest.mark.parametrize(
    "word",
    [
        *(
            "seconds",
            "Seconds",
            "tru",
            "TRUE",
            "NULL",
            "NONE",
            "NAN",
            "UNDEFINED",
            "OK",
            "A1",
            "12A",
        ),
        *(
            "SECONDS MORE",
            "SEC-ONDS",
            "__seconds_",
            "$seconds",
            "<seconds>",
            "'SECONDS'",
            "SÉCONDES",
        ),
    ],
)
def test_other_words_are_mistakes(word: str) -> None:
    assert [(rule, line) for rule, line, _ in found(JSON % word, "flow.json")] == [("EF001", 4)]


def test_a_mistake_beside_placeholders_is_reported() -> None:
    """It is an error of the file that the script or the engine writes, too."""
    for value in ("SECONDS", "{{ seconds }}"):
        text = (JSON % value).replace('"Nowhere"', "Nowhere")
        assert found(text, "flow.json") == [("EF001", 6, 38)]
        together = (JSON % value).replace("\n", " ").replace('"Nowhere"', "Nowhere")
        [(rule, line, column)] = found(together, "flow.json")
        assert (rule, line) == ("EF001", 1)
        assert together[column - 1 :].startswith("Nowhere")
    assert found(JSON % "{{ a }} {{ b }}", "flow.json") == [("IF026", 4, 38)]


@pytest.mark.parametrize(
    "text",
    [
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, MORE_STATES}}',
        '{"StartAt": "A", "States": {MORE_STATES}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Task", FIELDS, "Next": "B"}}}',
    ],
)
def test_a_file_with_unknown_members_is_not_read(text: str) -> None:
    [finding] = sfnlint.check_text(text, "flow.json")
    assert finding.rule == "IF026"
    assert finding.message.endswith("' in this file; check the script's output instead")


@pytest.mark.parametrize(
    "text",
    [
        '{"StartAt": "A", "States": STATES}',
        '{"StartAt": START, "States": {"A": {"Type": "Pass", "End": END}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": [ BRANCHES ], '
        '"Retry": RETRY, "Catch": [CATCHERS], "Next": NEXT}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [CHOICES], '
        '"Default": DEFAULT_STATE}, "B": {"Type": "Succeed"}}}',
        '{"StartAt": "A", "States": {"A": ENTRY, "B": {"Type": "Pass", "Parameters": {"a": AAA}, '
        '"Result": RESULT, "Next": "A"}}}',
        '{"Comment": "StartAt States", "x": [ WORDS ]}',
    ],
)
def test_unknown_values_anywhere_are_no_mistakes(text: str, tmp_path: Path) -> None:
    assert [finding.rule for finding in sfnlint.check_text(text, "flow.json")] == ["IF026"]
    (tmp_path / "flow.json").write_text(text)
    assert [finding.rule for finding in sfnlint.check([str(tmp_path)])] == ["IF026"]


def template(definition: str, field: str = "DefinitionString") -> str:
    properties = {"RoleArn": {"Ref": "Role"}, field: definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return json.dumps({"Resources": {"Flow": machine}})


@pytest.mark.parametrize(
    "definition",
    [
        *("{{DEFINITION}}", "{{ definition }}", "<%= definition %>", "__DEFINITION__", "@@X@@"),
        *("%DEFINITION%", "DEFINITION", "#{Definition}#", "{{> definition}}", "<my definition>"),
        *('{% include "flow.json" %}', "$DEFINITION", "$(definition)", "[[Definition]]"),
        *("{DEFINITION}", "  DEFINITION\n", "$definition"),
    ],
)
def test_a_definition_that_is_one_placeholder_is_said_to_be_unread(definition: str) -> None:
    found_here = {finding.rule: finding for finding in _findings(template(definition))}
    assert set(found_here) == {"IF003", "IF004"}
    assert found_here["IF004"].message == (
        "the definition of state machine 'Flow' is the placeholder "
        f"'{definition.strip()}', so it was not checked"
    )
    as_object = {finding.rule for finding in _findings(template(definition, "Definition"))}
    assert as_object == {"IF003", "IF004"}


@pytest.mark.parametrize(
    "definition", ["flow.json", "{StartAt}", "TRUE", "a b", "{", '{"StartAt": tru}', "[["]
)
def test_other_definitions_are_mistakes(definition: str) -> None:
    rules = {finding.rule for finding in _findings(template(definition))}
    assert rules == {"IF003", "EF001"}


def test_a_definition_in_a_string_may_need_an_engine() -> None:
    definition = (JSON % "{{ seconds }}").replace("\n", " ")
    findings = _findings(template(definition))
    assert {finding.rule for finding in findings} == {"IF003", "IF026", "EF202"}
    [note] = [finding for finding in findings if finding.rule == "IF026"]
    assert note.message == (
        "this definition needs a template engine, which was not run; its expressions are unknown "
        "values"
    )
    located = note.place.locate()
    assert located.root.text[located.span.start : located.span.end] == "{{ seconds }}"
    unread = _findings(template("{% if a %}{}{% else %}" + definition + "{% endif %}"))
    assert {finding.rule for finding in unread} == {"IF003", "IF026"}


def test_a_definition_file_may_need_an_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flow.asl.json").write_text(JSON % "{{ seconds }}")
    Path("template.json").write_text(template("flow.asl.json", "DefinitionS3Location"))
    rules = [finding.rule for finding in sfnlint.check(["."])]
    assert sorted(rules) == ["EF202", "IF003", "IF026"]


def _findings(text: str) -> list[Finding]:
    return sfnlint.check_text(text, "template.json")


def test_hostile_tags_take_no_time() -> None:
    for part in ("{{/*", "{#", "{{!--", "<%#", "{{", "__a", "@@", '"', "${", "{% ", "[A", "$("):
        sfnlint.check_text('{"StartAt": "States"' + part * 20_000, "flow.json")
