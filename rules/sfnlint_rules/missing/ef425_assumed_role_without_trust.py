"""The role that a task assumes does not trust the execution role.

Why:
    A role is assumed only by whom its trust policy names: here the execution role of the machine, or
    its account. Step Functions itself does not assume it. The execution fails at this state.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
                Credentials: {RoleArn: !GetAtt Worker.Arn}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: assume
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Worker.Arn}
      Worker:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: lambda:InvokeFunction
                    Resource: arn:aws:lambda:us-east-1:123456789012:function:clean

Good:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
                Credentials: {RoleArn: !GetAtt Worker.Arn}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: assume
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Worker.Arn}
      Worker:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: lambda:InvokeFunction
                    Resource: arn:aws:lambda:us-east-1:123456789012:function:clean

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.iam.evaluate import Verdict
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF425", "assumed-role-without-trust")
def assumed_role_without_trust(subject: Subject) -> Iterator[Finding]:
    """Tasks whose assumed role certainly refuses the execution role."""
    for state in subject.machine.states:
        credentials = state.data.get("Credentials")
        called = credentials.get("RoleArn") if isinstance(credentials, dict) else None
        assumed = subject.assumed.get(called) if isinstance(called, str) else None
        if assumed is None or assumed.trusts is not Verdict.DENIED or subject.role is None:
            continue
        trust = assumed.role.trust
        note = [Note("this is its trust policy", trust.place)] if trust is not None else []
        yield Finding(
            "EF425",
            f"state '{state.name}' assumes {assumed.role.name}, whose trust policy does not allow "
            f"sts:AssumeRole to {subject.role.name}",
            state.at("Credentials"),
            tuple(note),
            fix=f"let {assumed.role.name} trust {subject.role.name}",
            machine=subject.logical_id,
            state=state.name,
            actions=("sts:AssumeRole",),
        )
