"""Modules from strings, and Terraform values as Python values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sfnlint.inputs.terraform.evaluation import EvaluationBudget
from sfnlint.inputs.terraform.module import Module
from sfnlint.inputs.terraform.module_scope import ConfigurationContext, DataSource, ModuleScope
from sfnlint.inputs.terraform.policy_document import policy_document
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ScalarValue,
    SetValue,
    StringValue,
    TerraformValue,
    UnknownValue,
    literal,
)
from sfnlint.source import TextDocument, parse

pytest.importorskip("tree_sitter_hcl")

DATA_SOURCES: dict[str, DataSource] = {"aws_iam_policy_document": policy_document}


class Unknown:
    """An unknown value."""

    def __repr__(self) -> str:
        return "?"


UNKNOWN = Unknown()


class OneFile:
    """A file reader with one file, `plain.txt`."""

    def __init__(self) -> None:
        self.file = TextDocument("plain.txt", "text", "json")

    def read(self, name: StringValue) -> TextDocument | None:
        return self.file if literal(name) == "plain.txt" else None

    def matching(self, folder: str, pattern: str) -> list[str] | None:
        return ["a.json", "b.json"] if (folder, pattern) == ("flows", "*.json") else None

    def rendered(self, document: TextDocument, variables: ObjectValue) -> TerraformValue | None:
        return variables.get("all")


def module(text: str, path: str = "/") -> Module:
    document = parse(text, "main.tf", "hcl")
    assert isinstance(document, TextDocument)
    assert not document.problems
    return Module(path, [document], True)


def root_scope(text: str, children: Mapping[str, str] | None = None) -> ModuleScope:
    """Return the scope of a root module; its child modules are by the names of their folders."""
    modules = {f"./{name}": module(child, name) for name, child in (children or {}).items()}
    context = ConfigurationContext(
        OneFile(),
        lambda _, source: modules.get(source),
        DATA_SOURCES,
        {},
        {},
        {},
        EvaluationBudget(),
        [],
    )
    return ModuleScope(context, module(text))


def plain(value: TerraformValue | None) -> Any:
    """Return a value as a Python value; sets as tuples."""
    if value is None or isinstance(value, UnknownValue):
        return UNKNOWN
    if isinstance(value, ScalarValue):
        return value.value
    if isinstance(value, StringValue):
        text = literal(value)
        return UNKNOWN if text is None else text
    if isinstance(value, SetValue):
        return tuple(map(plain, value.items))
    if isinstance(value, ListValue):
        return list(map(plain, value.items))
    assert isinstance(value, ObjectValue)
    return {literal(key): plain(member) for key, member in value.members}


def value_of(scope: ModuleScope, *steps: str) -> TerraformValue | None:
    """Return the value of a reference of a module."""
    value, taken = scope.lookup(steps)
    assert taken == len(steps)
    return value
