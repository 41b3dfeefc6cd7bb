"""The members of the responses of AWS SDK operations.

`scripts/build_responses.py` generates `responses.txt`: its first line starts with the date of the
data; each service is a block: a line `[service]`, then a line for each operation that has a
response, with its name, a space, and the names of the members in Step Functions, separated by
commas.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("responses.txt")


@cache
def response_members(service: str, action: str) -> tuple[str, ...] | None:
    """Return the members of a response; None if the operation is unknown or has no response.

    Args:
        service: the service, as in `arn:aws:states:::aws-sdk:service:action`.
        action: the action, as there: `describeJobs`.

    """
    name = action[:1].upper() + action[1:]
    match = re.search(rf"^{re.escape(name)} (.*)$", _block(service), re.MULTILINE)
    return None if match is None else tuple(match[1].split(","))


@cache
def _block(service: str) -> str:
    text = _text()
    start = text.find(f"\n[{service}]\n")
    if start < 0:
        return ""
    end = text.find("\n[", start + 2)
    return text[start : end if end >= 0 else len(text)]


@cache
def _text() -> str:
    return _FILE.read_text(encoding="utf-8")
