"""Check N hostile inputs: `python scripts/fuzz.py N [--seed S] [--jobs J]`.

Prints every way in which the linter fails, once and at once, with the input that shows it and the
seed that makes this input again (`fuzz.py 1 --seed S`); how far it is; and at the end how many
inputs there were. An input that has no answer in time is a failure like an exception. The exit
status is 1 when there is one.
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

from hostile import TookTooLongError, check, formats, hostile  # noqa: E402

_CHUNK = 200
_EVERY = 10_000
_AS_COMMAND = 8
"""Of so many inputs one is checked by the command line as well, from files: that takes longer."""


class Tried(NamedTuple):
    """What came of some inputs.

    Attributes:
        inputs: how many.
        failures: how often each failure was seen.
        shown: the first input of each failure, as it is to be printed.
        slowest: the longest time that one took, and its seed.

    """

    inputs: int
    failures: Counter[str]
    shown: dict[str, str]
    slowest: tuple[float, int]


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("count", type=int, metavar="N", help="how many inputs")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the first one's seed")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes at a time")
    options = parser.parse_args()
    end = options.seed + options.count
    chunks = [(start, min(start + _CHUNK, end)) for start in range(options.seed, end, _CHUNK)]
    failures: Counter[str] = Counter()
    slowest = (0.0, 0)
    done = 0
    began = time.monotonic()
    with Pool(options.jobs) as pool:
        for tried in pool.imap_unordered(_try, chunks):
            for where, shown in tried.shown.items():
                if where not in failures:
                    print(shown, flush=True)
            failures += tried.failures
            slowest = max(slowest, tried.slowest)
            if (done + tried.inputs) // _EVERY > done // _EVERY:
                seconds = time.monotonic() - began
                print(f"{done + tried.inputs} inputs in {seconds:.0f} s", flush=True)
            done += tried.inputs
    for where, times in failures.most_common():
        print(f"{times:>6} times {where}")
    print(
        f"{done} inputs in {time.monotonic() - began:.0f} s; the slowest took "
        f"{slowest[0]:.2f} s (seed {slowest[1]}); {failures.total()} failures of "
        f"{len(failures)} kinds"
    )
    return 1 if failures else 0


def _try(seeds: tuple[int, int]) -> Tried:
    failures: Counter[str] = Counter()
    shown: dict[str, str] = {}
    slowest = (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(*seeds):
            random = Random(seed)
            given, form = hostile(random), random.choice(formats())
            start = time.monotonic()
            try:
                check(given, Path(folder), form, as_command=seed % _AS_COMMAND == 0)
            except (Exception, TookTooLongError) as error:
                where = _where(error)
                failures[where] += 1
                trace = traceback.format_exc(limit=-6)
                shown.setdefault(where, f"== seed {seed}: {where}\n{trace}{given!r}\n")
            slowest = max(slowest, (time.monotonic() - start, seed))
    return Tried(seeds[1] - seeds[0], failures, shown, slowest)


def _where(error: BaseException) -> str:
    """What tells one failure from another: the kind and the line."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "sfnlint" in frame.filename] or list(frames)
    if isinstance(error, TookTooLongError):
        # Where the time ran out is chance; which rule or reader was at work is not.
        return f"TookTooLongError in {' < '.join(frame.name for frame in own[:8])}"
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


if __name__ == "__main__":
    sys.exit(main())
