"""How Terraform writes the values that a template writes as `${AWS::Region}` or `${Queue.Arn}`."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.inputs.terraform.resource_types import ResourceType, resource_types

_PSEUDO_PARAMETERS: Mapping[str, str] = {
    "AWS::AccountId": "data.aws_caller_identity.current.account_id",
    "AWS::Partition": "data.aws_partition.current.partition",
    "AWS::Region": "data.aws_region.current.name",
    "AWS::URLSuffix": "data.aws_partition.current.dns_suffix",
}


def symbol_names(
    types: Mapping[str, str], pseudo_parameters: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the names of symbols in Terraform, by their names in the template.

    Args:
        types: the types of the resources, by their addresses.
        pseudo_parameters: the references by which the configuration itself names them.

    """
    names = {**_PSEUDO_PARAMETERS, **(pseudo_parameters or {})}
    known_types = resource_types()
    for address, name in types.items():
        resource_type = known_types.get(name)
        if resource_type is not None:
            names |= {
                f"{address}{attribute}": f"{address}.{argument}"
                for attribute, argument in _attributes(resource_type).items()
            }
    return names


def _attributes(resource_type: ResourceType) -> dict[str, str]:
    """Return Terraform's attributes by those of a template, `.QueueName`; the Ref's is empty."""
    names: dict[str, str] = {}
    for attribute, form in resource_type.attributes.items():
        if "${" not in form:
            suffix = "" if form == "Ref" else f".{form}"
            # An argument says more than `id`.
            if suffix not in names or attribute in resource_type.properties:
                names[suffix] = attribute
    for argument, name in resource_type.properties.items():
        names.setdefault(f".{name}", argument)
    return names
