"""Write the permissions of SAM's policy templates and connectors as data.

    pip install aws-sam-translator        # in a separate environment
    python scripts/sam.py

Only facts are copied from the package, into a format of sfn-lint: the actions and resources that a
policy template or a connector grants. The package is not a dependency of sfn-lint.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

INPUTS = Path(__file__).parent.parent / "analyzer" / "sfnlint" / "inputs" / "sam"
PACKAGE = "aws-sam-translator"
REPOSITORY = "https://github.com/aws/serverless-application-model/blob/develop/samtranslator"
GUIDE = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide"


def main() -> None:
    """Write both files."""
    spec = importlib.util.find_spec("samtranslator")
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed here: pip install {PACKAGE}")
    package = Path(spec.origin).parent
    policies = package / "policy_templates_data" / "policy_templates.json"
    profiles = package / "model" / "connector_profiles" / "profiles.json"
    _write("policy_templates.json", policy_templates(_read(policies)), policies, package)
    _write("connectors.json", connectors(_read(profiles)), profiles, package)


def policy_templates(data: Any) -> dict[str, Any]:
    """Return the policy templates: parameters, and statements that contain `${Parameter}`."""
    return {
        "templates": {
            name: {
                "parameters": sorted(template["Parameters"]),
                "statements": [
                    {
                        "actions": sorted(_each(statement["Action"])),
                        "resources": [_string(value) for value in _each(statement["Resource"])],
                        **_conditions(statement.get("Condition", {})),
                    }
                    for statement in template["Definition"]["Statement"]
                    if statement["Effect"] == "Allow"
                ],
            }
            for name, template in sorted(data["Templates"].items())
        }
    }


def connectors(data: Any) -> dict[str, Any]:
    """Return the permissions of connectors that use a role, and the properties of their types."""
    types = {
        name: {
            "arn": "Ref" if "Ref" in known["Outputs"]["Arn"] else "Arn",
            **({"role": role} if (role := _role(known)) else {}),
        }
        for name, known in sorted(data["CfnResourceProperties"].items())
    }
    grants: dict[str, dict[str, Any]] = {}
    for source, destinations in sorted(data["Permissions"].items()):
        for destination, profile in sorted(destinations.items()):
            properties = profile["Properties"]
            if profile["Type"] != "AWS_IAM_ROLE_MANAGED_POLICY":
                continue
            grants.setdefault(source, {})[destination] = {
                "role_of": "Source" if properties["SourcePolicy"] else "Destination",
                "source_waits": properties.get("DependedBy") == "SOURCE",
                "permissions": {
                    category: [
                        {
                            "actions": sorted(_each(statement["Action"])),
                            "resources": [
                                resource.replace("%{", "${")
                                for resource in _each(statement["Resource"])
                            ],
                        }
                        for statement in access["Statement"]
                    ]
                    for category, access in properties["AccessCategories"].items()
                },
            }
    return {"types": types, "grants": grants}


def _role(known: Any) -> str | None:
    """Return the property with the role of a resource; an event rule has a role per target."""
    role = known.get("Inputs", {}).get("Role")
    return "Targets" if isinstance(role, dict) else role


def _string(value: Any) -> str:
    """Return a string in which the parameters of the policy template have their own names."""
    if isinstance(value, str):
        return value
    argument = value["Fn::Sub"]
    string, names = (argument, {}) if isinstance(argument, str) else argument
    for name, parameter in names.items():
        string = string.replace("${" + name + "}", "${" + parameter["Ref"] + "}")
    return str(string)


def _conditions(data: Any) -> dict[str, Any]:
    conditions = {
        operator: {key: _string(value) for key, value in keys.items()}
        for operator, keys in data.items()
    }
    return {"conditions": conditions} if conditions else {}


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _write(name: str, content: dict[str, Any], source: Path, package: Path) -> None:
    about = {
        "source": f"{REPOSITORY}/{source.relative_to(package).as_posix()}",
        "described": f"{GUIDE}/serverless-policy-template-list.html"
        if "templates" in content
        else f"{GUIDE}/reference-sam-connector.html",
        "version": f"{PACKAGE} {importlib.metadata.version(PACKAGE)}",
        "written_by": "scripts/sam.py",
    }
    text = json.dumps({**about, **content}, indent=1)
    (INPUTS / name).write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {len(next(iter(content.values())))} entries")


if __name__ == "__main__":
    main()
