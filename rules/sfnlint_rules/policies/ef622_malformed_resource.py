"""A resource of a statement is not an ARN that IAM accepts.

Why:
    Resource is '*' or a list of ARNs. IAM refuses the document if one of them has no partition or an
    unknown one, if the ARN of a bucket or of an IAM resource has a Region, or if the type of an IAM
    resource does not exist. The deployment then fails.

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
                  - Effect: Deny
                    Action: s3:DeleteObject
                    Resource: arn:aws:s3:us-east-1:123456789012:records/*

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
                    Resource: arn:aws:s3:::records/*

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.policies._arn_faults import resource_fault, resources


@rule("EF622", "malformed-resource")
def malformed_resource(document: PolicyDocument) -> Iterator[Finding]:
    """Report resources that IAM refuses, except in resource policies."""
    if document.kind == "resource":
        # Services have rules of their own for the resources in their policies.
        return
    for item in resources(document):
        fault = resource_fault(item.written or item.pattern)
        if fault is not None and fault.effect == "refused":
            yield document.finding(
                f"resource '{item.shown}' {fault.problem}, so IAM refuses the policy",
                item.place,
                fix=fault.fix,
            )
