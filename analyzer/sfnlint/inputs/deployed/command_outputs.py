"""Output of AWS CLI commands about a state machine or an account, in a file.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sfnlint.inputs.deployed.linked_resources import is_resource
from sfnlint.inputs.deployed.resource_policies import written_policies
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document, Place, Span
from sfnlint.source import Piece, TextDocument, embed

_TOKEN = lazy_pattern(r'"(?:[^"\\]++|\\.?+)*+"?+|[{}\[\]]', re.DOTALL)
_FIELD = lazy_pattern(r"stateMachineArn|RoleDetailList|\\\"Statement\\\"")
_MAX_OUTPUTS = 10_000
"""How many outputs of one file are read."""


class CommandOutput(NamedTuple):
    """Output of a command: a state machine, an account, or a resource.

    Attributes:
        place: its place in the file.
        data: its data.

    """

    place: Place
    data: Mapping[str, Any]

    @property
    def is_machine(self) -> bool:
        """Whether it describes a state machine."""
        arn = self.data.get("stateMachineArn")
        return (
            isinstance(arn, str)
            and arn.count(":") >= 6
            and ":stateMachine:" in arn
            and isinstance(self.data.get("roleArn"), str)
        )

    @property
    def is_account(self) -> bool:
        """Whether it describes the roles of an account."""
        return isinstance(self.data.get("RoleDetailList"), list)

    @property
    def is_resource(self) -> bool:
        """Whether it describes a resource that calls may need more permissions for."""
        return is_resource(self.data)

    @property
    def has_resource_policy(self) -> bool:
        """Whether it shows the policy of a resource."""
        return bool(written_policies(self.data))


def command_outputs(file: TextDocument) -> list[CommandOutput]:
    """Return the outputs in a file: one, a list of them, or several one after the other."""
    places = [Place(file)]
    if file.error is not None and file.format == "json" and _FIELD.search(file.text):
        places = [Place(document) for document in _concatenated(file)]
    outputs: list[CommandOutput] = []
    for place in places:
        data = place.document.data
        if isinstance(data, dict):
            outputs.append(CommandOutput(place, data))
        elif isinstance(data, list):
            outputs += (
                CommandOutput(place.at(index), item)
                for index, item in enumerate(data)
                if isinstance(item, dict)
            )
    return [
        output
        for output in outputs
        if output.is_machine
        or output.is_account
        or output.is_resource
        or output.has_resource_policy
    ]


def _concatenated(file: TextDocument) -> Sequence[Document]:
    """Return the JSON documents of a text that has several; none when one cannot be parsed."""
    documents: list[Document] = []
    depth = start = 0
    for match in _TOKEN.finditer(file.text):
        if match[0] in ("{", "["):
            start = match.start() if depth == 0 else start
            depth += 1
        elif match[0] in ("}", "]"):
            depth -= 1
            if depth < 0:
                return ()
            if depth == 0:
                span = Span(start, match.end())
                place = Place(file, (), "text", span)
                document = embed([Piece(file.text[start : span.end], place)])
                if document.error is not None or len(documents) == _MAX_OUTPUTS:
                    return ()
                documents.append(document)
    return documents if depth == 0 else ()
