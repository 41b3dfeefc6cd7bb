"""Additions to lists, in the style of the list: flow (`[a, b]`) or YAML's block style."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Located, Place, Span

_SPACE = lazy_pattern(r"(?:\s|\\[nrt])*")
_SEPARATOR = lazy_pattern(r"(?:\s|\\[nrt])*,?(?:\s|\\[nrt])*")
_BLOCK = lazy_pattern(r"-(?=\s)")
_REST_OF_LINE = lazy_pattern(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")


def is_block(located: Located) -> bool:
    """Whether a list is written in YAML's block style."""
    return located.root.format == "yaml" and _BLOCK.match(_at(located)) is not None


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
        dash = dash_before(located.root.text, spans[-1].start).text
        lines = "".join(f"{dash}{text}" for text in texts)
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


class Dash(NamedTuple):
    """The dash before an item in block style.

    Attributes:
        line: the position of the first character of its line.
        indent: the white space before it.
        space: the white space between it and the item, which can contain a line break.

    """

    line: int
    indent: str
    space: str

    @property
    def text(self) -> str:
        """The characters before another item of the list, on a line of its own."""
        return f"\n{self.indent}-{self.space}"


def dash_before(text: str, item: int) -> Dash:
    """Return the dash before the block item that begins at a position.

    Raises:
        CannotFixError: the line has something else before the dash.

    """
    before = text[:item].rstrip()
    line = before.rfind("\n") + 1
    indent = before[line:-1]
    if not before.endswith("-") or indent.strip(" "):
        raise CannotFixError("the layout of this list is not supported")
    return Dash(line, indent, text[len(before) : item].replace("\r\n", "\n"))


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
            start = dash_before(text, span.start).line
            end = text.find("\n", end_of_line(text, span).end) + 1 or len(text)
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
        dash = dash_before(own.root.text, own.span.start).text
        lines = "".join(f"{dash}{text}" for text in texts[1:])
        end = end_of_line(own.root.text, own.span)
        return [
            Edit(own.root, own.span, texts[0], own.path),
            Edit(own.root, end, lines, located.path),
        ]
    if not _at(located).startswith("["):
        raise CannotFixError("the policy is not written as a list")
    joined = flow_separator(located, spans).join(texts)
    return [Edit(own.root, own.span, joined, located.path)]
