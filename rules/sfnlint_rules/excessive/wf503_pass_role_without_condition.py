"""The role may pass roles to any service.

Why:
    Without iam:PassedToService, a role meant for SageMaker can be handed to any service that
    takes roles, where its permissions mean something else. The condition costs nothing: the
    definition shows which service gets the role.

Bad:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Train
            States:
              Train:
                Type: Task
                Resource: arn:aws:states:::sagemaker:createTrainingJob
                Parameters:
                  TrainingJobName: search-model
                  RoleArn: arn:aws:iam::123456789012:role/training
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: training
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [sagemaker:CreateTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training

Good:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Train
            States:
              Train:
                Type: Task
                Resource: arn:aws:states:::sagemaker:createTrainingJob
                Parameters:
                  TrainingJobName: search-model
                  RoleArn: arn:aws:iam::123456789012:role/training
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: training
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [sagemaker:CreateTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import at_item, passes_roles


@rule("WF503", "pass-role-without-condition")
def pass_role_without_condition(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Statements that allow iam:PassRole under no condition about the service."""
    for statement in allowing(analysis.role):
        keys = {condition.key.lower() for condition in statement.conditions}
        action = passes_roles(statement)
        if action is not None and "iam:passedtoservice" not in keys:
            services = {
                str(check.requirement.context["iam:passedtoservice"])
                for check in analysis.about("iam:PassRole")
                if "iam:passedtoservice" in check.requirement.context
            }
            yield at_item(
                analysis,
                "WF503",
                "iam:PassRole without a condition on iam:PassedToService: the roles can be passed "
                "to any service",
                action,
                fix="add a condition: iam:PassedToService is "
                + (listed(sorted(services)) or "the service that gets the role"),
                actions=("iam:PassRole",),
            )
