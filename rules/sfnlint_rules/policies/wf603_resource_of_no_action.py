"""A statement has only resources that none of its actions supports.

Why:
    Each action is authorized on resources of certain types: s3:GetObject on objects, s3:ListBucket
    on buckets, states:DescribeExecution on executions. IAM accepts a statement with other
    resources, and it grants nothing.

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
                  Resource: arn:aws:s3:::orders
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

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed, quoted, remaining
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import (
    has_no_use,
    names,
    near_misses,
    never_met,
    supported,
    unexplained_pairs,
)


@rule("WF603", "resource-of-no-action")
def resource_of_no_action(document: PolicyDocument) -> Iterator[Finding]:
    """Report statements of which no resource fits any action."""
    for statement in document.statements:
        useless = unexplained_pairs(document, statement)
        if not has_no_use(statement, useless) or near_misses(document, statement):
            continue
        first = useless.resources[0]
        each = (action for item in useless.elements for action in item.named.actions)
        forms = supported(each, first.shown)
        resources = quoted(dict.fromkeys(item.shown for item in useless.resources))
        actions = names(useless.elements)
        verb = "is not a resource" if len(resources) == 1 else "are not resources"
        yield document.finding(
            f"{listed(resources, brief=True)} {verb} of {listed(actions, brief=True)}, so "
            f"{never_met(statement)}",
            first.place,
            notes=[
                *remaining("more resources", resources, first.place, brief=True),
                Note(f"supported resources: {listed(forms, word='or')}", first.place),
            ],
            fix=f"use a resource such as {forms[0]}",
            actions=actions,
        )
