"""What Step Functions takes for the name of a machine and for a label.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import re

from sfnlint.symbol import MARKER

_OPEN = re.compile(rf"{MARKER.pattern}|\$\{{[^{{}}]+\}}|\{{\{{[^{{}}]+\}}\}}|%[A-Za-z]\w*%")
_FORBIDDEN = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]')


def problem(name: str, longest: int) -> str:
    """What is wrong with a name, whatever its open parts become; empty when nothing is."""
    if not name:
        return "is empty"
    known = _OPEN.sub("", name)
    if len(known) > longest:
        return f"has {len(known)} characters, {longest} at most"
    if match := _FORBIDDEN.search(known):
        return f"cannot have the character {match.group()!r}"
    return ""
