"""The files of the catalog match their schema and the public pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sfnlint import catalog

FOLDER = Path(catalog.__file__).parent
SCHEMA = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
SERVICES = catalog.service_names()
FILES = [*SERVICES, "aws-sdk", "machine", "map"]


@pytest.mark.parametrize("service", FILES)
def test_form(service: str) -> None:
    data = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["service"] == service
    needs = [need for entry in data["integrations"].values() for need in entry.get("needs", ())]
    jobs = [
        entry["unlimited_job"]
        for entry in data["integrations"].values()
        if "unlimited_job" in entry
    ]
    used = {item["source"] for item in [*needs, *jobs]}
    used |= {need["context_source"] for need in needs if "context_source" in need}
    assert not needs or used == set(data["sources"])
    for need in needs:
        assert len(need.get("documented", need["resources"])) == len(need["resources"])


def test_form_of_linked_needs() -> None:
    data = json.loads((FOLDER / "linked.json").read_text(encoding="utf-8"))
    schema = {**SCHEMA, "required": [], "additionalProperties": True, "$ref": "#/$defs/linked"}
    jsonschema.Draft202012Validator(schema).validate(data)
    assert {need["source"] for need in linked_needs_of(data)} == set(data["sources"])
    assert set(data["types"]) <= set(data["forms"])


def linked_needs_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    entries = [entry for entries in data["resources"].values() for entry in entries]
    return [need for entry in entries for need in entry["needs"]]


@pytest.mark.parametrize("service", SERVICES)
def test_every_integration_starts_something(service: str) -> None:
    for integration in (catalog.integrations(service) or {}).values():
        for pattern in integration.patterns:
            purposes = [need.purpose for need in integration.needs if pattern in need.patterns]
            assert "start" in purposes or not integration.needs
            assert ("poll" in purposes) == (pattern.startswith("sync") and bool(purposes))


def test_sagemaker_is_whole() -> None:
    known = catalog.integrations("sagemaker") or {}
    assert {name: list(entry.patterns) for name, entry in known.items()} == {
        "createTrainingJob": ["request_response", "sync"],
        "createTransformJob": ["request_response", "sync"],
        "createProcessingJob": ["request_response", "sync"],
        "createLabelingJob": ["request_response", "sync"],
        "createHyperParameterTuningJob": ["request_response", "sync"],
        "createModel": ["request_response"],
        "createEndpoint": ["request_response"],
        "createEndpointConfig": ["request_response"],
        "updateEndpoint": ["request_response"],
    }


@pytest.mark.parametrize(
    "name",
    [
        "schema",
        "evidence",
        "map",
        "machine",
        "aws-sdk",
        "linked",
        "../iam/x",
        "",
        "a/b",
        "sagemaker.json",
        "\0",
    ],
)
def test_names_that_are_no_service(name: str) -> None:
    assert catalog.integrations(name) is None


def test_every_required_need_has_public_evidence() -> None:
    evidence = json.loads((FOLDER / "evidence.json").read_text(encoding="utf-8"))
    used = set()
    for service in FILES:
        data = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
        for entry in data["integrations"].values():
            used |= {need["evidence"] for need in entry.get("needs", ()) if "evidence" in need}
    linked = json.loads((FOLDER / "linked.json").read_text(encoding="utf-8"))
    used |= {need["evidence"] for need in linked_needs_of(linked) if "evidence" in need}
    assert used == set(evidence)
    for item in evidence.values():
        assert set(item) == {"kind", "sentence", "url"}
        assert item["kind"] in ("refusal", "documentation")
        assert item["url"].startswith("https://")


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({}, False),
        ({"evidence": "call"}, True),
        ({"necessity": "required"}, False),
        ({"necessity": "expected"}, True),
        ({"necessity": "expected", "evidence": "call"}, False),
    ],
)
def test_only_required_needs_have_evidence(changes: dict[str, str], valid: bool) -> None:
    need = {
        "purpose": "poll",
        "actions": ["glue:GetJobRun"],
        "resources": ["*"],
        "source": "doc",
        "reason": "the job is polled",
        **changes,
    }
    schema = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/need"}
    assert jsonschema.Draft202012Validator(schema).is_valid(need) is valid


def test_the_number_of_integrations_is_the_same_everywhere() -> None:
    root = Path(__file__).parent.parent
    names = catalog.optimized_integrations()
    count = f"{len(names)} optimized integrations"
    for file in ("README.md", "docs/integrations.md"):
        assert count in (root / file).read_text(encoding="utf-8")
    records = json.loads((root / "tests/data/needs.json").read_text(encoding="utf-8"))
    assert {record["integration"] for record in records} >= set(names)
