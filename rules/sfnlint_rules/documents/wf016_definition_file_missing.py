"""The file with the definition is not there.

Why:
    The template names a file that cannot be found beside it, so the definition was not checked, and
    `sam deploy` and `aws cloudformation package` stop. Only where a build makes the file first is
    all well.

Bad:
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Greeting:
        Type: AWS::Serverless::StateMachine
        Properties:
          DefinitionUri: statemachine/greeting.asl.json
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
                Parameters: {FunctionName: hello}
                End: true
          Policies:
            - LambdaInvokePolicy: {FunctionName: hello}

Source:
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import problems


@rule("WF016", "definition-file-missing")
def definition_file_missing(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "definition-file-missing", "WF016")
