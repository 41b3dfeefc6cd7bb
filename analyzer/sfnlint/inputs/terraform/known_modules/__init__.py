"""Published modules that are described here, so that calls of them are understood.

A description is a module with the inputs and outputs of the published one, and with the resources
that decide about state machines and roles. Its places are those of the calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import cache
from pathlib import Path

from sfnlint.inputs.terraform.module import Module
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Located, Place, PlacePart, Route, Span
from sfnlint.source import TextDocument

_SOURCE = lazy_pattern(
    r"(?:registry\.(?:terraform\.io|opentofu\.org)/)?terraform-aws-modules/step-functions/aws"
    r"|(?:git::)?(?:https://|ssh://git@|git@)?github\.com[/:]"
    r"terraform-aws-modules/terraform-aws-step-functions(?:\.git)?(?:\?.*)?",
    re.IGNORECASE,
)
PREDEFINED = frozenset({("aws_iam_policy", "service"), ("aws_iam_policy", "logs")})
"""Policies with statements that a call can only attach all together."""
_FILES = ("step_functions.hcl", "step_functions_grants.json")


class _DescribedModule(TextDocument):
    """A file of a description; all of its places are that of a call."""

    call: Place

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; see `sfnlint.place.Document`."""
        return self.call.locate()


def known_module(source: str, call: Place) -> Module | None:
    """Return the description of a published module; None for another source.

    https://developer.hashicorp.com/terraform/language/modules/sources

    Args:
        source: the source in a call.
        call: the place of the call.

    """
    if not _SOURCE.fullmatch(source):
        return None
    documents = [copy(document) for document in _documents()]
    for document in documents:
        document.call = call
    return Module(source, documents, complete=True, is_description=True)


@cache
def _documents() -> Sequence[_DescribedModule]:
    folder = Path(__file__).parent
    return [
        _DescribedModule(
            name,
            (folder / name).read_text(encoding="utf-8"),
            "hcl-json" if name.endswith(".json") else "hcl",
        )
        for name in _FILES
    ]
