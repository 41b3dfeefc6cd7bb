"""Write docs/messages.md: the messages of three linters for 30 common mistakes.

    pip install statelint && npm install asl-validator
    PATH=$PWD/node_modules/.bin:$PATH python scripts/messages.py

Each linter checks each definition, and the page shows its output. If the other linters are not
installed, their outputs stay as they are on the page.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.report.concise import concise_line
from sfnlint.report.positions import with_positions

FILE = Path(__file__).parent.parent / "docs" / "messages.md"
NAME = "m.asl.json"
MAX_CHARACTERS = 1500
"""Characters of an output that the page shows."""
PEERS = ("statelint", "asl-validator")

_HEADER = re.compile(r"(?:One error|\d+ errors):|. State machine definition .* is invalid:")
_CODE = re.compile(r"[A-Z_]+: ")
_VAGUE = re.compile(r"must match exactly one schema")

_TASK = """{
  "StartAt": "Train",
  "States": {
    "Train": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "train"},
      "Next": "Report"
    },
    "Report": {
      "Type": "Pass",
      "Parameters": {"name.$": "$.Payload"},
      "End": true
    }
  }
}
"""
_WAIT = """{
  "StartAt": "Pause",
  "States": {
    "Pause": {
      "Type": "Wait",
      "Seconds": 5,
      "Next": "Choose"
    },
    "Choose": {
      "Type": "Choice",
      "Choices": [
        {"Variable": "$.count", "NumericEquals": 1, "Next": "Done"}
      ],
      "Default": "Done"
    },
    "Done": {"Type": "Succeed"}
  }
}
"""
_MAP = """{
  "StartAt": "Each",
  "States": {
    "Each": {
      "Type": "Map",
      "ItemProcessor": {
        "StartAt": "Train",
        "States": {
          "Train": {"Type": "Pass", "End": true}
        }
      },
      "End": true
    }
  }
}
"""
_JSONATA = """{
  "QueryLanguage": "JSONata",
  "StartAt": "Train",
  "States": {
    "Train": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Arguments": {"FunctionName": "train"},
      "TimeoutSeconds": 60,
      "End": true
    }
  }
}
"""


class Case(NamedTuple):
    """A mistake: a definition in which one string is replaced by another.

    Attributes:
        title: the name of the mistake.
        definition: the definition without the mistake.
        right: the string to replace.
        wrong: its replacement.
        subject: the string that a useful message contains.
        reason: why the message of sfn-lint is longer than a useful message of another linter.

    """

    title: str
    definition: str
    right: str
    wrong: str
    subject: str
    reason: str = ""

    @property
    def text(self) -> str:
        """The definition with the mistake."""
        assert self.definition.count(self.right) == 1, self.title
        return self.definition.replace(self.right, self.wrong)


CASES = [
    Case("A misspelled field", _TASK, '"Resource"', '"Resorce"', "Resorce", "suggests 'Resource'"),
    Case("A field in lower case", _WAIT, '"Seconds"', '"seconds"', "seconds", "suggests 'Seconds'"),
    Case("A field of another type of state", _WAIT, '"Seconds": 5', '"Seconds": 5,\n      "Retry": []', "Retry"),
    Case("Neither Next nor End", _TASK, ',\n      "End": true', "", "Next"),
    Case("Both Next and End", _WAIT, '"Next": "Choose"', '"Next": "Choose",\n      "End": true', "Next"),
    Case("No Type", _WAIT, '"Type": "Wait",\n      ', "", "Type"),
    Case("A misspelled type", _WAIT, '"Type": "Wait"', '"Type": "wait"', "wait"),
    Case("No Resource", _TASK, '"Resource": "arn:aws:states:::lambda:invoke",\n      ', "", "Resource"),
    Case("A number in quotes", _WAIT, '"Seconds": 5', '"Seconds": "5"', "Seconds"),
    Case("A negative number", _WAIT, '"Seconds": 5', '"Seconds": -5', "Seconds"),
    Case("A Wait without a duration", _WAIT, '"Seconds": 5,\n      ', "", "Seconds"),
    Case("A timestamp without a time zone", _WAIT, '"Seconds": 5', '"Timestamp": "2026-08-18T17:33:00"', "Timestamp"),
    Case("A Choice rule without Next", _WAIT, '"NumericEquals": 1, "Next": "Done"', '"NumericEquals": 1', "Next"),
    Case("A misspelled comparison operator", _WAIT, '"NumericEquals"', '"NumberEquals"', "NumberEquals", "suggests 'NumericEquals'"),
    Case("A comparison with a value of the wrong type", _WAIT, '"NumericEquals": 1', '"NumericEquals": "1"', "NumericEquals", "names the state and the value"),
    Case("A Choice without rules", _WAIT, '[\n        {"Variable": "$.count", "NumericEquals": 1, "Next": "Done"}\n      ]', "[]", "Choices"),
    Case("A target state that does not exist", _WAIT, '"Next": "Choose"', '"Next": "Chose"', "Chose", "names the state of the transition and suggests 'Choose'"),
    Case("A misspelled field of a retrier", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempt": 2}],\n      "Next": "Report"', "MaxAttempt", "suggests 'MaxAttempts'"),
    Case("ErrorEquals that is not a list", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": "States.ALL"}],\n      "Next": "Report"', "ErrorEquals", "names the state and the value"),
    Case("A BackoffRate below 1", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 0.5}],\n      "Next": "Report"', "BackoffRate"),
    Case("A misspelled error name", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.TimeOut"]}],\n      "Next": "Report"', "States.TimeOut"),
    Case("A path with an unclosed bracket", _TASK, '"$.Payload"', '"$.Payloads[0"', "name"),
    Case("A path in a field without .$", _TASK, '"name.$"', '"name"', "name"),
    Case("A context object path with one $", _TASK, '"$.Payload"', '"$.Execution.Id"', "Execution"),
    Case("Double quotes in a function call", _TASK, '"$.Payload"', '"States.Format(\\"job {}\\", $.Payload)"', "name"),
    Case("An unknown intrinsic function", _TASK, '"$.Payload"', '"States.Uuid()"', "name"),
    Case("Too few arguments of States.Format", _TASK, '"$.Payload"', "\"States.Format('{} of {}', $.Payload)\"", "name"),
    Case("The same state name in two scopes", _MAP, '"StartAt": "Train",\n        "States": {\n          "Train"', '"StartAt": "Each",\n        "States": {\n          "Each"', "Each"),
    Case("A JSONPath field in a JSONata state", _JSONATA, '"Arguments"', '"Parameters"', "Parameters"),
    Case("A value and its path together", _TASK, '"Next": "Report"', '"TimeoutSeconds": 60,\n      "TimeoutSecondsPath": "$.seconds",\n      "Next": "Report"', "TimeoutSecondsPath"),
]  # fmt: skip


class Row(NamedTuple):
    """The messages of one mistake, without place and rule.

    Attributes:
        ours: the message of sfn-lint.
        peers: the shortest useful message of each peer; None where there is none.

    """

    ours: str
    peers: dict[str, str | None]

    @property
    def is_shortest(self) -> bool:
        """Whether the message of sfn-lint is shorter than all others."""
        return all(peer is None or len(self.ours) < len(peer) for peer in self.peers.values())


def output(case: Case) -> str:
    """Return the output of sfn-lint."""
    findings = with_positions(run_text(case.text, NAME, Options()).findings)
    return "\n".join(concise_line(*pair) for pair in findings)


def row(case: Case, outputs: Mapping[str, str]) -> Row:
    """Return the messages of a mistake, given the outputs of the peers by name."""
    ours = re.sub(r"^\S+:\d+:\d+: \w+ ", "", output(case))
    return Row(ours, {name: _shortest_useful(case, text) for name, text in outputs.items()})


def outputs_on_page(page: str) -> list[dict[str, str]]:
    """Return the outputs of the peers that a page shows for each case, by name."""
    blocks = re.findall(r"^([\w-]+):\n\n```text\n(.*?)\n?```$", page, re.MULTILINE | re.DOTALL)
    texts = {name: [text for title, text in blocks if title == name] for name in PEERS}
    return [dict(zip(PEERS, outputs, strict=True)) for outputs in zip(*texts.values(), strict=True)]


def render(outputs: Sequence[Mapping[str, str]]) -> str:
    """Return the page, given the outputs of the peers for each case."""
    rows = [row(case, by_peer) for case, by_peer in zip(CASES, outputs, strict=True)]
    table = "\n".join(
        f"| {case.title} | {len(item.ours)} | "
        + " | ".join("–" if peer is None else str(len(peer)) for peer in item.peers.values())
        + f" | {'' if item.is_shortest else case.reason} |"
        for case, item in zip(CASES, rows, strict=True)
    )
    shortest = sum(item.is_shortest for item in rows)
    sections = "\n".join(
        f"## {case.title}\n\n```diff\n{_difference(case)}\n```\n\n"
        + "\n\n".join(
            f"{name}:\n\n```text\n{text}\n```"
            for name, text in {"sfn-lint": output(case), **by_peer}.items()
        )
        + "\n"
        for case, by_peer in zip(CASES, outputs, strict=True)
    )
    return f"""# Messages for 30 common mistakes

`scripts/messages.py` writes this page: it runs sfn-lint, {" and ".join(PEERS)} on 30
definitions with one mistake each.

The table compares the length of the messages in characters, without the place and the rule or error
code. Of each other linter, it counts the shortest useful message, that is, a message that names the
field or value with the mistake. A dash means that there is no such message. The message of sfn-lint
is the shortest in {shortest} of {len(rows)} rows. The last column explains the others.

| Mistake | sfn-lint | {" | ".join(PEERS)} | Why the message of sfn-lint is longer |
| --- | --- | --- | --- | --- |
{table}

The sections show the complete output, up to {MAX_CHARACTERS} characters. An empty output means that the linter
accepts the definition.

{sections}"""


def _shortest_useful(case: Case, text: str) -> str | None:
    messages = [_CODE.sub("", line.strip(), count=1) for line in text.split("\n")]
    useful = [
        message
        for message in messages
        if case.subject in message and not _HEADER.match(message) and not _VAGUE.search(message)
    ]
    return min(useful, key=len, default=None)


def _difference(case: Case) -> str:
    before, after = case.definition.splitlines(), case.text.splitlines()
    return "\n".join(
        line
        for line in unified_diff(before, after, lineterm="", n=0)
        if line[:2] not in ("--", "++", "@@")
    )


def _run(command: list[str], folder: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    # For a definition that they accept, both print a line.
    if done.returncode == 0:
        return ""
    lines = [line.rstrip() for line in (done.stdout + done.stderr).split("\n") if line.strip()]
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))[:MAX_CHARACTERS]


def main() -> int:
    """Run the other linters on every case and write the page."""
    commands = {
        "statelint": ["statelint", NAME],
        "asl-validator": ["asl-validator", "--json-path", NAME],
    }
    missing = [name for name in commands if shutil.which(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; their outputs are kept", file=sys.stderr)
    outputs = outputs_on_page(FILE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for case, by_peer in zip(CASES, outputs, strict=True):
            (Path(folder) / NAME).write_text(case.text, encoding="utf-8")
            for name in commands.keys() - missing:
                by_peer[name] = _run(commands[name], folder)
    FILE.write_text(render(outputs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
