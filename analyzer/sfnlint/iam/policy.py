"""A policy document as a model.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from sfnlint.iam.pattern import Pattern
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

PolicyKind = Literal["identity", "trust", "resource"]

_VARIABLES_SINCE = "2012-10-17"
_WIDEST_NUMBER = 64
_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


class PlacedPattern(NamedTuple):
    """One string of a statement: an action, a resource, a principal, a condition's value.

    Attributes:
        pattern: what it means.
        place: where it stands.

    """

    pattern: Pattern
    place: Place


class Condition(NamedTuple):
    """One key of a Condition block.

    Attributes:
        operator: as written, `StringEquals`.
        key: as written, `iam:PassedToService`.
        values: its values; literal patterns, but for operators that know wildcards.
        place: the key's place.

    """

    operator: str
    key: str
    values: tuple[PlacedPattern, ...]
    place: Place


class Statement(NamedTuple):
    """One statement.

    Attributes:
        place: where it stands.
        effect: what it does.
        actions: those of Action, or of NotAction when `not_action`.
        resources: those of Resource, or of NotResource when `not_resource`.
        conditions: all of them must be met.
        principals: `Service:states.amazonaws.com`, `AWS:arn:…`, `*`; None without the element.
        whole: False when a part of it could not be read, so that nothing is certain about it.
        aws_managed: whether it belongs to an AWS managed policy, which nobody else can edit.

    """

    place: Place
    effect: Literal["Allow", "Deny"]
    actions: tuple[PlacedPattern, ...] = ()
    not_action: bool = False
    resources: tuple[PlacedPattern, ...] = ()
    not_resource: bool = False
    conditions: tuple[Condition, ...] = ()
    principals: tuple[PlacedPattern, ...] | None = None
    not_principal: bool = False
    whole: bool = True
    aws_managed: bool = False


class Policy(NamedTuple):
    """A policy document.

    Attributes:
        place: where it stands.
        statements: its statements.
        name: what to call it.
        complete: False when a statement, or the document, is not in the files.
        problems: what is wrong with it: one line each, with its place.
        predefined: whether it is a SAM policy template or an AWS managed policy, whose statements
            can only be granted all together.

    """

    place: Place
    statements: tuple[Statement, ...] = ()
    name: str = ""
    complete: bool = True
    problems: tuple[tuple[str, Place], ...] = ()
    predefined: bool = False


def parse_policy(
    place: Place,
    symbols: Symbols,
    data: object,
    name: str = "",
    kind: PolicyKind = "identity",
) -> Policy:
    """Read a policy document.

    Args:
        place: where the document stands.
        symbols: what marker characters in its strings stand for.
        data: the document: plain data.
        name: what to call it.
        kind: an identity policy needs a Resource and has no Principal; a trust policy needs a
            Principal and has no Resource; a policy of a resource needs both.

    Returns:
        The policy. What is malformed is among its problems; nothing is raised.

    """
    return _Parser(symbols, kind).policy(place, data, name)


class _Parser:
    def __init__(self, symbols: Symbols, kind: PolicyKind) -> None:
        self.symbols = symbols
        self.kind = kind
        self.problems: list[tuple[str, Place]] = []
        self.variables = False
        self.complete = True
        self.whole = True

    def policy(self, place: Place, data: object, name: str) -> Policy:
        if not isinstance(data, dict):
            if not self._is_open(data):
                self._problem("a policy document is an object with a Statement", place)
            return Policy(place, (), name, False, tuple(self.problems))
        self.variables = data.get("Version") == _VARIABLES_SINCE
        for key in data:
            if key not in _DOCUMENT:
                self._problem(f"a policy document has no element '{key}'", place.at(key).key())
        if "Statement" not in data:
            self._problem("the policy document has no Statement", place)
            self.complete = False
        statements = tuple(self._statements(place, data.get("Statement", [])))
        return Policy(place, statements, name, self.complete, tuple(self.problems))

    def _statements(self, place: Place, data: object) -> Iterator[Statement]:
        for one, at in self._each(data, place.at("Statement")):
            if isinstance(one, dict):
                statement = self._statement(one, at)
                if statement is not None:
                    yield statement
            else:
                self.complete = False
                if not self._is_open(one):
                    self._problem("a statement is an object", at)

    def _statement(self, data: dict[str, object], place: Place) -> Statement | None:
        self.whole = True
        for key in data:
            if key not in _STATEMENT:
                self._problem(f"a statement has no element '{key}'", place.at(key).key())
        effect = data.get("Effect")
        if effect not in ("Allow", "Deny"):
            self.complete = False
            if not self._is_open(effect):
                at = place.at("Effect") if "Effect" in data else place
                self._problem("a statement's Effect is Allow or Deny", at)
            return None
        actions, not_action = self._one_of(data, place, "Action")
        resources: tuple[PlacedPattern, ...] = ()
        not_resource = False
        if self.kind != "trust":
            resources, not_resource = self._one_of(data, place, "Resource")
        principals, not_principal = self._principals(data, place)
        conditions: tuple[Condition, ...] = ()
        if "Condition" in data:
            conditions = tuple(self._conditions(data["Condition"], place.at("Condition")))
        return Statement(
            place,
            "Allow" if effect == "Allow" else "Deny",
            actions,
            not_action,
            resources,
            not_resource,
            conditions,
            principals,
            not_principal,
            self.whole,
        )

    def _one_of(
        self, data: dict[str, object], place: Place, name: str
    ) -> tuple[tuple[PlacedPattern, ...], bool]:
        negated = "Not" + name
        if (name in data) == (negated in data):
            self._problem(f"a statement has one of {name} and {negated}", place)
            return (), False
        field = name if name in data else negated
        return self._items(data[field], place.at(field)), field == negated

    def _items(self, data: object, place: Place) -> tuple[PlacedPattern, ...]:
        if isinstance(data, str):
            return (self._item(data, place),)
        items = []
        for one, at in self._each(data, place):
            if isinstance(one, str):
                items.append(PlacedPattern(Pattern.wild(one, self.symbols, self.variables), at))
            else:
                self._problem("this has to be a text", at)
        return tuple(items)

    def _item(self, text: str, place: Place, *, wild: bool = True) -> PlacedPattern:
        if wild:
            return PlacedPattern(Pattern.wild(text, self.symbols, self.variables), place)
        if self.variables and "${" in text:
            parts = Pattern.wild(text, self.symbols).parts
            return PlacedPattern(
                Pattern.of(part if isinstance(part, Symbol) else str(part) for part in parts), place
            )
        return PlacedPattern(Pattern.literal(text, self.symbols), place)

    def _principals(
        self, data: dict[str, object], place: Place
    ) -> tuple[tuple[PlacedPattern, ...] | None, bool]:
        field = "NotPrincipal" if "NotPrincipal" in data else "Principal"
        if "Principal" in data and "NotPrincipal" in data:
            self._problem("a statement has one of Principal and NotPrincipal", place)
        if field not in data:
            if self.kind != "identity":
                self._problem("a statement here has a Principal", place)
            return None, False
        value, at = data[field], place.at(field)
        if self.kind == "identity":
            self._problem("an identity policy's statement has no Principal", at.key())
        if isinstance(value, str):
            return (self._item(value, at),), field == "NotPrincipal"
        items: list[PlacedPattern] = []
        if isinstance(value, dict):
            for kind, names in value.items():
                items += (
                    PlacedPattern(Pattern.of([f"{kind}:", *item.pattern.parts]), item.place)
                    for item in self._items(names, at.at(kind))
                )
        else:
            self._problem("a Principal is '*' or an object", at)
        return tuple(items), field == "NotPrincipal"

    def _conditions(self, data: object, place: Place) -> Iterator[Condition]:
        if not isinstance(data, dict):
            self._unreadable(data, "a Condition is an object of operators", place)
            return
        for operator, keys in data.items():
            at = place.at(operator)
            if not isinstance(keys, dict):
                self._unreadable(keys, "a condition operator holds an object of keys", at)
                continue
            wild = "like" in operator.lower() or operator.lower().find("arn") >= 0
            for key, values in keys.items():
                texts: list[PlacedPattern] = []
                for one, where in self._each(values, at.at(key)):
                    text = _text(one)
                    if text is None:
                        self._problem("a condition's value is a text", where)
                    else:
                        texts.append(self._item(text, where, wild=wild))
                yield Condition(operator, key, tuple(texts), at.at(key).key())

    def _each(self, data: object, place: Place) -> list[tuple[object, Place]]:
        if not isinstance(data, list):
            return [(data, place)]
        return [(one, place.at(index)) for index, one in enumerate(data)]

    def _unreadable(self, data: object, message: str, place: Place) -> None:
        self.whole = False
        if not self._is_open(data):
            self._problem(message, place)

    def _is_open(self, data: object) -> bool:
        """Whether a value is left open by the files, rather than wrong."""
        return isinstance(data, str) and MARKER.search(data) is not None

    def _problem(self, message: str, place: Place) -> None:
        self.whole = False
        self.problems.append((message, place))


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _WIDEST_NUMBER:
        return None
    return str(value) if isinstance(value, (str, int, float)) else None
