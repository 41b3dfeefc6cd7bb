"""Values that a template or a configuration names and does not contain, from the user's settings.

The form of ARNs: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.named_tuple import NamedTuple
from sfnlint.options import RoleFiles
from sfnlint.source import TextDocument
from sfnlint.symbol import MARKER

_Value = TypeVar("_Value")
_MAY_BE_UNKNOWN = (1, 4)
"""The parts of an ARN that may be symbols: the partition and the account."""


class ExternalContext(NamedTuple):
    """Parameters, policies and roles that the user's settings provide.

    Attributes:
        parameters: values of the template's parameters.
        policies: the files of customer managed policies, by ARN.
        roles: the files of roles, by ARN.
        load: reads a file.

    """

    parameters: Mapping[str, str] = MappingProxyType({})
    policies: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    load: Callable[[Path], TextDocument] | None = None

    def policy(self, arn: str) -> TextDocument | None:
        """Return the managed policy with an ARN, which may contain symbols."""
        file = _find(arn, self.policies)
        return None if file is None or self.load is None else self.load(file)

    def role(self, arn: str) -> SuppliedRole | None:
        """Return the policies of the role with an ARN, which may contain symbols."""
        files = _find(arn, self.roles)
        if files is None or self.load is None:
            return None
        policies = [self.load(file) for file in files.policies]
        return SuppliedRole(policies, None if files.trust is None else self.load(files.trust))


def _find(arn: str, values: Mapping[str, _Value]) -> _Value | None:
    """The value under an ARN; None if its symbols could be the parts of several known ARNs."""
    if arn in values:
        return values[arn]
    parts = arn.split(":", 5)
    matching = {value for key, value in values.items() if _matches(parts, key.split(":", 5))}
    return matching.pop() if len(matching) == 1 else None


def _matches(parts: list[str], key: list[str]) -> bool:
    return len(parts) == len(key) and all(
        part == known or (index in _MAY_BE_UNKNOWN and MARKER.fullmatch(part) is not None)
        for index, (part, known) in enumerate(zip(parts, key, strict=True))
    )
