"""What a machine has beside its definition."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sfnlint.iam.pattern import Pattern
from sfnlint.place import Place

SettingName = Literal["logging", "tracing", "encryption"]
SettingState = Literal["on", "off", "open"]


class MachineSetting(NamedTuple):
    """One thing that a machine has beside its definition: logging, tracing, encryption.

    Attributes:
        place: where it is set, or turned off; the machine, where nothing sets it.
        state: on, off, or open: the files do not show which.
        key: of encryption, the ARN of the customer-managed key, where the key with its policy is
            in the same files and both directions need it; None elsewhere.

    """

    place: Place
    state: SettingState = "on"
    key: Pattern | None = None
