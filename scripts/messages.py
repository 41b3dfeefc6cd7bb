"""Writes docs/messages.md: what three linters say of 30 common mistakes.

    pip install statelint && npm install asl-validator
    PATH=$PWD/node_modules/.bin:$PATH python scripts/messages.py

Each definition is checked by all three, and what they print is what the page shows.
`tests/test_messages.py` checks our part of the page, without the peers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.report import located
from sfnlint.report.text import concise

FILE = Path(__file__).parent.parent / "docs" / "messages.md"
NAME = "m.asl.json"
LONGEST = 1500

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
      "Parameters": {"name.$": "$.name"},
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
    """One mistake: a definition in which a text is replaced by another one."""

    title: str
    definition: str
    right: str
    wrong: str

    @property
    def text(self) -> str:
        """The definition with the mistake."""
        assert self.definition.count(self.right) == 1, self.title
        return self.definition.replace(self.right, self.wrong)


CASES = [
    Case("A misspelt field", _TASK, '"Resource"', '"Resorce"'),
    Case("A field in lower case", _WAIT, '"Seconds"', '"seconds"'),
    Case("A field of another type of state", _WAIT, '"Seconds": 5', '"Seconds": 5,\n      "Retry": []'),
    Case("No Next and no End", _TASK, ',\n      "End": true', ""),
    Case("Both Next and End", _WAIT, '"Next": "Choose"', '"Next": "Choose",\n      "End": true'),
    Case("No Type", _WAIT, '"Type": "Wait",\n      ', ""),
    Case("A misspelt type", _WAIT, '"Type": "Wait"', '"Type": "wait"'),
    Case("No Resource", _TASK, '"Resource": "arn:aws:states:::lambda:invoke",\n      ', ""),
    Case("A number in quotes", _WAIT, '"Seconds": 5', '"Seconds": "5"'),
    Case("A negative number", _WAIT, '"Seconds": 5', '"Seconds": -5'),
    Case("Nothing to wait for", _WAIT, '"Seconds": 5,\n      ', ""),
    Case("A time without its zone", _WAIT, '"Seconds": 5', '"Timestamp": "2026-08-18T17:33:00"'),
    Case("A Choice rule without Next", _WAIT, '"NumericEquals": 1, "Next": "Done"', '"NumericEquals": 1'),
    Case("A misspelt comparison", _WAIT, '"NumericEquals"', '"NumberEquals"'),
    Case("A comparison with the wrong type", _WAIT, '"NumericEquals": 1', '"NumericEquals": "1"'),
    Case("A Choice without rules", _WAIT, '[\n        {"Variable": "$.count", "NumericEquals": 1, "Next": "Done"}\n      ]', "[]"),
    Case("A target that does not exist", _WAIT, '"Next": "Choose"', '"Next": "Chose"'),
    Case("A retrier's field misspelt", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempt": 2}],\n      "Next": "Report"'),
    Case("ErrorEquals that is no list", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": "States.ALL"}],\n      "Next": "Report"'),
    Case("A back-off below 1", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 0.5}],\n      "Next": "Report"'),
    Case("A misspelt error", _TASK, '"Next": "Report"', '"Retry": [{"ErrorEquals": ["States.TimeOut"]}],\n      "Next": "Report"'),
    Case("A path that is not closed", _TASK, '"$.name"', '"$.names[0"'),
    Case("A path without .$", _TASK, '"name.$"', '"name"'),
    Case("The context object without $$", _TASK, '"$.name"', '"$.Execution.Id"'),
    Case("Double quotes in a call", _TASK, '"$.name"', '"States.Format(\\"job {}\\", $.name)"'),
    Case("An unknown function", _TASK, '"$.name"', '"States.Uuid()"'),
    Case("Too few values for a format", _TASK, '"$.name"', "\"States.Format('{} of {}', $.name)\""),
    Case("The same name in two scopes", _MAP, '"StartAt": "Train",\n        "States": {\n          "Train"', '"StartAt": "Each",\n        "States": {\n          "Each"'),
    Case("JSONPath fields in a JSONata state", _JSONATA, '"Arguments"', '"Parameters"'),
    Case("A value and its path", _TASK, '"Next": "Report"', '"TimeoutSeconds": 60,\n      "TimeoutSecondsPath": "$.seconds",\n      "Next": "Report"'),
]  # fmt: skip


def ours(case: Case) -> str:
    """What sfn-lint prints."""
    return "\n".join(concise(located(run_text(case.text, NAME, Options()).findings)))


def message(case: Case) -> str:
    """What sfn-lint prints, without its place."""
    return re.sub(r"^\S+:\d+:\d+: \w+ ", "", ours(case))


def page(peers: dict[str, list[str]]) -> str:
    """The page, with what each peer printed of each case."""
    sections = []
    for index, case in enumerate(CASES):
        said = {"sfn-lint": ours(case), **{name: lines[index] for name, lines in peers.items()}}
        blocks = "\n\n".join(f"{name}:\n\n```text\n{text}\n```" for name, text in said.items())
        sections.append(f"## {case.title}\n\n```diff\n{_difference(case)}\n```\n\n{blocks}\n")
    rows = "\n".join(_compared(name, lines) for name, lines in peers.items())
    body = "\n".join(sections)
    longer = "\n".join(
        f"- {name}, {what}: {_listed(_longer(lines, place))}"
        for name, lines in peers.items()
        for what, place in (("with the place", True), ("without", False))
    )
    return f"""# What is said of 30 common mistakes

Made by `scripts/messages.py`, which runs the three linters: sfn-lint, {", ".join(peers)}.
What they print is unchanged, save that {LONGEST} characters of an answer are shown at most. An
empty answer means that the linter accepts the definition.

| | definitions it refuses | characters of its answers | of ours to the same | answers with a line |
| --- | --- | --- | --- | --- |
{rows}

Our answers begin with their place, `file:line:column: rule`, which the others do not give, and end
with what to do, where that is certain. In which rows ours is not the shorter one:

{longer}

{body}"""


def _longer(lines: list[str], with_place: bool) -> list[str]:
    """The mistakes of which a peer says something, and nothing longer than we do."""
    return [
        case.title
        for case, line in zip(CASES, lines, strict=True)
        if line and len(line) <= len(ours(case) if with_place else message(case))
    ]


def _listed(titles: list[str]) -> str:
    return "; ".join(titles) or "none"


def _compared(name: str, lines: list[str]) -> str:
    refused = [(line, ours(case)) for case, line in zip(CASES, lines, strict=True) if line]
    theirs, own = (sum(len(text) for text in column) for column in zip(*refused, strict=True))
    placed = sum(re.search(r":\d+:|line \d+", line) is not None for line, _ in refused)
    return f"| {name} | {len(refused)} of {len(CASES)} | {theirs} | {own} | {placed} |"


def _difference(case: Case) -> str:
    from difflib import unified_diff

    before, after = case.definition.splitlines(), case.text.splitlines()
    return "\n".join(
        line
        for line in unified_diff(before, after, lineterm="", n=0)
        if line[:2] not in ("--", "++", "@@")
    )


def _printed(command: list[str], folder: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    lines = [line.rstrip() for line in (done.stdout + done.stderr).split("\n") if line.strip()]
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))
    # Both print a line of their own for a definition that they accept.
    return "" if done.returncode == 0 else text[:LONGEST]


def main() -> int:
    """Run the peers on every case, and write the page."""
    commands = {
        "statelint": ["statelint", NAME],
        "asl-validator": ["asl-validator", "--json-path", NAME],
    }
    missing = [name for name in commands if shutil.which(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    peers: dict[str, list[str]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            (Path(folder) / NAME).write_text(case.text, encoding="utf-8")
            for name, command in commands.items():
                peers[name].append(_printed(command, folder))
    FILE.write_text(page(peers), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
