"""The definition file does not exist.

Why:
    The template names a file that does not exist, so the definition was not checked, and `sam
    deploy` and `aws cloudformation package` fail. Ignore this finding only if a build step creates
    the file.

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
from sfnlint_rules.documents._input_problems import findings


@rule("WF016", "definition-file-missing")
def definition_file_missing(reading: Reading) -> Iterator[Finding]:
    """Report definition files that do not exist."""
    return findings(reading, "definition-file-missing")
