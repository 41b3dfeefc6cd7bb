"""A JSONata expression is passed as a string.

Why:
    A string is an expression only if it starts with {% and ends with %}. Any other string is passed
    unchanged.

Bad:
    QueryLanguage: JSONata
    StartAt: Greet
    States:
      Greet:
        Type: Pass
        Output:
          text: "Hello {% $states.input.name %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Greet
    States:
      Greet:
        Type: Pass
        Output:
          text: "{% 'Hello ' & $states.input.name %}"
        End: true

Source:
    https://states-language.net/spec.html#jsonata-strings
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.expressions import UNRESOLVED, evaluated_strings, is_jsonata
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._jsonpath_fields import field_findings

_STRING_FIELDS = frozenset(
    ("Arguments", "Output", "Assign", "ItemSelector", "BatchInput", "Error", "Cause")
)
"""Fields that accept a string that is not an expression; EF105 checks the others."""


@rule("WF165", "expression-as-text")
def expression_as_text(subject: Subject) -> Iterator[Finding]:
    """Report strings with incomplete or embedded `{% %}`, or with `{% %}` in a JSONPath state."""
    yield from field_findings(subject, "expression-as-text")
    for state in subject.machine.states:
        if state.query_language != "JSONata":
            continue
        for text, path in evaluated_strings(state.data, state.path):
            if not ("{%" in text or "%}" in text) or is_jsonata(text) or UNRESOLVED.search(text):
                continue
            if _STRING_FIELDS.isdisjoint(path[len(state.path) :]):
                continue
            if "{%" not in text or "%}" not in text[text.index("{%") + 1 :]:
                missing = "%}" if "{%" in text else "{%"
                reason, fix = (
                    f"'{missing}' is missing",
                    "start the string with {% and end it with %}",
                )
            else:
                reason, fix = (
                    "other characters surround it",
                    "concatenate strings with & inside {% %}",
                )
            field = next(step for step in reversed(path) if isinstance(step, str))
            yield subject.finding(
                f"state '{state.name}': '{field}' passes its JSONata expression as a string, "
                f"because {reason}",
                Place(subject.machine.document, path),
                state=state,
                fix=fix,
            )
