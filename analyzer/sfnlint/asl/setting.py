"""What a machine has beside its definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sfnlint.place import Place

SettingName = Literal["logging", "tracing", "encryption"]


class Setting(NamedTuple):
    """One thing that a machine has beside its definition: logging, tracing, encryption.

    Attributes:
        place: where it is set.
        values: the ARNs of its log groups; the customer-managed key as it is written; nothing for
            tracing. What is not known is not among them.

    """

    place: Place
    values: Sequence[str] = ()
