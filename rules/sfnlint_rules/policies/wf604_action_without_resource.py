"""An action supports none of the resources of its statement.

Why:
    Each action of a statement needs a resource that it supports: with only the objects of a
    bucket, s3:ListBucket is not granted. Some actions, such as ecr:GetAuthorizationToken, support
    only the resource *: no ARN grants them.

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
                  Action:
                    - s3:ListBucket
                    - s3:GetObject
                  Resource: arn:aws:s3:::orders/*
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
                  Action:
                    - s3:ListBucket
                    - s3:GetObject
                  Resource:
                    - arn:aws:s3:::orders
                    - arn:aws:s3:::orders/*
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.messages import it_or_they, listed, remaining
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import (
    names,
    supported,
    unexplained_elements,
)


@rule("WF604", "action-without-resource")
def action_without_resource(document: PolicyDocument) -> Iterator[Finding]:
    """Report the actions of a statement that support none of its resources."""
    for statement in document.statements:
        reported = unexplained_elements(document, statement)
        on_arns = [item for item in reported if any(each.forms for each in item.named.actions)]
        on_any = [item for item in reported if item not in on_arns]
        verb = "allowed" if statement.effect == "Allow" else "denied"
        for items in filter(None, (on_arns, on_any)):
            actions, place = names(items), items[0].written.place
            forms = supported(items[0].named.actions, statement.resources[0].shown)
            support = "supports" if len(actions) == 1 else "support"
            lacks = "none of the statement's resources, so" if forms else "only '*', so on ARNs"
            notes = [*remaining("more actions", actions, place, brief=True)]
            fix = "use a statement of its own with the resource '*'"
            if forms:
                fix = f"add a resource such as {forms[0]}"
                notes.append(Note(f"supported by {actions[0]}: {listed(forms, word='or')}", place))
            yield document.finding(
                f"{listed(actions, brief=True)} {support} {lacks} {it_or_they(actions)} not {verb}",
                place,
                notes=notes,
                fix=fix,
                actions=actions,
            )
