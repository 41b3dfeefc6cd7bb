"""An HTTP Task sets a header that Step Functions does not allow.

Why:
    Step Functions sets some headers itself and reserves others. A Task with one of them fails with
    States.Runtime, which no Catch and no Retry handles. The authorization belongs in the EventBridge
    connection, which can also add headers.

Bad:
    StartAt: Call
    States:
      Call:
        Type: Task
        Resource: arn:aws:states:::http:invoke
        Parameters:
          ApiEndpoint: https://api.example.com/orders
          Method: GET
          Headers: {Authorization.$: $.token}
          InvocationConfig:
            ConnectionArn: arn:aws:events:us-east-1:123456789012:connection/orders/6a1f
        End: true

Good:
    StartAt: Call
    States:
      Call:
        Type: Task
        Resource: arn:aws:states:::http:invoke
        Parameters:
          ApiEndpoint: https://api.example.com/orders
          Method: GET
          Headers: {Accept: application/json}
          InvocationConfig:
            ConnectionArn: arn:aws:events:us-east-1:123456789012:connection/orders/6a1f
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-fields
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject

_FORBIDDEN = frozenset({
    "a-im", "accept-charset", "accept-datetime", "accept-encoding", "authorization",
    "cache-control", "connection", "content-encoding", "content-md5", "date", "expect",
    "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since",
    "if-none-match", "if-range", "if-unmodified-since", "max-forwards", "origin", "pragma",
    "proxy-authorization", "referer", "server", "te", "trailer", "transfer-encoding", "upgrade",
    "via", "warning",
})  # fmt: skip
_FORBIDDEN_PREFIXES = ("x-forwarded-", "x-amz-", "x-amzn-")


@rule("EF307", "forbidden-header")
def forbidden_header(subject: Subject) -> Iterator[Finding]:
    """Report headers of HTTP Tasks with which the Task fails."""
    for call, states in subject.calls.items():
        for state in states if call.integration == "http:invoke" and not call.sdk else ():
            field, parameters = state.parameters
            headers = parameters.get("Headers") if isinstance(parameters, dict) else None
            for key in headers if isinstance(headers, dict) else ():
                name = key if state.query_language == "JSONata" else key.removesuffix(".$")
                lowered = name.lower()
                if lowered not in _FORBIDDEN and not lowered.startswith(_FORBIDDEN_PREFIXES):
                    continue
                authorizes = lowered.endswith("authorization")
                yield subject.finding(
                    f"state '{state.name}' sets the header '{name}', so it fails with "
                    "States.Runtime, which no Catch handles",
                    state.at(field, "Headers", key),
                    state=state,
                    fix="define the authorization in the EventBridge connection"
                    if authorizes
                    else "remove the header",
                )
