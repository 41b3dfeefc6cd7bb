"""What a template names and does not hold: values of parameters, policies, roles.

The form of their ARNs: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.options import RoleFiles
from sfnlint.source import TextDocument
from sfnlint.symbol import MARKER

_Known = TypeVar("_Known")
_OPEN = (1, 4)
"""The parts of an ARN that a template may leave open: the partition and the account."""


class ExternalContext(NamedTuple):
    """What is known of what a template does not hold.

    Attributes:
        parameters: values of its parameters.
        policies: by ARN, the files of customer managed policies.
        roles: by ARN, those of roles.
        load: reads a file.

    """

    parameters: Mapping[str, str] = MappingProxyType({})
    policies: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    load: Callable[[Path], TextDocument] | None = None

    def policy(self, arn: str) -> TextDocument | None:
        """The policy that a text with an ARN means."""
        file = _meant(arn, self.policies)
        return None if file is None or self.load is None else self.load(file)

    def role(self, arn: str) -> SuppliedRole | None:
        """What belongs to the role that a text with an ARN means."""
        files = _meant(arn, self.roles)
        if files is None or self.load is None:
            return None
        policies = [self.load(file) for file in files.policies]
        return SuppliedRole(policies, None if files.trust is None else self.load(files.trust))


def _meant(arn: str, known: Mapping[str, _Known]) -> _Known | None:
    """What stands under an ARN; None when the text leaves open which of them it is."""
    if arn in known:
        return known[arn]
    parts = arn.split(":", 5)
    found = {value for key, value in known.items() if _fits(parts, key.split(":", 5))}
    return found.pop() if len(found) == 1 else None


def _fits(parts: list[str], key: list[str]) -> bool:
    return len(parts) == len(key) and all(
        part == own or (index in _OPEN and MARKER.fullmatch(part) is not None)
        for index, (part, own) in enumerate(zip(parts, key, strict=True))
    )
