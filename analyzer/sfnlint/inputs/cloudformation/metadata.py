"""What the resources of a template say to sfn-lint in their Metadata.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sfnlint.place import Place
from sfnlint.source import TextDocument

KEY = "sfn-lint"


class Ignored(NamedTuple):
    """An entry of `Metadata: {sfn-lint: {ignore: [{rule, reason}]}}`.

    Attributes:
        resource: the logical id.
        place: the entry.
        rule: the word for the rule; None when the entry has another form.

    """

    resource: str
    place: Place
    rule: str | None


def ignored(document: TextDocument) -> Iterator[Ignored]:
    """The entries of every resource."""
    data = document.data
    resources = data.get("Resources") if isinstance(data, dict) else None
    for name, resource in resources.items() if isinstance(resources, dict) else ():
        metadata = resource.get("Metadata") if isinstance(resource, dict) else None
        if not isinstance(metadata, dict) or KEY not in metadata:
            continue
        place = Place(document, ("Resources", name, "Metadata", KEY))
        own = metadata[KEY]
        entries = own.get("ignore") if isinstance(own, dict) else None
        if not isinstance(entries, list):
            yield Ignored(name, place, None)
            continue
        for index, entry in enumerate(entries):
            rule = entry.get("rule") if isinstance(entry, dict) else None
            shown = rule if isinstance(rule, str) and _is_entry(entry) else None
            yield Ignored(name, place.at("ignore", index), shown)


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) <= {"rule", "reason"}
        and isinstance(entry.get("reason", ""), str)
    )
