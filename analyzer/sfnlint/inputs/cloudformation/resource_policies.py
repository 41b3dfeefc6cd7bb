"""Reads the resource policies of a template, and what they allow and deny a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.decision import Limit
from sfnlint.iam.pattern import Pattern, arn_fields
from sfnlint.iam.policy import Policy
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.principals import PrincipalRole
from sfnlint.iam.relation import Relation, relate
from sfnlint.iam.resource_policies import (
    UNKNOWN_RESOURCE,
    about_service,
    incomplete,
    key_policy_for_role,
    of_unknown_resource,
    policy_for_role,
    uncertain,
    with_resources,
)
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.policy_principals import is_service
from sfnlint.inputs.cloudformation.resource_policy_types import (
    PermissionProperties,
    PolicyProperty,
    resource_policy_types,
    service_of,
)
from sfnlint.inputs.cloudformation.template import strings
from sfnlint.inputs.coerce import routes_to
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route, value_at
from sfnlint.source import DocumentView, embed
from sfnlint.symbol import MARKER

_PLACEHOLDER = lazy_pattern(r"\$\{(\w+)(?:\|([\w:]+))?\}")
_PSEUDO_PARAMETERS = {"Partition": PARTITION, "Region": REGION, "Account": ACCOUNT}
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
        is_grant: whether it is a grant, with which a key policy does not decide alone.

    """

    policy: Policy
    is_key: bool = False
    is_grant: bool = False


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
        policies: list[Policy] = []
        limits: list[Limit] = []
        has_grant = False
        account = self._is_own_account(role) if same_environment else Relation.UNKNOWN
        for source in sources:
            certain = same_environment and self._certainly_exists(source)
            for policy, is_key, is_grant in self._read(source):
                about_role = policy_for_role(policy, role, account)
                if about_role.statements:
                    policies.append(about_role if certain else uncertain(about_role))
                    has_grant = has_grant or is_grant
                if is_key:
                    limits.append(self._key_policy(policy, role, certain=certain))
        if has_grant:
            limits = [incomplete(limit) for limit in limits]
        return RolePolicies(policies, limits)

    def _key_policy(self, policy: Policy, role: PrincipalRole, *, certain: bool) -> Limit:
        [key, *_] = policy.protected or [self._unknown_key]
        limit = Limit("key policy", (key_policy_for_role(policy, role),), key)
        return limit if certain else incomplete(limit)

    @cached_property
    def _unknown_key(self) -> Pattern:
        start = f"arn:{self._resolver.ref(PARTITION.name)}:kms:"
        known = Pattern.literal(start, self._resolver.symbols).parts
        return Pattern.of([*known, *UNKNOWN_RESOURCE.parts])

    def _certainly_exists(self, source: str) -> bool:
        condition = self._template.resources[source].get("Condition")
        return not isinstance(condition, str) or condition in self._resolver.condition_values

    def _is_own_account(self, role: PrincipalRole) -> Relation:
        fields = arn_fields(role.arn)
        own = Pattern.literal(self._resolver.ref(ACCOUNT.name), self._resolver.symbols)
        return relate(fields[4], [own]) if fields else Relation.UNKNOWN

    def _read(self, source: str) -> Sequence[_ResourcePolicy]:
        if source not in self._policies:
            self._policies[source] = list(self._policies_of(source))
        return self._policies[source]

    def _policies_of(self, source: str) -> Iterator[_ResourcePolicy]:
        properties = self._template.properties(source)
        known = resource_policy_types().get(str(self._template.resources[source]["Type"]))
        if known is None:
            for route in self._template.unlisted_policies.get(source, ()):
                # Of an unknown type, the grammar of its policies is not known.
                policy = self._document(source, PolicyProperty(()), route)._replace(written=())
                yield _ResourcePolicy(uncertain(policy))
            return
        for policy_property in known.properties:
            for route in routes_to(properties, policy_property.document):
                policy = self._document(source, policy_property, route)
                yield _ResourcePolicy(policy, known.is_key)
        if known.permission is not None and known.permission.action in properties:
            is_grant = known.service == "kms"
            yield _ResourcePolicy(self._permission(source, known.permission), is_grant=is_grant)

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
        policy = parse_policy(place, symbols, with_resources(value), name, "resource")
        arns = [arn for template in protects for arn in self._arns(source, template)]
        if region is not None:
            own = self._resolver.ref(REGION.name)
            arns = [arn.replace(own, region) for arn in arns]
        if arns and len(arns) <= _MAX_ARNS:
            return policy._replace(
                protected=tuple([Pattern.wild(arn, symbols, variables=False) for arn in arns])
            )
        resource_type = str(self._template.resources[source]["Type"])
        service = service_of(resource_type)
        if resource_type in resource_policy_types():
            policy = about_service(policy, service)
        return of_unknown_resource(policy, service)

    def _permission(self, source: str, permission: PermissionProperties) -> Policy:
        """Return the statement that a resource adds to a resource policy."""
        properties = self._template.properties(source)
        statement: dict[str, object] = {"Effect": "Allow", "Resource": "*"}
        statement["Action"] = self._actions(source, properties[permission.action])
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
            conditions.setdefault("StringEquals", {})["unknown"] = ""
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
        policy = self._parsed(source, place, value, permission.protects)
        composed = tuple([document._replace(is_composed=True) for document in policy.written])
        return policy._replace(written=composed)

    def _actions(self, source: str, written: object) -> object:
        """Return the actions of a permission; the operations of a grant have no prefix."""
        if not isinstance(written, list):
            return written
        service = service_of(str(self._template.resources[source]["Type"]))
        return [
            f"{service}:{action}" if isinstance(action, str) and ":" not in action else action
            for action in written
        ]

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
            return [resolver.ref(_PSEUDO_PARAMETERS[name].name)]
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
