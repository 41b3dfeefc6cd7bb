"""Resources of new statements, as the file that gets them writes references."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Located, Root, Span, value_at
from sfnlint.symbol import Symbol, Symbols
from sfnlint.synthesis import cloudformation, terraform
from sfnlint.synthesis.generated_policy import Resource
from sfnlint.synthesis.yaml_text import Tagged, scalar

Notation = Literal["yaml", "json", "sub", "hcl", "hcl-string", "literal"]
"""How resources are written: as values of a template in YAML or JSON, in a string of Fn::Sub, as
an HCL expression, in an HCL string, or without references."""

_HEREDOC = lazy_pattern(r"""<<[-~]?"?\w+"?\s*\Z""")
_BEFORE = 200
_REFERENCE = lazy_pattern(r"[A-Za-z0-9]+(?:::\w+|(?:\.\w+)*)")
_DATA_SOURCE = lazy_pattern(r"\bdata\.(aws_\w+)\.current\.")


def notation_of(policy: Located) -> Notation:
    """Return how the resources of a policy document are written."""
    root = policy.root
    format_ = root.format
    if format_ == "hcl":
        before = root.text[max(0, policy.span.start - _BEFORE) : policy.span.start]
        in_string = _HEREDOC.search(before) or before.rstrip().endswith('"')
        return "hcl-string" if in_string else "hcl"
    if "Fn::Sub" in policy.path:
        return "sub"
    data = root.data
    if isinstance(data, dict) and "Resources" in policy.path and "Resources" in data:
        begins = root.text[policy.span.start : policy.span.start + 2]
        is_string = begins[:1] in ('"', "'") or begins == '\\"'
        if is_string or not _is_value(root, policy):
            return "literal"
        return "yaml" if format_ == "yaml" else "json"
    return "literal"


def _is_value(root: Root, policy: Located) -> bool:
    """Whether the policy is an object of the file, and not text in one of its strings."""
    return isinstance(value_at(root.data, policy.path), dict)


def writer(notation: Notation, symbols: Symbols, quote: str) -> Callable[[Resource], str]:
    """Return a function that writes resources.

    Args:
        notation: how to write them.
        symbols: the symbols of the machine.
        quote: the characters that enclose strings in the policy.

    """

    def write(resource: Resource) -> str:
        if notation in ("hcl", "hcl-string"):
            expression = terraform.value(resource, symbols)
            shown = "".join(symbols.show(str(each)) for each in _symbols(resource))
            if "${var." in expression and "var." not in shown:
                raise CannotFixError("the file has no name for the resource")
            if notation == "hcl":
                return expression
            inner = expression[1:-1] if expression.startswith('"') else f"${{{expression}}}"
            return f"{quote}{inner}{quote}"
        if notation == "literal":
            return f"{quote}{_literal(resource)}{quote}"
        if not all(_REFERENCE.fullmatch(each.name) for each in _symbols(resource)):
            raise CannotFixError("the template has no reference to the resource")
        value = cloudformation.value(resource)
        if notation == "yaml":
            return scalar(value)
        if notation == "sub":
            return f"{quote}{_sub(value)}{quote}"
        return json.dumps(_function(value), ensure_ascii=False)

    return write


def _symbols(resource: Resource) -> list[Symbol]:
    return [part for part in resource.reference if isinstance(part, Symbol)]


def _literal(resource: Resource) -> str:
    # A policy cannot name a Region or an account that its author has no name for.
    known = {PARTITION: "aws", REGION: "*", ACCOUNT: "*"}
    text = "".join(
        known.get(part, str(part)) if isinstance(part, Symbol) else str(part)
        for part in resource.parts
    )
    if "${" in text:
        raise CannotFixError(f"the files do not show the whole ARN of the resource, '{text}'")
    return text


def _sub(value: object) -> str:
    if isinstance(value, Tagged):
        return str(value.string) if value.tag == "Sub" else f"${{{value.string}}}"
    return str(value)


def _function(value: object) -> object:
    if not isinstance(value, Tagged):
        return value
    if value.tag == "GetAtt":
        return {"Fn::GetAtt": value.string.split(".", 1)}
    return {value.tag if value.tag == "Ref" else f"Fn::{value.tag}": value.string}


def with_data_sources(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits of HCL with the data sources of the module, and edits that add missing ones."""
    result = []
    for edit in edits:
        declared = _declarations(edit.root)
        text = edit.text
        end = len(edit.root.text)
        line = "" if edit.root.text.endswith("\n") else "\n"
        blocks = []
        for kind in dict.fromkeys(_DATA_SOURCE.findall(text)):
            names = re.findall(rf'(?m)^\s*data\s+"{kind}"\s+"(\w+)"\s*\{{', declared)
            if names and "current" not in names:
                text = text.replace(f"data.{kind}.current.", f"data.{kind}.{names[0]}.")
            elif not names:
                block = f'{line}\ndata "{kind}" "current" {{}}\n'
                blocks.append(Edit(edit.root, Span(end, end), block, ()))
                line = ""
        result += [edit._replace(text=text), *blocks]
    return result


def _declarations(root: Root) -> str:
    """Return the text of the other files of a module, followed by that of a file."""
    file = Path(root.file)
    texts = [
        other.read_text(encoding="utf-8", errors="replace")
        for other in sorted(file.parent.glob("*.tf"))
        if other.name != file.name and other.is_file()
    ]
    return "\n".join([*texts, root.text])
