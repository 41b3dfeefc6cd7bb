"""New statements, in the style of a statement that the policy has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sfnlint.edit import Edit
from sfnlint.fixing.edits import CannotFixError
from sfnlint.fixing.flow_style import FlowStyle, names, raw_text, within
from sfnlint.fixing.lists import appended, dash_before, end_of_line, is_block
from sfnlint.fixing.resource_text import notation_of, with_data_sources, writer
from sfnlint.iam.policy import Policy, Statement
from sfnlint.place import Located, Place, Span, value_at
from sfnlint.symbol import Symbols
from sfnlint.synthesis import cloudformation
from sfnlint.synthesis.documents import document as policy_document
from sfnlint.synthesis.generated_policy import Conditions
from sfnlint.synthesis.generated_policy import Statement as NewStatement
from sfnlint.synthesis.terraform import statement_lines
from sfnlint.synthesis.yaml_text import scalar, yaml_lines


def added(policy: Policy, statements: Sequence[NewStatement], symbols: Symbols) -> list[Edit]:
    """Return the edits that add statements to the end of a policy document.

    Raises:
        CannotFixError: the document is not written as a list of statements in one place.

    """
    if not policy.statements:
        raise CannotFixError("the policy has no statement whose style a new one could have")
    place = policy.place.at("Statement")
    document = policy.place.locate()
    last = policy.statements[-1].place
    located = last.locate()
    raw = raw_text(located)
    sids = _sids(policy)
    if raw == "statement" and located.root.format == "hcl":
        return _hcl_block(located, statements, symbols, sids=bool(sids))
    notation = notation_of(document)
    if raw.startswith("{"):
        style = FlowStyle.of(last, located)
        write = writer(notation, symbols, style.quote)
        texts = [style.written(_fields(each, sids), write) for each in statements]
        edits = _appended_to(policy, place, texts)
    else:
        edits = _yaml_block(policy, statements, writer(notation, symbols, ""), sids)
    if notation not in ("hcl", "hcl-string"):
        return edits
    return with_data_sources(edits)


def policy_added(located: Located, statements: Sequence[NewStatement]) -> list[Edit]:
    """Return the edits that add a policy to the property `Policies` of a SAM resource.

    Args:
        located: a policy of the list.
        statements: the statements of the new policy.

    Raises:
        CannotFixError: the list is not written in YAML's block style.

    """
    root, path = located.root, located.path[:-1]
    policies, place = value_at(root.data, path), Place(root, path)
    if root.format != "yaml" or not isinstance(policies, list) or not is_block(place.locate()):
        raise CannotFixError("the policies are not written as a list in YAML's block style")
    last = place.at(len(policies) - 1).locate().span
    indent = dash_before(root.text, last.start).indent
    document = policy_document(statements, cloudformation.value)
    text = "".join(f"\n{line}" for line in yaml_lines([document], indent))
    return [Edit(root, end_of_line(root.text, last), text, path)]


def restricted(statement: Statement, conditions: Conditions) -> list[Edit]:
    """Return the edits that add a condition to a statement without conditions.

    Raises:
        CannotFixError: the statement is not written in a supported style.

    """
    located = statement.place.locate()
    raw = raw_text(located)
    if raw == "statement" and located.root.format == "hcl":
        from sfnlint.synthesis.terraform import condition_lines

        block = _block(located)
        inner = _line_indent(located.root.text, located.span.start) + "  "
        lines = [
            f"{inner}{line}" for key, values in conditions for line in condition_lines(key, values)
        ]
        end = located.root.text.rfind("\n", 0, block.end)
        if end < located.span.start:
            raise CannotFixError("the statement is written in one line")
        text = "".join(f"\n{line}" for line in lines)
        return [Edit(located.root, Span(end, end), text, located.path)]
    (key, values), *_ = conditions
    if raw.startswith("{"):
        style = FlowStyle.of(statement.place, located)
        condition = style.condition(conditions)
        text = f"{style.separator}{style.key('Condition')}{style.colon}{condition}"
        end = _last_value(statement.place, located).end
        return [Edit(located.root, Span(end, end), text, located.path)]
    indent = " " * _column(located.root.text, located.span.start)
    written = scalar(values[0]) if len(values) == 1 else f"[{', '.join(map(scalar, values))}]"
    lines = [
        f"{indent}Condition:",
        f"{indent}  StringEquals:",
        f"{indent}    {key}: {written}",
    ]
    end_span = end_of_line(located.root.text, _last_value(statement.place, located))
    return [Edit(located.root, end_span, "".join(f"\n{line}" for line in lines), located.path)]


def _fields(statement: NewStatement, sids: Sequence[str]) -> Iterator[tuple[str, object]]:
    if sids:
        sid, number = statement.sid, 1
        while sid in sids:
            number += 1
            sid = f"{statement.sid}{number}"
        yield "Sid", sid
    yield "Effect", "Allow"
    yield "Action", statement.actions
    yield "Resource", statement.resources
    if statement.conditions:
        yield "Condition", statement.conditions


def _appended_to(policy: Policy, place: Place, texts: Sequence[str]) -> list[Edit]:
    """Return the edits that append statements to the list, or make a list of the only one."""
    located = place.locate()
    items = [statement.place for statement in policy.statements]
    raw = raw_text(located)
    if raw.startswith("[") or is_block(located):
        return appended(place, items, texts)
    if len(items) == 1 and raw.startswith("{"):
        start, end = located.span
        joined = "".join(f", {text}" for text in texts)
        return [
            Edit(located.root, Span(start, start), "[", located.path),
            Edit(located.root, Span(end, end), f"{joined}]", located.path),
        ]
    raise CannotFixError("the policy is not written as a list of statements")


def _yaml_block(
    policy: Policy,
    statements: Sequence[NewStatement],
    write: Callable[..., str],
    sids: Sequence[str],
) -> list[Edit]:
    place = policy.place.at("Statement")
    located = place.locate()
    if located.root.format != "yaml" or not is_block(located):
        raise CannotFixError("the policy is not written as a list of statements")
    last = policy.statements[-1].place.locate()
    text = located.root.text
    dash = dash_before(text, last.span.start).text
    column = _column(text, last.span.start)
    fields, step = " " * column, " " * _list_step(policy)
    written = ""
    for statement in statements:
        start = dash
        for name, value in _fields(statement, sids):
            written += f"{start}{name}:"
            if name == "Condition":
                written += f"\n{fields}  StringEquals:"
                for key, values in value:  # type: ignore[attr-defined]
                    shown = scalar(values[0])
                    if len(values) > 1:
                        shown = f"[{', '.join(map(scalar, values))}]"
                    written += f"\n{fields}    {key}: {shown}"
            elif isinstance(value, str):
                written += f" {value}"
            else:
                items = [
                    write(item) if name == "Resource" else scalar(item)
                    for item in value  # type: ignore[attr-defined]
                ]
                if len(items) == 1:
                    written += f" {items[0]}"
                else:
                    written += "".join(f"\n{fields}{step}- {item}" for item in items)
            start = f"\n{fields}"
    return [Edit(located.root, end_of_line(text, last.span), written, located.path)]


def _list_step(policy: Policy) -> int:
    """Return by how much the lists in a policy's statements are indented."""
    for statement in policy.statements:
        for name in ("Action", "Resource"):
            place = statement.place.at(name)
            located, key = place.locate(), place.key().locate()
            if is_block(located):
                text = located.root.text
                return _column(text, located.span.start) - _column(text, key.span.start)
    return 2


def _hcl_block(
    located: Located, statements: Sequence[NewStatement], symbols: Symbols, *, sids: bool
) -> list[Edit]:
    block = _block(located)
    text = located.root.text
    indent = _line_indent(text, located.span.start)
    written = ""
    for statement in statements:
        lines = statement_lines(statement, symbols, with_sid=sids)
        written += "\n" + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)
    return with_data_sources(
        [Edit(located.root, Span(block.end, block.end), written, located.path)]
    )


def hcl_block(located: Located) -> Span | None:
    """Return the characters of a `statement` block; None for a statement in another notation."""
    raw = raw_text(located)
    if raw != "statement" or located.root.format != "hcl":
        return None
    return _block(located)


def _block(located: Located) -> Span:
    from sfnlint.source.hcl_parser import block_at

    block = block_at(located.root.text, located.span.start)
    if block is None:
        raise CannotFixError("the layout of the statement is not supported")
    return block


def _sids(policy: Policy) -> list[str]:
    """Return the Sids of a policy; empty unless every statement has one."""
    sids = []
    for statement in policy.statements:
        data = value_at(statement.place.document.data, statement.place.path)
        sid = data.get("Sid") if isinstance(data, Mapping) else None
        if not isinstance(sid, str):
            return []
        sids.append(sid)
    return sids


def _last_value(place: Place, located: Located) -> Span:
    return max(within(place.at(name).locate(), located) for name in names(place))


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _line_indent(text: str, offset: int) -> str:
    line = text.rfind("\n", 0, offset) + 1
    before = text[line:offset]
    return before[: len(before) - len(before.lstrip())]
