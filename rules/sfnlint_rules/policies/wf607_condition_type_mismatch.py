"""A condition operator cannot compare the values of its key.

Why:
    The operator decides how values are compared. An address is no number and an ARN is no address:
    such a condition is never met, or always if its operator is negated.

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
                  Action: sqs:GetQueueAttributes
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                  Condition:
                    ArnLike:
                      aws:SourceIp: 203.0.113.0/24
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
                  Condition:
                    IpAddress:
                      aws:SourceIp: 203.0.113.0/24
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.condition_faults import wrong_type
from sfnlint.rule import rule
from sfnlint_rules.policies._conditions import is_explained, negated_result


@rule("WF607", "condition-type-mismatch")
def condition_type_mismatch(document: PolicyDocument) -> Iterator[Finding]:
    """Report operators that can compare no value of the type of their key."""
    for statement in document.statements:
        for condition in statement.conditions:
            kind = wrong_type(condition)
            if kind is not None and not is_explained(document, statement, condition):
                yield document.finding(
                    f"{condition.operator} cannot compare '{condition.key}', a key of type "
                    f"{kind}, so {negated_result(statement, condition)}",
                    condition.place,
                    fix=f"use an operator for the type {kind}",
                )
