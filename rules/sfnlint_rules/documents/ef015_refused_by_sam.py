"""AWS SAM cannot transform a state machine.

Why:
    AWS SAM transforms the template into CloudFormation before the deployment starts. The deployment
    fails when the transform does: a policy template without a required parameter, both Role and
    Policies, both Definition and DefinitionUri, a connector to a resource that does not exist.

Bad:
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Greeting:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Greet
            States:
              Greet:
                Type: Task
                Resource: arn:aws:states:::lambda:invoke
                Parameters: {FunctionName: hello}
                End: true
          Policies:
            - LambdaInvokePolicy: {Function: hello}

Good:
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Greeting:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Greet
            States:
              Greet:
                Type: Task
                Resource: arn:aws:states:::lambda:invoke
                Parameters: {FunctionName: hello}
                End: true
          Policies:
            - LambdaInvokePolicy: {FunctionName: hello}

Source:
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("EF015", "refused-by-sam")
def refused_by_sam(reading: Reading) -> Iterator[Finding]:
    """Report properties that the SAM transform rejects."""
    return findings(reading, "refused-by-sam")
