"""Lists of a template: what Fn::Split, Fn::FindInMap and Fn::If give, and what is made of lists.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sfnlint.symbol import MARKER, Symbol

if TYPE_CHECKING:
    from sfnlint.inputs.cloudformation.intrinsics import Resolver

_IN_NO_NAME = ":/|,; "
"""What CloudFormation puts into no name that it makes up, and no service into an identifier."""
_FORBIDDEN = {
    "AWS::Partition": ":/|,;. _",
    "AWS::Region": ":/|,;. _",
    "AWS::AccountId": ":/|,;. _-",
    "AWS::StackName": ":/|,;. _",
    "AWS::URLSuffix": ":/|,; _-",
}
"""Delimiters that a pseudo parameter never holds.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""


def items(resolver: Resolver, data: object) -> list[object] | None:
    """The items of a list, each still to be worked out; None when they are not known."""
    from sfnlint.inputs.cloudformation.intrinsics import intrinsic

    if isinstance(data, list):
        return data
    function, argument = intrinsic(data)
    if function == "Fn::If":
        branch = resolver.branch(argument)
        return None if branch is None else items(resolver, branch[1])
    if function == "Fn::FindInMap":
        found = mapped(resolver, argument)
        return found if isinstance(found, list) else None
    known, is_whole = _split(resolver, argument) if function == "Fn::Split" else ([], False)
    return [*known] if is_whole else None


def _split(resolver: Resolver, argument: object) -> tuple[list[str], bool]:
    """The parts of a text that are known, from the first one on, and whether these are all.

    What a symbol stands for may hold the delimiter as well, except where its kind forbids that.
    """
    if not isinstance(argument, list) or len(argument) != 2:
        return [], False
    delimiter, text = argument[0], resolver.text(argument[1])
    if not isinstance(delimiter, str) or not delimiter or text is None:
        return [], False
    parts = text.split(delimiter)
    is_reference = isinstance(argument[1], dict) and argument[1].keys() & {"Ref", "Fn::GetAtt"}
    if delimiter == ":" and is_reference and text.startswith("arn:"):
        # A name with a colon would make no ARN.
        return parts, True
    for index, part in enumerate(parts):
        for symbol in resolver.symbols.split(part):
            if isinstance(symbol, Symbol) and delimiter not in _FORBIDDEN.get(
                symbol.name, _IN_NO_NAME if symbol.kind == "generated" else ""
            ):
                return parts[:index], False
    return parts, True


def selected(resolver: Resolver, argument: object) -> str | None:
    """What Fn::Select gives; None when that is not known."""
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    from sfnlint.inputs.cloudformation.intrinsics import intrinsic

    function, inner = intrinsic(argument[1])
    values: Sequence[object] | None = (
        _split(resolver, inner)[0] if function == "Fn::Split" else items(resolver, argument[1])
    )
    index = str(argument[0])
    if values is None or not (index.isascii() and index.isdigit()) or len(index) > 9:
        return None
    return resolver.text(values[int(index)]) if int(index) < len(values) else None


def length(resolver: Resolver, argument: object) -> str | None:
    """What Fn::Length gives; None when that is not known."""
    values = items(resolver, argument)
    return None if values is None else str(len(values))


def mapped(resolver: Resolver, argument: object) -> object:
    """What Fn::FindInMap gives; None when that is not known, or nothing."""
    if not isinstance(argument, list) or len(argument) < 3:
        return None
    found: object = resolver.template.mappings
    keys = [resolver.text(key) for key in argument[:3]]
    for key in keys:
        found = found.get(key) if isinstance(found, dict) and key else None
    if found is None and all(key and not MARKER.search(key) for key in keys):
        extra = argument[3] if len(argument) == 4 else None
        return extra.get("DefaultValue") if isinstance(extra, dict) else None
    return found
