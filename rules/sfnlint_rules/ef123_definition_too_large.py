"""A definition is larger than Step Functions takes.

Why:
    A definition has 1,048,576 characters at most. This one has more even without the white space
    in it, and before its placeholders are filled in.

Bad:
    # Aliases are written out before a definition is sent: this one has 1.1 million characters.
    StartAt: Fill
    States:
      Fill:
        Type: Pass
        Result:
          - &text >-
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
            a long text of many words, which says the same again and again and again
          - &ten [*text, *text, *text, *text, *text, *text, *text, *text, *text, *text]
          - &hundred [*ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten]
          - &thousand
            [*hundred, *hundred, *hundred, *hundred, *hundred, *hundred, *hundred, *hundred, *hundred]
          - *thousand
        End: true

Good:
    StartAt: Fill
    States:
      Fill:
        Type: Task
        Resource: arn:aws:states:::aws-sdk:s3:getObject
        Parameters: {Bucket: texts, Key: all}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sfnlint.asl.expressions import OPEN
from sfnlint.finding import Finding
from sfnlint.place import Place, Span
from sfnlint.rule import rule
from sfnlint.subject import Subject

_MOST = 1_048_576
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")


@rule("EF123", "definition-too-large")
def definition_too_large(subject: Subject) -> Iterator[Finding]:
    """Definitions that have too many characters however they are written."""
    machine = subject.machine
    # An object in a template has no text of its own, and templates are not larger themselves.
    text = getattr(machine.document, "text", "")
    is_json = getattr(machine.document, "format", "") == "json"
    if len(text) <= _MOST and (is_json or "&" not in text):
        return
    if _without_space(text) > _MOST if is_json else _is_too_large(machine.data):
        yield Finding(
            "EF123",
            f"the definition has more than {_MOST:,} characters",
            Place(machine.document, (), "text", Span(0, 0)),
            fix="move constant data to S3, or some of the states to a machine of their own",
            machine=subject.logical_id,
        )


def _without_space(text: str) -> int:
    """How many characters JSON has at least when it is written again."""
    text = OPEN.sub("", _ESCAPE.sub("e", text))
    return len(text) - sum(map(text.count, " \t\r\n"))


def _is_too_large(data: object) -> bool:
    """Whether the shortest JSON of a value has too many characters."""
    size = 0
    waiting = [data]
    while waiting and size <= _MOST:
        value = waiting.pop()
        # Each value is followed by a comma or a bracket.
        size += 2
        if isinstance(value, str):
            size += 1 + _length(value)
        elif isinstance(value, dict):
            size += 3 * len(value) + sum([_length(str(name)) for name in value])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return size > _MOST


def _length(text: str) -> int:
    """How many characters a text has in any case: placeholders may become nothing."""
    return len(text) if text.isascii() and "$" not in text else len(OPEN.sub("", text))
