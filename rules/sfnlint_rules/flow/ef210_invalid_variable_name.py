"""Invalid variable name.

Why:
    The name of a variable starts with a letter, continues with letters, digits and `_`, and has at
    most 80 characters. The name `states` is reserved. A part of a variable cannot be assigned. Step
    Functions rejects the definition.

Bad:
    StartAt: Count
    States:
      Count:
        Type: Pass
        Assign:
          $count: 1
        End: true

Good:
    StartAt: Count
    States:
      Count:
        Type: Pass
        Assign:
          count: 1
        End: true

Source:
    https://states-language.net/spec.html#assign-field
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.asl.limits import MAX_VARIABLE_NAME
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.messages import shortened
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF210", "invalid-variable-name")
def invalid_variable_name(subject: Subject) -> Iterator[Finding]:
    """Report names in Assign that no variable can have."""
    for assignment in variables(subject.machine).assignments:
        name = assignment.written
        if UNRESOLVED.search(name) or name.startswith("Fn::"):
            continue
        if name == "states":
            problem = "it is reserved"
        elif name.startswith("$") and name[1:].isidentifier():
            problem = f"write it as '{name[1:]}'"
        elif not name.isidentifier():
            problem = "expected a letter, followed by letters, digits or '_'"
        elif len(name) > MAX_VARIABLE_NAME:
            problem = f"it has {len(name)} characters, but the maximum is {MAX_VARIABLE_NAME}"
        else:
            continue
        yield subject.finding(
            f"invalid variable name '{shortened(name)}': {problem}",
            assignment.place,
            state=assignment.state,
        )
