"""Measure the CPU time that the plug-in adds to cfn-lint for the templates of a folder.

    python benchmarks/plugin.py FOLDER [--runs N]

In one process, cfn-lint checks each template in turn without the plug-in, with the same number of
rules that do nothing, and with the plug-in. The fastest of N runs counts, after a warm-up run. The
time that cfn-lint needs for rules that do nothing is not attributed to the plug-in. The start of a
process (loading the rules, importing the engine) is measured separately, in new processes that
check a template written by the script.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner
from cfnlint.runner.template import run_template_by_file_path
from compare import cpu_seconds, template

from sfnlint.rule import all_rules

_ENDINGS = (".json", ".yaml", ".yml", ".template")
_PLUG_IN = ["-a", "sfnlint_rules.cfn_lint"]
_IDLE = """
from cfnlint.rules import CloudFormationLintRule

class Idle(CloudFormationLintRule):
    def matchall(self, *_):
        return ()
    matchall_resource_properties = matchall

for number in range({count}):
    name = f"EX{{number:03}}"
    globals()[name] = type(name, (Idle,), {{"id": name}})
"""
_MACHINE = re.compile(r"AWS::(StepFunctions|Serverless)::StateMachine")


def templates(folder: Path) -> Iterator[Path]:
    """Yield the files that look like templates."""
    for file in sorted(folder.rglob("*")):
        if file.name.endswith(_ENDINGS) and file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            if "Resources" in text and "AWS::" in text:
                yield file


def runner(*arguments: str) -> Runner:
    """Return cfn-lint with its rules loaded."""
    return Runner(ConfigMixIn(["--template", __file__, "--regions", "us-east-1", *arguments]))


def seconds(linter: Runner, file: Path) -> float:
    """Return the CPU time of one check."""
    gc.collect()
    started = time.process_time()
    list(run_template_by_file_path(str(file), linter.config, linter.rules, False))
    return time.process_time() - started


def report(title: str, rows: list[tuple[float, ...]]) -> None:
    """Print by how much the sum of the times grows."""
    if rows:
        without, idle, with_it = (sum(column) for column in zip(*rows, strict=True))
        print(
            f"{title}: {len(rows)} templates, {without:.2f} s without, "
            f"{(idle / without - 1) * 100:+.1f} % with idle rules, "
            f"{(with_it / without - 1) * 100:+.1f} % with the plug-in: "
            f"the plug-in alone {(with_it - idle) / without * 100:+.1f} %"
        )


def processes(runs: int) -> None:
    """Print the time that the plug-in adds to a process that checks one template."""
    program = [sys.executable, "-c", "from cfnlint.runner import main; main()"]
    texts = {
        "a template with a machine": json.dumps(template()),
        "a template without a machine": '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.json")
        for title, text in texts.items():
            file.write_text(text, encoding="utf-8")
            command = [*program, str(file)]
            pairs = [
                (cpu_seconds(command), cpu_seconds([*command, *_PLUG_IN])) for _ in range(runs + 1)
            ][1:]
            ratio = statistics.median(plugged / plain for plain, plugged in pairs)
            print(f"{title}: {(ratio - 1) * 100:+.1f} %")


def main() -> None:
    """Run the measurements and print the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        count = len(all_rules())
        Path(folder, "idle.py").write_text(_IDLE.format(count=count), encoding="utf-8")
        linters = [runner(), runner("-a", folder), runner(*_PLUG_IN)]
    with_machine: list[tuple[float, ...]] = []
    others: list[tuple[float, ...]] = []
    for file in templates(arguments.folder):
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            runs = [
                [seconds(linter, file) for linter in linters] for _ in range(arguments.runs + 1)
            ][1:]
        except (AttributeError, TypeError, ValueError, KeyError, RecursionError):
            # cfn-lint raises an exception for files that are not templates.
            continue
        quickest = tuple(map(min, zip(*runs, strict=True)))
        (with_machine if _MACHINE.search(text) else others).append(quickest)
    report("all", with_machine + others)
    report("with a state machine", with_machine)
    report("without", others)
    processes(arguments.runs)


if __name__ == "__main__":
    main()
