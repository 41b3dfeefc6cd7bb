"""Lists of a template: what Fn::Split, Fn::FindInMap and Fn::If give, and what is made of lists.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfnlint.symbol import MARKER

if TYPE_CHECKING:
    from sfnlint.inputs.intrinsics import Resolver


def items(resolver: Resolver, data: object) -> list[object] | None:
    """The items of a list, each still to be worked out; None when they are not known."""
    from sfnlint.inputs.intrinsics import intrinsic

    if isinstance(data, list):
        return data
    function, argument = intrinsic(data)
    if function == "Fn::If":
        branch = resolver.branch(argument)
        return None if branch is None else items(resolver, branch[1])
    if function == "Fn::FindInMap":
        found = mapped(resolver, argument)
        return found if isinstance(found, list) else None
    if function != "Fn::Split" or not isinstance(argument, list) or len(argument) != 2:
        return None
    delimiter, text = argument[0], resolver.text(argument[1])
    # What a symbol stands for may hold the delimiter as well.
    if not isinstance(delimiter, str) or not delimiter or text is None or MARKER.search(text):
        return None
    return [*text.split(delimiter)]


def selected(resolver: Resolver, argument: object) -> str | None:
    """What Fn::Select gives; None when that is not known."""
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    index, values = str(argument[0]), items(resolver, argument[1])
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
