"""Limits of definitions and executions."""

MAX_DEFINITION_CHARACTERS = 1_048_576
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

MAX_MACHINE_NAME = 80
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

MAX_STATE_NAME = 80
"""https://states-language.net/spec.html#states-fields"""

MAX_VARIABLE_NAME = 80
"""https://states-language.net/spec.html#assign-field"""

MAX_LABEL = 40
"""https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html"""

MAX_EXPRESS_SECONDS = 300
"""https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html"""

MAX_SECONDS = 99_999_999
"""https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html"""
