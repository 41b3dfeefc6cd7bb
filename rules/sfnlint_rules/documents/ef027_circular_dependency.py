"""A state machine and another resource of the template depend on each other.

Why:
    CloudFormation creates a resource after those to which it refers. If the role of a state machine
    refers to the state machine in an inline policy, neither can be the first: the deployment fails
    with `Circular dependency between resources`, and nothing is created. A policy that is a resource
    of its own is created after both.

Bad:
    Resources:
      Collect:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Each
            States:
              Each:
                Type: Map
                ItemProcessor:
                  ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
                  StartAt: Done
                  States:
                    Done: {Type: Pass, End: true}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: start
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: states:StartExecution, Resource: !Ref Collect}

Good:
    Resources:
      Collect:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Each
            States:
              Each:
                Type: Map
                ItemProcessor:
                  ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
                  StartAt: Done
                  States:
                    Done: {Type: Pass, End: true}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      Start:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: start
          Roles: [!Ref Role]
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: states:StartExecution, Resource: !Ref Collect}
              - Effect: Allow
                Action: [states:DescribeExecution, states:StopExecution, states:RedriveExecution]
                Resource: !Sub arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Collect.Name}*

Source:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependency-error
    https://github.com/aws/aws-cdk/issues/28820
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("EF027", "circular-dependency")
def circular_dependency(reading: Reading) -> Iterator[Finding]:
    """Report state machines that depend on themselves."""
    return findings(reading, "circular-dependency")
