"""A policy variable is used without Version 2012-10-17.

Why:
    Without this Version, IAM reads '${aws:username}' as these characters. The resource or the value
    of the condition then matches nothing.

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
                Statement:
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:us-east-1:123456789012:orders
                  - Effect: Deny
                    Action: s3:DeleteObject
                    Resource: 'arn:aws:s3:::records/${aws:PrincipalTag/team}/*'

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
                    Action: s3:DeleteObject
                    Resource: 'arn:aws:s3:::records/${aws:PrincipalTag/team}/*'

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint_rules.policies._variables import unread_variables

_MAX_NOTES = 5


@rule("WF625", "variable-without-version")
def variable_without_version(document: PolicyDocument) -> Iterator[Finding]:
    """Report the first policy variable of a document whose Version does not support them."""
    if document.version != "2008-10-17":
        return
    variables = list(unread_variables(document))
    for variable in variables[:1]:
        yield document.finding(
            f"without Version '2012-10-17', IAM does not replace '{variable.name}'",
            variable.place,
            notes=[Note(f"as '{other.name}'", other.place) for other in variables[1:_MAX_NOTES]],
            fix="add Version '2012-10-17' to the policy",
        )
