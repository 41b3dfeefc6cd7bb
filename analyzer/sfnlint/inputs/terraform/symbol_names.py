"""How messages about Terraform write the symbols of the template that the resources become."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.inputs.terraform.resource_types import ResourceType, resource_types
from sfnlint.symbol import PLACEHOLDERS


def symbol_names(
    types: Mapping[str, str], pseudo_parameters: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the names of symbols in Terraform, by their names in the template.

    Args:
        types: the types of the resources, by their addresses.
        pseudo_parameters: the references by which the configuration itself writes them.

    """
    references = dict(pseudo_parameters or {})
    known_types = resource_types()
    for address, name in types.items():
        resource_type = known_types.get(name)
        if resource_type is not None:
            references |= {
                f"{address}{suffix}": f"{address}.{attribute}"
                for suffix, attribute in _attributes(resource_type).items()
            }
    return {
        **PLACEHOLDERS,
        **{name: f"${{{reference}}}" for name, reference in references.items()},
    }


def _attributes(resource_type: ResourceType) -> dict[str, str]:
    """Return Terraform's attributes by those of a template, `.QueueName`; that of Ref is empty."""
    attributes: dict[str, str] = {}
    for attribute, form in resource_type.attributes.items():
        if "${" not in form:
            suffix = "" if form == "Ref" else f".{form}"
            # An argument tells more than `id`.
            if suffix not in attributes or attribute in resource_type.properties:
                attributes[suffix] = attribute
    for argument, name in resource_type.properties.items():
        attributes.setdefault(f".{name}", argument)
    return attributes
