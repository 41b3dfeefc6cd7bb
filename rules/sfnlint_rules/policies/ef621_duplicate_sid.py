"""Two statements of a policy have the same Sid.

Why:
    The Sids of a policy of a role must be unique. Otherwise the deployment fails: IAM refuses the
    document.

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
                Resource: arn:aws:states:::sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                Next: Publish
              Publish:
                Type: Task
                Resource: arn:aws:states:::sns:publish
                Parameters: {TopicArn: 'arn:aws:sns:us-east-1:123456789012:news', Message: new}
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Sid: Orders
                  Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Sid: Orders
                  Effect: Allow
                  Action: sns:Publish
                  Resource: arn:aws:sns:us-east-1:123456789012:news
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
                Resource: arn:aws:states:::sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                Next: Publish
              Publish:
                Type: Task
                Resource: arn:aws:states:::sns:publish
                Parameters: {TopicArn: 'arn:aws:sns:us-east-1:123456789012:news', Message: new}
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Sid: Orders
                  Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Sid: News
                  Effect: Allow
                  Action: sns:Publish
                  Resource: arn:aws:sns:us-east-1:123456789012:news
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.symbol import MARKER


@rule("EF621", "duplicate-sid")
def duplicate_sid(document: PolicyDocument) -> Iterator[Finding]:
    """Report Sids that occur twice, except in resource policies."""
    if document.kind == "resource":
        return
    first: dict[str, Place] = {}
    for place, statement in document.raw_statements:
        sid = statement.get("Sid")
        # An empty Sid is none.
        if not isinstance(sid, str) or not sid or MARKER.search(sid):
            continue
        if sid in first:
            yield document.finding(
                f"Sid '{sid}' occurs twice in the policy, so IAM refuses it",
                place.at("Sid"),
                notes=[Note("first used here", first[sid])],
                fix="give each statement a Sid of its own, or none",
            )
        first.setdefault(sid, place.at("Sid"))
