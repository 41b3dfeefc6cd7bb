"""Write the generated files in docs/: the pages and the table of the rules, and the integrations.

python scripts/docs.py           write the files
python scripts/docs.py --check   print the files that differ, and exit with status 1
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from sfnlint import catalog
from sfnlint.catalog import Integration, Need
from sfnlint.catalog.resource_template import ANY_RESOURCE
from sfnlint.finding import Severity
from sfnlint.report.rule_page import rule_page
from sfnlint.rule import all_rules

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "rules"
GENERATED_POLICIES = ROOT / "docs" / "generated-policies.md"
INTEGRATIONS = ROOT / "docs" / "integrations.md"
OTHERS = {
    "aws-sdk": "AWS SDK integrations with corrections",
    "map": "Distributed Map",
    "machine": "Other resources, and the state machine itself",
}
_NECESSITY_MARKS = {"expected": "", "possible": "*"}
_MARKS: dict[Severity, str] = {"error": "**", "warning": "", "info": "*"}


def table() -> str:
    """Return the table of all rules in Markdown."""
    rows = "\n".join(
        f"| [{rule.id}]({rule.id}.md) | {rule.name} | {rule.severity} | {rule.summary} |"
        for rule in all_rules().values()
    )
    return f"""# Rules

The first letter of an identifier is the severity of the rule: **E**, the deployment or an execution
fails; **W**, it works until it does not, or it is a security risk; **I**, worth knowing.

| Rule | Name | Severity | Summary |
| --- | --- | --- | --- |
{rows}
"""


def integrations() -> str:
    """Return the tables of all integrations in Markdown."""
    sections = []
    for name in [*catalog.service_names(), *OTHERS]:
        rows: list[str] = []
        sources: dict[str, None] = {}
        for action, entry in (catalog.entries(name) or {}).items():
            sources.update(dict.fromkeys(need.source for need in entry.needs))
            patterns = [*entry.patterns, *entry.disputed]
            rows += (_row(name, action, entry, pattern) for pattern in patterns)
        listing = "".join(f"- <{source}>\n" for source in sources)
        table = "| Integration | Pattern | Permissions |\n| --- | --- | --- |\n" + "\n".join(rows)
        sections.append(f"## {OTHERS.get(name, name)}\n\n{table}\n\n{listing}")
    number = len(catalog.optimized_integrations())
    return f"""# Permissions of each integration

The permissions that the execution role needs for the {number} optimized integrations in
each pattern, for Distributed Maps and for settings of state machines:

- **bold**: without the permission, the deployment or the task fails;
- plain: without it, executions work until a job must be stopped or an event is lost;
- *italic*: documented, or needed depending on facts that the files do not show; never reported as
  missing above severity info.

The documentation contradicts itself about whether patterns in parentheses exist.

Each permission in bold that is not the action of the task itself has [evidence](#evidence).

""" + "\n".join([*sections, _linked(), _evidence()])


def generated_policies() -> str:
    """Return how generated policies differ from the documented ones, in Markdown."""
    left_out: dict[tuple[str, str], dict[str, None]] = {}
    narrower: dict[tuple[str, str, str], dict[str, None]] = {}
    for service in catalog.service_names():
        for action, entry in (catalog.entries(service) or {}).items():
            name = f"{service}:{action}"
            for need in entry.needs:
                actions = ", ".join(need.actions)
                if need.necessity not in ("required", "expected"):
                    reason = need.reason or "documented, but no source says what fails without it"
                    left_out.setdefault((actions, reason), {})[name] = None
                    continue
                for own, documented in zip(need.resources, need.documented, strict=True):
                    key = actions, _code(documented), _code(own)
                    if key[1] != key[2]:
                        narrower.setdefault(key, {})[name] = None
    omitted = "\n".join(
        f"| {actions} | {', '.join(names)} | {reason} |"
        for (actions, reason), names in sorted(left_out.items())
    )
    narrowed = "\n".join(
        f"| {actions} | {documented} | {own} | {', '.join(names)} |"
        for (actions, documented, own), names in sorted(narrower.items())
    )
    return f"""# Generated and documented policies

The policies of [`sfn-lint policy`](right-role.md) allow no action that AWS does not document for
the integration. Both tables come from the data that the checks use. The roles that the AWS CDK
generates are on [its page](cdk.md).

## Permissions that are left out

`--include documented` adds them.

| Permissions | Integrations | Reason |
| --- | --- | --- |
{omitted}

## Other resources

The call names the resource, so the generated policy names it, too. AWS documents a wider one,
since the console does not know it, or takes a name for the beginning of a name. Actions without
resources of their own have `*` in the generated policy. `${{Name}}` is the value of the parameter
`Name`.

| Permissions | Documented | Generated | Integrations |
| --- | --- | --- | --- |
{narrowed}
"""


def _code(template: str) -> str:
    """Return a template of a resource as code in a table; `*` for any resource."""
    shown = "*" if template == ANY_RESOURCE else template
    return f"`{shown.replace('|', chr(92) + '|')}`"


def _linked() -> str:
    """Return the needs that follow from the resources that a call touches, in Markdown."""
    text = (Path(catalog.__file__).parent / "linked.json").read_text(encoding="utf-8")
    data = json.loads(text)
    rows = []
    for resource_type, entries in data["resources"].items():
        for entry in entries:
            needed: dict[str, list[str]] = {}
            for need in entry["needs"]:
                mark = _NECESSITY_MARKS.get(need.get("necessity"), "**")
                properties = ", ".join(map(_property, need["resources"]))
                actions = needed.setdefault(properties, [])
                actions += [f"{mark}{action}{mark}" for action in need["actions"]]
            callers = ", ".join(entry["callers"])
            for properties, actions in needed.items():
                rows.append(
                    f"| {resource_type} | {callers} | {', '.join(actions)} | {properties} |"
                )
    listing = "".join(f"- <{source}>\n" for source in data["sources"].values())
    return f"""## Linked resources

What a call needs because of a resource that it touches, whatever integration makes the call. The
resource must be in the same files: in the template, in the Terraform configuration or plan, or in
output of the AWS CLI beside the state machine.

| Resource | Calls | Permissions | On the value of |
| --- | --- | --- | --- |
{chr(10).join(rows)}

{listing}"""


def _property(template: str) -> str:
    """Return the property in a template: "ExecutionRoleArn" for "${^ExecutionRoleArn|role}"."""
    return template.removeprefix("${^").removesuffix("}").partition("|")[0]


def _evidence() -> str:
    """Return the records and sentences by which needs are required, in Markdown."""
    text = (Path(catalog.__file__).parent / "evidence.json").read_text(encoding="utf-8")
    rows = "\n".join(
        f"| {name} | {item['kind']} | {item['sentence']} | <{item['url']}> |"
        for name, item in json.loads(text).items()
    )
    return f"""## Evidence

A need is required, so that a role without it is an error, only with the public record of a refused
call or with a sentence of the documentation.

| Evidence | Kind | Sentence | Source |
| --- | --- | --- | --- |
{rows}
"""


def _row(service: str, action: str, entry: Integration, pattern: str) -> str:
    needed = [need for need in entry.needs if pattern in need.patterns]
    cells = list(dict.fromkeys(cell for need in needed for cell in _cells(need)))
    shown = pattern if pattern in entry.patterns else f"({pattern})"
    name = action if service in OTHERS else f"{service}:{action}"
    return f"| {name} | {shown} | {', '.join(cells) or 'none'} |"


def _cells(need: Need) -> Iterator[str]:
    mark = "*" if need.necessity == "possible" else _MARKS[need.severity]
    for action in need.actions:
        yield f"{mark}{action}{mark}"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the generated files with their content."""
    yield FOLDER / "README.md", table()
    yield INTEGRATIONS, integrations()
    yield GENERATED_POLICIES, generated_policies()
    for rule in all_rules().values():
        yield FOLDER / f"{rule.id}.md", rule_page(rule)


def main() -> int:
    """Write or check the generated files."""
    wanted = dict(pages())
    stale = [path for path in FOLDER.glob("*.md") if path not in wanted]
    if "--check" in sys.argv[1:]:
        wrong = stale + [
            path
            for path, text in wanted.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make docs`")
        return bool(wrong)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
