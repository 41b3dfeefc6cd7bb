"""Fields of the two query languages, JSONPath and JSONata.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Mapping

EQUIVALENT_FIELDS: Mapping[str, str] = {
    "Arguments": "Parameters",
    "Parameters": "Arguments",
    "Condition": "Variable",
    "Items": "ItemsPath",
    "ItemsPath": "Items",
    "InputPath": "Arguments",
    "OutputPath": "Output",
    "ResultPath": "Output",
    "ResultSelector": "Output",
    "Output": "ResultSelector",
    **{
        name + "Path": name
        for name in (
            *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "Error", "Cause"),
            *("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
            *("MaxItems", "MaxItemsPerBatch", "MaxInputBytesPerBatch"),
        )
    },
    "Variable": "Condition",
}
"""For a field of one query language, the field of the other language that does the same."""
