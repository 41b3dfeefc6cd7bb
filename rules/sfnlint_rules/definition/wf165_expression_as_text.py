"""A JSONata expression is passed as the text that it is.

Why:
    A string is an expression only when it begins with {% and ends with %}, with nothing around
    them. Any other one is passed on as it stands.

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
from sfnlint_rules.definition._schema import payload_faults

_TEXTS = frozenset(
    ("Arguments", "Output", "Assign", "ItemSelector", "BatchInput", "Error", "Cause")
)


@rule("WF165", "expression-as-text")
def expression_as_text(subject: Subject) -> Iterator[Finding]:
    """Strings with something before `{%` or after `%}`, with one of them, or in a JSONPath state."""
    yield from payload_faults(subject, "expression-as-text", "WF165")
    for state in subject.machine.states:
        if state.query_language != "JSONata":
            continue
        for text, path in evaluated_strings(state.data, state.path):
            if not ("{%" in text or "%}" in text) or is_jsonata(text) or UNRESOLVED.search(text):
                continue
            if _TEXTS.isdisjoint(path[len(state.path) :]):
                continue  # a field that takes no text at all
            if "{%" not in text or "%}" not in text[text.index("{%") + 1 :]:
                lost = "%}" if "{%" in text else "{%"
                problem, fix = f"'{lost}' is missing", "begin the string with {% and end it with %}"
            else:
                problem, fix = "something stands around it", "join texts with & inside {% %}"
            yield Finding(
                "WF165",
                f"state '{state.name}': this expression is passed as text: {problem}",
                Place(subject.machine.document, path),
                fix=fix,
                machine=subject.logical_id,
                state=state.name,
            )
