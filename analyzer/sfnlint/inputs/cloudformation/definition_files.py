"""Finds the definition files that the state machines of a template name.

`DefinitionUri`, `DefinitionS3Location` and `AWS::Include` with a local path, until
`aws cloudformation package` or `sam package` puts the file into a bucket:
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

from __future__ import annotations

from pathlib import Path

from sfnlint.inputs.cloudformation.includes import include_location
from sfnlint.inputs.cloudformation.local_files import AssetFolder, asset_file
from sfnlint.inputs.cloudformation.uploaded_files import locations, uploaded_file
from sfnlint.inputs.paths import is_local_path, local_path

_LOCATION_PROPERTIES = {
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
}


def find_definition_files(
    data: object, template: Path, assembly: AssetFolder | None = None
) -> dict[Path, set[str]]:
    """Return the files with definitions of a template's machines, under any of its conditions.

    Args:
        data: the template's data.
        template: its path.
        assembly: the CDK's folder that it is in.

    Returns:
        For each file, by its path without links, the logical ids of the machines.

    """
    resources = data.get("Resources") if isinstance(data, dict) else None
    root = None if assembly is None else assembly.root
    files: dict[Path, set[str]] = {}
    for machine, resource in resources.items() if isinstance(resources, dict) else ():
        resource_type = resource.get("Type") if isinstance(resource, dict) else None
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if (
            isinstance(resource_type, str)
            and resource_type in _LOCATION_PROPERTIES
            and isinstance(properties, dict)
        ):
            location = properties.get(_LOCATION_PROPERTIES[resource_type])
            asset = asset_file(location, assembly) if assembly else None
            include = include_location(properties.get("Definition"))
            names = [asset] if asset else [*locations(location), *([include] if include else [])]
            for name in names:
                if isinstance(name, str) and is_local_path(name):
                    path = local_path(template.parent, name, root)
                else:
                    path = None if assembly else uploaded_file(name, template).path
                if path is not None:
                    files.setdefault(path, set()).add(machine)
    return files
