"""What stands in `cards/` is executed: it does what it claims, and its tests have teeth."""

from __future__ import annotations

import os
import random

import pytest

from interviewprep.formats.deck_running import run_files
from interviewprep.formats.deck_running.mutants import (
    FEWEST_KILLED,
    lines_of,
    run_mutants,
    share_killed,
)
from tests.test_built_in_decks import CARDS, FILES

WHOLE = os.environ.get("TORTURE") == "1"
EXERCISES = sorted((CARDS / "coding").glob("*exercises*.md"))
SEED, SAMPLE = 20, 1


@pytest.fixture(autouse=True)
def from_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CARDS.parent)


def test_everything_in_the_decks_does_what_it_claims() -> None:
    report = run_files([path.relative_to(CARDS.parent) for path in FILES])
    assert [str(finding) for finding in report.findings] == []
    assert report.passed == report.blocks > 100


@pytest.mark.torture
def test_the_tests_of_exercises_notice_small_mistakes() -> None:
    """Of a file drawn by a seed, or of all of them where TORTURE=1."""
    files = EXERCISES if WHOLE else random.Random(SEED).sample(EXERCISES, SAMPLE)
    reports = run_mutants([path.relative_to(CARDS.parent) for path in files])
    said = "\n".join(lines_of(reports))
    print(said)
    assert len(reports) >= len(files)
    assert all(report.is_enough for report in reports), said
    if WHOLE:
        assert share_killed(reports) >= FEWEST_KILLED, said
