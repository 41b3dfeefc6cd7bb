"""The `Resource` of a Task: which service it calls, how, and in which integration pattern.

Forms: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sfnlint.symbol import MARKER

_FORM = re.compile(
    r"arn:[^:]*:states:[^:]*:[^:]*:(aws-sdk:)?([^:]+):([^:.]+)(?:\.(.+))?", re.DOTALL
)
_ACTIVITY = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:")
_FUNCTION = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:")
SDK_PATTERNS = ("request_response", "waitForTaskToken")
"""The integration patterns of an operation of the AWS SDK.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""
_NOT_A_SERVICE = frozenset({"activity", "stateMachine", "execution"})


class TaskResource(NamedTuple):
    """An integration as a Task names it.

    Attributes:
        service: `sagemaker`.
        action: `createTrainingJob`.
        pattern: what follows the last dot, `sync`; "request_response" where nothing does. Any
            text: whether it is a pattern at all is for a rule to say.
        sdk: whether it is an AWS SDK integration.

    """

    service: str
    action: str
    pattern: str
    sdk: bool

    @property
    def integration(self) -> str:
        """Its name as the documentation writes it: `sagemaker:createTrainingJob`."""
        return f"{self.service}:{self.action}"

    def __str__(self) -> str:
        suffix = "" if self.pattern == "request_response" else "." + self.pattern
        return ("aws-sdk:" if self.sdk else "") + self.integration + suffix


@lru_cache(maxsize=1024)
def parse_resource(text: str) -> TaskResource | None:
    """Read a Task's Resource; None for a function's or an activity's ARN and what is left open."""
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
