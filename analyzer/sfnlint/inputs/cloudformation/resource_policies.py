"""Reads the resource policies of a template, and what they allow and deny a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.decision import Limit
from sfnlint.iam.pattern import Pattern, arn_fields
from sfnlint.iam.policy import PlacedPattern, Policy, Statement, parse_policy
from sfnlint.iam.principals import PrincipalRole, key_policy_for_role, policy_for_role
from sfnlint.iam.relation import Relation, relate
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.resource_policy_types import (
    PermissionProperties,
    PolicyProperty,
    resource_policy_types,
    routes_to,
    service_of,
)
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    Template,
    function_call,
    has_key,
    referenced_names,
    strings,
    strings_at,
)
from sfnlint.place import Place, Route, value_at
from sfnlint.source import DocumentView, embed
from sfnlint.symbol import MARKER, Symbol

LAMBDA_PERMISSION = "AWS::Lambda::Permission"
_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
"""How service principals end, and no role name does."""
_PLACEHOLDER = re.compile(r"\$\{(\w+)(?:\|([\w:]+))?\}")
_PSEUDO_PARAMETERS = {"Partition": PARTITION, "Region": REGION, "Account": ACCOUNT}
_UNKNOWN_RESOURCE = Pattern.of([Symbol("…", "free")])
"""The resource of a statement that may apply, or not."""
_MAX_ARNS = 1000


class RolePolicies(NamedTuple):
    """What resource policies mean for a role.

    Attributes:
        policies: statements that allow or deny the role something.
        limits: key policies, without which the role's own policies do not count.

    """

    policies: list[Policy]
    limits: list[Limit]


class _ResourcePolicy(NamedTuple):
    """A resource policy.

    Attributes:
        policy: the policy.
        is_key: whether it is a key policy.

    """

    policy: Policy
    is_key: bool = False


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


def resources_with_policies(template: Template) -> list[str]:
    """Return the logical ids of the resources with a resource policy, without permissions."""
    listed = [name for name in resource_policy_types() if name != LAMBDA_PERMISSION]
    return [*template.of_type(*listed), *template.unlisted_policies]


def refers_only_in_policy(template: Template, source: str, role: str) -> bool:
    """Whether a resource refers to a role only in its resource policy."""
    known = resource_policy_types().get(str(template.resources[source]["Type"]))
    if known is None:
        return False
    in_policy = {policy.document[0] for policy in known.properties}
    permission = known.permission
    if permission is not None:
        in_policy |= {permission.principal, permission.condition, *permission.conditions}
    others = {
        name: value for name, value in template.properties(source).items() if name not in in_policy
    }
    return role not in referenced_names(others)


def may_name_roles_of_other_templates(template: Template, source: str) -> bool:
    """Whether a resource policy may be about a role of another template."""
    known = resource_policy_types()[str(template.resources[source]["Type"])]
    properties = template.properties(source)
    if known.is_key:
        return True
    if known.permission and known.permission.action in properties:
        return not is_service(properties.get(known.permission.principal))
    documents = [
        properties[policy.document[0]]
        for policy in known.properties
        if policy.document[0] in properties
    ]
    if not all(isinstance(document, (dict, list)) for document in documents):
        return True
    return (
        template.depends_on_other_templates(documents)
        or has_key(documents, "NotPrincipal")
        or any(
            string == "*" or string.startswith("{") or ":role/" in string or ":root" in string
            for key in ("Principal", "AWS")
            for string in strings_at(documents, key)
        )
    )


class ResourcePolicyReader:
    """Reads the resource policies of a template in one combination of its conditions.

    Args:
        resolver: resolves values of the template.

    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._template = resolver.template
        self._policies: dict[str, Sequence[_ResourcePolicy]] = {}

    def for_role(
        self,
        role: PrincipalRole,
        sources: Iterable[str],
        *,
        same_environment: bool = True,
    ) -> RolePolicies:
        """Return what resource policies mean for a role.

        Args:
            role: the role.
            sources: the logical ids of the resources with the policies.
            same_environment: whether the role is in the account and Region of the template.

        """
        result = RolePolicies([], [])
        for source in sources:
            certain = same_environment and self._certainly_exists(source)
            for policy, is_key in self._read(source):
                account = self._is_own_account(role) if same_environment else Relation.UNKNOWN
                about_role = policy_for_role(policy, role, account)
                if about_role.statements:
                    result.policies.append(about_role if certain else _uncertain(about_role))
                if is_key and policy.protected:
                    limiting = key_policy_for_role(policy, role)
                    if not certain:
                        limiting = limiting._replace(complete=False)
                    result.limits.append(Limit("key policy", (limiting,), policy.protected[0]))
        return result

    def _certainly_exists(self, source: str) -> bool:
        condition = self._template.resources[source].get("Condition")
        return not isinstance(condition, str) or condition in self._resolver.condition_values

    def _is_own_account(self, role: PrincipalRole) -> Relation:
        fields = arn_fields(role.arn)
        return relate(fields[4], [Pattern.of([ACCOUNT])]) if fields else Relation.UNKNOWN

    def _read(self, source: str) -> Sequence[_ResourcePolicy]:
        if source not in self._policies:
            self._policies[source] = list(self._policies_of(source))
        return self._policies[source]

    def _policies_of(self, source: str) -> Iterator[_ResourcePolicy]:
        properties = self._template.properties(source)
        known = resource_policy_types().get(str(self._template.resources[source]["Type"]))
        if known is None:
            for route in self._template.unlisted_policies.get(source, ()):
                policy = self._document(source, PolicyProperty(()), route)
                yield _ResourcePolicy(_uncertain(policy))
            return
        for policy_property in known.properties:
            for route in routes_to(properties, policy_property.document):
                policy = self._document(source, policy_property, route)
                yield _ResourcePolicy(policy, known.is_key)
        if known.permission is not None and known.permission.action in properties:
            yield _ResourcePolicy(self._permission(source, known.permission))

    # Documents

    def _document(self, source: str, policy_property: PolicyProperty, route: Route) -> Policy:
        at: Route = ("Resources", source, "Properties", *route)
        value, moved = self._resolver.resolve(self._template.value_at(at), at)
        place = Place(DocumentView(self._template.document, value, moved, at))
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            pieces = self._resolver.pieces(self._template.value_at(at), at)
            if pieces:
                place = Place(embed(pieces))
                value = place.document.data
        elif policy_property.is_statement:
            routes: dict[Route, Route] = {("Statement",): at}
            routes |= {("Statement", *inner): target for inner, target in moved.items()}
            value = {"Version": "2012-10-17", "Statement": value}
            place = Place(DocumentView(self._template.document, value, routes, at))
        region = self._sibling(source, policy_property.region, route)
        return self._parsed(source, place, value, policy_property.protects, region)

    def _sibling(self, source: str, sibling: Sequence[str], route: Route) -> str | None:
        """Return the string at a route with the same list elements as another route."""
        if not sibling:
            return None
        indexes = iter([key for key in route if isinstance(key, int)])
        at = tuple(next(indexes) if key == "*" else key for key in sibling)
        written = value_at(self._template.properties(source), at)
        return None if written is None else self._resolver.string(written)

    def _parsed(
        self,
        source: str,
        place: Place,
        value: object,
        protects: Sequence[str],
        region: str | None = None,
    ) -> Policy:
        symbols = self._resolver.symbols
        name = self._template.display_name(source)
        policy = parse_policy(place, symbols, _with_resources(value), name, "resource")
        arns = [arn for template in protects for arn in self._arns(source, template)]
        if region is not None:
            own = symbols.mark(REGION)
            arns = [arn.replace(own, region) for arn in arns]
        if arns and len(arns) <= _MAX_ARNS:
            return policy._replace(
                protected=tuple([Pattern.wild(arn, symbols, variables=False) for arn in arns])
            )
        resource_type = str(self._template.resources[source]["Type"])
        return _of_unknown_resource(policy, service_of(resource_type))

    def _permission(self, source: str, permission: PermissionProperties) -> Policy:
        """Return the statement that a resource adds to a resource policy."""
        properties = self._template.properties(source)
        statement: dict[str, object] = {"Effect": "Allow", "Resource": "*"}
        statement["Action"] = properties[permission.action]
        statement["Principal"] = self._principal(properties.get(permission.principal))
        conditions: dict[str, dict[str, object]] = {}
        for name, (operator, key) in permission.conditions.items():
            if name in properties:
                conditions.setdefault(operator, {})[key] = properties[name]
        condition = properties.get(permission.condition)
        if isinstance(condition, dict):
            written, on = (self._resolver.string(condition.get(key)) for key in ("Type", "Key"))
            conditions[str(written)] = {str(on): condition.get("Value")}
        elif condition is not None:
            conditions["unknown"] = {"unknown": ""}
        if conditions:
            statement["Condition"] = conditions
        at: Route = ("Resources", source, "Properties")
        value, _ = self._resolver.resolve({"Version": "2012-10-17", "Statement": statement}, at)
        moved: dict[Route, Route] = {
            ("Statement",): at,
            ("Statement", "Action"): (*at, permission.action),
            ("Statement", "Principal"): (*at, permission.principal),
        }
        place = Place(DocumentView(self._template.document, value, moved, at))
        return self._parsed(source, place, value, permission.protects)

    def _principal(self, written: object) -> object:
        """Return the principal of a permission as a policy document has it."""
        string = self._resolver.string(written) if written is not None else None
        is_symbol = string is not None and MARKER.fullmatch(string) is not None
        if string in (None, "*") or (is_symbol and string != self._resolver.symbols.mark(ACCOUNT)):
            # A symbol may be a service, an account or an ARN.
            return string or "*"
        return {"Service" if is_service(string) else "AWS": string}

    # The resources that policies belong to

    def _arns(self, source: str, template: str) -> list[str]:
        """Return the ARNs of a template of the table; none if one of them is unknown."""
        results = [""]
        end = 0
        for match in _PLACEHOLDER.finditer(template):
            values = self._placeholder(source, match[1], match[2])
            before = template[end : match.start()]
            results = [result + before + value for result in results for value in values]
            end = match.end()
        return [result + template[end:] for result in results]

    def _placeholder(self, source: str, name: str, resource_type: str | None) -> list[str]:
        resolver = self._resolver
        if name in _PSEUDO_PARAMETERS:
            return [resolver.symbols.mark(_PSEUDO_PARAMETERS[name])]
        if name == "Ref":
            return [resolver.ref(source)]
        if name == "Arn":
            return [resolver.get_att(source, "Arn")]
        known = resource_policy_types()[str(self._template.resources[source]["Type"])]
        written = self._template.properties(source).get(name, known.defaults.get(name))
        value, _ = resolver.resolve(written, ())
        values = strings(value)
        if resource_type is None:
            return values
        arns = [resolver.names.arn(resource_type, string) for string in values]
        return [arn for arn in arns if arn is not None] if None not in arns else []


def _with_resources(value: object) -> object:
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


def _of_unknown_resource(policy: Policy, service: str) -> Policy:
    """Return a policy that belongs to an unknown resource.

    Args:
        policy: the policy; `*` in its statements means the resource.
        service: the prefix of the actions that it can allow and deny.

    """
    resources = (PlacedPattern(_UNKNOWN_RESOURCE, policy.place),)
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


def _uncertain(policy: Policy) -> Policy:
    statements = tuple(statement._replace(certain=False) for statement in policy.statements)
    return policy._replace(statements=statements)
