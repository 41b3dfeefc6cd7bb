"""Suppressions in the Metadata of a template's resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.source import TextDocument

KEY = "sfn-lint"


class IgnoreEntry(NamedTuple):
    """An entry of `Metadata: {sfn-lint: {ignore: [{rule, reason}]}}`.

    Attributes:
        resource: the logical id.
        place: the entry.
        rule: the identifier or name of the rule; None when the entry is malformed.

    """

    resource: str
    place: Place
    rule: str | None


def ignore_entries(document: TextDocument) -> Iterator[IgnoreEntry]:
    """Yield the entries of every resource."""
    data = document.data
    resources = data.get("Resources") if isinstance(data, dict) else None
    for name, resource in resources.items() if isinstance(resources, dict) else ():
        metadata = resource.get("Metadata") if isinstance(resource, dict) else None
        if not isinstance(metadata, dict) or KEY not in metadata:
            continue
        place = Place(document, ("Resources", name, "Metadata", KEY))
        settings = metadata[KEY]
        entries = settings.get("ignore") if isinstance(settings, dict) else None
        if not isinstance(entries, list):
            yield IgnoreEntry(name, place, None)
            continue
        for index, entry in enumerate(entries):
            rule = entry.get("rule") if isinstance(entry, dict) else None
            valid = isinstance(rule, str) and _is_entry(entry)
            yield IgnoreEntry(name, place.at("ignore", index), rule if valid else None)


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) <= {"rule", "reason"}
        and isinstance(entry.get("reason", ""), str)
    )
