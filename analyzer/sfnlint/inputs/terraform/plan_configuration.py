"""The configuration in a Terraform plan: modules, and what their references lead to.

https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sfnlint.inputs.coerce import as_object, objects
from sfnlint.inputs.terraform.resource_types import POLICY, ROLE
from sfnlint.lazy_pattern import lazy_pattern

Calls = tuple[str, ...]
"""The names of the calls of modules that lead to a module."""
_MAX_CHAIN = 50
"""How many references may be in a chain."""
_STEP = lazy_pattern(r"[.\[]")


class PlanConfiguration:
    """The modules of a plan as they are written.

    Args:
        plan: the plan.

    """

    def __init__(self, plan: Mapping[str, object]) -> None:
        self._root = as_object(as_object(plan.get("configuration")).get("root_module"))

    def module(self, calls: Calls) -> Mapping[str, object]:
        """Return the module that calls lead to."""
        module = self._root
        for name in calls:
            module = as_object(self._call(module, name).get("module"))
        return module

    def _call(self, module: Mapping[str, object], name: str) -> Mapping[str, object]:
        calls = as_object(module.get("module_calls"))
        return as_object(calls.get(name.partition("[")[0]))

    def argument(self, name: str, calls: Calls) -> list[str]:
        """Return the references in the value of a variable of a module that is called."""
        call = self._call(self.module(calls[:-1]), calls[-1])
        return references(as_object(call.get("expressions")).get(name))

    def output(self, name: str, calls: Calls) -> list[str]:
        """Return the references in an output of a module."""
        output = as_object(as_object(self.module(calls).get("outputs")).get(name))
        return references(output.get("expression"))

    def resource(self, address: str, calls: Calls) -> Mapping[str, object]:
        """Return a resource or data source by its address in its module."""
        resources = objects(self.module(calls).get("resources"))
        return next((each for each in resources if each.get("address") == address), {})

    def followed(self, names: Sequence[str], calls: Calls) -> tuple[list[str], Calls] | None:
        """Return the only resource that references lead to; None if they lead to none or several.

        Args:
            names: the references of an argument, as `aws_iam_role.flow.arn`.
            calls: the calls that lead to their module.

        Returns:
            The steps of the last reference, and the calls that lead to its module.

        """
        for _ in range(_MAX_CHAIN):
            wanted = most_specific([*names])
            if len(wanted) != 1:
                return None
            steps = wanted[0].split(".")
            if steps[0] == "var" and calls and len(steps) == 2:
                names = self.argument(steps[1], calls)
                calls = calls[:-1]
            elif steps[0] == "module":
                if len(steps) != 3 or "[" in wanted[0]:
                    return None
                calls = (*calls, steps[1])
                names = self.output(steps[2], calls)
            elif steps[:2] == ["data", POLICY]:
                # It finds the policy by its ARN or name.
                names = references(self.resource(".".join(steps[:3]), calls).get("expressions"))
            else:
                return steps, calls
        return None

    def possible_roles(
        self, names: list[str], calls: Calls
    ) -> tuple[set[tuple[Calls, str]], bool, bool]:
        """Return the roles to which references may lead.

        Args:
            names: the references.
            calls: the calls that lead to their module.

        Returns:
            The roles by module and address, and whether the references lead to a variable of the
            root module, and whether one of them cannot be followed.

        """
        has_variable = is_open = False
        roles: set[tuple[Calls, str]] = set()
        waiting = {(calls, name) for name in most_specific(names)}
        seen: set[tuple[Calls, str]] = set()
        while waiting:
            current = waiting.pop()
            seen.add(current)
            where, name = current
            steps = _STEP.split(name)
            address = ".".join(steps[: 3 if steps[0] == "data" else 2])
            if steps[0] == ROLE:
                roles.add((where, address))
                continue
            if steps[0] == "var" and not where:
                has_variable = True
                continue
            if steps[0] == "var":
                followed, where = self.argument(steps[-1], where), where[:-1]
            elif steps[0] == "module":
                where = (*where, *steps[1:2])
                followed = self.output(steps[-1], where)
            else:
                followed = references(self.resource(address, where).get("expressions"))
            is_open = (
                is_open or steps[0] == "local" or (steps[0] in ("var", "module") and not followed)
            )
            waiting |= {(where, inner) for inner in most_specific(followed)} - seen
        return roles, has_variable, is_open


def references(expression: object) -> list[str]:
    """Return the references in an expression, or in a nested block.

    https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
    """
    references: list[str] = []
    waiting = [expression]
    while waiting:
        data = waiting.pop()
        if isinstance(data, dict):
            names = data.get("references")
            if isinstance(names, list):
                references += [name for name in names if isinstance(name, str)]
            waiting += [value for key, value in data.items() if key != "references"]
        elif isinstance(data, list):
            waiting += data
    return references


def most_specific(names: list[str]) -> list[str]:
    """Return references without their prefixes, which a plan lists beside them."""
    return [
        name
        for name in names
        if not any(other.startswith((f"{name}.", f"{name}[")) for other in names)
    ]
