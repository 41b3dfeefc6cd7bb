"""A statement allows only actions that are allowed already.

Why:
    Another statement of the policy, or another action of the statement, covers these actions for the
    same resources. The policy is longer than necessary, and who narrows one of the two statements
    changes nothing.

Bad:
    Resources:
      Orders:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
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
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Service: states.amazonaws.com}
                Action: sts:AssumeRole
          Policies:
            - PolicyName: orders
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:us-east-1:123456789012:orders
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:us-east-1:123456789012:orders

Good:
    Resources:
      Orders:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
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
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Service: states.amazonaws.com}
                Action: sts:AssumeRole
          Policies:
            - PolicyName: orders
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:us-east-1:123456789012:orders

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.messages import is_or_are, listed, quoted
from sfnlint.rule import rule
from sfnlint_rules.policies._coverage import covered, repeated_actions


@rule("IF631", "redundant-statement")
def redundant_statement(document: PolicyDocument) -> Iterator[Finding]:
    """Report actions that other statements, or other actions of their statement, allow."""
    for item in covered(document, "Allow"):
        actions = [action.shown for action in item.actions]
        subject = "the statement" if item.is_whole else listed(quoted(actions), brief=True)
        verb = "is" if item.is_whole else is_or_are(actions)
        yield document.finding(
            f"{subject} {verb} redundant: another statement allows the same",
            item.statement.place if item.is_whole else item.actions[0].place,
            notes=[Note("allowed here", item.by.place)],
            fix=f"remove {'it' if verb == 'is' else 'them'}",
        )
    for action, other in repeated_actions(document):
        is_same = action.shown == other.shown
        yield document.finding(
            f"'{action.shown}' is redundant: the statement "
            + ("has it twice" if is_same else f"also has '{other.shown}'"),
            action.place,
            fix="remove it",
        )
