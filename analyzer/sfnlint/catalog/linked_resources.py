"""Resources that the files of a state machine define, as the needs of its calls depend on them.

Each format has an index of its own; `sfnlint.catalog.linked_needs` uses it. An index finds
resources by the last field of their ARNs, and then compares the partition, Region and account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from sfnlint.iam.pattern import Pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import MARKER, Symbol

SEPARATORS = "/:"
"""The characters that separate the steps of the last field of an ARN."""
_FIELDS = 5
"""The number of the fields of an ARN before the one that names the resource."""
_T = TypeVar("_T")


class PropertyValue(NamedTuple):
    """A value of a property.

    Attributes:
        text: the value, with marker characters for its unknown parts.
        is_certain: whether the property certainly has this value.

    """

    text: str
    is_certain: bool = True


class LinkedResource(Protocol):
    """A resource that the files define."""

    @property
    def arn(self) -> str:
        """Its ARN, with marker characters for unknown parts."""

    @property
    def is_certain(self) -> bool:
        """Whether it certainly is the resource that was searched for."""

    def values(self, route: Sequence[str]) -> Iterable[PropertyValue]:
        """Return the values of a property.

        Args:
            route: the names of the property and of the properties in it, as CloudFormation has
                them; `*` is every element of a list.

        Returns:
            The values; none if the property is certainly not set.

        """


class ResourceIndex(Protocol):
    """The resources that the files of a state machine define, by CloudFormation type."""

    def find(self, resource_type: str, arn: Pattern) -> Sequence[LinkedResource]:
        """Return the resources that a call with this resource touches.

        Args:
            resource_type: `AWS::S3::Bucket`.
            arn: the ARN of the resource, or of a part of it: of an object in a bucket.

        """

    def named(self, resource_type: str, text: str) -> Sequence[LinkedResource]:
        """Return the resources with a name, an ARN or an alias."""

    def reference(self, arn: Pattern) -> tuple[Symbol, str] | None:
        """Return the reference by which the machine's own file names the ARN of a resource.

        Args:
            arn: the ARN of the resource, or of a part of it.

        Returns:
            The symbol of the reference, as in `Queue.Arn`, and the rest of the ARN, with markers
            for symbols; None if there is no such resource.

        """


def names_in_arn(arn: str, any_string: str) -> set[str]:
    """Return the last field of an ARN, in the forms in which the template of a call may have it.

    Args:
        arn: the ARN of a resource.
        any_string: the marker of a revision that the template of a call leaves unknown.

    """
    name = arn.split(":", _FIELDS)[-1]
    unversioned, _, version = name.rpartition(":")
    if not MARKER.match(name[-1:]) and not (unversioned and version.isdigit()):
        return {name}
    return {name, name + any_string, f"{unversioned}:{any_string}", unversioned + any_string}


def resources_at(
    arn: str, resources: Mapping[str, Sequence[_T]]
) -> tuple[Sequence[_T], Sequence[str]]:
    """Return the resources that an ARN names, or that it names a part of.

    Args:
        arn: the ARN, such as that of an object in a bucket.
        resources: the resources by the last fields of their ARNs.

    Returns:
        The resources, and the other fields of the ARN.

    """
    *fields, name = arn.split(":", _FIELDS)
    end = len(name) if len(fields) == _FIELDS else 0
    while end > 0:
        if name[:end] in resources:
            return resources[name[:end]], fields
        end = max(name.rfind(separator, 0, end) for separator in SEPARATORS)
    return (), fields


def has_fields(arn: str, fields: Sequence[str], own: Collection[str]) -> bool | None:
    """Return whether an ARN has some fields; None if that is unknown.

    Args:
        arn: the ARN.
        fields: the fields.
        own: the markers of the machine's own partition, Region and account.

    """
    has_all: bool | None = True
    for known, field in zip(arn.split(":", _FIELDS), fields, strict=False):
        if known != field and field not in own:
            if not MARKER.search(known + field):
                return False
            has_all = None
    return has_all
