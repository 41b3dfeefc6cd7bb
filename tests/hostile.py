"""Hostile input: random mutations of valid input.

The seeds are the examples of the rules' pages, testdata/ and a template for every integration.
Mutations change types, add cycles and insert random names. All randomness comes from the generator
that is passed, so that an input can be reproduced.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from copy import deepcopy
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NamedTuple
from xml.etree import ElementTree

import yaml
from test_needs import RECORDS, granted, template

from sfnlint.cli import main
from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.report.formats import FORMATS
from sfnlint.report.positions import position, with_positions
from sfnlint.report.report import Report
from sfnlint.result import Result
from sfnlint.rule import all_rules
from sfnlint.source import parse_as_named

TESTDATA = Path(__file__).parent.parent / "testdata"
MAX_CPU_SECONDS = 10
"""CPU time limit for an input: a thousand times the time of most inputs."""
MAX_SECONDS = 120
"""Time limit for an input that waits, such as for a pipe; generous, for machines under load."""


class Input(NamedTuple):
    """An input file, with policies.

    Attributes:
        name: the name of the file.
        text: its text.
        policies: for a plain definition, the policies of its role, by file name.
        trust: the trust policy of its role.

    """

    name: str
    text: str
    policies: dict[str, str]
    trust: str | None


class Seed(NamedTuple):
    """A valid input: its text, and its data if it can be parsed."""

    name: str
    text: str
    data: Any
    policies: list[Any]


TEMPLATE = {
    "Parameters": {"Name": {"Type": "String", "Default": "x"}, "Stage": {"Type": "String"}},
    "Mappings": {"M": {"x": {"Arn": "arn:aws:sqs:eu-west-1:1:q", "List": ["a", "b"]}}},
    "Conditions": {
        "A": {"Fn::Equals": [{"Ref": "Name"}, "x"]},
        "B": {"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Condition": "C"}]}]},
        "C": {"Fn::Or": [{"Fn::Equals": [{"Fn::FindInMap": ["M", "x", "Arn"]}, ""]}]},
    },
    "Resources": {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Condition": "A",
            "DependsOn": ["Policy", "Managed"],
            "Properties": {
                "StateMachineName": {"Fn::Sub": "${Name}-machine"},
                "StateMachineType": {"Fn::If": ["B", "EXPRESS", "STANDARD"]},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionSubstitutions": {"Queue": {"Ref": "Queue"}, "State": "A"},
                "LoggingConfiguration": {"Level": "ALL", "Destinations": [{"x": {"Ref": "Name"}}]},
                "TracingConfiguration": {"Enabled": True},
                "EncryptionConfiguration": {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": "k"},
                "DefinitionString": {
                    "Fn::Sub": '{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, '
                    '"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": '
                    '{"QueueUrl": "${Queue}", "MessageBody.$": "$.a"}}}}'
                },
            },
        },
        "Literal": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/path/own"},
                "DefinitionS3Location": {"Bucket": "b", "Key": "k"},
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "own",
                "Path": "/path/",
                "PermissionsBoundary": {"Ref": "Managed"},
                "ManagedPolicyArns": [
                    {"Ref": "Managed"},
                    "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess",
                ],
                "AssumeRolePolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": ["states.amazonaws.com"]},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
                    }
                },
                "Policies": [
                    {
                        "PolicyName": "own",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Deny", "NotAction": "sqs:*", "Resource": "*"},
                                {"Effect": "Allow", "Action": "sqs:*", "NotResource": ["a"]},
                            ]
                        },
                    }
                ],
            },
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Condition": "C",
            "Properties": {
                "PolicyName": "attached",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["sqs:SendMessage"],
                            "Resource": {"Fn::GetAtt": ["Queue", "Arn"]},
                        }
                    ]
                },
            },
        },
        "Managed": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": "managed",
                "Path": "/",
                "Roles": ["own", {"Fn::Select": [0, {"Fn::Split": [",", "own,other"]}]}],
                "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*"}]},
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q.fifo"}},
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Queue"}],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Fn::GetAtt": "Role.Arn"}},
                            "Action": "sqs:SendMessage",
                            "Resource": {"Fn::Join": [":", ["arn", "aws", "sqs", "*"]]},
                        }
                    ]
                },
            },
        },
    },
}

SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Name": {"Type": "String", "Default": "x"}},
    "Conditions": {"A": {"Fn::Equals": [{"Ref": "Name"}, "x"]}, "B": {"Condition": "A"}},
    "Resources": {
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Condition": "B",
            "Connectors": {"Own": {"Properties": {"Destination": {"Id": "Table"}}}},
            "Properties": {
                "Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
                "DefinitionUri": "x.asl.json",
                "DefinitionSubstitutions": {"Table": {"Ref": "Table"}},
                "Type": "EXPRESS",
                "Events": {"Own": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}},
                "Policies": [
                    {"DynamoDBCrudPolicy": {"TableName": {"Ref": "Table"}}},
                    "AWSXRayDaemonWriteAccess",
                    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
                ],
            },
        },
        "Table": {"Type": "AWS::DynamoDB::Table", "DependsOn": "Machine"},
    },
}

TEXTS = [
    "", " ", "\n", "\r\n", "\x00", "\x1b[31m", "\x1b]8;;x\x07", "\u2028", "\u202e", "\x85",
    "\ufeff", "\ud800", "\U000f0000", "\U00100000", "\n::error file=x::y",
    "::set-output name=x::y", "%0A", "]]>", "<!--", "|", "`", "${", "${}", "${!x}",
    "${AWS::Region}", "${Role}", "${Role.Arn}", "${a.b.c}", "$", "$$", "$.", "$.a[", "$..",
    "$$.Map.Item.Value", "$states.input", "{% %}", "{% $x %}", "{%", "States.Format('{}', $.a",
    "States.Format()", "{{resolve:ssm:/x:1}}", "{{resolve:", "*", "**?*" * 20, "a*" * 60 + "b",
    "arn:", "arn:::::", "arn:aws:iam::*:role/*", "arn:aws:states:::",
    "arn:aws:states:::sagemaker:createTrainingJob.sync.waitForTaskToken:2",
    "arn:aws:states:::aws-sdk:s3:", "arn:aws:states:::aws-sdk:::", "arn:aws:lambda:::function:",
    "AWS::NoValue", "AWS::Region", "Role", "Role.Arn", "Machine", "a.b", ".", "..", "/",
    "../x.json", "true", "null", "~", "<<", "=", "9" * 50, "é" * 300, "x" * 5000, "%7B%22", "{}",
    "[]", '{"a":1}',
]  # fmt: skip
NUMBERS: list[Any] = [0, -1, 10**30, -(10**400), 1e308, 1e-320, float("inf"), float("nan"), 0.1]
KEYS = [
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Split",
    "Fn::FindInMap", "Fn::ImportValue", "Fn::ToJsonString", "Fn::Equals", "Fn::Not", "Fn::And",
    "Fn::Or", "Fn::Base64", "Fn::GetAZs", "Fn::Length", "Fn::ForEach::X", "Fn::Transform",
    "Fn::Cidr", "Condition", "DependsOn", "Metadata", "Mappings", "NotAction", "NotResource",
    "NotPrincipal", "Statement", "QueryLanguage", "Assign", "Output", "Arguments", "Retry",
    "Catch", "ItemProcessor", "Iterator", "Branches", "ResultWriter", "ItemReader", "Credentials",
    "TimeoutSeconds", "TimeoutSecondsPath", "Comment", "sfn-lint", "Properties", "Type", "Next",
    "Default", "Choices", "And", "Not", "Variable",
]  # fmt: skip
SNIPPETS = [
    "!Ref ", "!Sub ", "!GetAtt ", "!If [", "!Join ['', [", "!x ", "!!binary ", "!!set ", "&a ",
    "*a", "<<: *a", "? ", ": ", "- ", "|\n", ">-\n", "#", "---\n", "...\n", "%TAG ! x\n", "\t",
    '"', "'", "{", "}", "[", "]", ",", "\\", "\\u", "\\ud800", "\n", "\n  ", "[" * 210, "&b [*b]",
    "${x}", "1e999", "9" * 5000, "0x1F", "2001-01-01", "1:30", ".inf", ".nan",
    "# sfn-lint: ignore\n", "\x00", "\x1b[2J",
]  # fmt: skip


@cache
def seeds() -> list[list[Seed]]:
    """Return all seeds, by source."""
    examples = [
        _seed("example", rule.page[section])
        for rule in all_rules().values()
        for section in ("Bad", "Good")
    ]
    found = []
    for file in sorted(TESTDATA.rglob("*.*")):
        if file.is_file() and file.suffix != ".expected":
            near = [*file.parent.glob("*policy*.json"), *file.parent.glob("trust.json")]
            policies = [_read(one.name, one.read_text(encoding="utf-8")) for one in sorted(near)]
            text = file.read_bytes().decode("utf-8", errors="replace")
            found.append(_seed(file.name, text, policies))
    every = [_seed("template.json", template(record, list(granted(record)))) for record in RECORDS]
    own = [_seed("template.yaml", json.dumps(one)) for one in (TEMPLATE, SAM)]
    return [examples, found, every, own]


def any_seed(random: Random) -> Seed:
    """Return a random seed."""
    return random.choice(random.choice(seeds()))


def _seed(name: str, text: str, policies: list[Any] | None = None) -> Seed:
    return Seed(name, text, _read(name, text), policies or [])


def _read(name: str, text: str) -> Any:
    return parse_as_named(text, name).data


@cache
def words() -> tuple[list[str], list[str]]:
    """Return the keys and the strings of all seeds."""
    keys, texts = set(KEYS), set(TEXTS)
    for seed in chain(*seeds()):
        for path in paths(seed.data):
            keys.update(step for step in path[-1:] if isinstance(step, str))
            value = value_at(seed.data, path)
            if isinstance(value, str):
                texts.add(value)
    return sorted(keys), sorted(texts)


Route = tuple[Any, ...]


def paths(data: Any, path: Route = ()) -> list[Route]:
    """Return the paths of all values, the root first."""
    found = [path]
    steps: Any = data if isinstance(data, dict) else range(len(data) if type(data) is list else 0)
    for step in steps:
        found += paths(data[step], (*path, step))
    return found


def value_at(data: Any, path: Route) -> Any:
    """Return the value at a path."""
    for step in path:
        data = data[step]
    return data


def junk(random: Random, depth: int = 3) -> Any:
    """Return a random value, from a seed or made up."""
    keys, texts = words()
    kind = random.randrange(14 if depth else 8)
    if kind < 3:
        return random.choice(TEXTS)
    if kind < 5:
        return random.choice(texts)
    if kind < 8:
        return random.choice([None, True, False, [], {}, *NUMBERS])
    if kind < 10:
        return [junk(random, depth - 1) for _ in range(random.randrange(4))]
    if kind < 12:
        return {random.choice(keys): junk(random, depth - 1) for _ in range(random.randrange(4))}
    return {key(random): junk(random, depth - 1)}


def key(random: Random) -> Any:
    """Return a random key; in YAML, keys need not be strings."""
    kind = random.randrange(10)
    if kind < 6:
        return random.choice(words()[0])
    return random.choice(TEXTS) if kind < 9 else random.choice([1, None, True, 0.5])


class _Mutations:
    """Applies mutations to data."""

    def __init__(self, data: Any, random: Random) -> None:
        self.data = data
        self.random = random

    def step(self) -> None:
        """Apply a random mutation."""
        self.random.choice(self.MUTATIONS)(self)

    def put(self, path: Route, value: Any) -> None:
        if path:
            value_at(self.data, path[:-1])[path[-1]] = value
        elif self.random.randrange(5) == 0:
            self.data = value

    def any(self) -> Route:
        return self.random.choice(paths(self.data))

    def some(self, wanted: Callable[[Any], bool]) -> Route | None:
        found = [path for path in paths(self.data) if wanted(value_at(self.data, path))]
        return self.random.choice(found) if found else None

    def replace(self) -> None:
        self.put(self.any(), junk(self.random))

    def replace_text(self) -> None:
        path = self.some(lambda value: isinstance(value, str))
        if path is not None:
            value = value_at(self.data, path)
            place = self.random.randrange(len(value) + 1)
            inserted = value[:place] + self.random.choice(TEXTS) + value[place:]
            self.put(path, self.random.choice([inserted, self.random.choice(TEXTS)]))

    def delete(self) -> None:
        path = self.any()
        if path:
            del value_at(self.data, path[:-1])[path[-1]]

    def rename(self) -> None:
        path = self.some(lambda value: isinstance(value, dict) and bool(value))
        if path is not None:
            members = value_at(self.data, path)
            old, new = self.random.choice(list(members)), key(self.random)
            self.put(path, {(new if one == old else one): members[one] for one in members})

    def add(self) -> None:
        path = self.some(lambda value: isinstance(value, (dict, list)))
        if path is not None:
            value = value_at(self.data, path)
            if isinstance(value, dict):
                value[key(self.random)] = junk(self.random)
            else:
                value.insert(self.random.randrange(len(value) + 1), junk(self.random))

    def swap(self) -> None:
        one, other = self.any(), self.any()
        if one[: len(other)] != other and other[: len(one)] != one:
            # Copies, because a shared value could become part of itself.
            first, second = deepcopy(value_at(self.data, one)), deepcopy(value_at(self.data, other))
            self.put(one, second)
            with suppress(KeyError, IndexError, TypeError):
                # If both are in a shared value, the other path no longer exists.
                self.put(other, first)

    def duplicate(self) -> None:
        source, target = self.any(), self.any()
        if len(paths(value_at(self.data, source))) < 200:
            self.put(target, deepcopy(value_at(self.data, source)))

    def share(self) -> None:
        """Use the same object twice: YAML writes it as an alias."""
        source, target = self.any(), self.any()
        value = value_at(self.data, source)
        inner = paths(value)
        ancestors = [id(value_at(self.data, target[:end])) for end in range(len(target))]
        if len(inner) < 200 and not any(id(value_at(value, one)) in ancestors for one in inner):
            self.put(target, value)

    def graft(self) -> None:
        """Insert a part of another seed."""
        other = any_seed(self.random).data
        self.put(self.any(), deepcopy(value_at(other, self.random.choice(paths(other)))))

    def refer(self) -> None:
        """Insert a reference to a part of the same file, which may create a cycle."""
        names = {str(step) for path in paths(self.data) for step in path[1:2]} or {""}
        name = self.random.choice(sorted(names))
        self.put(
            self.any(),
            self.random.choice(
                [
                    {"Ref": name},
                    {"Fn::GetAtt": [name, "Arn"]},
                    {"Fn::GetAtt": f"{name}.Arn"},
                    {"Fn::Sub": f"x${{{name}}}${{{name}.Arn}}"},
                    {"Fn::Sub": ["${x}", {"x": {"Ref": name}}]},
                    {"Fn::If": [name, {"Ref": name}, {"Ref": "AWS::NoValue"}]},
                    {"Condition": name},
                    {"Fn::Not": [{"Condition": name}]},
                    name,
                ]
            ),
        )

    def wrap(self) -> None:
        path = self.any()
        value = value_at(self.data, path)
        name = self.random.choice(KEYS)
        self.put(
            path, self.random.choice([[value], [value, value], {name: value}, {name: [value]}])
        )

    def deepen(self) -> None:
        path = self.any()
        if max(len(one) for one in paths(self.data)) > 100:
            return
        value = value_at(self.data, path)
        names = [self.random.choice(KEYS) for _ in range(self.random.choice([2, 2, 5, 30, 150]))]
        shape = self.random.randrange(3)
        for name in names:
            value = [value] if shape == 0 else {name: value} if shape == 1 else {name: [value]}
        self.put(path, value)

    def write_out(self) -> None:
        """Replace a value by its text, as templates embed it."""
        path = self.some(lambda value: isinstance(value, (dict, list)))
        if path is None:
            return
        text = json.dumps(value_at(self.data, path), default=str, skipkeys=True)
        cut = self.random.randrange(len(text) + 1)
        value = self.random.choice(
            [
                text,
                {"Fn::Sub": text},
                {"Fn::Sub": [text, {"x": junk(self.random)}]},
                {"Fn::Join": ["", [text[:cut], junk(self.random), text[cut:]]]},
                {"Fn::Join": ["", [text[:cut], text[cut:]]]},
            ]
        )
        if path and path[-1] == "Definition":
            del value_at(self.data, path[:-1])["Definition"]
            path = (*path[:-1], "DefinitionString")
        self.put(path, value)

    MUTATIONS = (
        replace, replace, replace, replace_text, replace_text, delete, rename, add, swap,
        duplicate, share, graft, refer, refer, wrap, deepen, write_out, write_out,
    )  # fmt: skip


def mutated(data: Any, random: Random) -> Any:
    """Return a copy of data after 1 to 12 mutations."""
    work = _Mutations(deepcopy(data), random)
    for _ in range(random.choice([1, 1, 2, 3, 5, 12])):
        work.step()
    return work.data


def mutated_text(text: str, random: Random) -> str:
    """Return a text after 1 to 5 mutations."""
    for _ in range(random.choice([1, 1, 2, 5])):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice([0, 1, 1, 5, 50]))
        there = random.randrange(len(text) + 1)
        piece = random.choice(
            ["", "", text[start:end] * 2, text[there : there + 40], random.choice(SNIPPETS), "\n"]
        )
        text = text[:start] + piece + text[end:]
    return text


def serialized(data: Any, random: Random) -> str:
    """Return data as JSON or YAML, whichever can represent it."""
    if random.randrange(3):
        with suppress(TypeError):
            return json.dumps(data, ensure_ascii=bool(random.randrange(2)))
    with suppress(yaml.YAMLError, UnicodeError, RecursionError):
        return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False)
    return json.dumps(data, default=str, skipkeys=True)


def hostile_input(random: Random) -> Input:
    """Return a random mutated input."""
    seed = any_seed(random)
    if seed.data is None or random.randrange(4) == 0:
        text = mutated_text(seed.text, random)
    else:
        text = serialized(mutated(seed.data, random), random)
        if random.randrange(10) == 0:
            text = mutated_text(text, random)
    ending = Path(seed.name).suffix
    name = f"given{ending if random.randrange(4) else random.choice(['.json', '.yaml', '.asl'])}"
    policies = {
        f"policy{number}.json": serialized(
            mutated(policy, random) if random.randrange(3) else policy, random
        )
        for number, policy in enumerate(seed.policies)
    }
    trust = policies.pop("policy1.json", None)
    return Input(name, text, policies, trust)


class TimeLimitError(BaseException):
    """The time limit was exceeded. Not an `Exception`, so that no handler catches it."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise `TimeLimitError` in a block that exceeds the time limits."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    before = {one: signal.signal(one, stop) for one in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, MAX_CPU_SECONDS)
    signal.alarm(MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for one, handler in before.items():
            signal.signal(one, handler)


@cache
def formats() -> list[str]:
    """Return the output formats that the help lists."""
    _, text, _ = run("check", "--help")
    found = re.search(r"--format \{([a-z,]+)\}", text)
    assert found
    return found.group(1).split(",")


def run(*arguments: str) -> tuple[int, str, str]:
    """Run the command line; return its exit status and output. Exceptions are not caught."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    os.environ["SFN_LINT_DEBUG"] = "1"
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main(arguments)
    finally:
        del os.environ["SFN_LINT_DEBUG"]
    out.seek(0)
    err.seek(0)
    return status, out.read(), err.read()


def check(checked: Input, folder: Path, form: str, *, as_command: bool = True) -> None:
    """Check an input with the library, and with the command line in `folder`.

    Raises:
        AssertionError: a position or an output is invalid.
        TimeLimitError: the check exceeds the time limits.

    """
    with time_limit():
        result = _result(checked)
        for finding in result.findings:
            for place in (finding.place, *(note.place for note in finding.notes)):
                where = position(place)
                assert 1 <= where.line <= where.end_line
                assert where.column >= 1
                assert (where.line, where.column) <= (where.end_line, where.end_column)
        report = Report(
            with_positions(result.findings),
            result.machines,
            all_rules(),
            folder,
            result.subjects,
            result.failures,
        )
        check_output(form, "\n".join([*FORMATS[form].lines(report), ""]))
    if as_command:
        status = _exit_status(checked, folder, form)
        expected = 2 if result.failures else int(bool(result.findings))
        assert status == expected or max(checked.text, default="") > "\ud7ff"


def _result(checked: Input) -> Result:
    policies = [parse_as_named(text, name) for name, text in checked.policies.items()]
    trust = None if checked.trust is None else parse_as_named(checked.trust, "trust.json")
    return run_text(checked.text, checked.name, Options(policies, trust, keep_subjects=True))


def _exit_status(checked: Input, folder: Path, form: str) -> int:
    """Check an input with the command line, and its output; return the exit status."""
    arguments = ["check", checked.name, "--format", form, "--severity", "info"]
    files = {checked.name: checked.text, **checked.policies}
    arguments += [f"--policy={name}" for name in checked.policies]
    if checked.trust is not None:
        files["trust.json"] = checked.trust
        arguments.append("--trust=trust.json")
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", errors="surrogatepass"))
    before = Path.cwd()
    os.chdir(folder)
    try:
        with time_limit():
            status, out, err = run(*arguments)
    finally:
        os.chdir(before)
    assert status in (0, 1) or "could not check" in err, err
    check_output(form, out)
    check_output("full", err)
    return status


def check_output(form: str, out: str) -> None:
    """Assert that an output is valid and that a terminal or CI interprets nothing in it."""
    for character in set(out) - {"\n"}:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), ascii(character)
        assert unicodedata.bidirectional(character) not in ("RLO", "LRO", "RLE", "LRE", "PDF")
    lines = out.split("\n")[:-1]
    if form == "concise":
        for line in lines:
            assert re.match(r".+:\d+:\d+: [EWI]F\d{3} .", line), line
    elif form == "github":
        # The first findings of each severity are commands; the rest is plain text.
        for line in lines:
            if line.lstrip().startswith("::"):
                assert re.match(r"::(error|warning|notice) .*::.", line), line
            assert "##[" not in line, line
    elif form in ("json", "sarif"):
        json.loads(out)
    elif form == "junit":
        ElementTree.fromstring(out)
