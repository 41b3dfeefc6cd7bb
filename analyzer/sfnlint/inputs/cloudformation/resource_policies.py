"""Policies of a template's queues, topics, buckets, keys, functions: what they say about a role.

In one account such a policy suffices, but for that of a key:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement, parse_policy
from sfnlint.iam.relation import Relation, relate
from sfnlint.inputs.cloudformation.intrinsics import Resolver, intrinsic
from sfnlint.inputs.cloudformation.template import ROLE, Template, texts_at
from sfnlint.place import Place
from sfnlint.source import DocumentView
from sfnlint.symbol import MARKER, Symbol

GUARDING = {
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SQS::QueueInlinePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SNS::TopicInlinePolicy": "PolicyDocument",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
    "AWS::KMS::Key": "KeyPolicy",
}
"""Types with a policy, and the property that holds it."""

PERMISSION = "AWS::Lambda::Permission"
_LIMITS = {
    "EventSourceToken",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
    "PrincipalOrgID",
    "SourceAccount",
    "SourceArn",
}
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn")
"""How the name of a service ends, which no name of a role does."""
_ANYTHING = Pattern.of([Symbol("…", "free")])
"""What a statement is about of which only that is known: it may be about this, or not."""


def resource_policies(
    resolver: Resolver, arn: str, exists: Callable[[str], bool], sources: Iterable[str]
) -> Iterator[Policy]:
    """What the policies of other resources say about a role.

    Args:
        resolver: works values out in the template of those resources.
        arn: the role's ARN.
        exists: whether a resource is there in this combination of conditions.
        sources: the logical ids of the resources, of the types in GUARDING and PERMISSION.

    Yields:
        A policy for each that speaks of the role. A statement that may be about the role, or
        about anything, is one on a resource that nobody knows: no answer is certain then.

    """
    there = [*filter(exists, sources)]
    if not there:
        return
    principal = Pattern.literal(f"AWS:{arn}", resolver.symbols)
    for source in there:
        if resolver.template.resources[source]["Type"] == PERMISSION:
            yield from _permission(resolver, source, principal)
        else:
            yield _guarding(resolver, source, principal)


def permitted_role(template: Template, permission: str) -> str | None:
    """The role of the template that a permission of a function names; None if it names none."""
    function, argument = intrinsic(template.properties(permission).get("Principal"))
    if function != "Fn::GetAtt" or not isinstance(argument, list) or argument[1:] != ["Arn"]:
        return None
    name = argument[0]
    known = isinstance(name, str) and template.resources.get(name, {}).get("Type") == ROLE
    return name if known else None


def is_of_service(principal: object) -> bool:
    """Whether the principal of a permission is certainly a service."""
    return (
        isinstance(principal, str)
        and principal.endswith(_SERVICES)
        and "{" not in principal
        and not MARKER.search(principal)
    )


def speaks_outward(template: Template, source: str) -> bool:
    """Whether the policy of a resource may let a role of another template in."""
    properties = template.properties(source)
    kind = str(template.resources[source]["Type"])
    if kind == PERMISSION:
        return not str(properties.get("Principal")).endswith(".amazonaws.com")
    document = properties.get(GUARDING[kind])
    statements = document.get("Statement") if isinstance(document, dict) else None
    if not isinstance(statements, list):
        return document is not None
    allowing = [
        one for one in statements if not isinstance(one, dict) or one.get("Effect") != "Deny"
    ]
    return template.looks_outward(allowing) or any(
        text == "*" or ":role/" in text
        for name in ("Principal", "AWS")
        for text in texts_at(allowing, name)
    )


def _guarding(resolver: Resolver, source: str, principal: Pattern) -> Policy:
    template = resolver.template
    kind = str(template.resources[source]["Type"])
    field = GUARDING[kind]
    path = ("Resources", source, "Properties", field)
    value, moved = resolver.tree(template.properties(source).get(field), path)
    place = Place(DocumentView(template.document, value, moved, path))
    if value is None:
        return Policy(place, (), source)
    policy = parse_policy(place, resolver.symbols, value, source, "resource")
    statements: list[Statement] = []
    for one in policy.statements:
        named = names_role(one.principals, principal)
        # `*` means what the policy guards there, not everything.
        exact = one.whole and not any(item.pattern.is_any for item in one.resources)
        exact = exact and not one.not_principal
        if exact and named is Relation.COVERED and kind != "AWS::KMS::Key":
            statements.append(one)
        elif one.effect == "Allow" and (
            named is not Relation.DISJOINT or one.not_principal or not one.whole
        ):
            statements.append(_perhaps(one, kind))
    if not policy.complete:
        statements.append(_perhaps(Statement(place, "Allow", whole=False), kind))
    return Policy(place, tuple(statements), source)


def _perhaps(statement: Statement, kind: str) -> Statement:
    """A statement that may be about the role, and what it guards: it allows, or does not."""
    service = kind.split("::")[1].lower()
    place = statement.place
    actions = statement.actions
    if not statement.whole or statement.not_action:
        actions = (PlacedPattern(Pattern.wild(f"{service}:*"), place),)
    return Statement(place, "Allow", actions, resources=(PlacedPattern(_ANYTHING, place),))


def names_role(principals: Sequence[PlacedPattern] | None, role: Pattern) -> Relation:
    """Whether principals name a role: certainly, perhaps, or certainly not."""
    relation = Relation.DISJOINT
    for item in principals or ():
        one = _same_partition(item.pattern)
        if one == _same_partition(role):
            return Relation.COVERED
        # Everybody is not somebody: whether the role is meant hangs on conditions and accounts.
        if str(one) in ("*", "AWS:*") or relate(one, [_same_partition(role)]) is Relation.UNKNOWN:
            relation = Relation.UNKNOWN
    return relation


@lru_cache(maxsize=1024)
def _same_partition(pattern: Pattern) -> Pattern:
    """An ARN with its partition left out: nothing reaches from one partition into another."""
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
    principal = resolver.text(properties.get("Principal")) or ""
    if is_of_service(principal):
        return
    place = resolver.template.place(source)
    symbols = resolver.symbols
    # It may be the name of a service, the number of an account, an ARN.
    given = Pattern.literal(
        principal if MARKER.fullmatch(principal) else f"AWS:{principal}", symbols
    )
    named = names_role((PlacedPattern(given, place),), role)
    if named is Relation.DISJOINT:
        return
    action = Pattern.wild(resolver.text(properties.get("Action")) or "lambda:*", symbols)
    text = resolver.text(properties.get("FunctionName")) or ""
    arn = resolver.names.arn("AWS::Lambda::Function", text)
    statement = Statement(
        place,
        "Allow",
        (PlacedPattern(action, place),),
        resources=(PlacedPattern(Pattern.literal(arn, symbols) if arn else _ANYTHING, place),),
    )
    if named is Relation.UNKNOWN or not _LIMITS.isdisjoint(properties):
        statement = statement._replace(resources=(PlacedPattern(_ANYTHING, place),))
    yield Policy(place, (statement,), source)
