"""An EXPRESS execution waits for a job, a callback or an activity.

Why:
    EXPRESS state machines run for five minutes at most. They do not support running a job
    (`.sync`), waiting for a callback (`.waitForTaskToken`) or activities. Step Functions rejects
    the definition. This also applies to the child executions of a Distributed Map with
    ExecutionType EXPRESS.

Bad:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineType: EXPRESS
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

Good:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineType: EXPRESS
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
    https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.asl.task_resource import is_activity_arn
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._execution import execution_type


@rule("EF303", "express-waits")
def express_waits(subject: Subject) -> Iterator[Finding]:
    """Report Tasks with a pattern other than request response, and activities."""
    is_express = subject.type == "EXPRESS"
    runner = "state machines" if is_express else "child executions"
    setting = "the type of the state machine" if is_express else "ExecutionType"
    for state, feature in _waiting(subject):
        if execution_type(state, subject) == "EXPRESS":
            yield subject.finding(
                f"state '{state.name}': EXPRESS {runner} cannot use {feature}",
                state.at("Resource"),
                state=state,
                fix=f"change {setting} to STANDARD, or call the service without waiting",
            )


def _waiting(subject: Subject) -> Iterator[tuple[State, str]]:
    """Yield the Tasks that wait, each with the feature it uses."""
    for resource, states in subject.calls.items():
        if resource.pattern in ("sync", "sync:2", "waitForTaskToken"):
            yield from ((state, f".{resource.pattern}") for state in states)
    for state in subject.machine.states:
        if state.type == "Task" and is_activity_arn(state.data.get("Resource")):
            yield state, "activities"
