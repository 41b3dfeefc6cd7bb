"""What a template's roles have to do with other templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sfnlint.inputs.cloudformation.roles import RoleBuilder


class OtherTemplates(Protocol):
    """What other templates have to do with roles of this one: who puts them together, and what."""

    def attachments(self, builder: RoleBuilder) -> Iterable[tuple[RoleBuilder, str]]:
        """Policies of other templates that may be attached to roles elsewhere."""

    def guards(self, builder: RoleBuilder) -> Iterable[tuple[RoleBuilder, list[str]]]:
        """Policies of queues, topics and so on that may let roles of other templates in."""

    def managed(self, arn: str) -> tuple[RoleBuilder, str] | None:
        """The managed policy of this ARN."""

    def users(self, builder: RoleBuilder, role: str) -> str:
        """Who may use a role beyond its own template; empty when nobody does."""

    def shows(self, builder: RoleBuilder, stack: str) -> bool:
        """Whether all that a nested stack of a template makes is among them."""
