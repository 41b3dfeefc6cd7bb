"""Additions to lists, in the style of the list: flow (`[a, b]`) or YAML's block style."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Located, Place, Span

_SPACE = lazy_pattern(r"(?:\s|\\[nrt])*")
_SEPARATOR = lazy_pattern(r"(?:\s|\\[nrt])*,?(?:\s|\\[nrt])*")
_REST_OF_LINE = lazy_pattern(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")


def is_block(located: Located) -> bool:
    """Whether a list is written in YAML's block style."""
    return _at(located)[:2] in ("- ", "-\n", "-\r")


def appended(place: Place, items: Sequence[Place], texts: Sequence[str]) -> list[Edit]:
    """Return the edits that append items to a list.

    Args:
        place: the list.
        items: the items that it has, at least one.
        texts: the items to append, as the language of the file writes them.

    Raises:
        CannotFixError: the list is not written as a list of these items.

    """
    located = place.locate()
    spans = [_inside(item.locate(), located) for item in items]
    if is_block(located):
        start = spans[-1].start
        indent = dash_indent(located.root.text, start)
        lines = "".join(f"\n{indent}- {text}" for text in texts)
        return [Edit(located.root, end_of_line(located.root.text, spans[-1]), lines, located.path)]
    if not _at(located).startswith("["):
        raise CannotFixError("the policy is not written as a list")
    separator = flow_separator(located, spans)
    added = "".join(f"{separator}{text}" for text in texts)
    end = spans[-1].end
    return [Edit(located.root, Span(end, end), added, located.path)]


def flow_separator(located: Located, items: Sequence[Span]) -> str:
    """Return the characters between two items of a list in flow style."""
    text = located.root.text
    if len(items) > 1:
        between = text[items[-2].end : items[-1].start]
        if "," in between and _SEPARATOR.fullmatch(between):
            return between.replace("\r\n", "\n")
    lead = text[located.span.start + 1 : items[0].start]
    if _SPACE.fullmatch(lead) and ("\n" in lead or "\\n" in lead):
        return "," + lead.replace("\r\n", "\n")
    return ", "


def dash_indent(text: str, item: int) -> str:
    """Return the white space before the dash of a block item that begins at a character.

    Raises:
        CannotFixError: the line has something else before the dash.

    """
    line = text.rfind("\n", 0, item) + 1
    before = text[line:item]
    indent = before[: len(before) - len(before.lstrip(" "))]
    if before.strip(" ") != "-":
        raise CannotFixError("the layout of this list is not supported")
    return indent


def end_of_line(text: str, item: Span) -> Span:
    """Return the end of the line in which an item ends, after its comment.

    Raises:
        CannotFixError: something else follows the item.

    """
    rest = _REST_OF_LINE.match(text, item.end)
    if rest is None:
        raise CannotFixError("the layout of this list is not supported")
    return Span(rest.end(), rest.end())


def _inside(item: Located, whole: Located) -> Span:
    inside = whole.span.start <= item.span.start and item.span.end <= whole.span.end
    if item.root is not whole.root or not inside:
        raise CannotFixError("the list is put together from several places")
    return item.span


def _at(located: Located) -> str:
    return located.root.text[located.span.start : located.span.end]


def removed(place: Place, items: Sequence[Place], unwanted: Sequence[Place]) -> list[Edit]:
    """Return the edits that remove items from a list, at least one of which stays.

    Raises:
        CannotFixError: the list is not written as a list of these items.

    """
    located = place.locate()
    text = located.root.text
    spans = [_inside(item.locate(), located) for item in items]
    gone = {item.locate().span for item in unwanted}
    edits = []
    for index, span in enumerate(spans):
        if span not in gone:
            continue
        if is_block(located):
            dash_indent(text, span.start)
            start = text.rfind("\n", 0, span.start) + 1
            end = end_of_line(text, span).end
            # The first dash may follow a key or another dash.
            end = text.find("\n", end) + 1 or len(text)
            edits.append(Edit(located.root, Span(start, end), "", located.path))
            continue
        if not _at(located).startswith("["):
            raise CannotFixError("the policy is not written as a list")
        kept_before = any(each not in gone for each in spans[:index])
        if kept_before:
            cut = Span(spans[index - 1].end, span.end)
        else:
            cut = Span(span.start, spans[index + 1].start)
        between = text[cut.start : cut.end].replace(text[span.start : span.end], "", 1)
        if not _SEPARATOR.fullmatch(between):
            raise CannotFixError("the layout of this list is not supported")
        edits.append(Edit(located.root, cut, "", located.path))
    return edits


def substituted(
    place: Place, items: Sequence[Place], item: Place, texts: Sequence[str], *, in_flow: bool
) -> list[Edit]:
    """Return the edits that write other items in the place of one item of a list.

    Args:
        place: the list, or the only item.
        items: the items.
        item: the item to replace.
        texts: the items to write instead, at least one.
        in_flow: whether a list in flow style can be written here.

    Raises:
        CannotFixError: the list is not written as a list of these items.

    """
    located, own = place.locate(), item.locate()
    if len(texts) == 1:
        return [Edit(own.root, own.span, texts[0], own.path)]
    if located.span == own.span and (in_flow or own.root.format == "yaml"):
        return [Edit(own.root, own.span, f"[{', '.join(texts)}]", own.path)]
    spans = [_inside(each.locate(), located) for each in items]
    if is_block(located):
        indent = dash_indent(own.root.text, own.span.start)
        lines = "".join(f"\n{indent}- {text}" for text in texts[1:])
        end = end_of_line(own.root.text, own.span)
        return [
            Edit(own.root, own.span, texts[0], own.path),
            Edit(own.root, end, lines, located.path),
        ]
    if not _at(located).startswith("["):
        raise CannotFixError("the policy is not written as a list")
    joined = flow_separator(located, spans).join(texts)
    return [Edit(own.root, own.span, joined, located.path)]
