"""The text of AWS managed policies, as far as it was known on a day.

`managed_policies.bin` is generated (`scripts/build_managed_policies.py`). Its first line begins
with the day of its newest policy; the second holds the lengths of the chunks that follow. A policy
is in the chunk of its name's checksum: JSON, compressed, by names a path and the document of the
default version.

What they are: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from sfnlint.symbol import MARKER

_FILE = Path(__file__).with_name("managed_policies.bin")
# Texts of other partitions differ, so only the first and one that the files leave open will do.
_ARN = re.compile(f"arn:(?:aws|{MARKER.pattern}):iam::aws:policy(/(?:.*/)?)([^/]+)", re.DOTALL)


def _date() -> str:
    with _FILE.open("rb") as file:
        return file.readline().split()[0].decode()


DATE = _date()
"""The day of the newest policy, `2026-09-30`."""


def managed_policy(name: str, partition: str = "aws") -> Mapping[str, Any] | None:
    """The document of an AWS managed policy; None when there is none of this name.

    Args:
        name: its name, `ReadOnlyAccess`, or its ARN, in which the partition may be a symbol.
        partition: what its ARNs have for the partition: `aws`, or a symbol that stands for it.

    """
    match = _ARN.fullmatch(name)
    path, name = match.groups() if match else (None, name)
    known = _chunk(zlib.crc32(name.encode("utf-8", "replace"))).get(name)
    if known is None or path not in (None, known[0]):
        return None
    if partition == "aws":
        return known[1]  # type: ignore[no-any-return]
    text = json.dumps(known[1], ensure_ascii=False).replace('"arn:aws:', f'"arn:{partition}:')
    return json.loads(text)  # type: ignore[no-any-return]


def _chunk(checksum: int) -> Mapping[str, Any]:
    starts = _starts()
    return _read(checksum % (len(starts) - 1))


@cache
def _starts() -> list[int]:
    with _FILE.open("rb") as file:
        file.readline()
        lengths = [int(length) for length in file.readline().split()]
        return list(accumulate(lengths, initial=file.tell()))


@cache
def _read(index: int) -> Mapping[str, Any]:
    start, end = _starts()[index : index + 2]
    with _FILE.open("rb") as file:
        file.seek(start)
        chunk: Mapping[str, Any] = json.loads(zlib.decompress(file.read(end - start)))
        return chunk
