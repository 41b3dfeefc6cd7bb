"""The role may write every event rule of the account.

Why:
    A `.sync` task needs the permissions on one managed rule whose name is known. On `*` the role
    can redirect the events of everybody else in the account.

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
                Resource: arn:aws:states:::sagemaker:createTrainingJob.sync
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
                    Action: [sagemaker:CreateTrainingJob, sagemaker:DescribeTrainingJob, sagemaker:StopTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}
                  - Effect: Allow
                    Action: [events:PutTargets, events:PutRule, events:DescribeRule]
                    Resource: '*'

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
                Resource: arn:aws:states:::sagemaker:createTrainingJob.sync
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
                    Action: [sagemaker:CreateTrainingJob, sagemaker:DescribeTrainingJob, sagemaker:StopTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}
                  - Effect: Allow
                    Action: [events:PutTargets, events:PutRule, events:DescribeRule]
                    Resource: arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.finding import Finding
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import EVERY_EVENT_RULE, at_item, names

WRITES = ("events:PutRule", "events:PutTargets")


@rule("WF507", "any-event-rule")
def any_event_rule(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Statements that allow writing every event rule."""
    every_rule = EVERY_EVENT_RULE.substitute(analysis.known)
    for statement in allowing(analysis.role):
        actions = [action for action in WRITES if names(statement, action)]
        for item in statement.resources if actions and not statement.not_resource else ():
            if relate(every_rule, [item.pattern]) is Relation.COVERED:
                checks = analysis.about(*WRITES)
                if not checks and not analysis.all_known:
                    return  # a state that is not known may write rules of any name
                needed = listed(sorted({check.needed for check in checks}))
                yield at_item(
                    analysis,
                    "WF507",
                    f"{listed(actions)} on {item.pattern} reach every event rule",
                    item,
                    fix=f"allow them on {needed}" if needed else "no state needs them: remove them",
                    actions=tuple(actions),
                )
