"""Searches repositories for state machines that sfn-lint neither checks nor mentions.

    python scripts/silent_machines.py FOLDER...          each FOLDER is a repository
    python scripts/silent_machines.py FOLDER... --all    also list what is not silent

A search of the text, which knows nothing of sfn-lint's readers, finds these candidates:

- resource: `resource "aws_sfn_state_machine"` of a Terraform configuration
- module: a `module` block of Terraform with `StartAt` and `States`
- type: `Type: AWS::StepFunctions::StateMachine` or `AWS::Serverless::StateMachine` of a template
- serverless: `stepFunctions` and `stateMachines` in a configuration of the Serverless Framework
- definition: any other file that contains `StartAt` and `States` as keys, except a Terraform
  configuration, whose variables and locals only hold parts of definitions

A candidate is checked if the result has a machine for it, mentioned if a 0xx rule reports its file,
names it, or reports a file that it names, and silent otherwise. Not searched: programs and
documents (all files but those whose names end with a format of data, of Terraform or of a template
engine), comments of Terraform, and the folders that sfn-lint never searches.

Exit status: 0, none is silent; 1, some are; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.options import Options
from sfnlint.place import Place
from sfnlint.result import Result

_ENDINGS = re.compile(
    r"\.(json|jsonc|json5|ya?ml|template|asl|tf|tofu|hcl)"
    r"(\.(j2|jinja2?|tpl|tmpl|tftpl|mustache|hbs|erb|template))?$"
    r"|\.(tpl|tftpl|tmpl|j2|jinja2?)$",
    re.IGNORECASE,
)
_SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".terraform", ".tox"})
_MAX_BYTES = 5_000_000
_BLOCK = re.compile(
    r'^(module|resource)\s+"([^"]+)"(?:\s+"([^"]+)")?.*?^\}', re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)
_TYPE = re.compile(
    r"^[ \t]*[\"']?Type[\"']?\s*:\s*[\"']?AWS::(?:StepFunctions|Serverless)::StateMachine\b",
    re.MULTILINE,
)
_SERVERLESS = re.compile(r"^[ \t]*[\"']?stepFunctions[\"']?\s*:", re.MULTILINE)
_START = re.compile(r"\\?[\"']?\bStartAt\\?[\"']?\s*[:=]")
_STATES = re.compile(r"\\?[\"']?\bStates\\?[\"']?\s*[:=]")


class Candidate(NamedTuple):
    """A place in a file that looks like a state machine.

    Attributes:
        kind: "resource", "module", "type", "serverless" or "definition".
        file: the path from the repository's folder.
        address: the Terraform address in its module; empty for other kinds.
        text: the text of the block; empty for other kinds.
        size: the number of machines there.

    """

    kind: str
    file: str
    address: str = ""
    text: str = ""
    size: int = 1

    def __str__(self) -> str:
        return " ".join(filter(None, [self.kind, self.file, self.address]))


def search(folder: Path) -> Iterator[Candidate]:
    """Yield the candidates in a repository."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(files):
            path = Path(base, name)
            if _ENDINGS.search(name) and not path.is_symlink():
                yield from _in_file(path, path.relative_to(folder).as_posix())


def _in_file(path: Path, shown: str) -> Iterator[Candidate]:
    if path.stat().st_size > _MAX_BYTES:
        return
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix in (".tf", ".tofu"):
        yield from _in_terraform(_COMMENT.sub("", text), shown)
        return
    types = len(_TYPE.findall(text))
    if types:
        yield Candidate("type", shown, size=types)
    elif path.name.startswith("serverless") and _SERVERLESS.search(text):
        yield Candidate("serverless", shown)
    elif _is_definition(text):
        yield Candidate("definition", shown)


def _in_terraform(text: str, shown: str) -> Iterator[Candidate]:
    for match in _BLOCK.finditer(text):
        kind, first, second = match.groups()
        if kind == "resource" and first == "aws_sfn_state_machine":
            yield Candidate(kind, shown, f"{first}.{second}", match[0])
        elif kind == "module" and _is_definition(match[0]):
            yield Candidate(kind, shown, f"module.{first}", match[0])


def _is_definition(text: str) -> bool:
    return _START.search(text) is not None and _STATES.search(text) is not None


class Seen(NamedTuple):
    """The state machines and files that a result of sfn-lint shows.

    Attributes:
        machines: the file and the name of each machine.
        definitions: the files of the definitions of these machines.
        mentioned: the files that a 0xx rule reports.
        messages: the messages of these findings.

    """

    machines: list[tuple[str, str]]
    definitions: set[str]
    mentioned: set[str]
    messages: str

    @classmethod
    def of(cls, result: Result) -> Seen:
        """Return what a result shows."""
        findings = [finding for finding in result.findings if finding.rule[2] == "0"]
        return cls(
            [(machine.file, machine.machine or "") for machine in result.machines],
            {Place(subject.machine.document).locate().root.file for subject in result.subjects},
            {finding.place.locate().root.file for finding in findings},
            "\n".join(finding.message for finding in findings),
        )

    def verdict(self, candidate: Candidate) -> str:
        """Return "checked", "mentioned" or "silent"."""
        if candidate.address:
            # In other modules, the machine has a longer address, and its file may be another.
            address = re.compile(rf"(?<![\w-]){re.escape(candidate.address)}(?![\w-])")
            if any(address.search(name) for _, name in self.machines):
                return "checked"
            if address.search(self.messages):
                return "mentioned"
        else:
            here = sum(file == candidate.file for file, _ in self.machines)
            if here >= candidate.size or candidate.file in self.definitions:
                return "checked"
        # One finding explains all machines of a file.
        named = any(Path(file).name in candidate.text for file in self.mentioned)
        return "mentioned" if named or candidate.file in self.mentioned else "silent"


def look(folder: Path) -> list[tuple[str, Candidate]]:
    """Return the candidates of a repository, each with its verdict."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        result = run(list(discover([Path()])), Options(keep_subjects=True))
        seen = Seen.of(result)
        return [(seen.verdict(candidate), candidate) for candidate in search(Path())]
    finally:
        os.chdir(here)


def main(arguments: Sequence[str]) -> int:
    """Print the silent candidates and the numbers of each kind, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--all", action="store_true", help="also list what is not silent")
    options = parser.parse_args(arguments)
    counts: Counter[tuple[str, str]] = Counter()
    for folder in options.folders:
        if not folder.is_dir():
            parser.error(f"'{folder}' is not a folder")
        for verdict, candidate in look(folder):
            counts[candidate.kind, verdict] += 1
            if options.all or verdict == "silent":
                print(f"{verdict}: {folder.name}: {candidate}", flush=True)
    print(f"{'':12}{'checked':>10}{'mentioned':>10}{'silent':>10}")
    for kind in sorted({kind for kind, _ in counts}):
        row = [counts[kind, verdict] for verdict in ("checked", "mentioned", "silent")]
        print(f"{kind:12}{row[0]:>10}{row[1]:>10}{row[2]:>10}")
    return int(any(verdict == "silent" for _, verdict in counts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
