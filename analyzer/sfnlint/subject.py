"""Subjects of rules: a state machine with its role, and the result of reading a file.

The classes of the engine that are neither tuples nor protocols are written by hand: importing
`dataclasses` alone takes a tenth of a small run (benchmarks/compare.py, "one definition").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sfnlint.asl.machine import Machine, State
from sfnlint.asl.machine_settings import MachineSetting, SettingName
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.asl.task_resource import TaskResource, parse_resource
from sfnlint.finding import Finding, Note
from sfnlint.iam.decision import Limit, Uncertainty, Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.source import TextProblem
from sfnlint.source.faults import NOT_READ
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.catalog.linked_resources import ResourceIndex

MachineType = Literal["STANDARD", "EXPRESS"]
InputProblemKind = Literal[
    "unreadable",
    "duplicate-key",
    "json5",
    "template-engine",
    "role-not-found",
    "definition-not-found",
    "policy-not-read",
    "malformed-policy",
    "refused-by-sam",
    "definition-file-missing",
    "undefined-substitution",
    "unused-substitution",
    "stack-not-read",
    "terraform-not-read",
    "circular-dependency",
]


class InputProblem(NamedTuple):
    """A part of a file that could not be read, or not completely.

    Attributes:
        kind: decides which 0xx rule reports it.
        message: one line with the problem and how to fix it.
        place: its place; the whole file when nothing narrower is known.
        other: a second place that explains it, as the first of two equal keys.
        not_read: whether nothing was read because the system refuses the file, or because it
            exceeds a limit of sfn-lint.

    """

    kind: InputProblemKind
    message: str
    place: Place
    other: Place | None = None
    not_read: bool = False

    @classmethod
    def of(cls, problem: TextProblem) -> InputProblem:
        """Return the input problem for a syntax problem of a file."""
        kind: InputProblemKind = "unreadable"
        if problem.kind == "duplicate-key" or problem.kind == "json5":
            kind = problem.kind
        not_read = problem.kind in NOT_READ
        return cls(kind, problem.message, problem.place, problem.other, not_read)


class Role:
    """An execution role as the files show it.

    Attributes:
        name: its logical id, construct path, Terraform address or ARN; a description where it has
            none of these.
        place: where the role is defined; None when only its policies were given.
        policies: its identity policies.
        unread_policies: a reason for each policy that may be attached to it and could not be read,
            so that it may allow more than these policies.
        limits: the policies that limit its permissions, such as its permissions boundary.
        unread_limits: a reason for each limit that could not be read, so that it may allow less
            than its policies.
        trust: its trust policy, where the files show it.
        resource_policies: policies of queues, topics, buckets and functions whose principal is
            this role; the resources of their statements are the ARNs of what they protect.
        shared_with: another user of the role ("lambda.amazonaws.com"), who may need what no
            machine needs; empty when none is known.
        find_user: searches the template for another user; only `is_shared` calls it, because that
            takes long.
        logical_id: its logical id in the template; empty when it has none.
        is_named: whether `name` is a name that the files give it.
        arn: its ARN; None when the files do not show it.
        tags: its tags.
        has_all_tags: whether it has no other tags.
        organization_id: the id of the organization of its account; None if it is unknown.

    """

    def __init__(
        self,
        name: str,
        place: Place | None = None,
        policies: Sequence[Policy] = (),
        unread_policies: Sequence[Uncertainty] = (),
        trust: Policy | None = None,
        resource_policies: Sequence[Policy] = (),
        shared_with: str = "",
        logical_id: str = "",
        is_named: bool = True,
    ) -> None:
        self.name = name
        self.place = place
        self.policies = policies
        self.unread_policies = list(unread_policies)
        self.limits: list[Limit] = []
        self.unread_limits: list[Uncertainty] = []
        self.trust = trust
        self.resource_policies = resource_policies
        self.shared_with = shared_with
        self.find_user: Callable[[], str] = str
        self.logical_id = logical_id
        self.is_named = is_named
        self.arn: Pattern | None = None
        self.tags: Mapping[str, Pattern] = {}
        self.has_all_tags = False
        self.organization_id: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all its policies and limits could be read."""
        policies = [*self.policies, *(policy for limit in self.limits for policy in limit.policies)]
        is_read = not self.unread_policies and not self.unread_limits
        return is_read and all(policy.complete for policy in policies)

    def leave_unknown(self, reason: Uncertainty) -> None:
        """Record that the role may allow more or less than its policies."""
        self.unread_policies.append(reason)
        self.unread_limits.append(reason)

    @property
    def label(self) -> str:
        """The role as messages name it: "role 'Role'", "the role defined by 'p.json'"."""
        return f"role '{self.name}'" if self.is_named else self.name

    @property
    def is_shared(self) -> bool:
        """Whether the files show another user of the role."""
        self.shared_with = self.shared_with or self.find_user()
        return bool(self.shared_with)


class Assumed(NamedTuple):
    """A role that a task assumes and that the same files define.

    Attributes:
        role: the role.
        trusts: whether its trust policy lets the execution role assume it.

    """

    role: Role
    trusts: Verdict


class LatePolicy(NamedTuple):
    """A policy that may be attached to the role after the state machine is created.

    Attributes:
        policy: the policy.
        fix: how to make the state machine wait for it, an imperative.

    """

    policy: Policy
    fix: str


class Subject:
    """A state machine in one combination of its template's conditions.

    Attributes:
        machine: the definition.
        role: its execution role; None when the files do not show it. Machines with the same role
            share this object.
        symbols: the symbols that marker characters in strings of machine and role stand for.
        place: the machine as a whole, for findings without a narrower place.
        logical_id: its logical id or Terraform address, its ARN where it is deployed; None for
            plain ASL.
        name: the name in its ARN; None when the files do not show it.
        type: STANDARD or EXPRESS; None when the files do not show it.
        when: the combination of conditions, in words that follow "when": "IsProd is true"; empty
            when no condition touches machine or role.
        not_awaited: policies of the role that are resources of their own and that the machine
            does not wait for, neither explicitly nor by a reference.
        settings: logging, tracing and encryption, by name; None when the files do not show them,
            as for plain ASL.
        assumed: the roles that tasks assume, by the RoleArn of their Credentials; only those that
            the same files define.
        arn: the ARN of a deployed machine, which tells its account and Region.
        missing_role: why the files do not show the role; None if it is only not supplied.
        resources: the resources that the same files define; None if they define no others.
        stack: the name of the nested stack, if several nested stacks have the template; otherwise
            empty.

    """

    def __init__(
        self,
        machine: Machine,
        role: Role | None,
        symbols: Symbols,
        place: Place,
        logical_id: str | None = None,
        name: str | None = None,
        type: MachineType | None = None,  # noqa: A002 - as the attribute is called
        when: str = "",
        not_awaited: Sequence[LatePolicy] = (),
        settings: Mapping[SettingName, MachineSetting] | None = None,
        assumed: Mapping[str, Assumed] | None = None,
        arn: str | None = None,
        missing_role: Uncertainty | None = None,
        resources: ResourceIndex | None = None,
        stack: str = "",
    ) -> None:
        self.machine = machine
        self.role = role
        self.symbols = symbols
        self.place = place
        self.logical_id = logical_id
        self.name = name
        self.type = type
        self.when = when
        self.not_awaited = not_awaited
        self.settings = settings
        self.assumed = assumed or {}
        self.arn = arn
        self.missing_role = missing_role
        self.resources = resources
        self.stack = stack

    def finding(
        self,
        message: str,
        place: Place,
        *,
        state: State | None = None,
        fix: str = "",
        notes: Sequence[Note] = (),
        actions: Sequence[str] = (),
        resources: Sequence[str] = (),
        correction: object = None,
    ) -> Finding:
        """Return a finding about this machine or one of its states.

        `Rule.run` adds the identifier of the rule.
        """
        return Finding(
            "",
            message,
            place,
            tuple(notes),
            fix,
            self.logical_id,
            None if state is None else state.name,
            tuple(actions),
            tuple(resources),
            correction=correction,
        )

    @cached_property
    def calls(self) -> Mapping[TaskResource, Sequence[State]]:
        """The integrations that Task states use, each with its states.

        States whose Resource contains a symbol are left out.
        """
        calls: dict[TaskResource, list[State]] = {}
        for state in self.machine.states:
            resource = state.data.get("Resource")
            if state.type == "Task" and isinstance(resource, str):
                called = parse_resource(mark_placeholders(resource, self.symbols))
                if called is not None:
                    calls.setdefault(called, []).append(state)
        return calls


class Reading:
    """The result of reading a file.

    Attributes:
        subjects: one for each machine and combination of conditions.
        problems: the parts that could not be read.

    """

    def __init__(
        self, subjects: Iterable[Subject] = (), problems: Iterable[InputProblem] = ()
    ) -> None:
        self.subjects = list(subjects)
        self.problems = list(problems)
