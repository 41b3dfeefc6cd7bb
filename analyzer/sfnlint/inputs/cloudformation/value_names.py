"""The names of values that cannot be resolved: their identity, and the words in messages."""

from __future__ import annotations

import json

from sfnlint.inputs.cloudformation.template import function_call
from sfnlint.messages import shortened


def identity(data: object) -> str:
    """Return a string that is equal for equal values: `Fn::Select [0, Ref "Names"]`."""
    function, argument = function_call(data)
    if function:
        return f"{function} {identity(argument)}"
    if isinstance(data, list):
        return f"[{', '.join(map(identity, data))}]"
    return json.dumps(data, default=str)


def in_words(data: object) -> str:
    """Return a value as messages name it: `Fn::Select 0 of the list Names`."""
    return "a list" if isinstance(data, list) else shortened(_words(data))


def _words(data: object) -> str:
    function, argument = function_call(data)
    arguments = argument if isinstance(argument, list) else [argument]
    last = arguments[-1] if arguments else ""
    if function in ("Fn::ImportValue", "Fn::Sub"):
        return f"{function} {_words(arguments[:1])}"
    if function == "Ref":
        return str(argument)
    if function == "Fn::GetAtt":
        return ".".join(map(_words, arguments))
    if function == "Fn::FindInMap":
        return f"{function} {'.'.join(map(_words, arguments[:3]))}"
    if function == "Fn::If":
        return f"{function} {_words(arguments[:1])}"
    if function == "Fn::Join":
        return _list(last)
    if function == "Fn::Select":
        return f"{function} {_words(arguments[:1])} of {_list(last)}"
    if function == "Fn::Transform" and isinstance(argument, dict):
        return f"{function} {argument.get('Name', '')}".strip()
    if function:
        return f"{function} of {_list(last) if function == 'Fn::Length' else _words(last)}"
    if isinstance(data, list):
        return ", ".join(map(_words, data))
    return "an object" if isinstance(data, dict) else str(data)


def _list(data: object) -> str:
    """A list in words."""
    function, _ = function_call(data)
    return f"the list {_words(data)}" if function in ("Ref", "Fn::GetAtt") else _words(data)
