"""Resource policies: what they allow and deny a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource-based.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from sfnlint.iam.decision import Limit
from sfnlint.iam.overlap import may_overlap
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.iam.principals import NamedPrincipal, PrincipalRole, named_by
from sfnlint.iam.relation import Relation
from sfnlint.symbol import Symbol

UNKNOWN_RESOURCE = Pattern.of([Symbol("…", "free")])
"""The resource of a statement that may apply, or not."""


def policy_for_role(policy: Policy, role: PrincipalRole, account: Relation) -> Policy:
    """Return the statements of a resource policy that apply, or may apply, to a role.

    In the same account, a policy that names the role suffices; one that names the account lets the
    role's own policies decide.

    Args:
        policy: the policy.
        role: the role.
        account: whether the resource is in the role's account. In another account, an Allow does
            not suffice.

    """
    statements: list[Statement] = []
    for statement in policy.statements:
        if statement.effect == "Deny":
            relation = _denied(statement, role)
        else:
            relation = _allowed(statement, role).role
            if relation is Relation.COVERED and account is not Relation.COVERED:
                relation = Relation.UNKNOWN
        statements += _applying(statement, relation, role)
    return _with_unread_statements(policy, statements)


def key_policy_for_role(policy: Policy, role: PrincipalRole) -> Policy:
    """Return what a key policy lets the role's own policies allow, or allows itself.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return policy._replace(
        statements=tuple(
            applying
            for statement in policy.statements
            if statement.effect == "Allow"
            for applying in _applying(statement, _allowed(statement, role).any, role)
        )
    )


def _applying(statement: Statement, relation: Relation, role: PrincipalRole) -> list[Statement]:
    """Return a statement with the principals that may be the role; nothing if none is."""
    if relation is Relation.DISJOINT:
        return []
    principals = statement.principals
    if principals is not None and not statement.not_principal:
        principals = tuple(
            item for item in principals if named_by([item], role.arn).any is not Relation.DISJOINT
        )
    certain = statement.certain and relation is Relation.COVERED
    return [statement._replace(principals=principals, certain=certain)]


def _with_unread_statements(policy: Policy, statements: list[Statement]) -> Policy:
    """Return a policy with an unknown Allow and Deny in place of what could not be read."""
    if not policy.complete:
        statements.append(Statement(policy.place, "Allow", whole=False))
        statements.append(Statement(policy.place, "Deny", whole=False))
    return policy._replace(statements=tuple(statements), complete=True)


def _allowed(statement: Statement, role: PrincipalRole) -> NamedPrincipal:
    """Return how an Allow names a role."""
    # AWS does not support an Allow with NotPrincipal.
    if statement.not_principal or statement.principals is None or not statement.whole:
        return NamedPrincipal(Relation.UNKNOWN, Relation.UNKNOWN)
    return named_by(statement.principals, role.arn)


def _denied(statement: Statement, role: PrincipalRole) -> Relation:
    """Return whether a Deny is about a role: COVERED if certainly, DISJOINT if certainly not."""
    if statement.principals is None or not statement.whole:
        return Relation.UNKNOWN
    named = named_by(statement.principals, role.arn)
    if not statement.not_principal:
        return named.any
    if role.has_boundary:
        # Whatever NotPrincipal names, such a Deny applies to principals with a boundary.
        return Relation.COVERED
    if named.role is not Relation.DISJOINT:
        return Relation.UNKNOWN
    # Beside a user or a role, its account does not exempt the account's other roles.
    accounts = [item for item in statement.principals if _is_account(item.pattern)]
    if named.account is not Relation.DISJOINT and len(accounts) == len(statement.principals):
        return Relation.UNKNOWN
    return Relation.COVERED


def _is_account(principal: Pattern) -> bool:
    string = str(principal)
    return ":user/" not in string and ":role/" not in string and "Service:" not in string


def with_resources(value: object) -> object:
    """Return a policy document with the Resource that statements of some services omit."""
    if not isinstance(value, dict) or "Statement" not in value:
        return value
    statements = value["Statement"]
    completed = [
        {**statement, "Resource": "*"}
        if isinstance(statement, dict) and {"Resource", "NotResource"}.isdisjoint(statement)
        else statement
        for statement in (statements if isinstance(statements, list) else [statements])
    ]
    return {**value, "Statement": completed if isinstance(statements, list) else completed[0]}


def of_unknown_resource(policy: Policy, service: str) -> Policy:
    """Return a policy that belongs to an unknown resource.

    Args:
        policy: the policy; `*` in its statements means the resource.
        service: the prefix of the actions that it can allow and deny.

    """
    resources = (PlacedPattern(UNKNOWN_RESOURCE, policy.place),)
    actions = (PlacedPattern(Pattern.wild(f"{service}:*"), policy.place),)
    statements: list[Statement] = []
    for statement in policy.statements:
        if not statement.whole:
            statement = _unread(statement, actions, resources)
        elif statement.not_resource or any(item.pattern.is_any for item in statement.resources):
            statement = statement._replace(resources=resources, not_resource=False)
        statements.append(statement)
    if not policy.complete:
        allow, deny = (Statement(policy.place, effect) for effect in ("Allow", "Deny"))
        statements += (_unread(statement, actions, resources) for statement in (allow, deny))
    return policy._replace(statements=tuple(statements), complete=True)


def about_service(policy: Policy, service: str) -> Policy:
    """Return a policy without the statements about other services."""
    action = Pattern.of([f"{service}:", Symbol("action", "free")])
    return policy._replace(
        statements=tuple(
            statement
            for statement in policy.statements
            if statement.not_action
            or not statement.whole
            or any(may_overlap(action, item.pattern.lower()) for item in statement.actions)
        )
    )


def _unread(
    statement: Statement,
    actions: tuple[PlacedPattern, ...],
    resources: tuple[PlacedPattern, ...],
) -> Statement:
    """Return a statement that may apply to these actions and resources."""
    everybody = (PlacedPattern(Pattern.wild("*"), statement.place),)
    return Statement(
        statement.place,
        statement.effect,
        actions,
        resources=resources,
        principals=everybody,
        certain=False,
    )


def uncertain(policy: Policy) -> Policy:
    """Return a policy that may not exist."""
    statements = tuple(statement._replace(certain=False) for statement in policy.statements)
    return policy._replace(statements=statements)


def incomplete(limit: Limit) -> Limit:
    """Return a limit whose policies may allow more."""
    return limit._replace(
        policies=tuple([item._replace(complete=False) for item in limit.policies])
    )
