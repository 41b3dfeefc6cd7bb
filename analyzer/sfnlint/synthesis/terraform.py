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
    account, machines = _value(trust.account, symbols), _value(trust.machines, symbols)
    written = [
        f'data "aws_iam_policy_document" "{_name(policy)}_trust" {{',
        "  statement {",
        '    actions = ["sts:AssumeRole"]',
        "    principals {",
        '      type        = "Service"',
        f'      identifiers = ["{PRINCIPAL}"]',
        "    }",
        *_condition("StringEquals", "aws:SourceAccount", [account]),
        *_condition("ArnLike", "aws:SourceArn", [machines]),
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
        yield "  statement {"
        yield f"    sid       = {_quoted(statement.sid)}"
        yield f"    actions   = {_list(list(map(_quoted, statement.actions)), '    ')}"
        resources = [_value(resource, policy.symbols) for resource in statement.resources]
        yield f"    resources = {_list(resources, '    ')}"
        for key, values in statement.conditions:
            yield from _condition("StringEquals", key, list(map(_quoted, values)))
        yield "  }"
    yield "}"


def _condition(test: str, variable: str, values: Sequence[str]) -> Iterator[str]:
    yield "    condition {"
    yield f'      test     = "{test}"'
    yield f'      variable = "{variable}"'
    yield f"      values   = {_list(values, '      ')}"
    yield "    }"


def _data_sources(written: Iterable[str]) -> Iterator[str]:
    """Yield the data sources that the written lines refer to."""
    text = "\n".join(written)
    for kind, _ in _DATA_SOURCES.values():
        if f"data.{kind}.current." in text:
            yield f'data "{kind}" "current" {{}}'
            yield ""


def _list(values: Sequence[str], indent: str) -> str:
    if len(values) == 1:
        return f"[{values[0]}]"
    items = "".join(f"{indent}  {value},\n" for value in values)
    return f"[\n{items}{indent}]"


def _value(resource: Resource, symbols: Symbols) -> str:
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
