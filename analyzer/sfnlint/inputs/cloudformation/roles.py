"""Builds the roles of a template, with the policies attached to them.

Resource types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IAM.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import Protocol

from sfnlint.iam.alternatives import perhaps
from sfnlint.iam.decision import Uncertainty
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy
from sfnlint.iam.principals import PrincipalRole
from sfnlint.iam.trust import other_principal
from sfnlint.inputs.cloudformation.attachments import POLICY_TYPES, PolicyAttachments
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.policies import PolicyReader
from sfnlint.inputs.cloudformation.policy_principals import (
    LAMBDA_PERMISSION,
    is_service,
    refers_only_in_policy,
    resources_with_policies,
    role_of_permission,
)
from sfnlint.inputs.cloudformation.resource_policies import ResourcePolicyReader
from sfnlint.inputs.cloudformation.template import (
    NESTED_STACK,
    ROLE,
    STATE_MACHINE,
    Template,
    is_macro_key,
    referenced_names,
)
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import read_role
from sfnlint.inputs.role_tags import role_tags
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.subject import InputProblem, Role
from sfnlint.symbol import MARKER

_NOT_USERS = {*POLICY_TYPES, STATE_MACHINE}
"""Types that refer to a role without using it, or use it as its machines do."""


class BuiltRole(NamedTuple):
    """A role, with the resources that its policies come from.

    Attributes:
        role: the role.
        policy_resources: the policies that are resources of their own, with their logical ids.

    """

    role: Role
    policy_resources: list[tuple[Policy, str]]


class CrossStackPolicies(Protocol):
    """Policies of other stacks that are about roles of a template."""

    def attached_policies(self, builder: RoleBuilder) -> Iterable[tuple[RoleBuilder, str]]:
        """Return the policy resources that may be attached to a role of another template."""

    def resource_policies(
        self, builder: RoleBuilder
    ) -> Iterable[tuple[RoleBuilder, list[str], bool]]:
        """Return the resources whose resource policy may be about a role of another template.

        Returns:
            For each other template the builder of its roles, the logical ids of the resources, and
            whether they are in the account and Region of the role's template.

        """

    def managed_policy(self, arn: str) -> Policy | None:
        """Return the managed policy with this ARN."""

    def other_user(self, builder: RoleBuilder, role: str) -> str:
        """Return a user of a role outside its own template; empty when there is none."""

    def has_nested_stack(self, builder: RoleBuilder, stack: str) -> bool:
        """Whether all resources of a template's nested stack are known."""


class RoleBuilder:
    """Builds roles in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: resolves values in that combination.
        problems: where problems are appended.
        context: policies and roles that the template names and does not contain.
        cross_stack: the policies of other stacks; none when None.

    Attributes:
        policies: reads the policies of the template.
        attachments: the roles to which its policy resources are attached.
        resource_policies: reads its resource policies.

    """

    def __init__(
        self,
        template: Template,
        resolver: Resolver,
        problems: list[InputProblem],
        context: ExternalContext,
        cross_stack: CrossStackPolicies | None = None,
    ) -> None:
        self.template = template
        self.resolver = resolver
        self.problems = problems
        self.cross_stack = cross_stack
        self.policies = PolicyReader(
            template,
            resolver,
            problems,
            context,
            None if cross_stack is None else cross_stack.managed_policy,
        )
        self.resource_policies = ResourcePolicyReader(resolver)
        self.attachments = PolicyAttachments(template, resolver)

    @cached_property
    def _exported_values(self) -> dict[str, str]:
        """The values that other stacks can import, with the outputs that export them."""
        outputs = {} if self.cross_stack else self.template.outputs
        return {
            value: name
            for name, output in outputs.items()
            if "Export" in as_object(output)
            and (value := self.resolver.string(as_object(output).get("Value"))) is not None
        }

    @cached_property
    def _nested_stack_arguments(self) -> dict[str, str]:
        """The values that nested stacks with unknown resources get as parameters, and the stack."""
        values: dict[str, str] = {}
        for stack in self.template.of_type(NESTED_STACK):
            is_known = self.cross_stack and self.cross_stack.has_nested_stack(self, stack)
            if self.exists(stack) and not is_known:
                parameters = as_object(self.template.properties(stack).get("Parameters"))
                for parameter in parameters.values():
                    value = self.resolver.string(parameter)
                    values.update({value: stack} if value is not None else {})
        return values

    def exists(self, name: str) -> bool:
        """Whether a resource exists in this combination of conditions."""
        condition = self.template.resources[name].get("Condition")
        return not isinstance(condition, str) or self.resolver.condition_values.get(condition, True)

    def find(self, arn: str) -> str | None:
        """Return the logical id of the role with an ARN; None when the template does not have it.

        Partition and account may be literal on one side and symbols on the other.
        """
        for name in self.template.of_type(ROLE):
            own = self.resolver.get_att(name, "Arn")
            tail = own.partition(":iam::")[2].partition(":")[2]
            if arn == own or (arn.startswith("arn:") and arn.endswith(f":{tail}")):
                return name
        return None

    def external_role(self, arn: str) -> BuiltRole | None:
        """Return a role that is not in the template; None when nothing is known about it."""
        supplied = self.policies.context.role(arn)
        if supplied is None:
            return None
        role = read_role(supplied, self.resolver.symbols, self.problems)
        if self.template.macro is not None:
            place = Place(self.template.document, self.template.macro, "key")
            message = f"the macro may add policies to {role.label}"
            role.unread_policies.append(Uncertainty(message, place))
        role.shared_with = "other templates"
        role.arn = Pattern.literal(arn, self.resolver.symbols)
        name = arn.split("/")[-1]
        policy_resources = self._attach(
            role, lambda source: self.attachments.is_attached(source, name)
        )
        self._add_resource_policies(role, role.arn)
        return BuiltRole(role, policy_resources)

    def build(self, name: str) -> BuiltRole:
        """Return the role with this logical id."""
        properties = self.template.properties(name)
        role = Role(
            self.template.display_name(name), self.template.logical_id_place(name), logical_id=name
        )
        inline = list(self.policies.inline_policies(name, role))
        managed = self.policies.managed_policies(name, role)
        role.policies = [*inline, *managed.others]
        ref = self.resolver.ref(name)
        generated = self.resolver.names.is_generated(name)
        policy_resources = self._attach(
            role,
            lambda source: _either(
                managed.attached(source),
                self.attachments.is_attached(source, ref, name if generated else None),
            ),
        )
        if self.cross_stack is not None:
            attached = self._cross_stack_policies(ref, role, self.cross_stack)
            role.policies = [*role.policies, *attached]
        if "PermissionsBoundary" in properties:
            self.policies.add_boundary(name, role)
        if "AssumeRolePolicyDocument" in properties:
            role.trust = self.policies.trust_policy(name)
        self._report_unknown_policies(name, role, ref)
        arn = self.resolver.get_att(name, "Arn")
        role.arn = Pattern.literal(arn, self.resolver.symbols)
        # CloudFormation adds the tags of the stack, Terraform those of its provider.
        role.tags = role_tags(properties.get("Tags"), self.resolver.string, self.resolver.symbols)
        self._add_resource_policies(role, role.arn, name)
        role.find_user = partial(self._other_user, name, role)
        return BuiltRole(role, policy_resources)

    def _report_unknown_policies(self, name: str, role: Role, ref: str) -> None:
        """Report policies that may be attached to a role and cannot be read."""
        macro = self.template.macro
        if any(map(is_macro_key, self.template.properties(name))):
            macro = ("Resources", name, "Properties")
        if macro is not None:
            place = Place(self.template.document, macro, "key")
            value = self.template.value_at(macro)
            shown = "the macro"
            if isinstance(value, str) and MARKER.search(value):
                # A part of a Serverless Framework service that is not in the files.
                shown = f"'{self.resolver.symbols.show(value)}'"
            self._report_unknown_policy(
                role, f"{shown} may add policies to role '{role.name}'", place
            )
        stack = self._nested_stack_arguments.get(ref)
        if stack is not None:
            place = self.template.property_place(stack, "Parameters")
            message = f"nested stack '{stack}' may attach policies to role '{role.name}'"
            self._report_unknown_policy(role, message, place)
        output = self._exported_values.get(ref)
        if output is not None:
            place = Place(self.template.document, ("Outputs", output))
            message = f"stacks that import this value may attach policies to role '{role.name}'"
            self._report_unknown_policy(role, message, place)

    def _report_unknown_policy(self, role: Role, message: str, place: Place) -> None:
        role.unread_policies.append(Uncertainty(message, place))
        message = f"{message}, so missing permissions of the role are not reported"
        self.problems.append(InputProblem("policy-not-read", message, place))

    def _attach(
        self, role: Role, is_attached: Callable[[str], bool | None]
    ) -> list[tuple[Policy, str]]:
        """Add the policies that are resources of their own to a role, and return them."""
        policy_resources: list[tuple[Policy, str]] = []
        for source in self.template.of_type(*POLICY_TYPES):
            attached = self.exists(source) and is_attached(source)
            if attached is None and any(map(is_macro_key, self.template.properties(source))):
                role.unread_policies.append(self._perhaps_attached(source, role))
            elif attached is not False:
                policy = self.policies.policy_resource(source)
                policy_resources.append((policy if attached else perhaps(policy), source))
        role.policies = [*role.policies, *(policy for policy, _ in policy_resources)]
        return policy_resources

    def _cross_stack_policies(
        self, ref: str, role: Role, cross_stack: CrossStackPolicies
    ) -> Iterator[Policy]:
        """The policies that other templates attach to a role of this one."""
        for builder, source in cross_stack.attached_policies(self):
            attached = builder.attachments.names_role_of_another_template(source, ref)
            if attached:
                yield builder.policies.policy_resource(source)
            elif attached is None:
                yield perhaps(builder.policies.policy_resource(source))

    def _perhaps_attached(self, source: str, role: Role) -> Uncertainty:
        name = self.template.display_name(source)
        message = f"policy '{name}' may be attached to {role.label}"
        return Uncertainty(message, self.template.logical_id_place(source))

    @cached_property
    def _permissions(self) -> list[tuple[str, str | None]]:
        """The Lambda permissions of other principals than services, with the role they name."""
        return [
            (name, role_of_permission(self.template, name))
            for name in self.template.of_type(LAMBDA_PERMISSION)
            if not is_service(self.template.properties(name).get("Principal"))
        ]

    def _add_resource_policies(self, role: Role, arn: Pattern, name: str = "") -> None:
        """Add what resource policies allow and deny a role, and the key policies that limit it."""
        own = resources_with_policies(self.template)
        # The CDK's tests have dozens of roles with a permission each.
        own += [source for source, other in self._permissions if other is None or other == name]
        sources = [(self, own, True)]
        if self.cross_stack is not None:
            sources += self.cross_stack.resource_policies(self)
        has_boundary = bool(role.limits or role.unread_limits)
        principal = PrincipalRole(arn, has_boundary)
        for builder, names, is_same in sources:
            existing = filter(builder.exists, names)
            added = builder.resource_policies.for_role(
                principal, existing, same_environment=is_same
            )
            role.resource_policies = [*role.resource_policies, *added.policies]
            role.limits += added.limits

    def _other_user(self, name: str, role: Role) -> str:
        """A user of the role besides state machines; empty when the files show none."""
        user = self.cross_stack.other_user(self, name) if self.cross_stack else ""
        if user := other_principal(role.trust) or user:
            return user
        for other, resource in self.template.resources.items():
            may_use = resource["Type"] not in _NOT_USERS and other != name
            if (
                may_use
                and name in self.template.references(other)
                and not refers_only_in_policy(self.template, other, name)
            ):
                return other
        return self._user_of_same_policy(name)

    def _user_of_same_policy(self, name: str) -> str:
        """Another role with a policy of the role, which may need what it grants; empty if none."""
        for policy, roles in self._roles_of_policies.items():
            others = [other for other in roles if other != name]
            if name in roles and others:
                shown = self.template.display_name
                return f"role '{shown(others[0])}' with policy '{shown(policy)}'"
        return ""

    @cached_property
    def _roles_of_policies(self) -> dict[str, list[str]]:
        """The roles that name each policy resource, or that it names."""
        roles: dict[str, list[str]] = {
            policy: sorted(
                referenced_names(self.template.properties(policy).get("Roles"))
                & set(self.template.of_type(ROLE))
            )
            for policy in self.template.of_type(*POLICY_TYPES)
        }
        for role in self.template.of_type(ROLE):
            attached = referenced_names(self.template.properties(role).get("ManagedPolicyArns"))
            for policy in attached & roles.keys():
                roles[policy].append(role)
        return roles


def _either(first: bool | None, second: bool | None) -> bool | None:
    """Return whether one of two things is true; None when that is unknown."""
    return first or second or (None if first is None or second is None else False)
