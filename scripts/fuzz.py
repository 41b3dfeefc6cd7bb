"""Check N hostile inputs: `python scripts/fuzz.py N [--seed S]`.

Prints every way in which the linter fails, once and at once, with the input that shows it and the
seed that makes this input again (`fuzz.py 1 --seed S`). The exit status is 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from hostile import TookTooLongError, check, formats, hostile  # noqa: E402


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("count", type=int, metavar="N", help="how many inputs")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the first one's seed")
    options = parser.parse_args()
    failures: Counter[str] = Counter()
    slowest = (0.0, 0)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.count):
            random = Random(seed)
            given, form = hostile(random), random.choice(formats())
            start = time.monotonic()
            try:
                check(given, Path(folder), form)
            except (Exception, TookTooLongError) as error:
                where = _where(error)
                failures[where] += 1
                if failures[where] == 1:
                    trace = traceback.format_exc(limit=-6)
                    print(f"== seed {seed}: {where}\n{trace}{given!r}\n", flush=True)
            slowest = max(slowest, (time.monotonic() - start, seed))
    for where, times in failures.most_common():
        print(f"{times:>6} times {where}")
    print(
        f"{options.count} inputs in {time.monotonic() - began:.0f} s; the slowest took "
        f"{slowest[0]:.2f} s (seed {slowest[1]}); {failures.total()} failures of "
        f"{len(failures)} kinds"
    )
    return 1 if failures else 0


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
