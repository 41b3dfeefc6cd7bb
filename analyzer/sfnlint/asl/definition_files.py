"""Files that are meant to hold a state machine definition because of their names.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
recommends the extension .asl.json.
"""

from __future__ import annotations

from sfnlint.asl.machine import looks_like_machine
from sfnlint.source.load_file import ENGINE_ENDINGS

_ENDINGS = (".asl.json", ".asl.json5", ".asl.jsonc", ".asl.yaml", ".asl.yml")
_OTHER_FIELDS = frozenset(("Comment", "QueryLanguage", "TimeoutSeconds", "Version"))


def names_definition(name: str) -> bool:
    """Whether a file has the name of a definition."""
    name = name.lower()
    if name.endswith(ENGINE_ENDINGS):
        name = name.rpartition(".")[0]
    return name.endswith((".asl", *_ENDINGS))


def is_meant_as_definition(name: str, content: bytes) -> bool:
    """Whether a file has the name and the beginning of a definition.

    Files of the ACPI Source Language also have the ending .asl: of these files, only JSON is a
    definition. An empty file is not yet one.
    """
    if not names_definition(name):
        return False
    begin = content.lstrip()[:1]
    return begin == b"{" if name.lower().endswith(".asl") else begin != b""


def may_be_definition(name: str, data: object) -> bool:
    """Whether the data of a file with this name is a definition, even if fields are missing."""
    if looks_like_machine(data):
        return True
    if not isinstance(data, dict) or not names_definition(name):
        return False
    fields = {key for key in data if isinstance(key, str)}
    return fields <= _OTHER_FIELDS or not {"startat", "states"}.isdisjoint(map(str.lower, fields))
