"""The exercises of the built-in decks in a real browser: only what is right passes.

Those of the deck format's own examples, and every one of `cards/` with TORTURE=1; all of them run
outside a browser in `tests/test_deck_runs.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from interviewprep.formats.markdown_deck import parse_deck
from tests.exercise_code import code_of, fences
from tests.test_built_in_decks import CARDS

from .trials import Ran, Trial, opened_trial

pytestmark = [pytest.mark.browser, pytest.mark.torture, pytest.mark.xdist_group(__name__)]

OF_THE_FORMAT = frozenset(
    ["total-covered-time", "roc-auc-from-scores", "days-to-second-order", "top-sellers-with-ties"]
)
WHOLE = os.environ.get("TORTURE") == "1"

EXERCISES = {
    card.id: card
    for path in sorted(CARDS.glob("coding/*.md"))
    for card in parse_deck(path.read_text("utf-8")).cards
    if card.kind in ("coding", "sql") and (WHOLE or card.id in OF_THE_FORMAT)
}
LIMIT_MS = 10_000
WRONG_LIMIT_MS = 5_000
"""Running out of time counts as failing: it need not take as long as it may."""


@pytest.fixture(scope="module")
def trial(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with opened_trial(chromium, tmp_path_factory.mktemp("exercises")) as trial:
        yield trial


def run(trial: Trial, card_id: str, code: str, limit_ms: int) -> Ran:
    card = EXERCISES[card_id]
    seen, unseen = ("schema", "expected") if card.kind == "sql" else ("tests", "hidden")
    return trial.run(
        code,
        code_of(card, seen),
        code_of(card, unseen),
        language="sql" if card.kind == "sql" else "python",
        limit_ms=limit_ms,
    )


def codes(*roles: str) -> pytest.MarkDecorator:
    found = [
        pytest.param(card.id, fence.code, id=f"{card.id} {role} {number}")
        for card in EXERCISES.values()
        for role in roles
        for number, fence in enumerate(fences(card, role), 1)
    ]
    return pytest.mark.parametrize(("card_id", "code"), found)


def test_the_exercises_of_the_format_are_among_them() -> None:
    assert EXERCISES.keys() >= OF_THE_FORMAT


@codes("solution", "alt")
def test_a_solution_passes_every_test_in_time(card_id: str, code: str, trial: Trial) -> None:
    ran = run(trial, card_id, code, LIMIT_MS)
    assert ran.kind == "finished", ran.sentence
    assert all(ran.passed), ran.messages
    assert len(ran.passed) >= (1 if EXERCISES[card_id].kind == "sql" else 6)
    assert ran.result["first_result_ms"] < LIMIT_MS


@codes("wrong")
def test_a_wrong_solution_fails_a_test(card_id: str, code: str, trial: Trial) -> None:
    ran = run(trial, card_id, code, WRONG_LIMIT_MS)
    assert ran.kind in ("finished", "timeout"), ran.sentence
    assert not all(ran.passed)


@codes("starter")
def test_the_starter_loads_and_fails(card_id: str, code: str, trial: Trial) -> None:
    ran = run(trial, card_id, code, WRONG_LIMIT_MS)
    assert ran.kind == "finished", ran.sentence
    assert ran.passed
    assert not all(ran.passed)
