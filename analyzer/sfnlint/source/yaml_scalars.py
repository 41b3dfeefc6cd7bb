"""Values of YAML scalars.

They follow the core schema, https://yaml.org/spec/1.2.2/#103-core-schema, with what authors of
CloudFormation templates expect: an account id keeps all digits, and a state may be named No.
"""

from __future__ import annotations

import math
import re

from sfnlint.source.yaml_booleans import AmbiguousBoolean

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*+)")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]++")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]++")
_LONGEST_NUMBER = 1000


_WORDS: dict[str, object] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
for _word in ("y", "yes", "on", "n", "no", "off"):
    for _cased in (_word, _word.capitalize(), _word.upper()):
        _WORDS[_cased] = AmbiguousBoolean(_cased)


def resolve(text: str) -> object:
    """Return the value of a plain scalar.

    Numbers that YAML 1.1 and 1.2 interpret differently (`012`, `0o14`, `1_000`, `12:30`), that are
    not finite, or that have more than a thousand digits remain strings.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text) and not _LEADING_ZERO.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def resolve_tagged(text: str, tag: str) -> object:
    """Return the value of a scalar with a standard tag (`!!int`), or its text if they disagree."""
    if tag == "null":
        return None
    if tag == "str":
        return text
    value = resolve(text)
    if tag == "bool":
        return value.boolean if isinstance(value, AmbiguousBoolean) else value
    if tag == "float" and type(value) is int:
        number = float(text)
        return number if math.isfinite(number) else text
    return value if tag in ("int", "float") else text
