"""The style of statements in JSON, in HCL, and in YAML's flow style."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from sfnlint.fixing.edits import CannotFixError
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Located, Place, Span, value_at
from sfnlint.synthesis.generated_policy import Conditions
from sfnlint.synthesis.yaml_text import scalar

_SEPARATOR = lazy_pattern(r"(?:\s|\\[nrt])*,?(?:\s|\\[nrt])*")
_COLON = lazy_pattern(r"\s*[:=]\s*")
_INDENTED = lazy_pattern(r"(?:\r\n|\n|\\n)(?:[ \t]|\\t)*\Z")


class FlowStyle(NamedTuple):
    """How an object is written in JSON, in HCL, or in YAML's flow style.

    Attributes:
        lead: the characters after the opening brace.
        colon: the characters between a key and its value.
        separator: the characters between two fields.
        trail: the characters before the closing brace.
        key_quote: the characters that enclose a key.
        quote: the characters that enclose a string.

    """

    lead: str
    colon: str
    separator: str
    trail: str
    key_quote: str
    quote: str

    @classmethod
    def of(cls, place: Place, located: Located) -> FlowStyle:
        """Return the style of a statement.

        Raises:
            CannotFixError: it contains comments or is put together from several places.

        """
        text, keys, values = located.root.text, [], []
        for name in names(place):
            keys.append(within(place.at(name).key().locate(), located))
            values.append(within(place.at(name).locate(), located))
        if len(keys) < 2:
            raise CannotFixError("the policy has no statement whose style a new one could have")
        order = sorted(range(len(keys)), key=lambda index: keys[index])
        keys, values = [keys[i] for i in order], [values[i] for i in order]
        first = text[keys[0].start : keys[0].end]
        key_quote = next((mark for mark in ('\\"', '"', "'") if first.startswith(mark)), "")
        effect = raw_text(place.at("Effect").locate())
        quote = next((mark for mark in ('\\"', '"', "'") if effect.startswith(mark)), "")
        style = cls(
            text[located.span.start + 1 : keys[0].start],
            text[keys[0].end : values[0].start],
            text[values[0].end : keys[1].start],
            text[values[-1].end : located.span.end - 1],
            key_quote,
            quote,
        )
        return style._checked()._replace(
            **{name: value.replace("\r\n", "\n") for name, value in style._asdict().items()}
        )

    def _checked(self) -> FlowStyle:
        plain = all(map(_SEPARATOR.fullmatch, (self.lead, self.separator, self.trail)))
        if not plain or not _COLON.fullmatch(self.colon):
            raise CannotFixError("the layout of the policy is not supported")
        return self

    def key(self, name: str) -> str:
        """Return a key; in HCL, a name with a colon needs quotes."""
        quote = self.key_quote or ('"' if ":" in name and "=" in self.colon else "")
        return f"{quote}{name}{quote}"

    def string(self, string: str) -> str:
        """Return a string."""
        if not self.quote:
            return scalar(string)
        return f"{self.quote}{json.dumps(string, ensure_ascii=False)[1:-1]}{self.quote}"

    def written(self, fields: Iterator[tuple[str, object]], write: Callable[..., str]) -> str:
        """Return a statement."""
        texts: dict[str, str] = {}
        for name, value in fields:
            if name == "Condition":
                text = self.condition(value)  # type: ignore[arg-type]
            elif name == "Resource":
                text = self.list([write(resource) for resource in value])  # type: ignore[attr-defined]
            elif isinstance(value, str):
                text = self.string(value)
            else:
                text = self.list([self.string(item) for item in value])  # type: ignore[attr-defined]
            texts[self.key(name)] = text
        colons = dict.fromkeys(texts, self.colon)
        if "=" in self.colon:
            is_aligned = "\n" in self.separator
            colons = dict(_aligned(texts)) if is_aligned else dict.fromkeys(texts, " = ")
        written = self.separator.join(f"{key}{colons[key]}{text}" for key, text in texts.items())
        return f"{{{self.lead}{written}{self.trail}}}"

    def list(self, items: Sequence[str]) -> str:
        """Return a list; several items are on lines of their own if the fields are."""
        if len(items) == 1:
            return items[0]
        inner, outer = _INDENTED.search(self.lead), _INDENTED.search(self.trail)
        if inner is None or outer is None:
            return f"[{', '.join(items)}]"
        line = self.lead[inner.start() :]
        step = line[len(self.trail[outer.start() :]) :]
        joined = f",{line}{step}".join(items)
        return f"[{line}{step}{joined}{line}]"

    def condition(self, conditions: Conditions) -> str:
        """Return a condition, on one line."""
        each = ", ".join(
            f"{self.key(key)}{(self.colon.strip() == '=' and ' = ') or ': '}"
            + (
                self.string(values[0])
                if len(values) == 1
                else f"[{', '.join(map(self.string, values))}]"
            )
            for key, values in conditions
        )
        colon = " = " if self.colon.strip() == "=" else ": "
        pad = " " if self.colon.strip() == "=" else ""
        return f"{{{pad}{self.key('StringEquals')}{colon}{{{pad}{each}{pad}}}{pad}}}"


def _aligned(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the characters between each key and its value, aligned as terraform fmt does.

    It aligns the equals signs of consecutive arguments that have one line each.
    """
    for has_lines, group in groupby(texts, lambda key: "\n" in texts[key]):
        keys = list(group)
        width = 0 if has_lines else max(map(len, keys))
        for key in keys:
            yield key, " " * (width - len(key)) + " = "


def names(place: Place) -> list[str]:
    """Return the fields of a statement."""
    data = value_at(place.document.data, place.path)
    return [str(name) for name in data] if isinstance(data, dict) else []


def within(located: Located, whole: Located) -> Span:
    """Return the characters of a part of a statement.

    Raises:
        CannotFixError: they are not those of a part.

    """
    inside = whole.span.start <= located.span.start and located.span.end <= whole.span.end
    if located.root is not whole.root or not inside or located.span == whole.span:
        raise CannotFixError("the statement is put together from several places")
    return located.span


def raw_text(located: Located) -> str:
    """Return the characters at a place."""
    return located.root.text[located.span.start : located.span.end]
