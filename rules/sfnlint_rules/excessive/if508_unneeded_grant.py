"""A statement allows actions that no state needs.

Why:
    Unused permissions remain until somebody misuses them. This is for information only: roles
    are shared, and definitions change. Roles of machines that call the AWS SDK are not
    checked: many operations use the role for more than their own action.

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
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}
                  - Effect: Allow
                    Action: dynamodb:PutItem
                    Resource: arn:aws:dynamodb:us-east-1:123456789012:table/jobs

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
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.messages import listed, remaining
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint_rules.excessive._unneeded_actions import may_be_needed


@rule("IF508", "unneeded-grant")
def unneeded_grant(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield actions of Allow statements that no permission check needs."""
    if not analysis.all_needs_known or analysis.calls_sdk:
        return
    near_misses = {gap.near_miss.statement.place for gap in analysis.gaps if gap.near_miss}

    def unneeded(statement: Statement) -> list[PlacedPattern]:
        if statement.not_action or statement.not_resource or statement.place in near_misses:
            return []
        return [item for item in statement.actions if not may_be_needed(analysis, statement, item)]

    for statement in analysis.own_allow_statements:
        items = unneeded(statement)
        if items:
            whole = len(items) == len(statement.actions)
            yield _finding(analysis, items, statement.place if whole else items[0].place)
    for policy in analysis.role.policies:
        if policy.predefined:
            allows = [statement for statement in policy.statements if statement.effect == "Allow"]
            items = [item for statement in allows for item in statement.actions]
            if items and all(unneeded(each) == list(each.actions) for each in allows):
                yield _finding(analysis, items, policy.place)


def _finding(analysis: RoleAnalysis, items: Sequence[PlacedPattern], place: Place) -> Finding:
    actions = [str(item.pattern) for item in items]
    elsewhere = " on these resources" if analysis.checks_by_action.keys() & set(actions) else ""
    return analysis.finding(
        f"no state needs {listed(actions, word='or', brief=True)}{elsewhere}",
        place,
        fix="remove these actions unless something else uses the role for them",
        notes=remaining("other actions that no state needs", actions, place, brief=True),
        actions=actions,
    )
