"""The resources of a plan or a configuration, of which a template is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route

UNKNOWN_CONDITION = "Terraform::Unknown"
"""The condition of resources that may not exist, or not in the account and Region of others."""
MAYBE = "exists"
"""A condition that the template does not have."""
_NO_VALUE = {"Ref": "AWS::NoValue"}


class PlacedValue(NamedTuple):
    """A value of the template.

    Attributes:
        value: the value.
        put: keeps the value's place in the Terraform files for a route of the template.

    """

    value: object
    put: Callable[[Route], None]


class SettingBlock(NamedTuple):
    """A nested block of a state machine that holds a setting.

    Attributes:
        block: the block; its value means something only where the arguments are not known.
        arguments: the arguments; None where they are not known.

    """

    block: PlacedValue
    arguments: Mapping[str, PlacedValue] | None


class PossibleRoles(NamedTuple):
    """The roles that a value may mean.

    Attributes:
        addresses: those to which it refers.
        names: the names of other roles that it may be, as far as the configuration sets their
            names; None stands for any name.

    """

    addresses: set[str]
    names: set[str | None]

    def has_name(self, name: object) -> bool:
        """Return whether another role with a name, as the template has it, may be meant."""
        return any(known is None or _may_be(name, known) for known in self.names)


class TerraformResource(Protocol):
    """A resource of a plan or of a configuration."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def arn_is_derivable(self) -> bool:
        """Whether its ARN follows from its name, in the Region and account of the machine."""

    @property
    def is_managed(self) -> bool:
        """Whether Terraform creates it: it is neither a data source nor the call of a module."""

    @property
    def is_certain(self) -> bool:
        """Whether it certainly exists, in the Region and account of the machine."""

    @property
    def is_predefined(self) -> bool:
        """Whether it is a policy whose statements can only be granted all together."""

    def used_roles(self) -> list[str]:
        """Return the addresses of the roles that it uses, if it is neither a role nor a policy."""

    def head(self) -> PlacedValue:
        """Return the place of the resource itself; the value has no meaning."""

    def argument(self, name: str) -> PlacedValue | None:
        """Return an argument; None when it is not set."""

    def linked_argument(self, route: Sequence[str]) -> PlacedValue | None:
        """Return an argument of a nested block; None when it is not set.

        Args:
            route: the blocks, and the argument. A value that may be null is `maybe`.

        """

    def elements(self, name: str) -> list[PlacedValue]:
        """Return the elements of an argument; the argument itself when it is not a list."""

    def inline_policies(self) -> Iterator[PlacedValue]:
        """Yield the documents of the inline policies of a role."""

    def setting(self, block_type: str) -> SettingBlock | None:
        """Return a nested block; None when there is none."""

    def possible_roles(self, argument: str) -> PossibleRoles:
        """Return the roles that an argument may mean whose value is not known."""

    def unknown_policy(self, argument: str) -> PlacedValue:
        """Return a policy that is not known except for the argument that may name it."""


def maybe(value: PlacedValue) -> PlacedValue:
    """Return a value of which the files do not show whether it exists."""

    def put(at: Route) -> None:
        value.put(at)
        value.put((*at, "Fn::If", 1))

    return PlacedValue({"Fn::If": [MAYBE, value.value, _NO_VALUE]}, put)


def _may_be(value: object, string: str) -> bool:
    """Return whether a value of the template may be a string."""
    if not isinstance(value, dict):
        return value == string
    parts = value["Fn::Join"][1] if "Fn::Join" in value else [value]
    # The first and the last part suffice to tell names apart.
    first, last = (part if isinstance(part, str) else "" for part in (parts[0], parts[-1]))
    return string.startswith(first) and string.endswith(last)
