"""No action matches an action with wildcards.

Why:
    IAM accepts any pattern. A pattern that no action of the service matches grants nothing: it is
    misspelled, or it was meant for another service.

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
                  Action: sqs:Recieve*
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
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
                  Action: sqs:Receive*
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.action_names import Known
from sfnlint.iam.statement_fit import elements
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import dated, without_effect


@rule("WF602", "wildcard-without-action")
def wildcard_without_action(document: PolicyDocument) -> Iterator[Finding]:
    """Report actions with wildcards that no action of the service matches."""
    for statement in document.statements:
        for element in elements(statement):
            if element.named.known is Known.NO_MATCH:
                item, prefix = element.written, element.named.prefix
                yield document.finding(
                    f"no action of '{prefix}' matches '{item.shown}', so "
                    f"it {without_effect(statement)} ({dated()})",
                    item.place,
                    fix="correct the pattern or remove it",
                    actions=[item.shown],
                )
