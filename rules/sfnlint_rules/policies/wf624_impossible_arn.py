"""An ARN in a policy has a Region or an account that cannot exist.

Why:
    No resource has such an ARN. So the statement neither allows nor denies anything for it, and a
    condition that compares with it is never met.

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
                    Action: sqs:PurgeQueue
                    Resource: arn:aws:sqs:us-east1:123456789012:orders

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
                    Resource: arn:aws:sqs:us-east-1:123456789012:orders

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.policies._arn_faults import arn_fault, condition_arns, resource_fault, resources


@rule("WF624", "impossible-arn")
def impossible_arn(document: PolicyDocument) -> Iterator[Finding]:
    """Report ARNs that match nothing, except those that rules about missing permissions report."""
    is_checked = document.kind != "resource"
    for item in resources(document):
        written = item.written or item.pattern
        fault = resource_fault(written) if is_checked else arn_fault(written)
        if fault is None or fault.effect == "refused" or item.place in document.failing_statements:
            continue
        message = f"resource '{item.shown}' {fault.problem}, so it matches nothing"
        yield document.finding(message, item.place, fix=fault.fix)
    for item in condition_arns(document):
        fault = arn_fault(item.pattern)
        if fault is not None:
            message = f"value '{item.shown}' {fault.problem}, so no request has it"
            yield document.finding(message, item.place, fix=fault.fix)
