"""What a state passes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sfnlint.asl.machine import Scope, Transition
from sfnlint.dataflow.reading import Variables
from sfnlint.dataflow.shapes import STRING, Object, Shape
from sfnlint.named_tuple import NamedTuple

ERROR = Object({"Error": STRING, "Cause": STRING})
"""The data of a Catch: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""

Run = Callable[[Scope, Shape, Variables], Shape | None]
"""Returns the output of an inner scope for an input; None if it certainly fails."""


class Carried(NamedTuple):
    """What a transition carries.

    Attributes:
        transition: the transition.
        data: the input of the next state.
        variables: the variables that it can read.

    """

    transition: Transition
    data: Shape
    variables: Variables


class Outcome(NamedTuple):
    """The outcome of a state.

    Attributes:
        carried: what each transition carries that can be taken.
        output: the output of the scope, if it can end here.

    """

    carried: Sequence[Carried]
    output: Shape | None


def entry_index(transition: Transition) -> int:
    """Return the position of a rule or a catcher that a transition belongs to."""
    index = transition.path[-2]
    return index if isinstance(index, int) else 0
