"""Definitions as the plugin serverless-step-functions writes them into its template.

https://github.com/serverless-operations/serverless-step-functions
"""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol, Symbols

_PARAMETER = lazy_pattern(r"#\{([^{}]+)\}")
_PLACEHOLDER = lazy_pattern(r"\$\{([\w.:-]+)\}")


class ServiceFunction(NamedTuple):
    """A Lambda function of a service.

    Attributes:
        logical_id: its logical id in the template.
        is_named: whether its name is written in the service.

    """

    logical_id: str
    is_named: bool


class PluginDefinition:
    """Converts a definition into the `Definition` property of CloudFormation.

    Args:
        functions: the functions of the service, by their names in it and by their logical ids.
        symbols: where the symbols of unknown values are kept.
        exact_version: whether functions are called in the version that is deployed.

    """

    def __init__(
        self, functions: Mapping[str, ServiceFunction], symbols: Symbols, *, exact_version: bool
    ) -> None:
        self._functions = functions
        self._symbols = symbols
        self._exact_version = exact_version
        self._is_substituted = False

    def converted(self, data: object) -> object:
        """Return a definition with the calls of Fn::Sub that the plugin adds.

        It adds them only if the definition calls an intrinsic function or has a `#{parameter}`.
        """
        self._is_substituted = _needs_substitution(data)
        return self._value(data)

    def _value(self, data: object) -> object:
        if isinstance(data, str):
            return self._string(data)
        if isinstance(data, list):
            return [self._value(item) for item in data]
        if not isinstance(data, dict):
            return data
        if _is_call(data):
            return self._call(data)
        return {key: self._value(item) for key, item in data.items()}

    def _string(self, string: str) -> object:
        if self._is_substituted:
            substituted = _PARAMETER.sub(r"${\1}", string)
            return {"Fn::Sub": substituted} if "${" in substituted else string
        return _PLACEHOLDER.sub(lambda match: self._symbols.mark(Symbol(match[1])), string)

    def _call(self, call: Mapping[str, object]) -> Mapping[str, object]:
        """A call of an intrinsic function; a function of the service may have its own name."""
        attribute = call.get("Fn::GetAtt")
        name, _, rest = attribute.partition(".") if isinstance(attribute, str) else ("", "", "")
        if isinstance(attribute, list) and len(attribute) == 2:
            name, rest = attribute
        reference = call.get("Ref")
        function = self._functions.get(str(reference or name))
        if function is None:
            return call
        arn: Mapping[str, object] = {"Fn::GetAtt": [function.logical_id, rest or "Arn"]}
        if self._exact_version:
            version = self._symbols.mark(Symbol(f"{function.logical_id}.Version"))
            return {"Fn::Join": [":", [arn, version]]}
        return {"Ref": function.logical_id} if reference and not function.is_named else arn


def _is_call(data: object) -> bool:
    return isinstance(data, dict) and any(key == "Ref" or key.startswith("Fn::") for key in data)


def _needs_substitution(data: object) -> bool:
    """Whether a call of an intrinsic function or a parameter is anywhere in a value."""
    if isinstance(data, str):
        return _PARAMETER.search(data) is not None
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return _is_call(data) or any(map(_needs_substitution, values))
