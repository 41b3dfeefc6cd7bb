"""The machine does not wait for the policy that its creation needs.

Why:
    CloudFormation creates resources side by side. Step Functions creates the managed event rule
    and the log delivery with the role when the machine is created; if the policy is not there
    yet, deployment fails with `is not authorized to create managed-rule` or `to access the Log
    Destination`, and works on the next attempt.

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
      Policy:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: training
          Roles: [!Ref Role]
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

Good:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        DependsOn: Policy
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
      Policy:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: training
          Roles: [!Ref Role]
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
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.permission_checks import PermissionCheck
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding, Note
from sfnlint.iam.evaluate import Verdict
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("WF417", "policy-not-awaited")
def policy_not_awaited(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Needs of the creation that only policies grant which the machine does not wait for."""
    for subject in analysis.subjects:
        late = {
            statement.place: policy
            for policy in subject.not_awaited
            for statement in policy.statements
        }
        told: set[Place] = set()
        for check in creation(analysis, subject) if late else ():
            allow, action = check.decision.allow, check.action
            if check.decision.verdict is not Verdict.ALLOWED or not all(
                one.place in late for one in allow
            ):
                continue
            policy = late[allow[0].place]
            if policy.place not in told:
                told.add(policy.place)
                yield Finding(
                    "WF417",
                    f"the machine does not wait for policy {policy.name}, but its creation needs "
                    f"{action}",
                    policy.place,
                    (
                        Note("the machine is created without waiting", subject.place),
                        Note("this asks for it", check.requirement.place),
                    ),
                    f"name {policy.name} in the machine's DependsOn",
                    subject.logical_id,
                    actions=(action,),
                )


def creation(analysis: RoleAnalysis, subject: Subject) -> Iterator[PermissionCheck]:
    """What Step Functions does with the role when it creates the machine."""
    for check in analysis.checks:
        if check.subject is subject and check.need.purpose in ("events", "logs"):
            yield check
