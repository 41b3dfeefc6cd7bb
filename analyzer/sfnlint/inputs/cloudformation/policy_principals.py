"""Which resource policies of a template may be about which roles."""

from __future__ import annotations

from sfnlint.inputs.cloudformation.resource_policy_types import resource_policy_types
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    Template,
    function_call,
    has_key,
    referenced_names,
    strings_at,
)
from sfnlint.symbol import MARKER

LAMBDA_PERMISSION = "AWS::Lambda::Permission"
_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
"""How service principals end, and no role name does."""


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
    known = resource_policy_types().get(str(template.resources[source]["Type"]))
    properties = template.properties(source)
    if known is None or known.is_key:
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
