"""Whatever a file holds: no exception, an answer soon, and an output that is only read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hostile import check, formats, hostile, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfnlint

WHATEVER = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@settings(WHATEVER, max_examples=500)
@given(st.integers(0, 2**32), st.sampled_from(formats()))
def test_spoilt_input_has_an_answer(folder: Path, seed: int, form: str) -> None:
    check(hostile(Random(seed)), folder, form)


@settings(WHATEVER, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_small_spoilt_input_has_an_answer(folder: Path, random: Random) -> None:
    """The same, with randomness that hypothesis can make smaller: for the eyes of who mends it."""
    check(hostile(random), folder, "concise")


def test_what_is_spoilt_still_says_something() -> None:
    """Most inputs get past the readers: otherwise the tests above would try little."""
    told: set[str] = set()
    machines = 0
    for number in range(300):
        spoilt = hostile(Random(number))
        findings = sfnlint.check_text(spoilt.text, spoilt.name, policies=spoilt.policies)
        told |= {finding.rule for finding in findings}
        machines += any(finding.rule != "EF001" for finding in findings)
    assert machines >= 75
    assert len(told) >= 15


def test_every_integration_is_among_the_seeds() -> None:
    catalog = Path(sfnlint.__file__).parent / "catalog"
    texts = "\n".join(seed.text for seed in seeds())
    services = {file.stem for file in catalog.glob("*.json")}
    services -= {"schema", "machine", "map", "aws-sdk"}
    assert {name for name in services if f"states:::{name}:" not in texts} <= {
        "events",
        "codebuild",
    }
