"""Whether the resources of a statement are resources that an action supports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sfnlint.iam.pattern import MAX_LENGTH, Pattern, Wildcard, arn_fields
from sfnlint.iam.service_facts import ActionFacts
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import Symbol

_VARIABLE = lazy_pattern(r"([*+])")
_SEPARATOR = lazy_pattern("[/:]")
_SEPARATORS = "/:"
_COLONS_BEFORE_RESOURCE = 5
_FIELDS = {"AWS::Partition", "AWS::Region", "AWS::AccountId"}


def fits(resource: Pattern, action: ActionFacts) -> bool:
    """Return whether a resource of a statement may be a resource of an action.

    An action without resources of its own is authorized on `*`, or on all resources of a type:
    `arn:aws:iam::123456789012:role/` is the resource of iam:ListRoles. No narrow ARN matches those.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
    """
    if action.forms is None or not _is_whole_arn(resource):
        # API Gateway completes `execute-api:/stage/GET/path`.
        return True
    if not action.forms:
        return not _is_narrow(resource)
    # An overlap takes longer to compute, and few resources need it (benchmarks/compare.py).
    example = _example(resource)
    return any(_contains(form, example) for form in action.forms) or any(
        _overlap(resource, form) for form in action.forms
    )


@lru_cache(maxsize=4096)
def _is_whole_arn(resource: Pattern) -> bool:
    return arn_fields(resource) is not None


@lru_cache(maxsize=4096)
def _is_narrow(resource: Pattern) -> bool:
    """Return whether an ARN ends with a part of a name."""
    fields = arn_fields(resource)
    assert fields is not None
    text = "".join([part if isinstance(part, str) else "*" for part in fields[-1].parts])
    *types, name = _SEPARATOR.split(text)
    # `role*` may be a type.
    return name.strip("*") != "" and (bool(types) or "*" not in name)


def _example(resource: Pattern) -> str:
    """Return a string that a resource matches: most strings of this kind fit at once."""
    return "".join([part if isinstance(part, str) else "x" for part in resource.parts])


@lru_cache(maxsize=8192)
def _contains(form: str, string: str) -> bool:
    """Return whether a string certainly has a form."""
    first, *others = _pieces(form)
    if not string.startswith(first):
        return False
    start = len(first)
    last = len(others) - 2
    for index in range(0, len(others), 2):
        variable, literal = others[index : index + 2]
        end = len(string) - len(literal) if index == last else string.find(literal, start)
        if end < start or not string.startswith(literal, end):
            return False
        if variable == "+" and _has_separator(string, start, end):
            return False
        start = end + len(literal)
    return start == len(string)


def _has_separator(string: str, start: int, end: int) -> bool:
    return any(string.find(separator, start, end) >= 0 for separator in _SEPARATORS)


@lru_cache(maxsize=4096)
def _pieces(form: str) -> Sequence[str]:
    """Split a form into literals, at the even positions, and variables."""
    return _VARIABLE.split(form)


@lru_cache(maxsize=8192)
def _overlap(resource: Pattern, form: str) -> bool:
    """Return whether some string has a form and matches a resource.

    The values of symbols may be any strings; those of fields of ARNs contain no separator. A
    wildcard in a field before the resource is within this field: the fields of resources are
    known. The positions in the form that the resource can reach are a set of bits.
    """
    if resource.length > MAX_LENGTH:
        return True
    text = _Form.of(form)
    state = text.closed(1)
    colons = 0
    for token in _tokens(resource):
        if isinstance(token, str):
            state = text.after(state, token)
            colons += token == ":"
        elif token is Wildcard.ONE:
            state = text.after_any_character(state)
        elif isinstance(token, Symbol) and token.kind == "generated":
            # It is no literal: only a variable stands for it.
            state = text.closed(state & text.variables)
        elif _is_field(token) or (token is Wildcard.ANY and colons < _COLONS_BEFORE_RESOURCE):
            state = text.after_name(state)
        else:
            # Any string: all later positions.
            state = -(state & -state) & text.all if state else 0
        if not state:
            return False
    return bool(state & text.end)


def _is_field(token: object) -> bool:
    return isinstance(token, Symbol) and token.name in _FIELDS


def _tokens(resource: Pattern) -> Iterator[object]:
    for part in resource.parts:
        if isinstance(part, str):
            yield from part
        else:
            yield part


class _Form:
    """The positions of a form as bit sets: bit `i` is the position before its character `i`."""

    def __init__(self, form: str) -> None:
        self.variables = self.names = self.separators = 0
        self.characters: dict[str, int] = {}
        for index, character in enumerate(form):
            bit = 1 << index
            if character in "*+":
                self.variables |= bit
                self.names |= bit if character == "+" else 0
            else:
                self.characters[character] = self.characters.get(character, 0) | bit
                self.separators |= bit if character in _SEPARATORS else 0
        self.end = 1 << len(form)
        self.all = (self.end << 1) - 1

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(form: str) -> _Form:
        return _Form(form)

    def closed(self, state: int) -> int:
        """Return a state with the positions after variables, which can be empty."""
        while True:
            more = state | (state & self.variables) << 1
            if more == state:
                return state
            state = more

    def after(self, state: int, character: str) -> int:
        """Return the positions after a character."""
        stay = self.variables & ~self.names if character in _SEPARATORS else self.variables
        moved = (state & self.characters.get(character, 0)) << 1
        return self.closed(moved | state & stay)

    def after_any_character(self, state: int) -> int:
        """Return the positions after any one character."""
        moved = (state & ~self.variables & ~self.end) << 1
        return self.closed(moved | state & self.variables)

    def after_name(self, state: int) -> int:
        """Return the positions after any string without separators."""
        while True:
            more = self.closed(state | (state & ~self.separators & ~self.end) << 1)
            if more == state:
                return state
            state = more
