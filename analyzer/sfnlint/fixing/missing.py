"""Permissions that a role lacks: the edits that add them to one of its policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.analysis.gaps import Gap
from sfnlint.analysis.permission_checks import PermissionCheck
from sfnlint.analysis.permission_table import PermissionRow
from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError, replace
from sfnlint.fixing.lists import appended, end_of_line
from sfnlint.fixing.statement_text import added, policy_added
from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.place import Place, value_at
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbol
from sfnlint.synthesis.generated_policy import Placeholder, ResourcePart
from sfnlint.synthesis.generated_policy import Statement as NewStatement
from sfnlint.synthesis.placeholders import Placeholders
from sfnlint.synthesis.statements import statements_of

_MISSPELLED = 0.9
_NO_POLICY = "the role has no policy document in the files; run sfn-lint policy"


def granted(gap: Gap) -> Iterator[list[Edit]]:
    """Yield sets of edits, each of which allows the permissions of a gap; the best first.

    Raises:
        CannotFixError: no edit can.

    """
    subject, role = gap.first.subject, gap.first.subject.role
    if gap.kind == "deny" or role is None:
        raise CannotFixError("a Deny statement is not changed")
    if gap.limit is not None:
        raise CannotFixError(f"a {gap.limit.kind} is not changed")
    if any(_is_of_assumed_role(check) for check in gap.checks):
        raise CannotFixError("the permissions are those of the role that the task assumes")
    misspelled = _with_name_corrected(gap)
    if misspelled:
        yield misspelled
    statements = _statements(gap)
    yield _all_added(gap, role, subject, statements)


def _statements(gap: Gap) -> list[NewStatement]:
    """Return statements with the permissions of a gap.

    Raises:
        CannotFixError: the files do not show the resources.

    """
    rows = [PermissionRow(check, "denied", "", None, (), counted=True) for check in gap.checks]
    names = Placeholders(wildcards=False)
    statements = statements_of(rows, names)
    for name in names.open.values():
        raise CannotFixError(f"the resource is not known: {name.why}")
    return _merged(statements)


def _merged(statements: Sequence[NewStatement]) -> list[NewStatement]:
    """Return the statements with one for each service, condition and set of resources."""
    merged: dict[tuple[object, ...], NewStatement] = {}
    for each in statements:
        key = each.actions[0].partition(":")[0], each.resources, each.conditions
        first = merged.get(key)
        if first is not None:
            actions = tuple(sorted({*first.actions, *each.actions}))
            each = first._replace(actions=actions)
        merged[key] = each
    return list(merged.values())


def _all_added(
    gap: Gap, role: Role, subject: Subject, statements: Sequence[NewStatement]
) -> list[Edit]:
    edits: list[Edit] = []
    new: list[NewStatement] = []
    for statement in statements:
        present = _with_same_resources(gap, role, statement)
        if present is None:
            new.append(statement)
        else:
            edits += _actions_added(present, statement.actions)
    if not new:
        return edits
    return edits + _statements_added(gap, role, subject, new)


def _statements_added(
    gap: Gap, role: Role, subject: Subject, statements: Sequence[NewStatement]
) -> list[Edit]:
    """Return the edits that add statements to the policy of a role that suits them best.

    Raises:
        CannotFixError: no policy of the role can be edited.

    """
    reason = CannotFixError(_NO_POLICY)
    for policy in _candidates(gap, role, statements):
        try:
            return added(policy, statements, subject.symbols)
        except CannotFixError as error:
            reason = error
    for policy in role.policies:
        located = policy.place.locate()
        if policy.predefined and located.path[-2:-1] == ("Policies",):
            return policy_added(located, statements)
    raise reason


def _candidates(gap: Gap, role: Role, statements: Sequence[NewStatement]) -> Sequence[Policy]:
    """Return the policies that could get statements, best first."""
    services = {action.partition(":")[0] for each in statements for action in each.actions}
    near_miss = gap.near_miss

    def rank(policy: Policy) -> int:
        if near_miss is not None and near_miss.statement in policy.statements:
            return 0
        actions = (str(item.pattern) for each in policy.statements for item in each.actions)
        return 1 if any(action.partition(":")[0] in services for action in actions) else 2

    own = [
        policy
        for policy in role.policies
        if policy.complete
        and not policy.predefined
        and policy.statements
        and not any(statement.aws_managed for statement in policy.statements)
    ]
    return sorted(own, key=rank)


def _with_same_resources(gap: Gap, role: Role, new: NewStatement) -> Statement | None:
    """Return the statement of a role that lacks only the actions of another; None if none does."""
    resources = {_pattern(resource.parts) for resource in new.resources}
    written = {
        _as_grant(check.requirement.resource.parts)
        for check in gap.checks
        if check.action in new.actions
    }
    service = new.actions[0].partition(":")[0]
    conditions = {(key.lower(), values) for key, values in new.conditions}
    for policy in role.policies:
        if policy.predefined:
            continue
        for statement in policy.statements:
            own = {item.pattern for item in statement.resources}
            if (
                statement.effect == "Allow"
                and (statement.whole and statement.certain and not statement.aws_managed)
                and not (statement.not_action or statement.not_resource)
                and own in (resources, written)
                and not any(pattern.is_any for pattern in own)
                and conditions == set(map(_condition, statement.conditions))
                and all(str(item.pattern).startswith(f"{service}:") for item in statement.actions)
            ):
                return statement
    return None


def _condition(condition: object) -> tuple[str, tuple[str, ...]]:
    operator, key, values = condition.operator, condition.key, condition.values  # type: ignore[attr-defined]
    if operator != "StringEquals":
        return operator, ()
    return key.lower(), tuple(sorted(str(item.pattern) for item in values))


def _actions_added(statement: Statement, actions: Sequence[str]) -> list[Edit]:
    """Return the edits that add actions to a statement.

    Raises:
        CannotFixError: no action of the statement is written as a plain string.

    """
    place = statement.place.at("Action")
    items = [item.place for item in statement.actions]
    model, name = _model(statement.actions)
    texts = [model.replace(name, action) for action in actions]
    is_list = isinstance(value_at(place.document.data, place.path), list)
    located = place.locate()
    raw = located.root.text[located.span.start : located.span.end]
    if is_list or raw.startswith("["):
        return appended(place, items, texts)
    whole = statement.place.locate()
    if located.root.text[whole.span.start] == "{":
        return [replace(place, f"[{', '.join([raw, *texts])}]")]
    return _block_list(place, raw, texts)


def _block_list(place: Place, raw: str, texts: Sequence[str]) -> list[Edit]:
    """Return the edits that make a list of a single string in YAML's block style."""
    located, key = place.locate(), place.key().locate()
    text = located.root.text
    between = text[key.span.end : located.span.start].strip(" ")
    if located.root.format != "yaml" or between != ":":
        raise CannotFixError("the layout of the statement is not supported")
    line = text.rfind("\n", 0, key.span.start) + 1
    indent = " " * (key.span.start - line)
    end = end_of_line(text, located.span)
    items = "".join(f"\n{indent}  - {item}" for item in texts)
    return [
        Edit(
            located.root,
            located.span._replace(start=key.span.end),
            f":\n{indent}  - {raw}",
            located.path,
        ),
        Edit(located.root, end, items, located.path),
    ]


def _model(items: Sequence[PlacedPattern]) -> tuple[str, str]:
    """Return an action as the file writes it, and its name."""
    for item in reversed(items):
        located = item.place.locate()
        raw = located.root.text[located.span.start : located.span.end]
        if raw.strip("\"'\\") == item.shown:
            return raw, item.shown
    raise CannotFixError("the actions are not written in the file literally")


def _with_name_corrected(gap: Gap) -> list[Edit]:
    """Return the edits that correct the misspelled name of the only resource of a near miss."""
    near_miss = gap.near_miss
    if near_miss is None or gap.kind != "resource" or len(near_miss.resources) != 1:
        return []
    needed = {check.policy_resource for check in gap.checks}
    (item,) = near_miss.resources
    granted_name, needed_name = (arn.rpartition(":")[2] for arn in (item.shown, next(iter(needed))))
    if (
        len(needed) > 1
        or len(near_miss.statement.resources) > 1
        or "*" in needed_name + granted_name
    ):
        return []
    located = item.place.locate()
    raw = located.root.text[located.span.start : located.span.end]
    # Imported here because few gaps are near misses.
    from difflib import SequenceMatcher

    similarity = SequenceMatcher(None, granted_name, needed_name).ratio()
    if similarity <= _MISSPELLED or raw.count(granted_name) != 1 or "${" in needed_name:
        return []
    return [replace(item.place, raw.replace(granted_name, needed_name))]


def _is_of_assumed_role(check: PermissionCheck) -> bool:
    state = check.state
    return state is not None and "Credentials" in state.data and check.purpose != "assume_role"


def _pattern(parts: Sequence[ResourcePart]) -> Pattern:
    return Pattern.of(
        Wildcard.ANY if part == "*" or isinstance(part, Placeholder) else part for part in parts
    )


def _as_grant(parts: Sequence[PatternPart]) -> Pattern:
    return Pattern.of(
        Wildcard.ANY if isinstance(part, Symbol) and part.kind == "free" else part for part in parts
    )
