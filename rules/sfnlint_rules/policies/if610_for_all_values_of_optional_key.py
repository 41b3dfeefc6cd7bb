"""An Allow statement with ForAllValues applies to requests without tags.

Why:
    ForAllValues is met if the request has no value for the key. For aws:TagKeys this is usually
    intended: the statement restricts the tags of requests that have some. If each request must
    have a tag, the statement needs another condition.

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
                  Action: sqs:TagQueue
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                  Condition:
                    ForAllValues:StringEquals:
                      aws:TagKeys: team
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
                  Action: sqs:TagQueue
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                  Condition:
                    ForAllValues:StringEquals:
                      aws:TagKeys: team
                    "Null":
                      aws:TagKeys: "false"
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.condition_faults import met_without_key
from sfnlint.rule import rule
from sfnlint_rules.policies._conditions import is_often_optional


@rule("IF610", "for-all-values-of-optional-key")
def for_all_values_of_optional_key(document: PolicyDocument) -> Iterator[Finding]:
    """Report ForAllValues without a check of a key that may well be absent."""
    for statement in document.statements:
        for condition in met_without_key(statement):
            if is_often_optional(condition.key, statement):
                yield document.finding(
                    f"requests without '{condition.key}' meet {condition.operator}, so the "
                    "statement allows them, too",
                    condition.place,
                    fix="if this is not intended, add the condition "
                    f"'Null: {{{condition.key}: false}}'",
                )
