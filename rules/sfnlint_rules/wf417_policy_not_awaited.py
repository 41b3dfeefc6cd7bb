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
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.iam.evaluate import Verdict
from sfnlint.role_use import RoleUse
from sfnlint.rule import rule


@rule("WF417", "policy-not-awaited")
def policy_not_awaited(use: RoleUse) -> Iterator[Finding]:
    """Needs of the creation that only policies grant which the machine does not wait for."""
    for subject in use.subjects:
        if not subject.not_awaited:
            continue
        late = {id(policy): policy for policy in subject.not_awaited}
        statements = {
            statement.place: policy for policy in late.values() for statement in policy.statements
        }
        told: set[int] = set()
        for ask in use.asks:
            allow = ask.decision.allow
            if (
                ask.subject is not subject
                or ask.requirement.need.purpose != "events"
                or ask.decision.verdict is not Verdict.ALLOWED
                or not all(statement.place in statements for statement in allow)
            ):
                continue
            policy = statements[allow[0].place]
            if id(policy) in told:
                continue
            told.add(id(policy))
            yield Finding(
                "WF417",
                f"the machine does not wait for this policy, but its creation needs {ask.action} "
                f"on {ask.needed}",
                policy.place,
                (Note("the machine is created without waiting", subject.place),),
                "name the policy in the machine's DependsOn",
                subject.logical_id,
                ask.requirement.state.name,
                (ask.action,),
                (ask.needed,),
            )
