"""The policy documents of the roles of state machines, as their authors wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding, Note
from sfnlint.iam.policy import Policy, PolicyStorage, Statement, WrittenPolicy
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place
from sfnlint.subject import Role, Subject

DocumentKind = Literal["identity", "boundary", "trust", "resource"]

_DEFAULT_VERSION = "2008-10-17"


_LONGEST_NAME = 160
_LONG_NAME = lazy_pattern(rf"'[^']{{{_LONGEST_NAME},}}'")


class PolicyDocument:
    """A policy document of an execution role, or of a role that a task assumes.

    A resource policy is among them if it applies, or may apply, to such a role. AWS managed
    policies and policies that SAM generates are not.

    Attributes:
        kind: the kind of the policy; "boundary" for a permissions boundary.
        name: its name in messages.
        place: the place of the document.
        data: the document as plain data. Strings may contain the markers of symbols, and any value
            may have a wrong type.
        statements: the parsed statements, without those whose Effect is missing or unknown. A
            statement with an unknown or malformed part is not `whole` or not `certain`.
        is_complete: whether the files show all statements, each with an Effect.
        problems: violations of the policy grammar, which EF006 reports: a message and its place.
        is_composed: whether it has no document: an AWS::Lambda::Permission.
        storage: "inline" or "managed"; empty if the files do not show it.
        roles: the roles.
        analyses: the analyses of those roles that are execution roles.
        subjects: the machines whose findings these are, in all combinations of conditions.

    """

    def __init__(
        self,
        kind: DocumentKind,
        written: WrittenPolicy,
        role: Role,
        analysis: RoleAnalysis | None = None,
    ) -> None:
        self.kind = kind
        self.name = written.name
        self.place = written.place
        self.data = written.data
        self.statements: Sequence[Statement] = written.statements
        self.problems = written.problems
        self.is_complete = written.is_complete
        self.is_composed = written.is_composed
        self.storage: PolicyStorage = written.storage
        self.roles = [role]
        self.analyses = [analysis] if analysis is not None else []
        self.subjects: list[Subject] = []

    @property
    def version(self) -> object:
        """The value of Version, which is a string in a valid document."""
        return self.data.get("Version", _DEFAULT_VERSION)

    @cached_property
    def raw_statements(self) -> Sequence[tuple[Place, Mapping[str, Any]]]:
        """The statements as plain data, with their places; those that are unknown are left out."""
        written = self.data.get("Statement")
        at = self.place.at("Statement")
        if isinstance(written, dict):
            return [(at, written)]
        items = enumerate(written) if isinstance(written, list) else ()
        return [(at.at(index), item) for index, item in items if isinstance(item, dict)]

    @cached_property
    def failing_statements(self) -> Set[Place]:
        """The statements, and their resources, that rules about missing permissions (4xx) report.

        They were meant for a state's call and do not match it, or deny it.
        """
        gaps = [gap for analysis in self.analyses for gap in analysis.gaps]
        denying = [gap.first.deny for gap in gaps]
        near_misses = [gap.near_miss for gap in gaps if gap.near_miss is not None]
        statements = [*denying, *(miss.statement for miss in near_misses)]
        return {statement.place for statement in statements if statement is not None} | {
            item.place for miss in near_misses for item in miss.resources
        }

    def finding(
        self,
        message: str,
        place: Place,
        *,
        fix: str = "",
        notes: Sequence[Note] = (),
        actions: Sequence[str] = (),
        resources: Sequence[str] = (),
    ) -> Finding:
        """Return a finding about the document; it carries the first of the roles' machines.

        Long strings from the document are shortened in the message and in the fix.
        """
        message, fix = (
            _LONG_NAME.sub(lambda match: f"{match[0][:_LONGEST_NAME]}…'", text)
            for text in (message, fix)
        )
        return self.subjects[0].finding(
            message, place, fix=fix, notes=notes, actions=actions, resources=resources
        )


def policy_documents(
    subjects: Iterable[Subject], analyses: Mapping[Role, RoleAnalysis] = MappingProxyType({})
) -> list[PolicyDocument]:
    """Return the policy documents of the roles of machines, each once.

    A document that contains conditions of the template is several documents, one for each content.

    Args:
        subjects: the machines.
        analyses: the analyses of their execution roles.

    """
    documents: dict[tuple[object, ...], list[PolicyDocument]] = {}
    of_roles: dict[Role, list[PolicyDocument]] = {}
    for subject in subjects:
        roles = [subject.role] if subject.role is not None else []
        roles += [assumed.role for assumed in subject.assumed.values()]
        for role in dict.fromkeys(roles):
            if role not in of_roles:
                of_roles[role] = [
                    _merged(PolicyDocument(kind, written, role, analyses.get(role)), documents)
                    for kind, written in _written(role)
                ]
            for document in of_roles[role]:
                if not document.subjects or document.subjects[-1] is not subject:
                    document.subjects.append(subject)
    return [document for same in documents.values() for document in same]


def _merged(
    document: PolicyDocument, documents: dict[tuple[object, ...], list[PolicyDocument]]
) -> PolicyDocument:
    """Return the known document that is the same as another one, which is added otherwise."""
    # Not by their spans, which a run without findings never computes.
    place = document.place
    key = document.kind, document.name, place.document.file, place.path
    known = documents.setdefault(key, [])
    for other in known:
        if other.data == document.data:
            other.roles += [role for role in document.roles if role not in other.roles]
            other.analyses += [each for each in document.analyses if each not in other.analyses]
            return other
    known.append(document)
    return document


def _written(role: Role) -> Iterator[tuple[DocumentKind, WrittenPolicy]]:
    boundaries = [
        policy
        for limit in role.limits
        if limit.kind == "permissions boundary"
        for policy in limit.policies
    ]
    groups: list[tuple[DocumentKind, Sequence[Policy]]] = [
        ("identity", role.policies),
        ("boundary", boundaries),
        ("trust", [role.trust] if role.trust is not None else []),
        ("resource", role.resource_policies),
    ]
    for kind, policies in groups:
        for policy in policies:
            for written in policy.written:
                yield kind, written
