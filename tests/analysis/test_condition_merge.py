"""Findings of all combinations of a template's conditions, each reported once."""

from __future__ import annotations

import json

from analyses import TABLE, allow, put

import sfnlint


def test_a_finding_in_the_policy_of_plain_asl_has_no_note_about_a_template() -> None:
    definition = {"StartAt": "Save", "States": {"Save": put(TABLE)}}
    policy = {"Version": "2012-10-17", "Statement": [allow(["dynamodb:*"], TABLE)]}
    [finding] = [
        finding
        for finding in sfnlint.check_text(
            json.dumps(definition), policies={"policy.json": json.dumps(policy)}
        )
        if finding.rule == "WF504"
    ]
    assert not [note for note in finding.notes if "is defined here" in note.message]
