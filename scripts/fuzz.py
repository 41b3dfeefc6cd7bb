"""Check N hostile inputs: `python scripts/fuzz.py N [--seed S] [--jobs J]`.

Prints each kind of failure once, with its input and the seed that reproduces it
(`fuzz.py 1 --seed S`), the progress, and a summary. A failure is an exception, invalid output, or
an input that exceeds the time limit. The exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from hostile import TimeLimitError, check, formats, hostile_input  # noqa: E402

_CHUNK = 200
_EVERY = 10_000
_AS_COMMAND = 8
"""Every eighth input is also checked with the command line, from files, which takes longer."""


class Outcome(NamedTuple):
    """The outcome of some inputs.

    Attributes:
        inputs: the number of inputs.
        failures: the number of inputs with each failure.
        shown: the first input of each failure, as text.
        slowest: the longest time that an input took, and its seed.

    """

    inputs: int
    failures: Counter[str]
    shown: dict[str, str]
    slowest: tuple[float, int]


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("count", type=int, metavar="N", help="number of inputs")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the first input")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="number of processes")
    options = parser.parse_args()
    end = options.seed + options.count
    chunks = [(start, min(start + _CHUNK, end)) for start in range(options.seed, end, _CHUNK)]
    failures: Counter[str] = Counter()
    slowest = (0.0, 0)
    done = 0
    began = time.monotonic()
    with Pool(options.jobs) as pool:
        for outcome in pool.imap_unordered(_try, chunks):
            for where, shown in outcome.shown.items():
                if where not in failures:
                    print(shown, flush=True)
            failures += outcome.failures
            slowest = max(slowest, outcome.slowest)
            if (done + outcome.inputs) // _EVERY > done // _EVERY:
                seconds = time.monotonic() - began
                print(f"{done + outcome.inputs} inputs in {seconds:.0f} s", flush=True)
            done += outcome.inputs
    for where, times in failures.most_common():
        print(f"{times:>6} times {where}")
    print(
        f"{done} inputs in {time.monotonic() - began:.0f} s; the slowest took "
        f"{slowest[0]:.2f} s (seed {slowest[1]}); {failures.total()} failures of "
        f"{len(failures)} kinds"
    )
    return 1 if failures else 0


def _try(seeds: tuple[int, int]) -> Outcome:
    failures: Counter[str] = Counter()
    shown: dict[str, str] = {}
    slowest = (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(*seeds):
            random = Random(seed)
            given, form = hostile_input(random), random.choice(formats())
            start = time.monotonic()
            try:
                check(given, Path(folder), form, as_command=seed % _AS_COMMAND == 0)
            except (Exception, TimeLimitError) as error:
                where = _where(error)
                failures[where] += 1
                trace = traceback.format_exc(limit=-6)
                shown.setdefault(where, f"== seed {seed}: {where}\n{trace}{given!r}\n")
            slowest = max(slowest, (time.monotonic() - start, seed))
    return Outcome(seeds[1] - seeds[0], failures, shown, slowest)


def _where(error: BaseException) -> str:
    """Return the kind and the line of an exception, which identify a failure."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "sfnlint" in frame.filename] or list(frames)
    if isinstance(error, TimeLimitError):
        # The line where the time limit was reached is random; the rule or reader is not.
        return f"TimeLimitError in {' < '.join(frame.name for frame in own[:8])}"
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


if __name__ == "__main__":
    sys.exit(main())
