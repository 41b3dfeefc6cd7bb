"""Policies as data sources of a Terraform configuration.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import PLACEHOLDERS, Symbol, Symbols
from sfnlint.synthesis.comments import comment
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Placeholder, Resource, Statement
from sfnlint.synthesis.sizes import managed_policies
from sfnlint.synthesis.trust import PRINCIPAL, trust_of

_EXPRESSION = lazy_pattern(r"(?:var|local|data|module|each|path|aws_\w+)\.")
_DATA_SOURCES: Mapping[Symbol, tuple[str, str]] = {
    PARTITION: ("aws_partition", "partition"),
    REGION: ("aws_region", "region"),
    ACCOUNT: ("aws_caller_identity", "account_id"),
}


def lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield an aws_iam_policy_document, or several if it is too long, with its data sources."""
    parts = managed_policies(policy)
    written = [
        line
        for number, statements in enumerate(parts, 1)
        for line in _document(policy, statements, f"_{number}" if len(parts) > 1 else "")
    ]
    yield from _data_sources(written)
    yield from written


def trust_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the trust policy as an aws_iam_policy_document."""
    trust, symbols = trust_of(policy.machine), policy.symbols
    account, machines = value(trust.account, symbols), value(trust.machines, symbols)
    written = [
        f'data "aws_iam_policy_document" "{_name(policy)}_trust" {{',
        "  statement {",
        '    actions = ["sts:AssumeRole"]',
        "    principals {",
        '      type        = "Service"',
        f'      identifiers = ["{PRINCIPAL}"]',
        "    }",
        *(f"    {line}" for line in _condition("StringEquals", "aws:SourceAccount", [account])),
        *(f"    {line}" for line in _condition("ArnLike", "aws:SourceArn", [machines])),
        "  }",
        "}",
    ]
    yield from _data_sources(written)
    yield from written


def _document(
    policy: GeneratedPolicy, statements: Iterable[Statement], suffix: str
) -> Iterator[str]:
    yield f'data "aws_iam_policy_document" "{_name(policy)}{suffix}" {{'
    for statement in statements:
        yield from (f"  # {line}" for line in comment(statement))
        yield from (f"  {line}" for line in statement_lines(statement, policy.symbols))
    yield "}"


def statement_lines(
    statement: Statement, symbols: Symbols, *, with_sid: bool = True
) -> Iterator[str]:
    """Yield the lines of a `statement` block."""
    yield "statement {"
    actions = list(map(_quoted, statement.actions))
    resources = [value(each, symbols) for each in statement.resources]
    # terraform fmt aligns the equals signs of consecutive arguments with one line each.
    if len(actions) > 1:
        widths = {"sid": 3, "actions": 7, "resources": 9}
    elif len(resources) > 1:
        widths = {"sid": 7, "actions": 7, "resources": 9}
    else:
        widths = {"sid": 9, "actions": 9, "resources": 9}
    start = {name: f"  {name:<{width}} = " for name, width in widths.items()}
    if with_sid:
        yield f"{start['sid']}{_quoted(statement.sid)}"
    yield from _list(start["actions"], actions)
    yield from _list(start["resources"], resources)
    for key, values in statement.conditions:
        yield from (f"  {line}" for line in condition_lines(key, values))
    yield "}"


def condition_lines(key: str, values: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a `condition` block for a key that has one of several values."""
    return _condition("StringEquals", key, list(map(_quoted, values)))


def _condition(test: str, variable: str, values: Sequence[str]) -> Iterator[str]:
    yield "condition {"
    yield f'  test     = "{test}"'
    yield f'  variable = "{variable}"'
    yield from _list("  values   = ", values)
    yield "}"


def _data_sources(written: Iterable[str]) -> Iterator[str]:
    """Yield the data sources that the written lines refer to."""
    text = "\n".join(written)
    for kind, _ in _DATA_SOURCES.values():
        if f"data.{kind}.current." in text:
            yield f'data "{kind}" "current" {{}}'
            yield ""


def _list(start: str, values: Sequence[str]) -> Iterator[str]:
    if len(values) == 1:
        yield f"{start}[{values[0]}]"
        return
    indent = " " * (len(start) - len(start.lstrip()))
    yield f"{start}["
    yield from (f"{indent}  {value}," for value in values)
    yield f"{indent}]"


def value(resource: Resource, symbols: Symbols) -> str:
    """Return a resource as an expression."""
    parts = resource.reference
    if len(parts) == 1 and not isinstance(parts[0], str):
        text = _part(parts[0], symbols)
        if text.startswith("${") and text.endswith("}"):
            return text[2:-1]
    escaped = (
        json.dumps(part, ensure_ascii=False)[1:-1]
        if isinstance(part, str)
        else _part(part, symbols)
        for part in parts
    )
    return f'"{"".join(escaped)}"'


def placeholder(placeholder: Placeholder) -> str:
    """Return the variable for a placeholder."""
    return f"var.{'_'.join(placeholder.words).lower()}"


def _part(part: object, symbols: Symbols) -> str:
    if isinstance(part, Placeholder):
        return f"${{{placeholder(part)}}}"
    if not isinstance(part, Symbol):
        return str(part)
    shown = symbols.show(str(part))
    if shown == str(part) and part not in _DATA_SOURCES and not _EXPRESSION.match(part.name):
        return f"${{{placeholder(Placeholder.of_reference(part.name))}}}"
    if part in _DATA_SOURCES and shown in (str(part), PLACEHOLDERS[part.name]):
        kind, attribute = _DATA_SOURCES[part]
        return f"${{data.{kind}.current.{attribute}}}"
    return shown


def _quoted(string: str) -> str:
    return json.dumps(string, ensure_ascii=False)


def _name(policy: GeneratedPolicy) -> str:
    name = re.sub(r"\W+", "_", policy.name.rpartition(".")[2]).strip("_").lower()
    return name if name[:1].isalpha() else f"policy_{name}".rstrip("_")
