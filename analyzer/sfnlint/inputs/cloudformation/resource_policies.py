"""Resource policies of a template's queues, topics, buckets, secrets, keys and functions.

In the same account, a resource policy that names a role suffices, except for a KMS key:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement, parse_policy
from sfnlint.iam.relation import Relation, relate
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import ROLE, Template, function_call, strings_at
from sfnlint.place import Place
from sfnlint.source import DocumentView
from sfnlint.symbol import MARKER, Symbol

POLICY_PROPERTIES = {
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SQS::QueueInlinePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SNS::TopicInlinePolicy": "PolicyDocument",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
    "AWS::KMS::Key": "KeyPolicy",
}
"""Resource types with a resource policy, and the property that holds it."""

LAMBDA_PERMISSION = "AWS::Lambda::Permission"
_PERMISSION_CONDITIONS = {
    "EventSourceToken",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
    "PrincipalOrgID",
    "SourceAccount",
    "SourceArn",
}
"""Properties of an AWS::Lambda::Permission that become conditions."""
_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
"""How service principals end, and no role name does."""
_UNKNOWN_RESOURCE = Pattern.of([Symbol("…", "free")])
"""The resource of a statement that may apply, or not: it makes every answer unknown."""


def resource_policies(
    resolver: Resolver, arn: str, exists: Callable[[str], bool], sources: Iterable[str]
) -> Iterator[Policy]:
    """Yield the statements about a role in the resource policies of a template.

    Args:
        resolver: resolves values of the template.
        arn: the role's ARN.
        exists: whether a resource exists in this combination of conditions.
        sources: the logical ids of resources whose type is `LAMBDA_PERMISSION` or in
            `POLICY_PROPERTIES`.

    Yields:
        A policy for each resource. A statement that may name the role, or any other, has an
        unknown resource, which makes the answer unknown.

    """
    existing = [*filter(exists, sources)]
    if not existing:
        return
    principal = Pattern.literal(f"AWS:{arn}", resolver.symbols)
    for source in existing:
        if resolver.template.resources[source]["Type"] == LAMBDA_PERMISSION:
            yield from _permission(resolver, source, principal)
        else:
            yield _resource_policy(resolver, source, principal)


def role_of_permission(template: Template, permission: str) -> str | None:
    """Return the template's role that is the principal of an AWS::Lambda::Permission, or None."""
    function, argument = function_call(template.properties(permission).get("Principal"))
    if function != "Fn::GetAtt" or not isinstance(argument, list) or argument[1:] != ["Arn"]:
        return None
    name = argument[0]
    is_role = isinstance(name, str) and template.resources.get(name, {}).get("Type") == ROLE
    return name if is_role else None


def is_service(principal: object) -> bool:
    """Whether the principal of an AWS::Lambda::Permission is certainly a service."""
    return (
        isinstance(principal, str)
        and principal.endswith(_SERVICE_SUFFIXES)
        and "{" not in principal
        and not MARKER.search(principal)
    )


def may_name_roles_of_other_templates(template: Template, source: str) -> bool:
    """Whether a role of another template may be a principal in a resource policy."""
    properties = template.properties(source)
    resource_type = str(template.resources[source]["Type"])
    if resource_type == LAMBDA_PERMISSION:
        return not str(properties.get("Principal")).endswith(".amazonaws.com")
    document = properties.get(POLICY_PROPERTIES[resource_type])
    statements = document.get("Statement") if isinstance(document, dict) else None
    if not isinstance(statements, list):
        return document is not None
    allowing = [
        statement
        for statement in statements
        if not isinstance(statement, dict) or statement.get("Effect") != "Deny"
    ]
    return template.depends_on_other_templates(allowing) or any(
        string == "*" or ":role/" in string
        for key in ("Principal", "AWS")
        for string in strings_at(allowing, key)
    )


def _resource_policy(resolver: Resolver, source: str, principal: Pattern) -> Policy:
    template = resolver.template
    resource_type = str(template.resources[source]["Type"])
    field = POLICY_PROPERTIES[resource_type]
    route = ("Resources", source, "Properties", field)
    value, moved = resolver.resolve(template.properties(source).get(field), route)
    place = Place(DocumentView(template.document, value, moved, route))
    if value is None:
        return Policy(place, (), source)
    policy = parse_policy(place, resolver.symbols, value, source, "resource")
    statements: list[Statement] = []
    for statement in policy.statements:
        relation = names_role(statement.principals, principal)
        # `*` means the resource that the policy belongs to, not every resource.
        certain = statement.whole and not any(item.pattern.is_any for item in statement.resources)
        certain = certain and not statement.not_principal
        if certain and relation is Relation.COVERED and resource_type != "AWS::KMS::Key":
            statements.append(statement)
        elif statement.effect == "Allow" and (
            relation is not Relation.DISJOINT or statement.not_principal or not statement.whole
        ):
            statements.append(_uncertain(statement, resource_type))
    if not policy.complete:
        statements.append(_uncertain(Statement(place, "Allow", whole=False), resource_type))
    return Policy(place, tuple(statements), source)


def _uncertain(statement: Statement, resource_type: str) -> Statement:
    """A statement that may allow its actions or not."""
    service = resource_type.split("::")[1].lower()
    place = statement.place
    actions = statement.actions
    if not statement.whole or statement.not_action:
        actions = (PlacedPattern(Pattern.wild(f"{service}:*"), place),)
    return Statement(place, "Allow", actions, resources=(PlacedPattern(_UNKNOWN_RESOURCE, place),))


def names_role(principals: Sequence[PlacedPattern] | None, role: Pattern) -> Relation:
    """Return whether principals include a role: COVERED if certainly, DISJOINT if certainly not."""
    relation = Relation.DISJOINT
    for item in principals or ():
        principal = _without_partition(item.pattern)
        if principal == _without_partition(role):
            return Relation.COVERED
        # `*` includes the role only if conditions and accounts allow it.
        if (
            str(principal) in ("*", "AWS:*")
            or relate(principal, [_without_partition(role)]) is Relation.UNKNOWN
        ):
            relation = Relation.UNKNOWN
    return relation


@lru_cache(maxsize=1024)
def _without_partition(pattern: Pattern) -> Pattern:
    """An ARN without its partition: no principal of one partition has access to another."""
    first, *rest = pattern.parts or ("",)
    if first == "AWS:arn:" and rest and isinstance(rest[0], Symbol):
        return Pattern.of(["AWS:arn:", *rest[1:]])
    if isinstance(first, str) and first.startswith("AWS:arn:"):
        after = first.removeprefix("AWS:arn:").partition(":")
        return Pattern.of([f"AWS:arn::{after[2]}", *rest])
    return pattern


def _permission(resolver: Resolver, source: str, role: Pattern) -> Iterator[Policy]:
    """An AWS::Lambda::Permission as the statement that it adds to the function's policy."""
    properties = resolver.template.properties(source)
    principal = resolver.string(properties.get("Principal")) or ""
    if is_service(principal):
        return
    place = resolver.template.property_place(source)
    symbols = resolver.symbols
    # A symbol may be a service, an account or an ARN.
    pattern = Pattern.literal(
        principal if MARKER.fullmatch(principal) else f"AWS:{principal}", symbols
    )
    relation = names_role((PlacedPattern(pattern, place),), role)
    if relation is Relation.DISJOINT:
        return
    action = Pattern.wild(resolver.string(properties.get("Action")) or "lambda:*", symbols)
    function = resolver.string(properties.get("FunctionName")) or ""
    arn = resolver.names.arn("AWS::Lambda::Function", function)
    resource = Pattern.literal(arn, symbols) if arn else _UNKNOWN_RESOURCE
    if relation is Relation.UNKNOWN or not _PERMISSION_CONDITIONS.isdisjoint(properties):
        resource = _UNKNOWN_RESOURCE
    statement = Statement(
        place, "Allow", (PlacedPattern(action, place),), resources=(PlacedPattern(resource, place),)
    )
    yield Policy(place, (statement,), source)
