"""A path reads data that certainly does not exist.

Why:
    A path that finds nothing ends the execution with States.Runtime, which no Catch handles. The
    data is known where a Result, Parameters or the response of an integration defines it. A request
    response task returns the response of the API, not the finished job.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingJob
        Parameters:
          TrainingJobName: nightly
          RoleArn: arn:aws:iam::123456789012:role/training
        Next: Register
      Register:
        Type: Pass
        Parameters:
          model.$: $.ModelArtifacts.S3ModelArtifacts
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingJob.sync
        Parameters:
          TrainingJobName: nightly
          RoleArn: arn:aws:iam::123456789012:role/training
        Next: Register
      Register:
        Type: Pass
        Parameters:
          model.$: $.ModelArtifacts.S3ModelArtifacts
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._data_flow import findings


@rule("EF219", "missing-value")
def missing_value(subject: Subject) -> Iterator[Finding]:
    """Report paths that find nothing, whatever the input of the execution is."""
    return findings(subject, "missing-value")
