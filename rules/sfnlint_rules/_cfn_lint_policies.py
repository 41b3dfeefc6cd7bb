"""Faults of policy documents that rules of cfn-lint report at the same place.

The plug-in leaves them to cfn-lint, unless cfn-lint ignores its rule.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

from cfnlint.template import Template

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route, value_at

_DOCUMENT_RULES = ("IdentityPolicy", "TrustPolicy", "ResourcePolicy", "ResourceEcrPolicy")
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "EF006": frozenset({"additionalProperties", "enum", "required", "requiredXor"}),
    "EF620": frozenset({"pattern"}),
    "EF621": frozenset({"uniqueKeys"}),
    "EF622": frozenset({"pattern"}),
    "WF624": frozenset({"pattern"}),
}
"""The keywords of cfn-lint's schemas that find the faults of rules."""
_ACTION_RULES = frozenset({"WF600", "WF601", "WF602"})
"""The rules about actions that do not exist, which W3037 reports."""


class _Error(NamedTuple):
    keyword: str
    path: Route


class PolicyRules:
    """The rules of cfn-lint about policy documents, for one template.

    They are private to cfn-lint. Where a version of cfn-lint has others, nothing is left to it.

    Args:
        cfn: the template.
        ignored: the identifiers, or their beginnings, of rules that cfn-lint ignores.

    """

    def __init__(self, cfn: Template, ignored: Collection[str]) -> None:
        self._cfn = cfn
        self._ignored = tuple(ignored)
        self._errors: dict[Route, Sequence[_Error]] = {}

    def report(self, rule: str, path: Sequence[str | int]) -> bool:
        """Whether a rule of cfn-lint reports the fault that a rule reports at a path."""
        at = tuple(path)
        if rule in _ACTION_RULES:
            return self._reports_action(at)
        keywords = _KEYWORDS.get(rule)
        if keywords is None:
            return False
        for length in range(4, len(at) + 1):
            for error in self._errors_of(at[:length]):
                whole_list = error.keyword == "uniqueKeys"
                same_place = at[: len(error.path)] if whole_list else at
                if error.keyword in keywords and error.path == same_place:
                    return True
        return False

    def _errors_of(self, document: Route) -> Sequence[_Error]:
        """Return what cfn-lint reports in the policy document at a path, if there is one."""
        if document not in self._errors:
            self._errors[document] = list(self._validate(document))
        return self._errors[document]

    def _validate(self, document: Route) -> Iterator[_Error]:
        cfn_path = self._cfn_path(document)
        for rule in self._rules:
            if "/".join(cfn_path) in rule.keywords:
                for error in self._run(rule, document, cfn_path):
                    yield _Error(str(error.validator), (*document, *error.path))

    def _run(self, rule: Any, path: Route, cfn_path: Sequence[str]) -> list[Any]:
        """Return the errors that a rule of cfn-lint yields for the value at a path."""
        # Imported here because most templates have no fault in a policy: benchmarks/plugin.py.
        from cfnlint.context import Path
        from cfnlint.helpers import FUNCTIONS
        from cfnlint.jsonschema import CfnTemplateValidator

        context = self._cfn.context.evolve(
            functions=list(FUNCTIONS), path=Path(path=deque(path), cfn_path=deque(cfn_path))
        )
        validator = CfnTemplateValidator({}, context=context, cfn=self._cfn)
        try:
            return list(rule.validate(validator, None, value_at(self._cfn.template, path), {}))
        except (AttributeError, LookupError, TypeError):
            # Another version of cfn-lint may call its rules differently.
            return []

    def _reports_action(self, path: Route) -> bool:
        is_checked = any(self._is_document(path[:length]) for length in range(4, len(path)))
        if not is_checked or not {"Action", "NotAction"} & {*path[-2:]}:
            return False
        cfn_path = self._cfn_path(path)
        return any(self._run(rule, path, cfn_path) for rule in self._load("Permissions"))

    def _is_document(self, path: Route) -> bool:
        keyword = "/".join(self._cfn_path(path))
        return any(keyword in rule.keywords for rule in self._rules)

    def _cfn_path(self, path: Route) -> list[str]:
        """Return a path in the form of cfn-lint, with the type in place of the logical id."""
        resource = value_at(self._cfn.template, path[:2])
        kind = str(resource.get("Type")) if isinstance(resource, dict) else ""
        return ["Resources", kind, *("*" if isinstance(key, int) else key for key in path[2:])]

    @cached_property
    def _rules(self) -> Sequence[Any]:
        return [rule for name in _DOCUMENT_RULES for rule in self._load(name)]

    def _load(self, name: str) -> Sequence[Any]:
        """Return a rule of cfn-lint; empty if it is ignored or this version does not have it."""
        try:
            rule = getattr(import_module(f"cfnlint.rules.resources.iam.{name}"), name)()
        except (ImportError, AttributeError):
            return ()
        return () if self._ignored and rule.id.startswith(self._ignored) else (rule,)
