"""The model of a policy document.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.symbol import Symbol

PolicyKind = Literal["identity", "trust", "resource"]
PolicyStorage = Literal["inline", "managed", ""]


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
