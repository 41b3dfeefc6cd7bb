"""Compiles a JSON Schema into functions that return whether a value is valid.

jsonschema describes violations well, but importing it takes longer than checking most files. Only
the keywords that the schema of the language uses are supported.

The loops here are not generators (SIM110), which take twice as long (benchmarks/compare.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sfnlint.asl.schema.placeholders import as_boolean, has_unresolved_fields, is_unresolved

Check = Callable[[object], bool]

_IGNORED = frozenset({"$schema", "$comment", "$defs", "title", "description"})
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_SCALAR = frozenset({"type", "minLength", "pattern", "minimum", "maximum"})


def compile_check(schema: Mapping[str, Any], *names: str) -> Check:
    """Compile the definitions of a schema into one check.

    Args:
        schema: a JSON Schema with `$defs`.
        names: the definitions to check a value against. Of all but the last, only the properties
            that the last one has as well are checked, in the same pass.

    Raises:
        ValueError: the schema uses a keyword that is not supported.

    """
    definitions = schema["$defs"]
    compiler = _Compiler(definitions)
    if len(names) == 1:
        return compiler.reference(names[0])
    *others, last = [definitions[name] for name in names]
    properties = dict(last["properties"])
    for other in others:
        for name in properties.keys() & other["properties"].keys():
            properties[name] = {"allOf": [other["properties"][name], properties[name]]}
    return compiler.compile({**last, "properties": properties})


class _Compiler:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions
        self.compiled: dict[str, Check] = {}
        self.compiling: set[str] = set()

    def reference(self, name: str) -> Check:
        if name in self.compiling:
            # The definition refers to itself: its check is looked up when a value is checked.
            return lambda value: self.compiled[name](value)
        if name not in self.compiled:
            self.compiling.add(name)
            self.compiled[name] = self.compile(self.definitions[name])
            self.compiling.discard(name)
        return self.compiled[name]

    def compile(self, schema: Any) -> Check:
        if isinstance(schema, bool):
            return _accept if schema else _refuse
        checks: list[Check] = []
        handled: set[str] = set()
        for keywords, compile_keywords in self._compilers:
            if keywords & schema.keys():
                checks.append(compile_keywords(self, schema))
                handled |= keywords
        unknown = schema.keys() - handled - _IGNORED
        if unknown:
            raise ValueError(f"unsupported keywords: {sorted(unknown)}")
        if "type" in schema and handled <= _SCALAR:
            return _scalar(schema, checks)
        return _all_of(checks)

    def _reference(self, schema: Any) -> Check:
        return self.reference(schema["$ref"].rpartition("/")[2])

    def _type(self, schema: Any) -> Check:
        types = _types(schema)

        def check(value: object) -> bool:
            if type(value) in types or is_unresolved(value):
                return True
            if isinstance(value, str):
                return str in types or (bool in types and as_boolean(value) is not None)
            return isinstance(value, float) and int in types and value.is_integer()

        return check

    def _object(self, schema: Any) -> Check:
        fields = {name: self.compile(inner) for name, inner in schema.get("properties", {}).items()}
        required = frozenset(schema.get("required", ()))
        least = schema.get("minProperties", 0)
        rest = self.compile(schema.get("additionalProperties", True))

        def fits(value: object) -> bool:
            if type(value) is not dict:
                return True
            if required <= value.keys() and len(value) >= least:
                for name, inner in value.items():
                    check = fields.get(name, rest)
                    if check is not _accept and not check(inner):
                        break
                else:
                    return True
            return has_unresolved_fields(value)

        return fits

    def _branch(self, schema: Any) -> Check:
        """Compile a branch of a combination, which accepts unresolved objects itself."""
        known = {"type", "required", "properties"}
        if not {"required"} <= schema.keys() <= known or schema.get("type", "object") != "object":
            return self.compile(schema)
        required = frozenset(schema["required"])
        fields = [
            (name, self.compile(inner)) for name, inner in schema.get("properties", {}).items()
        ]
        accepts_others = "type" not in schema

        def check(value: object) -> bool:
            if type(value) is not dict:
                return accepts_others
            if not required <= value.keys():
                return False
            for name, check_field in fields:
                if name in value and not check_field(value[name]):
                    return False
            return True

        return check

    def _array(self, schema: Any) -> Check:
        check_item = self.compile(schema.get("items", True))
        least = schema.get("minItems", 0)

        def check(value: object) -> bool:
            if type(value) is not list:
                return True
            if len(value) < least:
                return False
            for item in value:  # noqa: SIM110
                if not check_item(item):
                    return False
            return True

        return check

    def _number(self, schema: Any) -> Check:
        low, high = schema.get("minimum", -float("inf")), schema.get("maximum", float("inf"))

        def check(value: object) -> bool:
            return type(value) not in (int, float) or low <= value <= high

        return check

    def _string(self, schema: Any) -> Check:
        find = re.compile(schema.get("pattern", "")).search
        least = schema.get("minLength", 0)

        def check(value: object) -> bool:
            if not isinstance(value, str):
                return True
            return (len(value) >= least and find(value) is not None) or is_unresolved(value)

        return check

    def _enum(self, schema: Any) -> Check:
        values = schema["enum"]

        def check(value: object) -> bool:
            return (isinstance(value, str) and value in values) or is_unresolved(value)

        return check

    def _const(self, schema: Any) -> Check:
        wanted = schema["const"]
        if wanted is True:
            return lambda value: as_boolean(value) is True or is_unresolved(value)
        return lambda value: value == wanted or is_unresolved(value)

    def _combinations(self, schema: Any) -> Check:
        if schema.get("not") == {}:
            return _refuse
        own: list[Check] = []
        if "not" in schema:
            unwanted = self._branch(schema["not"])
            own.append(lambda value: not unwanted(value))
        if "anyOf" in schema:
            own.append(_any_of([self._branch(branch) for branch in schema["anyOf"]]))
        if "oneOf" in schema:
            own.append(_one_of(schema["oneOf"]))
        if "if" in schema:
            condition, then = self._branch(schema["if"]), self.compile(schema["then"])
            own.append(lambda value: not condition(value) or then(value))
        parts = [self.compile(inner) for inner in schema.get("allOf", ())]
        if own:
            fits = _all_of(own)
            parts.insert(
                0, lambda value: fits(value) or is_unresolved(value) or has_unresolved_fields(value)
            )
        return _all_of(parts)

    _compilers: tuple[tuple[frozenset[str], Callable[[_Compiler, Any], Check]], ...] = (
        (frozenset({"$ref"}), _reference),
        (frozenset({"type"}), _type),
        (frozenset({"enum"}), _enum),
        (frozenset({"const"}), _const),
        (frozenset({"minLength", "pattern"}), _string),
        (frozenset({"minimum", "maximum"}), _number),
        (frozenset({"items", "minItems"}), _array),
        (frozenset({"properties", "required", "additionalProperties", "minProperties"}), _object),
        (frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then"}), _combinations),
    )


def _types(schema: Any) -> frozenset[type]:
    names = schema["type"]
    return frozenset(
        kind for name in ([names] if isinstance(names, str) else names) for kind in _TYPES[name]
    )


def _accept(_value: object) -> bool:
    return True


def _refuse(_value: object) -> bool:
    return False


def _scalar(schema: Any, checks: list[Check]) -> Check:
    """One check of a scalar's type and limits; the other checks see what it does not accept."""
    types = _types(schema)
    find = re.compile(schema["pattern"]).search if "pattern" in schema else None
    least = schema.get("minLength", 0)
    low, high = schema.get("minimum", -float("inf")), schema.get("maximum", float("inf"))

    rest = _all_of(checks)

    def check(value: object) -> bool:
        kind = type(value)
        if kind not in types:
            return rest(value)
        if isinstance(value, str):
            fits = len(value) >= least and (find is None or find(value) is not None)
        else:
            fits = kind not in (int, float) or low <= value <= high
        return fits or rest(value)

    return check


def _all_of(checks: list[Check]) -> Check:
    if len(checks) < 2:
        return checks[0] if checks else _accept
    if len(checks) == 2:
        first, second = checks
        return lambda value: first(value) and second(value)

    def check_all(value: object) -> bool:
        for check in checks:  # noqa: SIM110
            if not check(value):
                return False
        return True

    return check_all


def _any_of(checks: list[Check]) -> Check:
    def check_any(value: object) -> bool:
        for check in checks:  # noqa: SIM110
            if check(value):
                return True
        return False

    return check_any


def _one_of(branches: list[Any]) -> Check:
    """Exactly one of several required fields, the only use of `oneOf` that is supported."""
    if any(branch.keys() != {"required"} or len(branch["required"]) > 1 for branch in branches):
        raise ValueError("oneOf is supported only for branches that require a single field")
    names = frozenset(branch["required"][0] for branch in branches)
    return lambda value: type(value) is dict and len(names.intersection(value)) == 1
