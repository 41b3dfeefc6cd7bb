"""A statement grants what no state needs.

Why:
    Permissions that nothing uses stay until somebody else finds a use for them. Roles are shared
    and definitions change, so this is worth knowing, no more. Nothing is said where a state calls
    the AWS SDK: many operations do more with the role than their own action.

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

from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.finding import Finding
from sfnlint.iam.policy import PlacedPattern
from sfnlint.messages import listed
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import calls_sdk, needed


@rule("IF508", "unneeded-grant")
def unneeded_grant(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Actions of Allow statements that answer no requirement."""
    if not analysis.all_known or calls_sdk(analysis):
        return
    meant = {gap.near_miss.statement.place for gap in analysis.gaps if gap.near_miss is not None}
    for statement in allowing(analysis.role):
        if statement.not_action or statement.not_resource or statement.place in meant:
            continue
        items = [item for item in statement.actions if not needed(analysis, statement, item)]
        if items:
            whole = len(items) == len(statement.actions)
            yield _finding(analysis, items, statement.place if whole else items[0].place)
    for policy in analysis.role.policies:
        statements = [one for one in policy.statements if one.effect == "Allow"]
        if not policy.predefined or any(one.not_action or one.not_resource for one in statements):
            continue
        if not any(
            statement.place in meant
            or any(needed(analysis, statement, one) for one in statement.actions)
            for statement in statements
        ):
            items = [item for statement in statements for item in statement.actions]
            if items:
                yield _finding(analysis, items, policy.place)


def _finding(analysis: RoleAnalysis, items: Sequence[PlacedPattern], place: Place) -> Finding:
    actions = tuple(str(item.pattern) for item in items)
    return Finding(
        "IF508",
        f"no state of the definition needs {listed(actions)}"
        + (" on these resources" if analysis.by_action.keys() & set(actions) else ""),
        place,
        machine=analysis.subjects[0].logical_id,
        fix="remove what nobody else uses the role for",
        actions=actions,
    )
