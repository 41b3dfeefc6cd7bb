"""A definition is larger than the quota.

Why:
    The maximum size of a definition is 1,048,576 characters. This definition is larger even without
    whitespace, and with all its placeholders empty.

Bad:
    # Aliases are expanded before the deployment: this definition has 1.1 million characters.
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

from collections.abc import Iterator

from sfnlint.asl.limits import MAX_DEFINITION_CHARACTERS
from sfnlint.finding import Finding
from sfnlint.place import Place, Span
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._size import is_too_large


@rule("EF123", "definition-too-large")
def definition_too_large(subject: Subject) -> Iterator[Finding]:
    """Report definitions that exceed the quota even in their shortest form."""
    if is_too_large(subject.machine):
        yield subject.finding(
            f"the definition exceeds the maximum of {MAX_DEFINITION_CHARACTERS:,} characters",
            Place(subject.machine.document, (), "text", Span(0, 0)),
            fix="move constant data to S3, or some states to another state machine",
        )
