"""The condition keys that all calls of a role have.

Step Functions calls services with the credentials of the execution role, a service role.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html tells for
each global key when a request has it.
"""

from __future__ import annotations

from sfnlint.catalog.resource_template import ACCOUNT
from sfnlint.iam.conditions import Alternatives, ContextValue, RequestContext
from sfnlint.iam.pattern import Pattern, arn_fields
from sfnlint.subject import Role

_FALSE, _TRUE = Pattern(("false",)), Pattern(("true",))

_CONSTANT: RequestContext = {
    # Values of a role session:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    "aws:principaltype": Pattern(("AssumedRole",)),
    "aws:username": None,
    # These keys belong to calls of a service principal, not to those with a service role.
    "aws:principalisawsservice": _FALSE,
    "aws:principalservicename": None,
    "aws:principalservicenameslist": None,
    "aws:sourceaccount": None,
    "aws:sourcearn": None,
    "aws:sourceorgid": None,
    "aws:sourceorgpaths": None,
    # Step Functions assumes the role without an identity provider and without MFA. To set a source
    # identity requires sts:SetSourceIdentity in the trust policy.
    "aws:federatedprovider": None,
    "aws:multifactorauthage": None,
    "aws:multifactorauthpresent": Alternatives((None, _FALSE)),
    "aws:sourceidentity": None,
    "aws:ec2instancesourcevpc": None,
    "aws:ec2instancesourceprivateipv4": None,
    "aws:referer": None,
    # The role is a service role, so the service does not call on behalf of another principal.
    "aws:calledvia": None,
    "aws:calledviafirst": None,
    "aws:calledvialast": None,
    "aws:viaawsservice": _FALSE,
    # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-in-transit.html
    "aws:securetransport": _TRUE,
}


class CommonContext:
    """The condition keys that all calls of a role have.

    Args:
        role: the role.

    """

    def __init__(self, role: Role) -> None:
        context = dict(_CONSTANT)
        context["aws:principalaccount"] = Pattern((ACCOUNT,))
        if role.arn is not None:
            context["aws:principalarn"] = role.arn
            fields = arn_fields(role.arn)
            if fields is not None:
                context["aws:principalaccount"] = fields[4]
        if role.organization_id is not None:
            context["aws:principalorgid"] = Pattern((role.organization_id,))
        context.update(_principal_tags(role))
        self._context = context

    def __call__(self, resource: Pattern) -> RequestContext:
        """Return the condition keys of a call on a resource.

        The Region and the account of the call are those in the ARN. Not every action supports
        aws:ResourceAccount.
        """
        fields = arn_fields(resource)
        if fields is None:
            return self._context
        context = dict(self._context)
        if fields[3].parts:
            context["aws:requestedregion"] = fields[3]
        if fields[4].parts:
            context["aws:resourceaccount"] = Alternatives((None, fields[4]))
        return context


def _principal_tags(role: Role) -> dict[str, ContextValue]:
    """Return the keys for the role's tags; Step Functions passes no session tags."""
    tags: dict[str, ContextValue] = {
        f"aws:principaltag/{name.lower()}": value for name, value in role.tags.items()
    }
    if role.has_all_tags:
        tags["aws:principaltag/"] = None
    return tags
