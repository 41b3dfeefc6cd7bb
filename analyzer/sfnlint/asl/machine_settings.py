"""Settings of a state machine that are not part of its definition."""

from __future__ import annotations

from typing import Literal

from sfnlint.iam.pattern import Pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place

SettingName = Literal["logging", "tracing", "encryption"]
SettingState = Literal["on", "off", "unknown"]


class LogDestination(NamedTuple):
    """A log group that a state machine logs to.

    Attributes:
        arn: the ARN as it is passed to Step Functions, which may be wrong.
        place: where it is written.
        ends_in_name: whether `arn` certainly ends in the name of a log group, though the files may
            not show the name.

    """

    arn: Pattern
    place: Place
    ends_in_name: bool = False


class MachineSetting(NamedTuple):
    """The logging, tracing or encryption setting of a state machine.

    Attributes:
        place: where the setting is written; the machine, if nothing sets it.
        state: "unknown" if the files do not show whether it is on or off.
        key: for encryption, the ARN of a customer managed key that is defined in the same files
            and whose key policy leaves the decision to IAM policies; else None.
        destinations: for logging, the log groups that the files show.

    """

    place: Place
    state: SettingState = "on"
    key: Pattern | None = None
    destinations: tuple[LogDestination, ...] = ()
