"""An Allow statement with ForAllValues applies to requests without the key.

Why:
    ForAllValues is met if the request has no value for the key. Without a condition that requires
    the key, an Allow statement then grants its actions to every request without it.

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
                    ForAllValues:StringEquals:
                      aws:CalledVia: cloudformation.amazonaws.com
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
                    ForAllValues:StringEquals:
                      aws:CalledVia: cloudformation.amazonaws.com
                    "Null":
                      aws:CalledVia: "false"
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


@rule("WF609", "for-all-values-without-key")
def for_all_values_without_key(document: PolicyDocument) -> Iterator[Finding]:
    """Report ForAllValues without a check of the key, except for keys that may well be absent."""
    for statement in document.statements:
        for condition in met_without_key(statement):
            if not is_often_optional(condition.key, statement):
                yield document.finding(
                    f"requests without '{condition.key}' meet {condition.operator}, so the "
                    "statement allows them, too",
                    condition.place,
                    fix=f"add the condition 'Null: {{{condition.key}: false}}'",
                )
