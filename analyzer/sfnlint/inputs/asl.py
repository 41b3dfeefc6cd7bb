"""Plain ASL files: definitions with nothing around them, and policies in files of their own."""

from __future__ import annotations

from sfnlint.asl.machine import Machine, is_machine, looks_like_machine
from sfnlint.inputs.policy_files import SuppliedRole, read_role
from sfnlint.place import Place
from sfnlint.source import EmbeddedDocument, TextDocument
from sfnlint.subject import Reading, Subject
from sfnlint.symbol import Symbols


def matches(data: object, *, named: bool = False) -> bool:
    """Whether data is a state machine's definition and nothing around it.

    Args:
        data: plain data.
        named: whether the user named the file. Its definition may then lack StartAt or States; a
            file found in a folder without them is something else.

    """
    return looks_like_machine(data) if named else is_machine(data)


def read(
    document: TextDocument | EmbeddedDocument,
    supplied: SuppliedRole,
    symbols: Symbols | None = None,
) -> Reading:
    """Return the state machine, with the role that the supplied policies define.

    Args:
        document: the definition.
        supplied: the policies and the type that the user names for it.
        symbols: the symbols of the marker characters in the definition.

    """
    reading = Reading()
    symbols = symbols or Symbols()
    data = document.data
    if not isinstance(data, dict):
        return reading
    role = None
    if (supplied.policies or supplied.trust) and is_machine(data):
        role = read_role(supplied, symbols, reading.problems)
    machine = Machine(document, data)
    reading.subjects.append(Subject(machine, role, symbols, Place(document), type=supplied.type))
    return reading
