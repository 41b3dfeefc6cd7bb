"""The role may pass every role of the account.

Why:
    iam:PassRole on `*` lets whoever can change or start the machine hand any role, an
    administrator's too, to a service. It is the classic way from a small permission to all of
    them.

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
                    Resource: '*'
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}

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
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import EVERY_ROLE, at_item, passes_roles


@rule("WF501", "pass-role-on-everything")
def pass_role_on_everything(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Statements that allow iam:PassRole on every role."""
    every_role = EVERY_ROLE.substitute(analysis.known)
    for statement in allowing(analysis.role):
        if not passes_roles(statement):
            continue
        beyond = ""
        if statement.not_resource:
            others = listed([str(item.pattern) for item in statement.resources])
            beyond = f"everything but {others} lets the machine pass almost every role"
        for item in statement.resources[: 1 if beyond else None]:
            if beyond or relate(every_role, [item.pattern]) is Relation.COVERED:
                yield at_item(
                    analysis,
                    "WF501",
                    "iam:PassRole on "
                    + (beyond or f"{item.pattern} lets the machine pass every role"),
                    item,
                    fix="name the roles that the definition passes",
                    actions=("iam:PassRole",),
                )
