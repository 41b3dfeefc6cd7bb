"""The results of Tasks: the responses of integrations.

Request response returns the response of the API, with the names of its members in PascalCase.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.asl.machine import State
from sfnlint.asl.task_resource import parse_resource
from sfnlint.dataflow.responses import response_members
from sfnlint.dataflow.shapes import UNKNOWN, Object, Shape, contains_marker

_METADATA = ("SdkHttpMetadata", "SdkResponseMetadata")
_HTTP = "Headers ResponseBody StatusCode StatusText"
_OPTIMIZED: Mapping[str, str] = {
    "apigateway:invoke": _HTTP,
    "http:invoke": _HTTP,
    "athena:startQueryExecution": "QueryExecutionId",
    "athena:getQueryExecution": "QueryExecution",
    "athena:getQueryResults": "UpdateCount ResultSet NextToken",
    "batch:submitJob": "JobArn JobName JobId",
    "bedrock:createModelCustomizationJob": "JobArn",
    "codebuild:startBuild": "Build",
    "codebuild:stopBuild": "Build",
    "codebuild:startBuildBatch": "BuildBatch",
    "codebuild:stopBuildBatch": "BuildBatch",
    "codebuild:retryBuildBatch": "BuildBatch",
    "databrew:startJobRun": "RunId",
    "dynamodb:getItem": "Item ConsumedCapacity",
    "dynamodb:putItem": "Attributes ConsumedCapacity ItemCollectionMetrics",
    "dynamodb:updateItem": "Attributes ConsumedCapacity ItemCollectionMetrics",
    "dynamodb:deleteItem": "Attributes ConsumedCapacity ItemCollectionMetrics",
    "ecs:runTask": "Tasks Failures",
    "eks:createCluster": "Cluster",
    "eks:deleteCluster": "Cluster",
    "eks:createNodegroup": "Nodegroup",
    "eks:deleteNodegroup": "Nodegroup",
    "eks:createFargateProfile": "FargateProfile",
    "eks:deleteFargateProfile": "FargateProfile",
    "emr-containers:createVirtualCluster": "Id Name Arn",
    "emr-containers:deleteVirtualCluster": "Id",
    "emr-containers:startJobRun": "Id Name Arn VirtualClusterId",
    "emr-serverless:createApplication": "ApplicationId Name Arn",
    "emr-serverless:startJobRun": "ApplicationId JobRunId Arn",
    "emr-serverless:cancelJobRun": "ApplicationId JobRunId",
    "events:putEvents": "FailedEntryCount Entries",
    "glue:startJobRun": "JobRunId",
    "lambda:invoke": "StatusCode FunctionError LogResult Payload ExecutedVersion "
    "DurableExecutionArn",
    "mediaconvert:createJob": "Job",
    "sagemaker:createTrainingJob": "TrainingJobArn",
    "sagemaker:createTransformJob": "TransformJobArn",
    "sagemaker:createProcessingJob": "ProcessingJobArn",
    "sagemaker:createLabelingJob": "LabelingJobArn",
    "sagemaker:createHyperParameterTuningJob": "HyperParameterTuningJobArn",
    "sagemaker:createModel": "ModelArn",
    "sagemaker:createEndpoint": "EndpointArn",
    "sagemaker:createEndpointConfig": "EndpointConfigArn",
    "sagemaker:updateEndpoint": "EndpointArn",
    "sns:publish": "MessageId SequenceNumber",
    "sqs:sendMessage": "MD5OfMessageBody MD5OfMessageAttributes MD5OfMessageSystemAttributes "
    "MessageId SequenceNumber",
    "states:startExecution": "ExecutionArn StartDate",
}
"""The members of the responses of optimized integrations: the API references of the services."""


def task_result(state: State) -> Shape:
    """Return the shape of a Task's result.

    Only request response is known: the results of jobs that are waited for, of callbacks, of
    functions and of activities are theirs.
    """
    resource = state.data.get("Resource")
    called = None
    if isinstance(resource, str) and not contains_marker(resource):
        called = parse_resource(resource)
    if called is None or called.pattern != "request_response":
        return UNKNOWN
    if called.sdk:
        members = response_members(called.service, called.action)
        # Members with other capital letters can exist: the names are those of another SDK.
        return UNKNOWN if members is None else _response([*members, *_METADATA], exact=False)
    names = _OPTIMIZED.get(called.integration)
    return UNKNOWN if names is None else _response([*names.split(), *_METADATA])


class _AnyCase(dict[str, Shape]):
    """Fields that are found whatever the case of their letters is."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).lower() in self._lower

    def __missing__(self, _name: str) -> Shape:
        return UNKNOWN

    def __init__(self, names: list[str]) -> None:
        super().__init__(dict.fromkeys(names, UNKNOWN))
        self._lower = {name.lower() for name in names}


def _response(names: list[str], *, exact: bool = True) -> Object:
    """Return an object that may have each of the members."""
    fields = dict.fromkeys(names, UNKNOWN) if exact else _AnyCase(names)
    return Object(fields, frozenset(names))
