"""A role has more managed policies than the default quota.

Why:
    Unless the quota of the account is increased, a role has at most 10 managed policies.

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
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonRoute53ReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonKinesisReadOnlyAccess
            - arn:aws:iam::aws:policy/AmazonGlacierReadOnlyAccess
            - arn:aws:iam::aws:policy/IAMReadOnlyAccess
          Policies:
            - PolicyName: orders
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
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
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.iam.policy import Policy
from sfnlint.rule import rule

_DEFAULT_QUOTA = 10


@rule("IF630", "many-managed-policies")
def many_managed_policies(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Report roles with more managed policies than the default quota."""
    managed = [policy for policy in analysis.role.policies if _is_managed(policy)]
    if len(managed) > _DEFAULT_QUOTA:
        yield analysis.finding(
            f"{analysis.role.label} has {len(managed)} managed policies, "
            f"but the default quota is {_DEFAULT_QUOTA}",
            analysis.role.place or managed[_DEFAULT_QUOTA].place,
            fix="join policies, or request a larger quota",
        )


def _is_managed(policy: Policy) -> bool:
    """Whether a policy certainly is a managed policy of the role."""
    is_stored = any(document.storage == "managed" for document in policy.written)
    return any(
        statement.certain and (is_stored or statement.aws_managed)
        for statement in policy.statements
    )
