"""No action of a statement has the key of its condition.

Why:
    Most condition keys of a service belong to some of its actions only: s3:prefix is a key of
    s3:ListBucket, not of s3:GetObject. Requests for other actions lack the key, so that a
    condition is never met, or always if its operator is negated or ends in IfExists.

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
                  Resource: arn:aws:s3:::orders/*
                  Condition:
                    StringLike:
                      s3:prefix: new/*
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
                  Action: s3:ListBucket
                  Resource: arn:aws:s3:::orders
                  Condition:
                    StringLike:
                      s3:prefix: new/*
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.condition_fit import foreign_conditions
from sfnlint.iam.statement_fit import elements
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.policies._conditions import is_explained, result
from sfnlint_rules.policies._service_facts import names


@rule("WF606", "inapplicable-condition-key")
def inapplicable_condition_key(document: PolicyDocument) -> Iterator[Finding]:
    """Report conditions whose keys the requests for the statement's actions lack."""
    for statement in document.statements:
        for condition in foreign_conditions(statement):
            if not is_explained(document, statement, condition):
                actions = names(elements(statement))
                yield document.finding(
                    f"requests for {listed(actions, word='or', brief=True)} have no key "
                    f"'{condition.key}', so {result(statement, condition)}",
                    condition.place,
                    fix="use a key that these actions have, or remove the condition",
                    actions=actions,
                )
