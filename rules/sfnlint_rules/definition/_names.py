"""Length and characters that Step Functions accepts in the name of a state machine and a label.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import MARKER

_PLACEHOLDER = lazy_pattern(
    rf"{MARKER.pattern}|\$\{{[^{{}}]+\}}|\{{\{{[^{{}}]+\}}\}}|%[A-Za-z]\w*%"
)
_FORBIDDEN = lazy_pattern(
    r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]'
)


def name_problem(name: str, longest: int) -> str:
    """Return the problem of a name, whatever its placeholders become; empty for a valid name."""
    if not name:
        return "is empty"
    known = _PLACEHOLDER.sub("", name)
    if len(known) > longest:
        return f"has {len(known)} characters, but the maximum is {longest}"
    if match := _FORBIDDEN.search(known):
        return f"cannot contain the character {match.group()!r}"
    return ""
