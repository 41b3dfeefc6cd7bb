"""A placeholder in the definition has no substitution.

Why:
    A placeholder that DefinitionSubstitutions does not define stays in the definition as `${Name}`.
    In a Resource, the deployment fails. In a parameter, the service receives the placeholder
    itself.

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
                Parameters: {FunctionName: '${Function}'}
                End: true
          DefinitionSubstitutions: {FunctionName: hello}
          Policies:
            - LambdaInvokePolicy: {FunctionName: hello}

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
                Parameters: {FunctionName: '${Function}'}
                End: true
          DefinitionSubstitutions: {Function: hello}
          Policies:
            - LambdaInvokePolicy: {FunctionName: hello}

Source:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("WF017", "undefined-substitution")
def undefined_substitution(reading: Reading) -> Iterator[Finding]:
    """Report placeholders without a substitution."""
    return findings(reading, "undefined-substitution")
