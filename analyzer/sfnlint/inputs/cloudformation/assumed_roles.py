"""Roles of a template that tasks of its machines assume: `Credentials`.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from sfnlint.asl.machine import Machine
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.catalog.resource_template import ACCOUNT
from sfnlint.iam.evaluate import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.iam.relation import Relation
from sfnlint.iam.trust import lets_assume
from sfnlint.inputs.cloudformation.resource_policies import names_role
from sfnlint.inputs.cloudformation.roles import RoleBuilder, role_names
from sfnlint.inputs.cloudformation.template import ROLE, touched
from sfnlint.subject import Assumed, Role


class _Trust(NamedTuple):
    """What a role's trust policy says of another role.

    Attributes:
        assumable: whether that role can assume it, if its own policies let it.
        suffices: whether it can without: it is named itself, in the same account.

    """

    assumable: Verdict
    suffices: Verdict


class AssumedRoles:
    """Finds the roles that the tasks of a machine assume.

    Args:
        builder: puts roles together.
        own: the machine's execution role: its logical id, or its ARN where it is elsewhere; None
            where nothing is known of it.
        built: roles that are put together already, by logical id.

    Attributes:
        found: the roles, by what Credentials call them.
        policies: what their trust policies let the execution role do.

    """

    def __init__(self, builder: RoleBuilder, own: str | None, built: Mapping[str, Role]) -> None:
        self.builder = builder
        self.resolver = builder.resolver
        self.built = built
        self._own = own
        self.found: dict[str, Assumed] = {}
        self.policies: list[Policy] = []

    @cached_property
    def own(self) -> Pattern | None:
        """The machine's execution role as a principal; None where nothing is known of it."""
        own = self._own
        arn = (
            self.resolver.attribute(own, "Arn") if own in self.resolver.template.resources else own
        )
        return None if arn is None else self._principal(arn)

    def _principal(self, arn: str) -> Pattern:
        return Pattern.literal(f"AWS:{arn}", self.resolver.symbols)

    def read(self, machine: Machine, *, certain: bool) -> None:
        """Find the roles of a machine; they are not complete where conditions are not certain."""
        for state in machine.states:
            credentials = state.data.get("Credentials")
            given = credentials.get("RoleArn") if isinstance(credentials, dict) else None
            if isinstance(given, str) and given not in self.found:
                self._add(given, mark_placeholders(given, self.resolver.symbols), certain=certain)

    def _add(self, given: str, arn: str, *, certain: bool) -> None:
        for name in self.resolver.template.of_type(ROLE):
            known = self.resolver.attribute(name, "Arn")
            # Partitions may differ in how they are written; an account, in which one it is.
            if arn.split(":")[2:] != known.split(":")[2:] or arn.count(":") < 2:
                continue
            if not self.builder.exists(name):
                return
            role = self.built.get(name)
            if role is not None and self.own == self._principal(known):
                # Whether Step Functions assumes anew the role that it has is not documented.
                role.shared_with = role.shared_with or name
                return
            if role is None:
                role = self.builder.build(name).role
                template = self.resolver.template
                # What hangs on conditions that touch nothing else is left open.
                role.complete &= (
                    certain
                    and touched(template, role_names(template, {name}))
                    <= self.resolver.truth.keys()
                )
            trust = self._trust(role.trust)
            self.found[given] = Assumed(role, trust.assumable)
            if role.trust is not None and trust.suffices is not Verdict.DENIED:
                place = role.trust.place
                resource = PlacedPattern(Pattern.literal(known, self.resolver.symbols), place)
                statement = Statement(
                    place,
                    "Allow",
                    (PlacedPattern(Pattern.literal("sts:AssumeRole"), place),),
                    resources=(resource,),
                    whole=trust.suffices is Verdict.ALLOWED,
                )
                self.policies.append(Policy(place, (statement,), name))

    def _trust(self, trust: Policy | None) -> _Trust:
        if trust is None or self.own is None or not trust.complete:
            return _Trust(Verdict.UNKNOWN, Verdict.UNKNOWN)
        own = self.own
        return _Trust(
            lets_assume(trust, lambda one: _names(one, own, account=Relation.UNKNOWN)),
            lets_assume(trust, lambda one: _names(one, own, account=Relation.DISJOINT)),
        )


def _names(statement: Statement, role: Pattern, account: Relation) -> Relation:
    """Whether a statement is about a role.

    Args:
        statement: the statement.
        role: the role.
        account: the answer where it lets an account in, whose roles need a permission of their own.

    """
    if statement.not_principal:
        return Relation.UNKNOWN
    principals = statement.principals or ()
    others = [item for item in principals if not _is_account(item.pattern)]
    named = names_role(others, role)
    if named is not Relation.DISJOINT or len(others) == len(principals):
        return named
    # What is denied to an account is denied to all in it.
    return Relation.UNKNOWN if statement.effect == "Deny" else account


def _is_account(principal: Pattern) -> bool:
    """Whether a principal is an account, whose roles need a permission of their own."""
    text = str(principal)
    return (
        text.endswith(":root")
        or text[4:].isdigit()
        or (len(principal.parts) == 2 and principal.parts[1] == ACCOUNT)
    )
