"""The registry of readers, and internal errors: one file or one machine is lost, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import sfnlint
from sfnlint.discovery import discover
from sfnlint.engine import run, run_text
from sfnlint.failures import Failure
from sfnlint.finding import Finding
from sfnlint.inputs import asl, registry
from sfnlint.inputs.reader import LoadedUnit, Reader, RunContext
from sfnlint.inputs.registry import FORMATS, Format
from sfnlint.options import InputFile, MachineConfig, Options
from sfnlint.result import Result
from sfnlint.rule import all_rules
from sfnlint.source import DocumentView

DEFINITION: dict[str, Any] = {
    "StartAt": "A",
    "States": {"A": {"Type": "Pass", "Next": "Missing"}},
}
BROKEN = "b"
"""The file name, without ending, whose reading raises."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, data: object) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(data if isinstance(data, str) else json.dumps(data))


def check(*paths: str) -> tuple[Result, Sequence[Failure]]:
    files = discover([Path(path) for path in paths or (".",)])
    result = run(files, Options(rules={"EF202"}, keep_going=True))
    assert all(failure.is_internal for failure in result.failures)
    return result, result.failures


def files_of(result: Result) -> list[str]:
    return sorted(finding.place.locate().root.file for finding in result.findings)


def failing_for(
    file: str, function: Callable[..., Any], named: Callable[..., str]
) -> Callable[..., Any]:
    """Return the function as it is, except that it raises for one file."""

    def fail(*arguments: Any, **keywords: Any) -> Any:
        if named(*arguments) == file:
            raise KeyError("x")
        return function(*arguments, **keywords)

    return fail


def template(definition: object, key: str = "Definition") -> dict[str, Any]:
    properties = {key: definition, "RoleArn": "arn:aws:iam::123456789012:role/r"}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return {"Resources": {"Machine": machine}}


def configuration(definition: str = json.dumps(json.dumps(DEFINITION))) -> str:
    return (
        'resource "aws_sfn_state_machine" "main" {\n'
        f'  name = "main"\n  role_arn = "r"\n  definition = {definition}\n}}\n'
    )


# The registry


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.reader)
def test_what_a_format_names_is_there(entry: Format) -> None:
    assert isinstance(entry.new_reader(), Reader)
    assert not entry.companions or callable(entry.companion_search())
    assert bool(entry.index_file) == bool(entry.listed)


def example() -> str:
    """The reader in CONTRIBUTING.md."""
    contributing = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
    [code] = re.findall(r"```python\n( +class WorkflowReader.*?)```", contributing, re.DOTALL)
    return dedent(code)


def test_the_example_of_a_reader(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "asl": asl,
        "DocumentView": DocumentView,
        "Reader": Reader,
        "__name__": "sfnlint.inputs.workflow",
    }
    exec(f"from __future__ import annotations\n{example()}", names)
    monkeypatch.setattr(asl, "WorkflowReader", names["WorkflowReader"], raising=False)
    entry = Format("workflow files", "asl:WorkflowReader", marks=((b"workflow", b"StartAt"),))
    for module in ("sfnlint.loader", "sfnlint.inputs.registry"):
        monkeypatch.setattr(f"{module}.FORMATS", (*FORMATS[:-1], entry, FORMATS[-1]))
    monkeypatch.setattr(registry, "_MARKS", (*registry._MARKS, *entry.marks))
    text = json.dumps({"workflow": DEFINITION}, indent=1)
    write("a.json", text)
    [finding] = check()[0].findings
    [start, end] = finding.place.locate().span
    assert text[start:end] == '"Missing"'


def test_a_run_creates_its_own_readers(folder: Path) -> None:
    write("a.json", DEFINITION)
    options = Options()
    assert len(run(discover([Path("a.json")]), options).machines) == 1
    assert len(run([], options).machines) == 0


def test_a_text_has_the_format_that_its_name_shows() -> None:
    pytest.importorskip("tree_sitter_hcl")
    assert len(run_text(configuration(), "main.tf", Options()).machines) == 1
    assert len(run_text(json.dumps(DEFINITION), "a.json", Options()).machines) == 1


def publishing(topic: str) -> dict[str, Any]:
    """A definition that publishes to a topic."""
    parameters = {"TopicArn": f"arn:aws:sns:eu-west-1:123456789012:{topic}", "Message": "x"}
    resource = "arn:aws:states:::sns:publish"
    task = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    return {"StartAt": "A", "States": {"A": task}}


def test_a_policy_of_two_definitions_has_the_findings_of_both(folder: Path) -> None:
    write("a.json", publishing("orders"))
    write("b.json", publishing("refunds"))
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
    write("policy.json", {"Version": "2012-10-17", "Statement": [statement]})
    options = Options(policies=[Path("policy.json")], rules={"WF505"})
    result = run(discover([Path("a.json"), Path("b.json")]), options)
    assert [finding.message.rpartition(" ")[2] for finding in result.findings] == [
        "'orders'",
        "'refunds'",
    ]


def test_a_module_of_two_configurations_has_each_finding_once(folder: Path) -> None:
    pytest.importorskip("tree_sitter_hcl")
    write("module/main.tf", configuration())
    for name in "ab":
        write(f"{name}/main.tf", 'module "m" {\n  source = "../module"\n}\n')
    assert files_of(check()[0]) == ["module/main.tf"]


def test_the_text_of_a_policy_is_not_replaced_by_the_file(folder: Path) -> None:
    write("a.json", DEFINITION)
    write("policy.json", {"Version": "2012-10-17", "Statement": []})
    options = Options(machine_configs=[MachineConfig(Path("a.json"), [Path("policy.json")])])
    assert len(run(discover([Path("policy.json")]), options).machines) == 1
    assert len(run_text(Path("policy.json").read_text(), "policy.json", options).machines) == 0


def test_an_unreadable_policy_is_reported_once_for_all_machines(folder: Path) -> None:
    for name in "abc":
        write(f"{name}.json", DEFINITION)
    write("policy.json", "{")
    machines = [MachineConfig(Path(f"{name}.json"), [Path("policy.json")]) for name in "abc"]
    result = run(
        [InputFile(Path(f"{name}.json"), f"{name}.json") for name in "abc"],
        Options(machine_configs=machines, rules={"EF001", "EF202"}),
    )
    assert files_of(result) == ["a.json", "b.json", "c.json", "policy.json"]


def test_an_unreadable_policy_leaves_suppressions_alone(folder: Path) -> None:
    write("a.json", {"Comment": "sfn-lint: ignore[WF201] reviewed", **DEFINITION})
    write("policy.json", "{")
    for policies, rules in ((), ["EF202", "IF007"]), ([Path("policy.json")], ["EF001", "EF202"]):
        result = run(discover([Path("a.json")]), Options(policies=policies))
        assert sorted(finding.rule for finding in result.findings) == rules


def test_an_unreadable_policy_that_was_passed_as_text() -> None:
    text = json.dumps(DEFINITION)
    found = sfnlint.check_text(text, "a.json", policies={"policy.json": "{"}, trust="[")
    assert [one.rule for one in found if one.place.locate().root.file != "a.json"] == ["EF001"] * 2


# One failing file


def test_a_definition_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        write(f"{name}.asl.json", DEFINITION)
    failing = failing_for("b.asl.json", asl.read, lambda document, *_: document.file)
    monkeypatch.setattr(asl, "read", failing)
    result, errors = check()
    assert files_of(result) == ["a.asl.json", "c.asl.json"]
    assert [error.file for error in errors] == ["b.asl.json"]


def test_a_template_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sfnlint.inputs.sam import reader

    for name in "abc":
        write(f"{name}.json", template(DEFINITION))
    failing = failing_for("b.json", reader.read, lambda document, *_: document.file)
    monkeypatch.setattr(reader, "read", failing)
    result, errors = check()
    assert files_of(result) == ["a.json", "c.json"]
    assert [error.file for error in errors] == ["b.json"]


def definitions_with_templates() -> list[str]:
    for name in "abc":
        write(f"{name}/flow.asl.json", DEFINITION)
        uri = template("flow.asl.json", "DefinitionS3Location")
        write(f"{name}/template.json", uri)
    return [f"{name}/flow.asl.json" for name in "abc"]


def test_a_companion_template_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sfnlint.inputs.sam import companions

    definitions = definitions_with_templates()
    assert [one.machine for one in check(*definitions)[0].machines] == ["Machine"] * 3
    failing = failing_for("b/template.json", companions._read, lambda document, *_: document.file)
    monkeypatch.setattr(companions, "_read", failing)
    result, errors = check(*definitions)
    assert [error.file for error in errors] == ["b/template.json"]
    # The definition is checked without its template.
    assert files_of(result) == definitions
    assert [one.machine for one in result.machines] == ["Machine", "Machine", None]


def test_a_search_for_companions_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.json", DEFINITION)

    def fail(entry: Format) -> None:
        raise LookupError("a mistake")

    monkeypatch.setattr(Format, "companion_search", fail)
    result, errors = check()
    assert files_of(result) == ["a.json"]
    assert [error.file for error in errors] == [
        entry.title for entry in FORMATS if entry.companions
    ]


def test_deployed_machines_that_fail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sfnlint.inputs.deployed import reader

    for name in "abc":
        arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"
        role = "arn:aws:iam::123456789012:role/r"
        described = {"stateMachineArn": arn, "roleArn": role, "definition": json.dumps(DEFINITION)}
        write(f"{name}.json", described)
    failing = failing_for(
        "b.json", reader._definition, lambda answer, *_: answer.place.document.file
    )
    monkeypatch.setattr(reader, "_definition", failing)
    result, errors = check()
    assert files_of(result) == ["a.json", "c.json"]
    assert [error.file for error in errors] == ["b.json"]


def terraform_folders() -> None:
    pytest.importorskip("tree_sitter_hcl")
    for name in "abc":
        write(f"{name}/main.tf", configuration('file("${path.module}/flow.asl.json")'))
        write(f"{name}/flow.asl.json", DEFINITION)


def failing_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    from sfnlint.inputs.terraform import configuration

    failing = failing_for(BROKEN, configuration.read, lambda _, root, *__: root.name)
    monkeypatch.setattr(configuration, "read", failing)


def test_a_terraform_configuration_that_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terraform_folders()
    failing_configuration(monkeypatch)
    result, errors = check("a/main.tf", "b/main.tf", "c/main.tf")
    assert files_of(result) == ["a/flow.asl.json", "c/flow.asl.json"]
    assert [error.file for error in errors] == ["b"]


def test_a_terraform_folder_whose_search_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sfnlint.inputs.terraform.files import ModuleFolders

    terraform_folders()
    failing = failing_for(BROKEN, ModuleFolders.module_tree, lambda _, path: path.name)
    monkeypatch.setattr(ModuleFolders, "module_tree", failing)
    result, errors = check("a/main.tf", "b/main.tf", "c/main.tf")
    assert files_of(result) == ["a/flow.asl.json", "c/flow.asl.json"]
    assert [error.file for error in errors] == ["b"]


def test_a_companion_configuration_that_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terraform_folders()
    definitions = [f"{name}/flow.asl.json" for name in "abc"]
    failing_configuration(monkeypatch)
    result, errors = check(*definitions)
    assert [error.file for error in errors] == ["b"]
    assert files_of(result) == definitions
    assert sorted(map(str, (one.machine for one in result.machines))) == [
        "None",
        "aws_sfn_state_machine.main",
        "aws_sfn_state_machine.main",
    ]


class FailingReader(Reader):
    """Raises when all files were read."""

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        raise KeyError("x")


def test_a_format_that_fails_at_the_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sfnlint.inputs.deployed import reader

    monkeypatch.setattr(reader, "DeploymentReader", FailingReader)
    monkeypatch.setattr(FailingReader, "matches", lambda *_: False)
    for name in "abc":
        write(f"{name}.json", DEFINITION)
    write("template.json", template(DEFINITION))
    result, errors = check()
    assert files_of(result) == ["a.json", "b.json", "c.json", "template.json"]
    assert [error.file for error in errors] == ["outputs of the AWS CLI"]


# One failing rule


def break_rule(monkeypatch: pytest.MonkeyPatch, identifier: str, machine: str) -> None:
    """Make a rule raise for one machine, after its first finding."""
    original = all_rules()[identifier]

    def fail(target: Any) -> Iterator[Finding]:
        subjects = getattr(target, "subjects", [target])
        yield from original.check(target)
        if any(subject.logical_id == machine for subject in subjects):
            raise KeyError("x")

    broken = {**all_rules(), identifier: original._replace(check=fail)}
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: broken)


def test_a_rule_that_fails_for_one_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [resource] = template(DEFINITION)["Resources"].values()
    write("template.json", {"Resources": dict.fromkeys("ABC", resource)})
    break_rule(monkeypatch, "EF202", "A")
    result, errors = check()
    assert [finding.machine for finding in result.findings] == ["A", "B", "C"]
    assert [(error.rules, error.file) for error in errors] == [(("EF202",), "template.json")]


def test_a_rule_that_fails_for_one_role(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}
    task["Parameters"] = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"}
    resources: dict[str, Any] = {}
    for name in "ABC":
        definition = {"StartAt": "S", "States": {"S": task}}
        [machine] = template(definition)["Resources"].values()
        machine["Properties"]["RoleArn"] = {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}
        role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}
        resources |= {name: machine, f"{name}Role": role}
    write("template.json", {"Resources": resources})
    break_rule(monkeypatch, "EF401", "A")
    options = Options(rules={"EF401"}, keep_going=True)
    result = run(discover([Path()]), options)
    assert [finding.machine for finding in result.findings] == ["A", "B", "C"]
    assert [(error.rules, error.file) for error in result.failures] == [
        (("EF401",), "template.json")
    ]


def test_a_failure_in_suppressions_suppresses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("sfnlint.suppression.Suppressions.apply", fail)
    write("a.json", DEFINITION)
    result, errors = check()
    assert files_of(result) == ["a.json"]
    assert [error.file for error in errors] == ["the suppressions"]
