"""A condition key does not exist.

Why:
    IAM accepts any key. No request has a key that does not exist, so that a condition is never
    met, or always if its operator is negated or ends in IfExists.

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
                      aws:PrincipalOrgsID: o-a1b2c3d4e5
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
                    StringEquals:
                      aws:PrincipalOrgID: o-a1b2c3d4e5
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.condition_keys import GLOBAL_KEYS, key_facts
from sfnlint.messages import nearest
from sfnlint.rule import rule
from sfnlint.symbol import MARKER
from sfnlint_rules.policies._conditions import is_explained, result
from sfnlint_rules.policies._service_facts import dated

_CUTOFF = 0.85


@rule("WF605", "unknown-condition-key")
def unknown_condition_key(document: PolicyDocument) -> Iterator[Finding]:
    """Report unknown keys of services, and unknown global keys that resemble known keys."""
    for statement in document.statements:
        for condition in statement.conditions:
            key, facts = condition.key, key_facts(condition.key)
            if facts.exists or MARKER.search(key):
                continue
            known = facts.service.keys if facts.service is not None else GLOBAL_KEYS
            similar = nearest(key, known, _CUTOFF)
            is_global = key.lower().startswith("aws:")
            # A global key can be newer than the data; other prefixes are of identity providers.
            if facts.exists is None and not (is_global and similar):
                continue
            if is_explained(document, statement, condition):
                continue
            suggestion = f"; did you mean '{similar}'?" if similar else ""
            yield document.finding(
                f"'{key}' is not a condition key, so {result(statement, condition)} "
                f"({dated()}){suggestion}",
                condition.place,
                fix=f"use the key '{similar}'" if similar else "",
            )
