"""A definition substitution is not used.

Why:
    A name in DefinitionSubstitutions has no effect unless the definition contains it as `${Name}`.
    Often, the name is misspelled in the definition, or the definition contains the literal value.

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
from sfnlint_rules.documents._input_problems import findings


@rule("IF018", "unused-substitution")
def unused_substitution(reading: Reading) -> Iterator[Finding]:
    """Report substitutions whose placeholder is not in the definition."""
    return findings(reading, "unused-substitution")
