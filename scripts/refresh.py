"""Rebuild all generated data from the newest sources, and describe the changes.

python scripts/refresh.py                            read the newest packages and service reference
python scripts/refresh.py --reference FOLDER DATE    read a copy of the service reference of DATE
python scripts/refresh.py --packages FOLDER          keep the packages in FOLDER
python scripts/refresh.py --summary FILE             write the description to FILE as well

If a table loses more than a fiftieth of its entries, or a script refuses its result, all files keep
their old content and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import build_managed_policies
import build_operations
import build_responses
import build_service_facts
import build_service_reference

LARGEST_LOSS = 0.02
LONGEST_LIST = 30

MARKS = {
    "renamed action": "=",
    "passed role": "@",
    "tagging action": "+",
    "resource": "#",
}
"""Kinds of fields of `operations.txt` by their first character."""


class Table(NamedTuple):
    """Entries of the same kind.

    Attributes:
        kind: the kind, in the plural.
        entries: the entries by name; the values are compared.

    """

    kind: str
    entries: Mapping[str, object]


def operation_tables(data: bytes) -> list[Table]:
    """Return the services, the operations and the fields of operations of `operations.txt`."""
    services: dict[str, object] = {}
    operations: dict[str, object] = {}
    fields: dict[str, dict[str, object]] = {kind: {} for kind in MARKS}
    service = ""
    for line in data.decode().splitlines():
        if line.startswith("["):
            service, _, prefix = line[1:].partition("] ")
            services[service] = prefix
        elif not line.startswith("#"):
            name, *marked = line.split()
            operations[f"{service}:{name}"] = "!" in marked
            for kind, mark in MARKS.items():
                values = [field[1:] for field in marked if field.startswith(mark)]
                if values:
                    fields[kind][f"{service}:{name}"] = ", ".join(values)
    tables = [Table("services", services), Table("operations", operations)]
    return tables + [Table(f"operations with a {kind}", fields[kind]) for kind in MARKS]


def response_tables(data: bytes) -> list[Table]:
    """Return the operations of `responses.txt` with the members of their responses."""
    operations: dict[str, object] = {}
    service = ""
    for line in data.decode().splitlines():
        if line.startswith("["):
            service = line.strip("[]")
        elif not line.startswith("#"):
            name, _, members = line.partition(" ")
            operations[f"{service}:{name}"] = members
    return [Table("responses", operations)]


def policy_tables(data: bytes) -> list[Table]:
    """Return the policies of `managed_policies.bin`."""
    return [Table("AWS managed policies", build_managed_policies.unpacked(data))]


def fact_tables(data: bytes) -> list[Table]:
    """Return the services, the actions and the condition keys of `service_facts.bin`."""
    services = build_service_facts.unpacked(data)
    actions: dict[str, object] = {}
    keys: dict[str, object] = {}
    for prefix, chunk in services.items():
        for forms, own_keys, names in chunk["actions"]:
            facts = (
                forms and [chunk["forms"][number] for number in forms],
                own_keys and [chunk["keys"][number] for number in own_keys],
            )
            actions |= {f"{prefix}:{name}": facts for name in names.split()}
        keys |= {f"{prefix} {key}": types for key, *types in chunk["keys"]}
    return [
        Table("services of IAM", dict.fromkeys(services)),
        Table("actions of IAM", actions),
        Table("condition keys of services", keys),
    ]


def differences(old: Table, new: Table) -> list[str]:
    """Describe the difference between two versions of a table, one sentence on each line."""
    before, after = old.entries, new.entries
    lists = {
        f"new {new.kind}": [name for name in after if name not in before],
        f"removed {new.kind}": [name for name in before if name not in after],
        f"changed {new.kind}": [
            f"{name} ({before[name]} → {after[name]})" if isinstance(after[name], str) else name
            for name in after
            if name in before and before[name] != after[name]
        ],
    }
    lines = []
    for title, names in lists.items():
        shown = ", ".join(sorted(names)[:LONGEST_LIST])
        if len(names) > LONGEST_LIST:
            shown += f" and {len(names) - LONGEST_LIST} more"
        if names:
            lines.append(f"- {len(names)} {title}: {shown}")
    return lines


def losses(old: Table, new: Table) -> list[str]:
    """Return why a new version of a table is implausible; nothing if it is plausible."""
    lost = sum(name not in new.entries for name in old.entries)
    if lost <= LARGEST_LOSS * len(old.entries):
        return []
    return [f"{lost} of {len(old.entries)} {old.kind} would be removed"]


class Source(NamedTuple):
    """A generated file.

    Attributes:
        path: the file.
        build: writes the file and returns the exit status of its script.
        tables: reads the tables in the file's content.

    """

    path: Path
    build: Callable[[], int]
    tables: Callable[[bytes], list[Table]]


def refresh(sources: Sequence[Source]) -> tuple[list[str], list[str]]:
    """Rebuild files.

    Returns:
        The description of the changes, and why the result is refused: then the files are as before.

    """
    before = {source.path: source.path.read_bytes() for source in sources}
    lines: list[str] = []
    reasons: list[str] = []
    try:
        for source in sources:
            if source.build():
                reasons.append(f"{source.path.name} was refused")
                break
            content = source.path.read_bytes()
            old, new = source.tables(before[source.path]), source.tables(content)
            for pair in zip(old, new, strict=True):
                lines += differences(*pair)
                reasons += losses(*pair)
    except BaseException:
        _restore(before)
        raise
    if reasons:
        _restore(before)
    return lines or ["- no changes"], reasons


def _restore(contents: Mapping[Path, bytes]) -> None:
    for path, content in contents.items():
        path.write_bytes(content)


def generated(packages: Path, reference: Sequence[str]) -> list[Source]:
    """Return all generated files, in the order in which they depend on each other."""
    folder = [str(packages)]
    return [
        Source(
            build_service_reference.RESULT,
            lambda: build_service_reference.main(reference),
            lambda _: [],
        ),
        Source(build_operations.RESULT, lambda: build_operations.main(folder), operation_tables),
        Source(build_responses.RESULT, lambda: build_responses.main(folder), response_tables),
        Source(
            build_service_facts.RESULT,
            lambda: build_service_facts.main(
                ["--packages", *folder, *(["--reference", *reference] if reference else [])]
            ),
            fact_tables,
        ),
        Source(
            build_managed_policies.RESULT,
            lambda: build_managed_policies.main(folder),
            policy_tables,
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    """Rebuild all generated data and print the changes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reference", nargs=2, metavar=("FOLDER", "DATE"), default=[])
    parser.add_argument("--packages", metavar="FOLDER")
    parser.add_argument("--summary", metavar="FILE")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.packages or temporary)
        lines, reasons = refresh(generated(folder, options.reference))
    print("\n".join(lines))
    if options.summary:
        Path(options.summary).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for reason in reasons:
        print(f"refused: {reason}", file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
