"""None of the actions of a statement supports one of its resources.

Why:
    Each action is authorized on resources of certain types. A resource that none of the actions
    supports grants nothing: it is left over, or an action is missing.

Bad:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: s3:GetObject
                  Resource:
                    - arn:aws:s3:::orders/*
                    - arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Good:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: s3:GetObject
                  Resource: arn:aws:s3:::orders/*
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed, quoted
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import near_misses, unexplained_pairs


@rule("IF611", "unsupported-resource")
def unsupported_resource(document: PolicyDocument) -> Iterator[Finding]:
    """Report resources that no action supports, in statements that grant something on others.

    A bucket beside its objects and an index beside its table are usual, whatever the actions.
    """
    for statement in document.statements:
        useless = unexplained_pairs(document, statement)
        if not useless.resources or useless.elements or near_misses(document, statement):
            continue
        used = [item.shown for item in statement.resources if item not in useless.resources]
        resources = [item for item in useless.resources if not _belongs_to(item.shown, used)]
        if not resources:
            continue
        first, *others = resources
        actions = [item.shown for item in statement.actions]
        shown = quoted(dict.fromkeys(item.shown for item in resources))
        yield document.finding(
            f"{listed(shown, word='or', brief=True)} cannot be the resource of "
            f"{listed(actions, word='or', brief=True)}",
            first.place,
            notes=[Note("also here", item.place) for item in others],
            fix="remove the resource, or add an action that supports it",
            actions=actions,
        )


def _belongs_to(resource: str, others: Iterable[str]) -> bool:
    """Return whether a resource contains another resource, or is a part of it."""
    return any(
        longer.startswith((f"{shorter}/", f"{shorter}:"))
        for shorter, longer in (sorted((resource, other), key=len) for other in others)
    )
