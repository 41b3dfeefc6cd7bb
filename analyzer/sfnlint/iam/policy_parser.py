"""The parser of policy documents.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.iam.operators import is_operator
from sfnlint.iam.pattern import Pattern, Wildcard, completed_arn
from sfnlint.iam.policy import (
    Condition,
    PlacedPattern,
    Policy,
    PolicyKind,
    Statement,
    WrittenPolicy,
)
from sfnlint.iam.principals import principal_fault
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

_LONGEST_NAME = 160
_VERSIONS = ("2012-10-17", "2008-10-17")
_PRINCIPAL_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
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
        self.variables = data.get("Version") == _VERSIONS[0]
        for key in data:
            if key not in _DOCUMENT_ELEMENTS:
                self._problem(
                    f"unknown element '{key}' in the policy document", place.at(key).key()
                )
        if "Statement" not in data:
            self._problem("the policy document has no Statement element", place)
            self.complete = False
        version = data.get("Version", _VERSIONS[0])
        if version not in _VERSIONS and not self._is_open(version):
            self._problem("Version must be '2012-10-17' or '2008-10-17'", place.at("Version"))
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
        else:
            for field in ("Resource", "NotResource"):
                if data.get(field):
                    self._clear_problem(
                        f"trust policies do not support {field}", place.at(field).key()
                    )
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
        if data[field] == []:
            self._clear_problem(f"{field} is empty", place.at(field))
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
            if value not in ("", "*") and not self._is_open(value) and "{" not in value:
                self._clear_problem(f"{field} must be '*' or an object", at)
            return (self._string(value, at),), field == "NotPrincipal"
        items: list[PlacedPattern] = []
        if isinstance(value, dict):
            for kind, names in value.items():
                if kind not in _PRINCIPAL_TYPES and not self._is_open(kind):
                    self._problem(f"unknown principal type '{kind}'", at.at(kind).key())
                for item in self._strings(names, at.at(kind), field):
                    fault = principal_fault(item.pattern, self.kind) if kind == "AWS" else None
                    if fault is not None:
                        self._problem(
                            f"principal '{item.shown[:_LONGEST_NAME]}' {fault}", item.place
                        )
                    named = Pattern.of([f"{kind}:", *item.pattern.parts])
                    items.append(PlacedPattern(named, item.place))
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
            if keys and not is_operator(operator):
                self._clear_problem(f"unknown condition operator '{operator}'", at.key())
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

    def _clear_problem(self, message: str, place: Place) -> None:
        """Add a problem of a statement that can only mean what is written."""
        self.problems.append((message, place))

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
