"""The Resource of a Task: service, action and integration pattern.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import MARKER

_FORM = re.compile(
    r"arn:[^:]*:states:[^:]*:[^:]*:(aws-sdk:)?([^:]+):([^:.]+)(?:\.(.+))?", re.DOTALL
)
_ACTIVITY = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:")
_FUNCTION = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:")
SDK_PATTERNS = ("request_response", "waitForTaskToken")
"""The integration patterns of AWS SDK integrations.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""
_NOT_A_SERVICE = frozenset({"activity", "stateMachine", "execution"})


class TaskResource(NamedTuple):
    """A service integration as a Task's Resource names it.

    Attributes:
        service: the service, as in `sagemaker`.
        action: the API action, as in `createTrainingJob`.
        pattern: the suffix after the dot, as in `sync`, not checked; "request_response" without a
            suffix.
        sdk: whether it is an AWS SDK integration.

    """

    service: str
    action: str
    pattern: str
    sdk: bool

    @property
    def integration(self) -> str:
        """Service and action as the documentation writes them: `sagemaker:createTrainingJob`."""
        return f"{self.service}:{self.action}"

    def __str__(self) -> str:
        suffix = "" if self.pattern == "request_response" else "." + self.pattern
        return ("aws-sdk:" if self.sdk else "") + self.integration + suffix


@lru_cache(maxsize=1024)
def parse_resource(text: str) -> TaskResource | None:
    """Parse a Task's Resource; None unless it names an integration without unknown parts."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    sdk, service, action, pattern = match.groups()
    if service in _NOT_A_SERVICE or MARKER.search(service + action + (pattern or "")):
        return None
    return TaskResource(service, action, pattern or "request_response", bool(sdk))


def is_activity_arn(text: object) -> bool:
    """Whether a Task's Resource is an activity's ARN."""
    return isinstance(text, str) and _ACTIVITY.match(text) is not None


def is_function_arn(text: object) -> bool:
    """Whether a Task's Resource is a Lambda function's ARN."""
    return isinstance(text, str) and _FUNCTION.match(text) is not None
