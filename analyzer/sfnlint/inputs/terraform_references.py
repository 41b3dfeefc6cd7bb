"""References in the expressions of a Terraform plan's configuration.

https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations


def references(expression: object) -> list[str]:
    """The references in an expression, or in a block of them."""
    found: list[str] = []
    waiting = [expression]
    while waiting:
        data = waiting.pop()
        if isinstance(data, dict):
            names = data.get("references")
            if isinstance(names, list):
                found += [name for name in names if isinstance(name, str)]
            waiting += [value for key, value in data.items() if key != "references"]
        elif isinstance(data, list):
            waiting += data
    return found


def most_specific(names: list[str]) -> list[str]:
    """References without those to what holds another one, which stand beside it."""
    return [
        name for name in names if not any(one.startswith((f"{name}.", f"{name}[")) for one in names)
    ]
