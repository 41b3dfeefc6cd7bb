"""A variable's name is not one.

Why:
    A name begins with a letter, goes on with letters, digits and `_`, has at most 80 characters,
    and is not `states`. A part of a variable cannot be assigned. Step Functions refuses the
    definition.

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
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject

_LONGEST = 80


@rule("EF210", "invalid-variable-name")
def invalid_variable_name(subject: Subject) -> Iterator[Finding]:
    """Names in Assign that no variable can have."""
    for one in variables(subject.machine).assignments:
        name = one.written
        if UNRESOLVED.search(name) or name.startswith("Fn::"):
            continue
        if name == "states":
            problem = "is taken by Step Functions"
        elif name.startswith("$") and name[1:].isidentifier():
            problem = f"must be written without '$': '{name[1:]}'"
        elif not name.isidentifier():
            problem = "must be a letter and then letters, digits or '_'"
        elif len(name) > _LONGEST:
            problem = f"has {len(name)} characters; {_LONGEST} are allowed"
        else:
            continue
        yield Finding(
            "EF210",
            f"the variable name '{name}' {problem}",
            one.place,
            machine=subject.logical_id,
            state=one.state.name,
        )
