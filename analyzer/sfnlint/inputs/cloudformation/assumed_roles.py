"""Finds the roles of a template that tasks assume by `Credentials`.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sfnlint.asl.machine import Machine
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.iam.decision import Uncertainty, Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.iam.principals import named_by
from sfnlint.iam.relation import Relation
from sfnlint.iam.trust import lets_assume
from sfnlint.inputs.cloudformation.attachments import resources_of_roles
from sfnlint.inputs.cloudformation.roles import RoleBuilder
from sfnlint.inputs.cloudformation.template import ROLE, conditions_of_resources
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.subject import Assumed, Role


class _Trust(NamedTuple):
    """The verdicts of a role's trust policy about the execution role.

    Attributes:
        assumable: whether the execution role can assume it, with a policy that allows that.
        suffices: whether it can without such a policy: it is named itself, in the same account.

    """

    assumable: Verdict
    suffices: Verdict


class AssumedRoles:
    """Finds the roles that the tasks of a machine assume.

    Args:
        builder: builds roles.
        execution_role: the logical id of the machine's execution role, or the ARN of a role that
            is not in the template; None when it is unknown.
        roles: roles that are already built, by logical id.

    Attributes:
        roles_by_arn: the assumed roles, by the RoleArn of Credentials.
        policies: the permissions that their trust policies give the execution role.

    """

    def __init__(
        self, builder: RoleBuilder, execution_role: str | None, roles: Mapping[str, Role]
    ) -> None:
        self._builder = builder
        self._resolver = builder.resolver
        self._built = roles
        self._execution_role = execution_role
        self.roles_by_arn: dict[str, Assumed] = {}
        self.policies: list[Policy] = []

    @cached_property
    def _principal(self) -> Pattern | None:
        """The ARN of the execution role; None when it is unknown."""
        role = self._execution_role
        is_own = role in self._resolver.template.resources
        arn = self._resolver.get_att(role, "Arn") if role is not None and is_own else role
        return None if arn is None else self._pattern(arn)

    def _pattern(self, arn: str) -> Pattern:
        return Pattern.literal(arn, self._resolver.symbols)

    def read(self, machine: Machine, *, certain: bool) -> None:
        """Find the roles of a machine.

        Args:
            machine: the machine.
            certain: whether the conditions that matter are known; otherwise, verdicts about the
                roles are unknown.

        """
        for state in machine.states:
            credentials = state.data.get("Credentials")
            written = credentials.get("RoleArn") if isinstance(credentials, dict) else None
            if isinstance(written, str) and written not in self.roles_by_arn:
                arn = mark_placeholders(written, self._resolver.symbols)
                self._add(written, arn, certain=certain)

    def _add(self, written: str, arn: str, *, certain: bool) -> None:
        template = self._resolver.template
        for name in template.of_type(ROLE):
            known = self._resolver.get_att(name, "Arn")
            # The partition may be written differently; the account tells roles apart.
            if arn.split(":")[2:] != known.split(":")[2:] or arn.count(":") < 2:
                continue
            if not self._builder.exists(name):
                return
            role = self._built.get(name)
            if role is not None and self._principal == self._pattern(known):
                # AWS does not document whether Step Functions assumes its own role again.
                role.shared_with = role.shared_with or name
                return
            if role is None:
                role = self._builder.build(name).role
                # Conditions of this role alone are not among those that are combined.
                conditions = conditions_of_resources(template, resources_of_roles(template, {name}))
                known_conditions = self._resolver.condition_values.keys()
                if not certain or not conditions <= known_conditions:
                    place = Place(template.document, ("Conditions",), "key")
                    reason = f"conditions of the template decide about {role.label}"
                    role.leave_unknown(Uncertainty(reason, place))
            trust = self._trust(role.trust)
            self.roles_by_arn[written] = Assumed(role, trust.assumable)
            if role.trust is not None and trust.suffices is not Verdict.DENIED:
                place = role.trust.place
                resource = PlacedPattern(Pattern.literal(known, self._resolver.symbols), place)
                statement = Statement(
                    place,
                    "Allow",
                    (PlacedPattern(Pattern.literal("sts:AssumeRole"), place),),
                    resources=(resource,),
                    whole=trust.suffices is Verdict.ALLOWED,
                )
                self.policies.append(Policy(place, (statement,), name))

    def _trust(self, trust: Policy | None) -> _Trust:
        if trust is None or self._principal is None or not trust.complete:
            return _Trust(Verdict.UNKNOWN, Verdict.UNKNOWN)
        principal = self._principal
        return _Trust(
            lets_assume(
                trust, lambda statement: _names(statement, principal, account=Relation.UNKNOWN)
            ),
            lets_assume(
                trust, lambda statement: _names(statement, principal, account=Relation.DISJOINT)
            ),
        )


def _names(statement: Statement, role: Pattern, account: Relation) -> Relation:
    """Whether a statement is about a role.

    Args:
        statement: the statement.
        role: the role.
        account: the result for an account as principal, whose roles need a policy of their own.

    """
    principals = statement.principals or ()
    # Whether `*` includes the role depends on conditions and accounts.
    if statement.not_principal or any(str(item.pattern) in ("*", "AWS:*") for item in principals):
        return Relation.UNKNOWN
    named = named_by(principals, role)
    if named.role is not Relation.DISJOINT or named.account is Relation.DISJOINT:
        return named.role
    # A Deny for an account is a Deny for all roles in it.
    return Relation.UNKNOWN if statement.effect == "Deny" else account
