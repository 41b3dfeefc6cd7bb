"""Writes the AWS managed policies: their names, paths, and the documents of their default versions.

python scripts/build_managed_policies.py            write analyzer/sfnlint/iam/managed_policies.bin
python scripts/build_managed_policies.py FOLDER     the same, with the wheel kept in a folder

The texts are moto's copy, from PyPI, downloaded with pip and read as it is; moto is not imported.
The form of the result is described in sfnlint.iam.managed_policies.
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
"""So many that one is read in two milliseconds, so few that they still compress well."""


def policies(text: str) -> Mapping[str, Any]:
    """What moto's module holds: by name, `Path`, `Document` and `UpdateDate`.

    Raises:
        ValueError: the module no longer has the shape that is read here.

    """
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            data = json.loads(str(node.value.value))
            if data and all("Statement" in one["Document"] for one in data.values()):
                return dict(data)
    raise ValueError("moto has another shape than expected")


def packed(known: Mapping[str, Any], source: str) -> Iterator[bytes]:
    """The lines and chunks of the result, in order."""
    chunks: list[dict[str, Any]] = [{} for _ in range(CHUNKS)]
    for name in sorted(known):
        chunk = chunks[zlib.crc32(name.encode()) % CHUNKS]
        chunk[name] = [known[name]["Path"], known[name]["Document"]]
    texts = [zlib.compress(json.dumps(one, separators=(",", ":")).encode(), 9) for one in chunks]
    date = max(one["UpdateDate"] for one in known.values())[:10]
    lengths = " ".join(str(len(text)) for text in texts)
    yield f"{date} {source}\n{lengths}\n".encode()
    yield from texts


def main(arguments: Sequence[str]) -> int:
    """Write the file; refuse one that is too small to be true."""
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
