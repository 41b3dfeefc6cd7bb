"""Resources in output of the AWS CLI, as the needs of a state machine's calls depend on them.

Such as `aws ecs describe-task-definition`: whoever runs the task passes its roles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from sfnlint.catalog.linked_resources import (
    PropertyValue,
    has_fields,
    names_in_arn,
    resources_at,
)
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route, value_at
from sfnlint.symbol import Symbol, Symbols


class _OutputForm(NamedTuple):
    """The form of the output of a command about a resource.

    Attributes:
        type: the CloudFormation type of the resource.
        service: the service in its ARN.
        arn: the route to its ARN.
        properties: the routes to properties, by their routes in CloudFormation.

    """

    type: str
    service: str
    arn: Route
    properties: Mapping[Route, Route]


_FORMS = (
    # https://docs.aws.amazon.com/cli/latest/reference/ecs/describe-task-definition.html
    _OutputForm(
        "AWS::ECS::TaskDefinition",
        "ecs",
        ("taskDefinition", "taskDefinitionArn"),
        {
            ("TaskRoleArn",): ("taskDefinition", "taskRoleArn"),
            ("ExecutionRoleArn",): ("taskDefinition", "executionRoleArn"),
        },
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html
    _OutputForm(
        "AWS::SQS::Queue",
        "sqs",
        ("Attributes", "QueueArn"),
        {("KmsMasterKeyId",): ("Attributes", "KmsMasterKeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/sns/get-topic-attributes.html
    _OutputForm(
        "AWS::SNS::Topic",
        "sns",
        ("Attributes", "TopicArn"),
        {("KmsMasterKeyId",): ("Attributes", "KmsMasterKeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/dynamodb/describe-table.html
    _OutputForm(
        "AWS::DynamoDB::Table",
        "dynamodb",
        ("Table", "TableArn"),
        {("SSESpecification", "KMSMasterKeyId"): ("Table", "SSEDescription", "KMSMasterKeyArn")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/kinesis/describe-stream-summary.html
    _OutputForm(
        "AWS::Kinesis::Stream",
        "kinesis",
        ("StreamDescriptionSummary", "StreamARN"),
        {("StreamEncryption", "KeyId"): ("StreamDescriptionSummary", "KeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/kinesis/describe-stream.html
    _OutputForm(
        "AWS::Kinesis::Stream",
        "kinesis",
        ("StreamDescription", "StreamARN"),
        {("StreamEncryption", "KeyId"): ("StreamDescription", "KeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/describe-secret.html
    _OutputForm(
        "AWS::SecretsManager::Secret", "secretsmanager", ("ARN",), {("KmsKeyId",): ("KmsKeyId",)}
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/events/describe-connection.html
    _OutputForm(
        "AWS::Events::Connection",
        "events",
        ("ConnectionArn",),
        {("KmsKeyIdentifier",): ("KmsKeyIdentifier",)},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/stepfunctions/describe-activity.html
    _OutputForm(
        "AWS::StepFunctions::Activity",
        "states",
        ("activityArn",),
        {("EncryptionConfiguration", "KmsKeyId"): ("encryptionConfiguration", "kmsKeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/stepfunctions/describe-state-machine.html
    _OutputForm(
        "AWS::StepFunctions::StateMachine",
        "states",
        ("stateMachineArn",),
        {("EncryptionConfiguration", "KmsKeyId"): ("encryptionConfiguration", "kmsKeyId")},
    ),
    # https://docs.aws.amazon.com/cli/latest/reference/bedrock/get-inference-profile.html
    _OutputForm(
        "AWS::Bedrock::ApplicationInferenceProfile",
        "bedrock",
        ("inferenceProfileArn",),
        {("ModelSource", "CopyFrom"): ("models", 0, "modelArn")},
    ),
)


def is_resource(data: Mapping[str, Any]) -> bool:
    """Return whether an output describes a resource that calls may need more permissions for."""
    return any(True for _ in _forms(data))


def _forms(data: Mapping[str, Any]) -> Iterator[tuple[_OutputForm, str]]:
    """Yield the forms that an output may have, each with the ARN."""
    for form in _FORMS:
        arn = value_at(data, form.arn)
        fields = arn.split(":") if isinstance(arn, str) else []
        if len(fields) > 5 and fields[0] == "arn" and fields[2] == form.service:
            yield form, str(arn)


class DeployedResource(NamedTuple):
    """A resource in output of the AWS CLI; see `LinkedResource`."""

    arn: str
    form: _OutputForm
    data: Mapping[str, Any]
    is_certain: bool = True

    def values(self, route: Sequence[str]) -> list[PropertyValue]:
        """Return the values of a property; see `LinkedResource`."""
        value = value_at(self.data, self.form.properties.get(tuple(route), ("",)))
        return [PropertyValue(value, True)] if isinstance(value, str) and value else []


class DeployedResources:
    """The resources in the output of the AWS CLI; see `ResourceIndex`.

    Args:
        symbols: the symbols of the state machines.

    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._by_name: dict[str, dict[str, list[DeployedResource]]] = {}
        self._by_arn: dict[str, dict[str, list[DeployedResource]]] = {}
        self._values: dict[Symbol, PatternPart] = {}

    def of_machine(self, arn: str) -> DeployedResources:
        """Return the same resources for the calls of a state machine in its Region and account."""
        _, partition, _, region, account, *_ = arn.split(":")
        resources = copy(self)
        resources._values = {PARTITION: partition, REGION: region, ACCOUNT: account}
        return resources

    def add(self, data: Mapping[str, Any]) -> None:
        """Add the resource that an output describes."""
        any_string = self._symbols.mark(Symbol("*", "free"))
        for form, arn in _forms(data):
            resource = DeployedResource(arn, form, data)
            for name in names_in_arn(arn, any_string):
                self._by_name.setdefault(form.type, {}).setdefault(name, []).append(resource)
            self._by_arn.setdefault(form.type, {}).setdefault(arn, []).append(resource)

    def find(self, resource_type: str, arn: Pattern) -> list[DeployedResource]:
        """Return the resources that a call with this resource touches; see `ResourceIndex`."""
        mark, arn = self._symbols.mark, arn.substitute(self._values)
        text = "".join(
            [mark(part) if isinstance(part, Symbol) else str(part) for part in arn.parts]
        )
        at_arn, fields = resources_at(text, self._by_name.get(resource_type, {}))
        return [
            resource._replace(is_certain=is_same is True)
            for resource in at_arn
            if (is_same := has_fields(resource.arn, fields, ())) is not False
        ]

    def named(self, resource_type: str, text: str) -> list[DeployedResource]:
        """Return the resources with an ARN; see `ResourceIndex`."""
        return self._by_arn.get(resource_type, {}).get(text, [])

    def reference(self, arn: Pattern) -> tuple[Symbol, str] | None:
        """Return None: output of the AWS CLI has no references; see `ResourceIndex`."""
        return None
