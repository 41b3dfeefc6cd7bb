"""Write the AWS managed policies: names, paths, and documents of the default versions.

python scripts/build_managed_policies.py            write analyzer/sfnlint/iam/managed_policies.bin
python scripts/build_managed_policies.py FOLDER     the same; keep the wheel in FOLDER

The source is the copy in moto, which is downloaded from PyPI with pip and not imported.
sfnlint.iam.managed_policies describes the format of the result.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wheels import Wheel

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "analyzer" / "sfnlint" / "iam" / "managed_policies.bin"

SOURCE = "moto/iam/aws_managed_policies.py"
FEWEST_POLICIES = 1_400
CHUNKS = 32
"""The number of chunks: many, so that a chunk is read in two milliseconds; few, so that they
still compress well."""


def policies(text: str) -> Mapping[str, Any]:
    """Return the policies in moto's module by name: `Path`, `Document`, `UpdateDate`.

    Raises:
        ValueError: the module has an unexpected format.

    """
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            data = json.loads(str(node.value.value))
            if data and all("Statement" in policy["Document"] for policy in data.values()):
                return dict(data)
    raise ValueError("moto has an unexpected format")


def packed(known: Mapping[str, Any], source: str) -> Iterator[bytes]:
    """Yield the lines and chunks of the result."""
    chunks: list[dict[str, Any]] = [{} for _ in range(CHUNKS)]
    for name in sorted(known):
        chunk = chunks[zlib.crc32(name.encode()) % CHUNKS]
        chunk[name] = [known[name]["Path"], known[name]["Document"]]
    compressed = [
        zlib.compress(json.dumps(chunk, separators=(",", ":")).encode(), 9) for chunk in chunks
    ]
    date = max(policy["UpdateDate"] for policy in known.values())[:10]
    lengths = " ".join(str(len(data)) for data in compressed)
    yield f"{date} {source}\n{lengths}\n".encode()
    yield from compressed


def unpacked(data: bytes) -> dict[str, Any]:
    """Return the policies in the content of the result by name, each with its path and document."""
    _, lengths, chunks = data.split(b"\n", 2)
    known: dict[str, Any] = {}
    start = 0
    for length in map(int, lengths.split()):
        known |= json.loads(zlib.decompress(chunks[start : start + length]))
        start += length
    return known


def main(arguments: Sequence[str]) -> int:
    """Write the file, unless it has implausibly few policies."""
    with tempfile.TemporaryDirectory() as temporary:
        moto = Wheel("moto", Path(arguments[0]) if arguments else Path(temporary))
        known = policies(moto.archive.read(SOURCE).decode())
    if len(known) < FEWEST_POLICIES:
        print(f"refused: only {len(known)} policies", file=sys.stderr)
        return 1
    data = b"".join(packed(known, f"moto {moto.version} ({moto.date})"))
    RESULT.write_bytes(data)
    print(f"{RESULT.relative_to(ROOT)}: {len(known)} policies, {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
