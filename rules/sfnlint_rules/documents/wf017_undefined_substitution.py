"""Nothing is filled in for a placeholder of the definition.

Why:
    A name that DefinitionSubstitutions does not have stays in the definition as `${Name}`. As part
    of a Resource the deployment is refused; in a parameter the service gets the placeholder itself.

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

from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import problems


@rule("WF017", "undefined-substitution")
def undefined_substitution(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    for finding in problems(reading, "undefined-substitution", "WF017"):
        notes = tuple(Note("the placeholder", note.place) for note in finding.notes)
        yield finding._replace(notes=notes)
