"""The role that tasks assume, with the tasks that assume it."""

from __future__ import annotations

from typing import Any

import pytest
from analyses import TABLE, allow, analysis, put

from sfnlint.analysis.assumed_roles import AssumedRoleAnalysis

ROLE = "arn:aws:iam::444455556666:role/writer"


@pytest.mark.parametrize(
    ("credentials", "lacking"),
    [
        ({"RoleArn": ROLE}, ["dynamodb:PutItem"]),
        ({"RoleArn": ROLE + "-2"}, []),
        # Not an object: another rule reports it.
        (ROLE, []),
        (None, []),
    ],
)
def test_only_tasks_that_assume_the_role_need_it(credentials: Any, lacking: list[str]) -> None:
    state = {**put(TABLE), "Credentials": credentials}
    [subject] = analysis({"Save": state}, allow("sqs:SendMessage", "*")).subjects
    assert subject.role is not None
    assumed = AssumedRoleAnalysis(ROLE, subject.role, subject)
    assert [action for gap in assumed.gaps for action in gap.actions] == lacking
    assert not assumed.all_needs_known
