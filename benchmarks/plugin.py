"""What the plug-in costs cfn-lint, in CPU time, over the templates of a folder.

    python benchmarks/plugin.py FOLDER [--runs N]

Each template is checked by cfn-lint with and without the plug-in in turn, in one process, after
one round that is not counted; the quickest of N runs counts. What is done once in a process (the
rules are loaded, the engine is imported) is measured in processes of its own, on a template made
here.
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

_ENDINGS = (".json", ".yaml", ".yml", ".template")
_PLUG_IN = ["-a", "sfnlint_rules.cfn_lint"]
_MACHINE = re.compile(r"AWS::(StepFunctions|Serverless)::StateMachine")


def templates(folder: Path) -> Iterator[Path]:
    """The files that look like templates."""
    for file in sorted(folder.rglob("*")):
        if file.name.endswith(_ENDINGS) and file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            if "Resources" in text and "AWS::" in text:
                yield file


def runner(*arguments: str) -> Runner:
    """cfn-lint with its rules loaded."""
    return Runner(ConfigMixIn(["--template", __file__, "--regions", "us-east-1", *arguments]))


def seconds(linter: Runner, file: Path) -> float:
    """The CPU time of one check."""
    gc.collect()
    started = time.process_time()
    list(run_template_by_file_path(str(file), linter.config, linter.rules, False))
    return time.process_time() - started


def report(title: str, pairs: list[tuple[float, float]]) -> None:
    """Print by how much the sum grows."""
    if pairs:
        without, with_it = (sum(column) for column in zip(*pairs, strict=True))
        print(
            f"{title}: {len(pairs)} templates, {without:.2f} s without, "
            f"{(with_it / without - 1) * 100:+.1f} % with"
        )


def processes(runs: int) -> None:
    """Print what the plug-in costs a process that checks one template."""
    program = [sys.executable, "-c", "from cfnlint.runner import main; main()"]
    texts = {
        "one template in a process": json.dumps(template()),
        "one without a machine": '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.json")
        for title, text in texts.items():
            file.write_text(text, encoding="utf-8")
            command = [*program, str(file)]
            pairs = [
                (cpu_seconds(command), cpu_seconds([*command, *_PLUG_IN])) for _ in range(runs + 1)
            ][1:]
            ratio = statistics.median(two / one for one, two in pairs)
            print(f"{title}: {(ratio - 1) * 100:+.1f} %")


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    bare, extended = runner(), runner(*_PLUG_IN)
    with_machine: list[tuple[float, float]] = []
    others: list[tuple[float, float]] = []
    for file in templates(arguments.folder):
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            seconds(bare, file), seconds(extended, file)
            runs = [(seconds(bare, file), seconds(extended, file)) for _ in range(arguments.runs)]
        except (AttributeError, TypeError, ValueError, KeyError, RecursionError):
            # Not a template after all; cfn-lint says so with an exception.
            continue
        quickest = (min(one for one, _ in runs), min(two for _, two in runs))
        (with_machine if _MACHINE.search(text) else others).append(quickest)
    report("all", with_machine + others)
    report("with a state machine", with_machine)
    report("without", others)
    processes(arguments.runs)


if __name__ == "__main__":
    main()
