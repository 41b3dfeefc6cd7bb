"""The state machine does not wait for a policy that its creation needs.

Why:
    CloudFormation creates resources in parallel. When the state machine is created, Step
    Functions uses its role to create the managed event rule and the log delivery. If the
    policy does not exist yet, the deployment fails with `is not authorized to create
    managed-rule` or `to access the Log Destination`, and succeeds at the next attempt. Terraform
    creates resources in parallel as well: the attachment of a policy is a resource of its own. Its
    provider repeats the creation of the state machine for a while, but not an update.

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
    https://github.com/terraform-aws-modules/terraform-aws-step-functions/issues/61
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.permission_checks import PermissionCheck
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding, Note
from sfnlint.iam.decision import Verdict
from sfnlint.rule import rule
from sfnlint.subject import LatePolicy, Subject


@rule("WF417", "policy-not-awaited")
def policy_not_awaited(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield policies that alone allow what the creation needs, and that it does not wait for."""
    for subject in analysis.subjects:
        for (policy, fix), check in _late_policies(analysis, subject):
            yield subject.finding(
                f"the state machine does not wait for policy '{policy.name}', but its creation "
                f"needs {check.action}",
                policy.place,
                fix=fix,
                notes=[
                    Note("the state machine is defined here", subject.place),
                    Note(f"needed by {check.requester}", check.place),
                ],
                actions=[check.action],
            )


def _late_policies(
    analysis: RoleAnalysis, subject: Subject
) -> Iterator[tuple[LatePolicy, PermissionCheck]]:
    """Yield each policy with the first permission that the creation has only from late policies."""
    late = {
        statement.place: item
        for item in subject.not_awaited
        for statement in item.policy.statements
    }
    reported = set()
    for check in analysis.checks if late else ():
        if (
            check.subject is subject
            and check.purpose in ("events", "logs")
            and check.verdict is Verdict.ALLOWED
            and all(statement.place in late for statement in check.allow)
        ):
            item = late[check.allow[0].place]
            if item.policy.place not in reported:
                reported.add(item.policy.place)
                yield item, check
