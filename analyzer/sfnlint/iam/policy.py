"""The model of a policy document and its parser.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard, completed_arn
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

PolicyKind = Literal["identity", "trust", "resource"]
PolicyStorage = Literal["inline", "managed", ""]

_VERSION_WITH_VARIABLES = "2012-10-17"
_MAX_NUMBER_BITS = 64
_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
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
    """A string of a statement: an action, a resource, a principal or a condition's value.

    Attributes:
        pattern: the string as a pattern; the ARN of a resource is completed.
        place: its place.
        written: the string as it is written, if `pattern` is completed.

    """

    pattern: Pattern
    place: Place
    written: Pattern | None = None

    @property
    def shown(self) -> str:
        """The string as it is written, for messages."""
        return str(self.written or self.pattern)


class Condition(NamedTuple):
    """A condition: an operator, a key and its values.

    Attributes:
        operator: the operator as written, `StringEquals`.
        key: the condition key as written, `iam:PassedToService`.
        values: the values; with wildcards only if the operator supports wildcards.
        place: the place of the key.

    """

    operator: str
    key: str
    values: tuple[PlacedPattern, ...]
    place: Place

    def substitute(self, known: Mapping[Symbol, PatternPart]) -> Condition:
        """Return the condition with the known values of symbols filled in."""
        values = [item._replace(pattern=item.pattern.substitute(known)) for item in self.values]
        return self._replace(values=tuple(values))


class Statement(NamedTuple):
    """A statement of a policy.

    Attributes:
        place: the place of the statement.
        effect: the value of Effect.
        actions: the values of Action or, if `not_action`, of NotAction.
        not_action: whether the statement has NotAction.
        resources: the values of Resource or, if `not_resource`, of NotResource.
        not_resource: whether the statement has NotResource.
        conditions: the conditions, all of which must be met.
        principals: the values of Principal or, if `not_principal`, of NotPrincipal:
            `Service:states.amazonaws.com`, `AWS:arn:…`, `*`. None without either element.
        not_principal: whether the statement has NotPrincipal.
        whole: False if a part of the statement could not be read. Such a statement may apply to
            any call.
        aws_managed: whether it belongs to an AWS managed policy, which nobody else can edit.
        certain: False if the files do not show whether the statement exists, whether its
            principals include the role, or all of its conditions.

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
    certain: bool = True


class WrittenPolicy(NamedTuple):
    """A policy document as it is written, and its statements before anything changes them.

    Attributes:
        place: the place of the document.
        kind: the kind of the policy.
        name: its name in messages.
        data: the document as plain data.
        statements: the statements that have an Effect.
        problems: violations of the policy grammar: a message of one line and its place.
        is_complete: whether all statements could be read.
        storage: "inline", a part of a role; "managed", a policy of its own; empty if unknown.
        is_composed: whether the files have no document, but other properties that mean the same.

    """

    place: Place
    kind: PolicyKind
    name: str
    data: Mapping[str, object]
    statements: tuple[Statement, ...]
    problems: tuple[tuple[str, Place], ...]
    is_complete: bool
    storage: PolicyStorage = ""
    is_composed: bool = False


class Policy(NamedTuple):
    """A policy.

    Attributes:
        place: the place of the document.
        statements: its statements.
        name: its name in messages.
        complete: False if a statement or the whole document could not be read.
        problems: violations of the policy grammar: a message of one line and its place.
        predefined: whether it is a SAM policy template or an AWS managed policy, whose statements
            can only be granted all together.
        protected: the ARNs of the resources that a resource policy belongs to, the only ones that
            its statements apply to; None if the statements alone name the resources.
        written: the documents as their authors wrote them, several where the files do not show
            which of them is deployed; none for AWS managed policies and for generated ones.

    """

    place: Place
    statements: tuple[Statement, ...] = ()
    name: str = ""
    complete: bool = True
    problems: tuple[tuple[str, Place], ...] = ()
    predefined: bool = False
    protected: tuple[Pattern, ...] | None = None
    written: tuple[WrittenPolicy, ...] = ()

    def stored(self, storage: PolicyStorage) -> Policy:
        """Return the policy with the storage of its documents."""
        written = tuple([document._replace(storage=storage) for document in self.written])
        return self._replace(written=written)


def parse_policy(
    place: Place,
    symbols: Symbols,
    data: object,
    name: str = "",
    kind: PolicyKind = "identity",
) -> Policy:
    """Parse a policy document.

    Args:
        place: the place of the document.
        symbols: the symbols of the markers in its strings.
        data: the document as plain data: dicts, lists, strings, numbers, booleans, None.
        name: the name of the policy in messages.
        kind: the kind of policy: an identity policy requires Resource and has no Principal; a
            trust policy requires Principal; a resource policy requires both. AWS completes ARNs
            with fewer than six fields only in identity policies and permissions boundaries.

    Returns:
        The policy. Violations of the grammar are listed in its `problems`; no exception is raised.

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
        self.certain = True

    def policy(self, place: Place, data: object, name: str) -> Policy:
        if not isinstance(data, dict):
            if not self._is_open(data):
                self._problem("the policy document must be an object", place)
            return Policy(place, (), name, False, tuple(self.problems))
        self.variables = data.get("Version") == _VERSION_WITH_VARIABLES
        for key in data:
            if key not in _DOCUMENT_ELEMENTS:
                self._problem(
                    f"unknown element '{key}' in the policy document", place.at(key).key()
                )
        if "Statement" not in data:
            self._problem("the policy document has no Statement element", place)
            self.complete = False
        statements = tuple(self._statements(place, data.get("Statement", [])))
        problems = tuple(self.problems)
        written = WrittenPolicy(place, self.kind, name, data, statements, problems, self.complete)
        return Policy(place, statements, name, self.complete, problems, written=(written,))

    def _statements(self, place: Place, data: object) -> Iterator[Statement]:
        for value, at in self._each(data, place.at("Statement")):
            if isinstance(value, dict):
                statement = self._statement(value, at)
                if statement is not None:
                    yield statement
            else:
                self.complete = False
                if not self._is_open(value):
                    self._problem("the statement must be an object", at)

    def _statement(self, data: dict[str, object], place: Place) -> Statement | None:
        self.whole = self.certain = True
        for key in data:
            if key not in _STATEMENT_ELEMENTS:
                self._problem(f"unknown element '{key}' in the statement", place.at(key).key())
        effect = data.get("Effect")
        if effect not in ("Allow", "Deny"):
            self.complete = False
            if not self._is_open(effect):
                at = place.at("Effect") if "Effect" in data else place
                self._problem("Effect must be 'Allow' or 'Deny'", at)
            return None
        actions, not_action = self._element(data, place, "Action")
        resources: tuple[PlacedPattern, ...] = ()
        not_resource = False
        if self.kind != "trust":
            resources, not_resource = self._element(data, place, "Resource")
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
            certain=self.certain,
        )

    def _element(
        self, data: dict[str, object], place: Place, name: str
    ) -> tuple[tuple[PlacedPattern, ...], bool]:
        negated = "Not" + name
        if (name in data) == (negated in data):
            fault = "both" if name in data else "neither"
            separator = "and" if name in data else "nor"
            self._problem(f"the statement has {fault} {name} {separator} {negated}", place)
            return (), False
        field = name if name in data else negated
        strings = self._strings(data[field], place.at(field), field)
        if name == "Resource" and self.kind == "identity":
            strings = tuple([complete for item in strings for complete in _complete_arn(item)])
        return strings, field == negated

    def _strings(self, data: object, place: Place, field: str) -> tuple[PlacedPattern, ...]:
        if isinstance(data, str):
            return (self._string(data, place),)
        strings = []
        for value, at in self._each(data, place):
            if isinstance(value, str):
                strings.append(self._string(value, at))
            else:
                self._problem(f"{field} must be a string or a list of strings", at)
        return tuple(strings)

    def _string(self, string: str, place: Place, *, wildcards: bool = True) -> PlacedPattern:
        pattern = Pattern.literal(string, self.symbols)
        if wildcards:
            pattern = Pattern.wild(string, self.symbols, self.variables)
        elif self.variables and "${" in string:
            parts = Pattern.wild(string, self.symbols).parts
            # "*" and "?" are plain characters, but policy variables are not.
            pattern = Pattern.of(part if isinstance(part, Symbol) else str(part) for part in parts)
        return PlacedPattern(pattern, place)

    def _principals(
        self, data: dict[str, object], place: Place
    ) -> tuple[tuple[PlacedPattern, ...] | None, bool]:
        field = "NotPrincipal" if "NotPrincipal" in data else "Principal"
        if "Principal" in data and "NotPrincipal" in data:
            self._problem("the statement has both Principal and NotPrincipal", place)
        if field not in data:
            if self.kind != "identity":
                self._problem("the statement has neither Principal nor NotPrincipal", place)
            return None, False
        value, at = data[field], place.at(field)
        if self.kind == "identity":
            self._problem(f"identity policies do not support {field}", at.key())
        if isinstance(value, str):
            return (self._string(value, at),), field == "NotPrincipal"
        items: list[PlacedPattern] = []
        if isinstance(value, dict):
            for kind, names in value.items():
                items += (
                    PlacedPattern(Pattern.of([f"{kind}:", *item.pattern.parts]), item.place)
                    for item in self._strings(names, at.at(kind), field)
                )
        else:
            self._problem(f"{field} must be '*' or an object", at)
        return tuple(items), field == "NotPrincipal"

    def _conditions(self, data: object, place: Place) -> Iterator[Condition]:
        if not isinstance(data, dict):
            self._unreadable_condition(data, "Condition must be an object", place)
            return
        for operator, keys in data.items():
            at = place.at(operator)
            if not isinstance(keys, dict):
                message = f"condition operator '{operator}' must hold an object of condition keys"
                self._unreadable_condition(keys, message, at)
                continue
            wildcards = any(name in operator.lower() for name in ("like", "arn"))
            for key, values in keys.items():
                patterns: list[PlacedPattern] = []
                for value, at_value in self._each(values, at.at(key)):
                    string = _condition_string(value)
                    if string is None:
                        message = "a condition value must be a string, a number or a boolean"
                        self._problem(message, at_value)
                    else:
                        patterns.append(self._string(string, at_value, wildcards=wildcards))
                yield Condition(operator, key, tuple(patterns), at.at(key).key())

    def _each(self, data: object, place: Place) -> list[tuple[object, Place]]:
        if not isinstance(data, list):
            return [(data, place)]
        return [(value, place.at(index)) for index, value in enumerate(data)]

    def _unreadable_condition(self, data: object, message: str, place: Place) -> None:
        if self._is_open(data):
            # Whatever the condition is, the statement applies to its own actions only.
            self.certain = False
        else:
            self._problem(message, place)

    def _is_open(self, data: object) -> bool:
        """Return whether a value contains a symbol, so that it may be valid."""
        return isinstance(data, str) and MARKER.search(data) is not None

    def _problem(self, message: str, place: Place) -> None:
        self.whole = False
        self.problems.append((message, place))


def _complete_arn(item: PlacedPattern) -> tuple[PlacedPattern, ...]:
    """Complete the ARN of a resource if it has fewer than six fields."""
    completed = completed_arn(item.pattern)
    if completed is None:
        return (item,)
    whole = PlacedPattern(completed, item.place, item.pattern)
    *before, _ = item.pattern.parts
    # AWS does not document whether a wildcard before the end can match several fields instead.
    is_uncertain = any(isinstance(part, Wildcard) for part in before)
    return (whole, item) if is_uncertain else (whole,)


def _condition_string(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _MAX_NUMBER_BITS:
        return None
    return str(value) if isinstance(value, (str, int, float)) else None
