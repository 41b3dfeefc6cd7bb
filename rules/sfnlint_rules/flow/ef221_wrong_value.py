"""A value certainly has a type that the field or the function does not accept.

Why:
    A Map needs an array, SecondsPath a number, TimestampPath a timestamp, a condition a boolean, and
    each intrinsic function certain types. Another value ends the execution.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Result: {orders: {first: 17}}
        Next: Each
      Each:
        Type: Map
        ItemsPath: $.orders
        ItemProcessor:
          StartAt: Ship
          States:
            Ship: {Type: Pass, End: true}
        End: true

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Result: {orders: [17]}
        Next: Each
      Each:
        Type: Map
        ItemsPath: $.orders
        ItemProcessor:
          StartAt: Ship
          States:
            Ship: {Type: Pass, End: true}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
    https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._data_flow import findings


@rule("EF221", "wrong-value")
def wrong_value(subject: Subject) -> Iterator[Finding]:
    """Report values of a wrong type, whatever the input of the execution is."""
    return findings(subject, "wrong-value")
