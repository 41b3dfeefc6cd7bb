"""The partitions of AWS and their Regions.

The table is copied from the AWS SDK's, where each partition has the expression that the names of
its Regions match, those of future Regions included:
https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
"""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.lazy_pattern import lazy_pattern

_REGIONS: Mapping[str, str] = {
    "aws": r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+",
    "aws-cn": r"cn-\w+-\d+",
    "aws-eusc": r"eusc-(de)-\w+-\d+",
    "aws-iso": r"us-iso-\w+-\d+",
    "aws-iso-b": r"us-isob-\w+-\d+",
    "aws-iso-e": r"eu-isoe-\w+-\d+",
    "aws-iso-f": r"us-isof-\w+-\d+",
    "aws-us-gov": r"us-gov-\w+-\d+",
}
PARTITIONS = tuple(_REGIONS)
"""The names of the partitions, that of most accounts first."""
_PATTERNS = {name: lazy_pattern(expression) for name, expression in _REGIONS.items()}


def partition_of_region(region: str) -> str | None:
    """Return the partition that a Region belongs to; None for a name that is no known Region."""
    return next((name for name, regions in _PATTERNS.items() if regions.fullmatch(region)), None)
