"""Resources that the files of a state machine define, as the needs of its calls depend on them.

Each format has an index of its own; `sfnlint.catalog.linked_needs` uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from sfnlint.iam.pattern import Pattern
from sfnlint.symbol import Symbol


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
