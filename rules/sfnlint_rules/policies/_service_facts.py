"""Wording and places that the rules about IAM's actions, resources and condition keys share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from sfnlint import data_dates
from sfnlint.analysis.gaps import Gap
from sfnlint.analysis.misspelled_actions import misspelled_actions
from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.analysis.unneeded_permissions import unneeded_actions
from sfnlint.iam.policy import Statement
from sfnlint.iam.service_facts import ActionFacts
from sfnlint.iam.statement_fit import Element, UselessPairs, useless_pairs
from sfnlint.messages import quoted
from sfnlint.place import Place
from sfnlint_rules.policies._arn_faults import resource_fault

MOST_SUGGESTIONS = 20
"""The number of unknown actions of a policy that are compared with all known actions."""


def dated() -> str:
    """Return the date of the facts, for messages about names that they do not have."""
    return f"IAM data of {data_dates.service_facts()}"


def without_effect(statement: Statement) -> str:
    """Return what an action that does not exist means for a statement: "grants nothing"."""
    if statement.not_action:
        return "excludes nothing"
    return "grants nothing" if statement.effect == "Allow" else "denies nothing"


def never_met(statement: Statement) -> str:
    """Return what a condition that no request meets means for a statement."""
    effect = "grants" if statement.effect == "Allow" else "denies"
    return f"the statement {effect} nothing"


def has_no_use(statement: Statement, useless: UselessPairs) -> bool:
    """Return whether no resource fits any action, and some action supports other ARNs."""
    return (
        bool(useless.resources)
        and len(useless.resources) == len(statement.resources)
        and any(action.forms for item in useless.elements for action in item.named.actions)
    )


def explained_places(document: PolicyDocument) -> set[Place]:
    """Return the places of actions that the findings about missing permissions explain."""
    return {
        item.place
        for analysis in document.analyses
        for item in misspelled_actions(analysis).values()
    }


def near_misses(document: PolicyDocument, statement: Statement) -> list[Gap]:
    """Return the gaps whose findings explain that a statement misses what a state needs."""
    return [
        gap
        for analysis in document.analyses
        for gap in analysis.gaps
        if gap.near_miss is not None and gap.near_miss.statement.place == statement.place
    ]


def unexplained_pairs(document: PolicyDocument, statement: Statement) -> UselessPairs:
    """Return the useless parts of a statement; none if it has ARNs that other rules report."""
    useless = useless_pairs(statement)
    if useless.elements or useless.resources:
        written = (item.written or item.pattern for item in statement.resources)
        if any(resource_fault(pattern) for pattern in written):
            return UselessPairs()
    return useless


def supported(actions: Iterable[ActionFacts], resource: str) -> Sequence[str]:
    """Return the resources that actions support, as messages write them.

    Those that begin most like a resource of the statement come first.
    """
    forms = dict.fromkeys(form for action in actions for form in action.forms or ())
    shown = [form.replace("arn:+:", "arn:aws:", 1).replace("+", "*") for form in forms]
    shown.sort(key=lambda form: -_common_length(form, resource))
    return quoted(shown)


def _common_length(left: str, right: str) -> int:
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    )


def names(elements: Iterable[Element]) -> list[str]:
    """Return elements of Action as messages write them."""
    return [element.written.shown for element in elements]


def unexplained_elements(document: PolicyDocument, statement: Statement) -> list[Element]:
    """Return the actions without a resource in a statement that no other finding names."""
    useless = unexplained_pairs(document, statement)
    if not useless.elements or has_no_use(statement, useless):
        return []
    explained = {
        action.lower() for gap in near_misses(document, statement) for action in gap.actions
    }
    # Policies that AWS documents and that the AWS CDK generates have such actions. Rules about
    # missing permissions report those that a state needs, and IF508 those that none needs.
    explained |= {
        action.lower() for analysis in document.analyses for action in analysis.checks_by_action
    }
    unneeded = {
        item.place
        for analysis in document.analyses
        for element in unneeded_actions(analysis)
        for item in element.items
    }
    return [
        item
        for item in useless.elements
        if item.written.shown.lower() not in explained and item.written.place not in unneeded
    ]
