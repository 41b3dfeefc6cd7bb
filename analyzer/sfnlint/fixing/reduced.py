"""Permissions to take away: removed actions and statements, narrowed wildcards, conditions."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.analysis.corrections import Narrowing, Removal
from sfnlint.analysis.permission_table import PermissionRow
from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError
from sfnlint.fixing.lists import removed, substituted
from sfnlint.fixing.resource_text import notation_of, with_data_sources, writer
from sfnlint.fixing.statement_text import hcl_block
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.place import Span
from sfnlint.subject import Subject
from sfnlint.synthesis.placeholders import Placeholders
from sfnlint.synthesis.statements import statements_of


def without(correction: Removal) -> list[Edit]:
    """Return the edits that remove actions from a statement.

    Raises:
        CannotFixError: the policy would be empty, or is not written as a list.

    """
    subject, statement, items = correction
    if len(items) < len(statement.actions):
        places = [item.place for item in statement.actions]
        return removed(statement.place.at("Action"), places, [item.place for item in items])
    policy = _policy_of(subject, statement)
    if len(policy.statements) == 1:
        raise CannotFixError("the policy would have no statement; remove the policy")
    located = statement.place.locate()
    block = hcl_block(located)
    if block is not None:
        text = located.root.text
        start = text.rfind("\n", 0, block.start) + 1
        end = text.find("\n", block.end) + 1 or len(text)
        if text[start : block.start].strip() or text[block.end : end].strip():
            raise CannotFixError("the layout of the statement is not supported")
        if text[:start].endswith("\n\n"):
            start -= 1
        return [Edit(located.root, Span(start, end), "", located.path)]
    places = [each.place for each in policy.statements]
    return removed(policy.place.at("Statement"), places, [statement.place])


def narrowed(correction: Narrowing) -> list[Edit]:
    """Return the edits that replace an action or a resource with wildcards by those needed.

    Raises:
        CannotFixError: nothing needs it, or the files do not show the names of the resources.

    """
    subject, statement, item, checks = correction
    if item in statement.actions:
        pattern = item.pattern.lower()
        needed = sorted(
            {
                check.action
                for check in checks
                if relate(Pattern.literal(check.action).lower(), [pattern]) is Relation.COVERED
            }
        )
        located = item.place.locate()
        raw = located.root.text[located.span.start : located.span.end]
        if raw.strip("\"'\\") != item.shown:
            raise CannotFixError("the action is not written in the file literally")
        quote = raw[: len(raw) - len(raw.lstrip("\"'\\"))]
        texts = [f"{quote}{action}{quote}" for action in needed]
        return _replaced(statement, "Action", statement.actions, item, texts)
    if any(check.necessity == "possible" or check.policy_resource == "*" for check in checks):
        raise CannotFixError("an action of the statement needs every resource")
    rows = [PermissionRow(check, "allowed", "", None, (), counted=True) for check in checks]
    names = Placeholders(wildcards=False)
    resources = dict.fromkeys(
        resource for each in statements_of(rows, names) for resource in each.resources
    )
    for name in names.open.values():
        raise CannotFixError(f"the resource is not known: {name.why}")
    located = item.place.locate()
    raw = located.root.text[located.span.start : located.span.end]
    quote = raw[: len(raw) - len(raw.lstrip("\"'\\"))]
    notation = notation_of(_policy_of(subject, statement).place.locate())
    texts = list(map(writer(notation, subject.symbols, quote), resources))
    edits = _replaced(statement, "Resource", statement.resources, item, texts)
    return with_data_sources(edits) if notation in ("hcl", "hcl-string") else edits


def _replaced(
    statement: Statement,
    field: str,
    items: Sequence[PlacedPattern],
    item: PlacedPattern,
    texts: Sequence[str],
) -> list[Edit]:
    if not texts:
        raise CannotFixError("no state needs it; remove it")
    place = statement.place.at(field)
    whole = statement.place.locate()
    in_flow = whole.root.text[whole.span.start] == "{" or hcl_block(whole) is not None
    return substituted(place, [each.place for each in items], item.place, texts, in_flow=in_flow)


def _policy_of(subject: Subject, statement: Statement) -> Policy:
    for policy in subject.role.policies if subject.role else ():
        if statement in policy.statements:
            return policy
    raise CannotFixError("the policy is not in the files")
