"""The role can change every event rule in the account.

Why:
    A `.sync` task needs its permissions on one managed rule, whose name is known. With `*`,
    the role can redirect the events of everybody else in the account.

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

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import is_or_are, it_or_them, listed, quoted
from sfnlint.rule import rule
from sfnlint_rules.excessive._statement_actions import item_for_action
from sfnlint_rules.excessive._wide_resources import EVERY_EVENT_RULE

_WRITES = ("events:PutRule", "events:PutTargets")


@rule("WF507", "any-event-rule")
def any_event_rule(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield resources of statements that allow changing every event rule."""
    every_rule = analysis.substitute(EVERY_EVENT_RULE)
    for statement in analysis.own_allow_statements:
        actions = [action for action in _WRITES if item_for_action(statement, action)]
        for item in statement.resources if actions and not statement.not_resource else ():
            if relate(every_rule, [item.pattern]) is not Relation.COVERED:
                continue
            checks = analysis.checks_of(*_WRITES)
            if not checks and not analysis.all_needs_known:
                return  # a state whose requirements are unknown may write rules of any name
            needed = quoted(sorted({check.policy_resource for check in checks}))
            yield analysis.finding(
                f"{listed(actions)} {is_or_are(actions)} allowed on {listed(quoted([item.shown]))}: the "
                "role can change every event rule",
                item.place,
                fix=f"allow {it_or_them(actions)} on {listed(needed, brief=True)}"
                if needed
                else "remove the actions: no state needs them",
                actions=actions,
            )
