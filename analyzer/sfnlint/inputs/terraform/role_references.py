"""The roles that a Terraform block refers to, through local values and modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.module import BlockKey
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.resource_types import ROLE
from sfnlint.inputs.terraform.terraform_resource import PossibleRoles
from sfnlint.inputs.terraform.values import is_null, literal
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Body, Expression

_Reference = tuple[str, ...]
"""The steps of a reference; `*` for a step that is not known."""
_ScopedReference = tuple[ModuleScope, _Reference]
_META_ARGUMENTS = ("count", "depends_on", "for_each")
"""Arguments of the call of a module that all resources of the module wait for."""


class RoleReferences:
    """Finds the roles of a configuration that blocks refer to."""

    def __init__(self) -> None:
        self._next: dict[_ScopedReference, set[_ScopedReference]] = {}

    def roles(self, scope: ModuleScope, body: Body) -> set[str]:
        """Return the addresses of the roles that a block of a module refers to."""
        addresses: set[str] = set()
        seen: set[_ScopedReference] = set()
        waiting = {(scope, reference) for reference in _references(_expressions(body))}
        while waiting:
            current = waiting.pop()
            seen.add(current)
            where, reference = current
            key = ("resource", *reference[:2])
            if reference[0] != ROLE:
                waiting |= self._followed(current) - seen
            elif key in where.module.blocks:
                addresses |= {role.address for role in where.instances(key)}
        return addresses

    def possible_roles(self, instance: BlockInstance, argument: str) -> PossibleRoles:
        """Return the roles that an argument of a block may mean, whose value is not known.

        Those are the roles to which it refers. What a data source or a module outside of the files
        returns belongs to them; it is a role of these files only if they receive one. A variable
        of the root module is set before the roles of these files exist, apart from its default; a
        name that is composed of variables may be that of any role.
        """
        block = instance.declared.block
        written = [
            block.body.attributes[name].value
            for name in (argument, "for_each")
            if name in block.body.attributes
        ]
        possible = PossibleRoles(set(), set())
        received: set[_ScopedReference] = set()
        seen: set[tuple[_ScopedReference, bool]] = set()
        scope = cast("ModuleScope", instance.scope)
        waiting = {((scope, reference), composed) for reference, composed in _parts(written)}
        while waiting:
            current = waiting.pop()
            seen.add(current)
            (where, reference), composed = current
            key = ("resource", *reference[:2])
            if key in where.module.blocks:
                received.add((where, reference))
            elif reference[0] == "var" and where.parent is None:
                possible.names.update([None] if composed else _default(where, reference))
            received |= _arguments_of_missing_modules(where, reference)
            waiting |= {
                ((defined, inner), composed or inner_composed)
                for defined, expressions in _definitions(where, reference)
                for inner, inner_composed in _parts(expressions)
            } - seen
        possible.addresses.update(self._roles_received(received))
        return possible

    def dependencies(self, scope: ModuleScope, body: Body) -> set[tuple[ModuleScope, BlockKey]]:
        """Return the resources that Terraform creates before a block of a module.

        Those are the resources that it refers to, also by `depends_on` and through other resources.
        https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on
        """
        resources: set[tuple[ModuleScope, BlockKey]] = set()
        seen: set[_ScopedReference] = set()
        waiting = _block_references(scope, body)
        while waiting:
            where, reference = current = waiting.pop()
            seen.add(current)
            key = ("resource", *reference[:2])
            if key in where.module.blocks:
                new = {(where, key)}
            else:
                waiting |= self._followed(current) - seen
                waiting |= _arguments_of_missing_modules(where, reference) - seen
                new = set(_resources_of_module(where, reference))
            for inner, inner_key in new - resources:
                body = inner.module.blocks[inner_key].block.body
                waiting |= _block_references(inner, body) - seen
            resources |= new
        return resources

    def _roles_received(self, waiting: set[_ScopedReference]) -> Iterator[str]:
        """Yield the addresses of the roles that references lead to, through other resources too."""
        seen: set[_ScopedReference] = set()
        while waiting:
            where, reference = current = waiting.pop()
            seen.add(current)
            key = ("resource", *reference[:2])
            if key not in where.module.blocks:
                waiting |= self._followed(current) - seen
                waiting |= _arguments_of_missing_modules(where, reference) - seen
            elif reference[0] == ROLE:
                yield from (role.address for role in where.instances(key))
            else:
                body = where.module.blocks[key].block.body
                waiting |= {(where, inner) for inner in _references(_expressions(body))} - seen

    def _followed(self, reference: _ScopedReference) -> set[_ScopedReference]:
        """Return the references in the expressions that a reference stands for."""
        if reference not in self._next:
            self._next[reference] = {
                (scope, inner)
                for scope, expressions in _definitions(*reference)
                for inner in _references(expressions)
            }
        return self._next[reference]


def _block_references(scope: ModuleScope, body: Body) -> set[_ScopedReference]:
    """Return the references of a block, and of the calls of the modules around it."""
    references = {(scope, reference) for reference in _references(_expressions(body))}
    while scope.call is not None and scope.parent is not None:
        attributes = scope.call.declared.block.body.attributes
        written = [attributes[name].value for name in _META_ARGUMENTS if name in attributes]
        references |= {(scope.parent, reference) for reference in _references(written)}
        scope = scope.parent
    return references


def _resources_of_module(
    scope: ModuleScope, reference: _Reference
) -> Iterator[tuple[ModuleScope, BlockKey]]:
    """Yield all resources of a module, if a reference means the module as a whole."""
    if reference[0] != "module" or len([step for step in reference if step != "*"]) != 2:
        return
    if ("module", reference[1]) not in scope.module.blocks:
        return
    for call in scope.instances(("module", reference[1])):
        child = scope.child(call)
        if child is not None:
            yield from ((child, key) for key, _ in child.module.of_type("resource"))
            for key, _ in child.module.of_type("module"):
                yield from _resources_of_module(child, key)


def _definitions(
    scope: ModuleScope, reference: _Reference
) -> Iterator[tuple[ModuleScope, Iterable[Expression]]]:
    """Yield the expressions that define a reference, with the module that they are in."""
    first, *rest = reference
    if first == "local" and rest and rest[0] in scope.module.locals:
        yield scope, [scope.module.locals[rest[0]][0].value]
    elif first == "var" and rest and scope.call is not None and scope.parent is not None:
        argument = scope.call.arguments.get(rest[0])
        if argument is not None:
            yield scope.parent, [argument.value]
    elif first == "data" and (declared := scope.module.blocks.get(("data", *rest[:2]))):
        yield scope, _expressions(declared.block.body)
    elif first == "module" and rest and ("module", rest[0]) in scope.module.blocks:
        for call in scope.instances(("module", rest[0])):
            child = scope.child(call)
            for key, declared in child.module.of_type("output") if child else ():
                if child and (len(rest) < 2 or key[1] == rest[-1] or rest[1] == "*"):
                    yield child, _expressions(declared.block.body)


def _default(scope: ModuleScope, reference: _Reference) -> Iterator[str | None]:
    """Yield the default of a variable, if it has one; None where it is not known."""
    declared = scope.module.blocks.get(("variable", *reference[1:2]))
    default = declared.block.body.attributes.get("default") if declared else None
    if declared is not None and default is not None:
        value = scope.evaluate(default.value, declared.file_of("default"), {})
        yield from () if is_null(value) else [literal(value)]


def _arguments_of_missing_modules(
    scope: ModuleScope, reference: _Reference
) -> set[_ScopedReference]:
    """Return the references in the arguments of a module outside of the files."""
    key = reference[:2]
    if key[0] != "module" or key not in scope.module.blocks:
        return set()
    missing = any(scope.child(call) is None for call in scope.instances(key))
    body = scope.module.blocks[key].block.body
    return {(scope, inner) for inner in _references(_expressions(body))} if missing else set()


def _parts(expressions: Iterable[Expression]) -> Iterator[tuple[_Reference, bool]]:
    """Yield the references in expressions, and whether the value is composed of their values.

    A condition that chooses between results is no part of the value.
    """
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Conditional):
            waiting += [node.yes, node.no]
        elif isinstance(node, nodes.TupleExpression):
            waiting += node.items
        else:
            own = _reference(node)
            yield from ((reference, reference != own) for reference in _references([node]))


def _references(expressions: Iterable[Expression]) -> set[_Reference]:
    """Return the references in expressions."""
    references: set[_Reference] = set()
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if reference := _reference(node):
            references.add(reference)
        # An index can contain references as well.
        waiting += _computed_keys(node) if reference else nodes.inner(node)
    return references


def _expressions(body: Body) -> Iterator[Expression]:
    """Yield the arguments of a block and of the blocks nested in it."""
    waiting = [body]
    while waiting:
        current = waiting.pop()
        yield from (attribute.value for attribute in current.attributes.values())
        waiting += [block.body for block in current.blocks]


def _reference(node: Expression) -> _Reference:
    """Return the reference that an expression is; empty when it is none."""
    steps: list[str] = []
    while isinstance(node, nodes.Index):
        steps.insert(0, _constant(node.key) or "*")
        node = node.of
    return (node.name, *steps) if isinstance(node, nodes.Name) else ()


def _constant(key: Expression) -> str:
    """Return a key that is a string without interpolations; empty for any other key."""
    parts = key.parts if isinstance(key, nodes.StringTemplate) else []
    texts = [part.value for part in parts if isinstance(part, nodes.StringLiteral)]
    return "".join(texts) if len(texts) == len(parts) else ""


def _computed_keys(node: Expression) -> Iterator[Expression]:
    while isinstance(node, nodes.Index):
        if not isinstance(node.key, nodes.StringTemplate):
            yield node.key
        node = node.of
