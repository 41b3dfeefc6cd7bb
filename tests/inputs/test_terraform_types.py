"""The table of Terraform types agrees with the table of CloudFormation types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sfnlint.inputs.cloudformation import resource_names
from sfnlint.inputs.terraform.resource_types import MACHINE_AND_ROLE_TYPES, resource_types

INPUTS = Path(resource_names.__file__).parent
TYPES: dict[str, dict[str, Any]] = json.loads((INPUTS / "resource_types.json").read_text())
KNOWN: dict[str, dict[str, Any]] = json.loads(
    (INPUTS.parent / "terraform" / "resource_types.json").read_text()
)


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "aws_iam_role_policy"])
def test_every_type_has_names_of_the_table_of_cloudformation(name: str) -> None:
    known = resource_types()[name]
    of_template = TYPES[known.cloudformation_type]
    if of_template["name"] is not None:
        assert of_template["name"] in known.properties.values()
    for way in known.attributes.values():
        if way == "Ref":
            assert of_template["ref"] is not None
        elif "${" in way:
            # Without an Fn::GetAtt, the ARN has the form of the table of CloudFormation.
            form = of_template["arn"].replace("${Account}", "${AWS::AccountId}")
            for one in ("Partition", "Region"):
                form = form.replace(f"${{{one}}}", f"${{AWS::{one}}}")
            # Terraform's ARN of a log group lacks ":*".
            assert way == form.removesuffix(":*")
        else:
            assert way in of_template["attributes"]


def test_every_type_has_its_page() -> None:
    pages = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"
    for name, one in KNOWN.items():
        assert one["source"] == pages + name.removeprefix("aws_")
    assert set(MACHINE_AND_ROLE_TYPES) <= set(KNOWN)
