"""Packages of PyPI, read as they are: downloaded with pip, never installed or imported."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Wheel:
    """A package as PyPI has it: its files, its version, the day on which it was built."""

    def __init__(self, name: str, folder: Path) -> None:
        found = sorted(folder.glob(f"{name}-*.whl"))
        if not found:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*command, "--dest", str(folder), name], check=True)
            found = sorted(folder.glob(f"{name}-*.whl"))
        self.archive = zipfile.ZipFile(found[-1])
        self.version = found[-1].name.split("-")[1]
        year, month, day = max(entry.date_time for entry in self.archive.infolist())[:3]
        self.date = f"{year}-{month:02}-{day:02}"

    def read(self, pattern: str) -> Iterator[tuple[re.Match[str], Any]]:
        """The JSON files whose names match, in order."""
        for name in sorted(self.archive.namelist()):
            match = re.fullmatch(pattern, name)
            if match:
                data = self.archive.read(name)
                yield match, json.loads(gzip.decompress(data) if name.endswith(".gz") else data)
