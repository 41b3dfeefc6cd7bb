"""What the rules look at: a machine with its role, and a file as it was read.

These are written out, and no dataclasses, whose import is a tenth of a small run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from sfnlint.asl.machine import Machine, State
from sfnlint.asl.machine_settings import MachineSetting, SettingName
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.asl.task_resource import TaskResource, parse_resource
from sfnlint.finding import Finding, Note
from sfnlint.iam.evaluate import Verdict
from sfnlint.iam.policy import Policy
from sfnlint.place import Place
from sfnlint.source import TextProblem
from sfnlint.symbol import Symbols

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
]


class InputProblem(NamedTuple):
    """Something that an input could not read, or not whole.

    Attributes:
        kind: which 0xx rule speaks of it.
        message: one line: what, and what to do.
        place: where; the whole file when nothing narrower is known.
        other: a second place that explains (the first of two equal keys).

    """

    kind: InputProblemKind
    message: str
    place: Place
    other: Place | None = None

    @classmethod
    def of(cls, problem: TextProblem) -> InputProblem:
        """What is wrong with a text itself."""
        kind: InputProblemKind = "unreadable"
        if problem.kind == "duplicate-key" or problem.kind == "json5":
            kind = problem.kind
        return cls(kind, problem.message, problem.place, problem.other)


class Role:
    """An execution role as the files show it.

    Attributes:
        name: what to call it in a message: a logical id, the path of a construct, an ARN.
        place: where it is written; None when only its policies were given.
        policies: its identity policies.
        complete: False when something attached to it could not be read, so that nothing is
            certain about what it lacks.
        trust: its trust policy, where the files show one.
        boundary: its permissions boundary, where it has one that could be read. One that could
            not makes the role not complete.
        resource_policies: policies of queues, topics, buckets, functions in the same files whose
            principal is this role; their statements' resources are the ARNs of what they guard.
        shared_with: who else uses the role ("lambda.amazonaws.com"), so that a grant that no
            machine needs is not unneeded; empty when nobody is known to.
        find_user: finds who else does, where that means to go through a whole template; `is_shared`
            asks it.
        logical_id: its name in the template; empty when it has none.

    """

    def __init__(
        self,
        name: str,
        place: Place | None = None,
        policies: Sequence[Policy] = (),
        complete: bool = True,
        trust: Policy | None = None,
        boundary: Policy | None = None,
        resource_policies: Sequence[Policy] = (),
        shared_with: str = "",
        logical_id: str = "",
    ) -> None:
        self.name = name
        self.place = place
        self.policies = policies
        self.complete = complete
        self.trust = trust
        self.boundary = boundary
        self.resource_policies = resource_policies
        self.shared_with = shared_with
        self.find_user: Callable[[], str] = str
        self.logical_id = logical_id

    @property
    def is_shared(self) -> bool:
        """Whether somebody else is known to use the role."""
        self.shared_with = self.shared_with or self.find_user()
        return bool(self.shared_with)


class Assumed(NamedTuple):
    """A role of the same files that a task assumes.

    Attributes:
        role: the role.
        trusts: whether it lets the execution role assume it.

    """

    role: Role
    trusts: Verdict


class Subject:
    """A state machine in one combination of its template's conditions.

    Attributes:
        machine: the definition.
        role: its execution role; None when it was not given or not found. Machines that share a
            role share this object.
        symbols: what the marker characters in the machine's and the role's strings stand for.
        place: the machine as a whole, for what has no narrower place.
        logical_id: its name in the template, its ARN where it is deployed; None for plain ASL.
        name: the machine's own name, as its ARN has it; None when the files do not show it.
        type: STANDARD or EXPRESS; None when the files do not say.
        when: the combination, in words that follow "when": "IsProd is true"; empty when the
            conditions do not touch machine and role.
        not_awaited: policies of the role that are resources of their own which the machine does
            not wait for, neither by DependsOn nor by a reference.
        settings: what is set beside the definition, by name. None when the files do not show it,
            as for plain ASL.
        assumed: roles that tasks assume, by what their Credentials call them; those of other files
            are not among them.
        arn: its ARN where it is deployed, which says in which account and Region it runs.

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
        not_awaited: Sequence[Policy] = (),
        settings: Mapping[SettingName, MachineSetting] | None = None,
        assumed: Mapping[str, Assumed] | None = None,
        arn: str | None = None,
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

    def finding(
        self,
        message: str,
        place: Place,
        *,
        state: State | None = None,
        fix: str = "",
        notes: tuple[Note, ...] = (),
    ) -> Finding:
        """Return a finding about this machine, or one of its states; its rule fills in itself."""
        name = None if state is None else state.name
        return Finding("", message, place, notes, fix, self.logical_id, name)

    @cached_property
    def calls(self) -> Mapping[TaskResource, Sequence[State]]:
        """The integrations that Tasks name, each with its Tasks; not those that are left open."""
        calls: dict[TaskResource, list[State]] = {}
        for state in self.machine.states:
            resource = state.data.get("Resource")
            if state.type == "Task" and isinstance(resource, str):
                called = parse_resource(mark_placeholders(resource, self.symbols))
                if called is not None:
                    calls.setdefault(called, []).append(state)
        return calls


class Reading:
    """What an input made of a file.

    Attributes:
        subjects: one for each machine and combination of conditions.
        troubles: what could not be read.

    """

    def __init__(
        self, subjects: Iterable[Subject] = (), problems: Iterable[InputProblem] = ()
    ) -> None:
        self.subjects = list(subjects)
        self.problems = list(problems)
