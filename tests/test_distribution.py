"""The wheel and the sdist contain the licenses of the data that they bundle."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

from sfnlint import __version__

ROOT = Path(__file__).parent.parent
LICENSES = {
    file.relative_to(ROOT).as_posix(): file.read_bytes()
    for file in [ROOT / "LICENSE", ROOT / "NOTICE", *(ROOT / "licenses").iterdir()]
}
"""The files by which the distributions are licensed, by path."""


def derived_data() -> dict[str, set[str]]:
    """The packages that each data file names as its sources, by path."""
    found = {}
    for file in (ROOT / "analyzer").rglob("*"):
        if file.suffix == ".json":
            version = json.loads(file.read_bytes()).get("version")
            sources = version.split()[:1] if isinstance(version, str) else []
        elif file.suffix in (".txt", ".bin"):
            header = file.read_bytes().partition(b"\n")[0].decode()
            sources = re.findall(r"(\w+) \d+(?:\.\d+)+", header)
        else:
            continue
        if sources:
            found[file.relative_to(ROOT).as_posix()] = set(sources)
    return found


def test_every_source_of_data_is_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    sections = {text.partition(" ")[0]: text for text in notice.split("\n\n")[2:]}
    data = derived_data()
    assert len(data) >= 4
    for name, text in sections.items():
        assert {f"licenses/{name}.txt"} == set(re.findall(r"^ +License: .+ in (.+)$", text, re.M))
        written = dict(re.findall(r"^ +Data: (.+), by (.+)$", text, re.M))
        assert written.keys() == {file for file, sources in data.items() if name in sources}
        assert all((ROOT / script).is_file() for script in written.values())
    assert sections.keys() == set().union(*data.values())
    assert {f"licenses/{name}.txt" for name in sections} == LICENSES.keys() - {"LICENSE", "NOTICE"}


def test_the_distributions_hold_the_licenses(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    name = f"sfn_lint-{__version__}"
    with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl") as wheel:
        metadata = message_from_bytes(wheel.read(f"{name}.dist-info/METADATA"))
        assert metadata["License-Expression"] == "Apache-2.0"
        assert set(metadata.get_all("License-File", [])) == LICENSES.keys()
        for path, text in LICENSES.items():
            assert wheel.read(f"{name}.dist-info/licenses/{path}") == text
        packaged = {f"analyzer/{path}" for path in wheel.namelist()}
        assert derived_data().keys() <= packaged
    with tarfile.open(tmp_path / f"{name}.tar.gz") as sdist:
        for path, text in LICENSES.items():
            member = sdist.extractfile(f"{name}/{path}")
            assert member is not None
            assert member.read() == text
        assert {f"{name}/{path}" for path in derived_data()} <= set(sdist.getnames())
