"""The age of the generated AWS data."""

from __future__ import annotations

import time

from sfnlint import data_dates


def today() -> str:
    """Return the current date in UTC: `2026-11-20`."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def age_warning(date: str, now: str) -> str:
    """Return the warning about data that is older than a year; empty if it is not.

    Args:
        date: the date of the data: `2026-11-20`.
        now: the current date.

    """
    year, _, day = date.partition("-")
    if now <= f"{int(year) + 1}-{day}":
        return ""
    return f"the AWS data of this version is of {date}; update sfn-lint to check newer operations"


def current_warning() -> str:
    """Return the warning about the age of the data today; empty if there is none."""
    return age_warning(data_dates.sdk_operations(), today())
