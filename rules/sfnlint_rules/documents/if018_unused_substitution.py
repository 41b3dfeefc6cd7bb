"""The definition does not use a substitution.

Why:
    A name in DefinitionSubstitutions that does not stand in the definition as `${Name}` does
    nothing. Often the definition has the name misspelt, or the value written out.

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
          DefinitionSubstitutions: {Function: hello, FunctionArn: hello}
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
from sfnlint_rules.documents._input_problems import problems


@rule("IF018", "unused-substitution")
def unused_substitution(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "unused-substitution", "IF018")
