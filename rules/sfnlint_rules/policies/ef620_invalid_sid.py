"""A Sid contains a character that IAM does not accept.

Why:
    In the policies of roles, a Sid has only letters and digits. With a space, a hyphen or an
    underscore in it, the deployment fails: IAM refuses the document.

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
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Sid: send-orders
                  Effect: Allow
                  Action: sqs:SendMessage
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
                Resource: arn:aws:states:::sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Sid: SendOrders
                  Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.rule import rule
from sfnlint.symbol import MARKER

_REFUSED = lazy_pattern(r"[^0-9A-Za-z]")


@rule("EF620", "invalid-sid")
def invalid_sid(document: PolicyDocument) -> Iterator[Finding]:
    """Report Sids with other characters than letters and digits, except in resource policies."""
    if document.kind == "resource":
        # Amazon S3 and AWS KMS accept spaces.
        return
    for place, statement in document.raw_statements:
        sid = statement.get("Sid")
        if not isinstance(sid, str) or MARKER.search(sid):
            continue
        refused = _REFUSED.search(sid)
        if refused is not None:
            suggestion = _REFUSED.sub("", sid)
            yield document.finding(
                f"Sid '{sid}' contains '{refused.group()}', so IAM refuses the policy",
                place.at("Sid"),
                fix="use only letters and digits" + (f": '{suggestion}'" if suggestion else ""),
            )
