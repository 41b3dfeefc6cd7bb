"""A Deny of the same policy makes an Allow useless.

Why:
    An explicit Deny overrides every Allow. A Deny statement of the policy covers these actions on all
    resources for which they are allowed, so the policy does not allow them.

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
                    Action: sqs:PurgeQueue
                    Resource: arn:aws:sqs:us-east-1:123456789012:returns
                  - Effect: Deny
                    Action: sqs:PurgeQueue
                    Resource: '*'

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
                  - Effect: Deny
                    Action: sqs:PurgeQueue
                    Resource: '*'

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.messages import is_or_are, it_or_them, listed, quoted
from sfnlint.rule import rule
from sfnlint_rules.policies._coverage import covered


@rule("WF632", "useless-allow")
def useless_allow(document: PolicyDocument) -> Iterator[Finding]:
    """Report Allow statements that a Deny covers, except a Deny of what a state needs."""
    for item in covered(document, "Deny"):
        if item.by.place in document.failing_statements:
            continue
        actions = [action.shown for action in item.actions]
        message = f"{listed(quoted(actions), brief=True)} {is_or_are(actions)} not allowed"
        if item.is_whole:
            message = "the statement allows nothing"
        covered_text = "it" if item.is_whole else it_or_them(actions)
        yield document.finding(
            f"{message}: a Deny of the policy covers {covered_text}",
            item.statement.place if item.is_whole else item.actions[0].place,
            notes=[Note("denied here", item.by.place)],
            fix="remove the Allow, or narrow the Deny",
        )
