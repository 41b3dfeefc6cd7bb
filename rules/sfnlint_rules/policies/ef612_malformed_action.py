"""An action has no prefix of a service.

Why:
    An action is the prefix of a service, a colon and a name, or the wildcard * alone. Wildcards
    and other characters are not accepted in the prefix. Otherwise the deployment fails: IAM
    refuses the policy.

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
                  Action: GetQueueAttributes
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
                  Action: sqs:GetQueueAttributes
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.action_names import refusal
from sfnlint.rule import rule


@rule("EF612", "malformed-action")
def malformed_action(document: PolicyDocument) -> Iterator[Finding]:
    """Report actions that IAM refuses, except in resource policies, which services check."""
    if document.kind == "resource":
        return
    for statement in document.statements:
        for item in statement.actions:
            reason = refusal(item.pattern)
            if reason is not None:
                yield document.finding(
                    f"action '{item.shown}' {reason}, so IAM refuses the policy",
                    item.place,
                    fix="write the prefix of the service, a colon and the name of the action",
                )
