"""Packages of PyPI, downloaded with pip and read without being installed or imported."""

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
    """A wheel.

    Args:
        name: the name of the package.
        folder: the folder of the wheel, which is downloaded if it is not there.

    Attributes:
        archive: the files of the wheel.
        version: the version of the package.
        date: the day on which the wheel was built.

    """

    def __init__(self, name: str, folder: Path) -> None:
        wheels = sorted(folder.glob(f"{name}-*.whl"))
        if not wheels:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*command, "--dest", str(folder), name], check=True)
            wheels = sorted(folder.glob(f"{name}-*.whl"))
        self.archive = zipfile.ZipFile(wheels[-1])
        self.version = wheels[-1].name.split("-")[1]
        year, month, day = max(entry.date_time for entry in self.archive.infolist())[:3]
        self.date = f"{year}-{month:02}-{day:02}"

    def read(self, pattern: str) -> Iterator[tuple[re.Match[str], Any]]:
        """Yield the JSON files whose names match a pattern, sorted by name."""
        for name in sorted(self.archive.namelist()):
            match = re.fullmatch(pattern, name)
            if match:
                data = self.archive.read(name)
                yield match, json.loads(gzip.decompress(data) if name.endswith(".gz") else data)
