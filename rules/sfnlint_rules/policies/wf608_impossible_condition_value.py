"""A condition compares a key with a value that no request has.

Why:
    The values of some keys have a certain form: an account ID has 12 digits, the key of an ARN
    operator is an ARN. StringEquals compares * and ? as plain characters, and a range of addresses
    is no address. A condition with another value is never met by this value.

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
                    StringEquals:
                      aws:SourceArn: arn:aws:states:us-east-1:123456789012:stateMachine:*
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
                    ArnLike:
                      aws:SourceArn: arn:aws:states:us-east-1:123456789012:stateMachine:*
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.condition_faults import impossible_values, wrong_type
from sfnlint.messages import shortened
from sfnlint.rule import rule
from sfnlint_rules.policies._conditions import is_explained, negated_result


@rule("WF608", "impossible-condition-value")
def impossible_condition_value(document: PolicyDocument) -> Iterator[Finding]:
    """Report values of conditions that their keys cannot have."""
    for statement in document.statements:
        for condition in statement.conditions:
            # An operator for another type is reported by itself.
            faults = () if wrong_type(condition) else impossible_values(condition)
            for fault in faults:
                if is_explained(document, statement, condition):
                    break
                consequence = "this value has no effect"
                if len(condition.values) == 1:
                    consequence = negated_result(statement, condition)
                value = f"'{shortened(fault.value.shown)}' {fault.reason}"
                yield document.finding(
                    f"{value}, so no request has it as '{condition.key}': {consequence}",
                    fault.value.place,
                    fix=fault.fix,
                )
