"""The trust policy of the role that a task assumes does not name the execution role.

Why:
    Only a principal that its trust policy names can assume a role: here the execution role of
    the state machine, or its account. Naming Step Functions itself does not help. Every
    execution that reaches the state fails.

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
from sfnlint.iam.decision import Verdict
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF425", "assumed-role-without-trust")
def assumed_role_without_trust(subject: Subject) -> Iterator[Finding]:
    """Yield tasks whose assumed role certainly denies the execution role."""
    for state in subject.machine.states:
        credentials = state.data.get("Credentials")
        role_arn = credentials.get("RoleArn") if isinstance(credentials, dict) else None
        assumed = subject.assumed.get(role_arn) if isinstance(role_arn, str) else None
        if assumed is None or assumed.trusts is not Verdict.DENIED or subject.role is None:
            continue
        role, trust = assumed.role.label, assumed.role.trust
        yield subject.finding(
            f"state '{state.name}' assumes {role}, whose trust policy does not let "
            f"{subject.role.label} call sts:AssumeRole",
            state.at("Credentials"),
            state=state,
            fix=f"allow sts:AssumeRole for {subject.role.label} in the trust policy of {role}",
            notes=[] if trust is None else [Note("the trust policy is defined here", trust.place)],
            actions=["sts:AssumeRole"],
        )
