"""`data.aws_iam_policy`: a managed policy by its ARN or name.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.resource_types import POLICY, resource_types
from sfnlint.inputs.terraform.values import TerraformValue, UnknownValue, string_parts


def managed_policy(
    data_source: BlockInstance, attribute: str, scopes: Iterable[ModuleScope]
) -> TerraformValue | None:
    """Return an attribute of the data source; None when it is not known.

    Args:
        data_source: the data source.
        attribute: the attribute.
        scopes: the modules, one of which may create the policy. In an account, managed policies
            have different names, whatever their paths are.

    """
    written = data_source.value("arn" if attribute == "id" else attribute)
    if written is not None:
        return written
    name = _name(data_source)
    for policy in _policies(scopes) if name is not None else ():
        if _name(policy) == name:
            if attribute in ("arn", "id"):
                reference = resource_types()[POLICY].reference("arn", policy.address)
                return UnknownValue(data_source.place, reference, is_string=True)
            return policy.value(attribute)
    return None


def _policies(scopes: Iterable[ModuleScope]) -> Iterator[BlockInstance]:
    for scope in scopes:
        for key, _ in scope.module.of_type("resource"):
            if key[1:2] == (POLICY,) and len(key) == 3:
                yield from scope.instances(key)


def _name(block: BlockInstance) -> list[object] | None:
    """Return the parts of a name; None when it is not set."""
    value = block.value("name")
    parts = None if value is None else string_parts(value)
    return None if parts is None else [part.text for part in parts]
