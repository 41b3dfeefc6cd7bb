"""SAM refuses what is written about a machine.

Why:
    SAM makes CloudFormation of the template before anything is deployed. What it cannot translate
    ends the deployment: a policy template that lacks a parameter, Role and Policies together,
    Definition and DefinitionUri together, a connector to a resource that is not there.

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
from sfnlint_rules.documents._input_problems import problems


@rule("EF015", "refused-by-sam")
def refused_by_sam(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "refused-by-sam", "EF015")
