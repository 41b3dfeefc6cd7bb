"""Write the roles and tags of API operations, from AWS's service reference.

python scripts/build_service_reference.py                read the published reference
python scripts/build_service_reference.py FOLDER DATE    read a copy: SERVICE/SERVICE.json of DATE

The published reference is at https://servicereference.us-east-1.amazonaws.com. The result is
scripts/operations/service_reference.json, which build_operations.py reads.
https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html describes
the format of the source.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULT = Path(__file__).parent / "operations" / "service_reference.json"
SOURCE = "https://servicereference.us-east-1.amazonaws.com/"

FEWEST_PASSED = 700
FEWEST_TAGS = 1_000
TIMEOUT = 60

TAGGING = re.compile(r"(?:Tag[A-Z]|AddTags|CreateTags)\w*")
NOT_PUBLIC = re.compile(r"(?:^|[.-])(?:preprod|preview|test)(?=[.-])")
"""Matches principals of AWS's own test stages."""


def online() -> Iterator[Any]:
    """Yield the services of the published reference."""
    for entry in _download(SOURCE):
        yield _download(entry["url"])


def _download(url: str) -> Any:
    if not url.startswith(SOURCE):
        raise ValueError(f"{url} is not an address of the service reference")
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        return json.load(response)


def copied(folder: Path) -> Iterator[Any]:
    """Yield the services of a copy of the reference."""
    for path in sorted(folder.glob("*/*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def facts(services: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return the operations that pass roles and those that tag what they create.

    Keys are the client and the operation of botocore: `batch RegisterJobDefinition`. `passed` has
    the services that may assume the role (none if the reference does not name them), `tags` the
    action that a call with tags needs besides its own.
    """
    passed: dict[str, list[str]] = {}
    tags: dict[str, str] = {}
    for service in services:
        for operation in service.get("Operations", ()):
            actions = operation.get("AuthorizedActions", ())
            name = operation["Name"]
            principals = {
                principal
                for action in actions
                if (action["Service"], action["Name"]) == ("iam", "PassRole")
                for principal in action.get("Context", {}).get("iam:PassedToService", ())
            }
            passes = any(action["Name"] == "PassRole" for action in actions)
            tagging = [
                f"{action['Service']}:{action['Name']}"
                for action in actions
                if TAGGING.fullmatch(action["Name"]) and action["Name"] != name
            ]
            creates = any(action["Name"] == name for action in actions)
            for client in operation.get("SDK", ()):
                key = f"{client['Name']} {name}"
                if passes:
                    public = {item for item in principals if not NOT_PUBLIC.search(item)}
                    passed[key] = sorted({*passed.get(key, ()), *public})
                if creates and len(tagging) == 1:
                    tags[key] = tagging[0]
    return {"passed": dict(sorted(passed.items())), "tags": dict(sorted(tags.items()))}


def written(date: str, known: dict[str, dict[str, Any]]) -> str:
    """Return the content of the result, one operation on each line."""
    lines = [f' "about": "Operations of {SOURCE} that pass roles, and that tag.",']
    lines.append(f' "date": "{date}"')
    for title, operations in known.items():
        rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in operations.items()]
        lines[-1] += ","
        lines += [f' "{title}": {{', ",\n".join(rows), " }"]
    return "{\n" + "\n".join(lines) + "\n}\n"


@cache
def _published() -> list[Any]:
    return list(online())


def services(arguments: Sequence[str]) -> tuple[Iterable[Any], str]:
    """Return the services of the reference, and its date.

    Args:
        arguments: the folder of a copy and its date; () for the published reference, which is
            downloaded once.

    """
    if arguments:
        return copied(Path(arguments[0])), arguments[1]
    return _published(), datetime.now(UTC).date().isoformat()


def main(arguments: Sequence[str]) -> int:
    """Write the file, unless it is implausibly small."""
    source, date = services(arguments)
    known = facts(source)
    counts = f"{len(known['passed'])} operations with roles, {len(known['tags'])} with tags"
    if len(known["passed"]) < FEWEST_PASSED or len(known["tags"]) < FEWEST_TAGS:
        print(f"refused: only {counts}", file=sys.stderr)
        return 1
    RESULT.write_text(written(date, known), encoding="utf-8")
    print(f"{RESULT.relative_to(ROOT)}: {counts}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
