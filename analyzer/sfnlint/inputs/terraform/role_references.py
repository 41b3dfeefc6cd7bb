"""Which roles a part of a Terraform configuration speaks of, through locals and modules too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sfnlint.inputs.terraform.cloudformation_template import ROLE
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Body, Expression

_Name = tuple[str, ...]
"""The words of a reference; `*` for one that is not known."""
_Known = tuple[ModuleScope, _Name]


class RoleReferences:
    """Finds roles; what stands behind a name is looked at once."""

    def __init__(self) -> None:
        self._behind: dict[tuple[int, _Name], set[_Known]] = {}

    def roles(self, scope: ModuleScope, body: Body) -> set[str]:
        """The addresses of the roles that a block of a module speaks of."""
        found: set[str] = set()
        seen: set[_Known] = set()
        waiting = {(scope, name) for name in _names(_expressions(body))}
        while waiting:
            where, name = one = waiting.pop()
            seen.add(one)
            key = ("resource", *name[:2])
            if name[0] != ROLE:
                waiting |= self._edges(where, name) - seen
            elif key in where.folder.blocks:
                found |= {role.address for role in where.made(key)}
        return found

    def _edges(self, scope: ModuleScope, name: _Name) -> set[_Known]:
        key = (id(scope), name)
        if key not in self._behind:
            self._behind[key] = {
                (where, other) for where, given in _given(scope, name) for other in _names(given)
            }
        return self._behind[key]


def _given(scope: ModuleScope, name: _Name) -> Iterator[tuple[ModuleScope, Iterable[Expression]]]:
    """The expressions that give a name its value, with the module they stand in."""
    first, *rest = name
    if first == "local" and rest and rest[0] in scope.folder.locals:
        yield scope, [scope.folder.locals[rest[0]][0].value]
    elif first == "var" and rest and scope.call is not None:
        attribute = scope.call.written.block.body.attributes.get(rest[0])
        if attribute is not None:
            yield scope.call.scope, [attribute.value]
    elif first == "data" and (written := scope.folder.blocks.get(("data", *rest[:2]))):
        yield scope, _expressions(written.block.body)
    elif first == "module" and rest and ("module", rest[0]) in scope.folder.blocks:
        for call in scope.made(("module", rest[0])):
            child = scope.child(call)
            for key, written in child.folder.of_type("output") if child else ():
                if child and (len(rest) < 2 or key[1] == rest[-1] or rest[1] == "*"):
                    yield child, _expressions(written.block.body)


def _names(expressions: Iterable[Expression]) -> set[_Name]:
    """The references in expressions."""
    found: set[_Name] = set()
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if name := _name(node):
            found.add(name)
        # What chooses an instance speaks of things as well.
        waiting += _keys(node) if name else nodes.inner(node)
    return found


def _expressions(body: Body) -> Iterator[Expression]:
    waiting = [body]
    while waiting:
        one = waiting.pop()
        yield from (attribute.value for attribute in one.attributes.values())
        waiting += [block.body for block in one.blocks]


def _name(node: Expression) -> _Name:
    words: list[str] = []
    while isinstance(node, nodes.Index):
        key = node.key
        known = isinstance(key, nodes.StringTemplate) and all(
            isinstance(one, nodes.StringLiteral) for one in key.parts
        )
        words.insert(0, "".join(one.value for one in key.parts) if known else "*")  # type: ignore[attr-defined]
        node = node.of
    return (node.name, *words) if isinstance(node, nodes.Name) else ()


def _keys(node: Expression) -> Iterator[Expression]:
    while isinstance(node, nodes.Index):
        if not isinstance(node.key, nodes.StringTemplate):
            yield node.key
        node = node.of
