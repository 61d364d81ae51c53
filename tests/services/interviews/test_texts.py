"""Texts of a round: saved as typed, and never over what another window wrote."""

from __future__ import annotations

import pytest

from interviewprep.errors import Conflict, Invalid, NotFound
from interviewprep.services.interviews import running
from interviewprep.services.interviews.starting import Choice
from interviewprep.services.interviews.texts import LONGEST_TEXT, SavedText, load_texts, save_text
from interviewprep.storage import Database

from ..conftest import add_learner
from .test_running import Sitting, after, at_the_same_moment


@pytest.fixture
def sitting(with_decks: Database) -> Sitting:
    return Sitting(with_decks, add_learner(with_decks), Choice("coding"))


def stored(sitting: Sitting) -> dict[str, tuple[str, int]]:
    with sitting.database.reading() as session:
        found = load_texts(session, sitting.learner.id, sitting.mock_id, 0)
    return {name: (kept.text, kept.version) for name, kept in found.items()}


def test_every_save_is_a_version_and_raises_the_mocks(sitting: Sitting) -> None:
    before = sitting.version()
    first = sitting.do(save_text, "notes", "one", 0, after(1))
    second = sitting.do(save_text, "notes", "one two", 1, after(2))
    assert first == SavedText(True, "one", 1, before + 1)
    assert second == SavedText(True, "one two", 2, before + 2)
    assert stored(sitting)["notes"] == ("one two", 2)
    assert stored(sitting)["code"] == ("", 0)


def test_a_save_on_an_old_version_gives_the_newer_text_back(sitting: Sitting) -> None:
    sitting.do(save_text, "notes", "theirs", 0, after(1))
    before = sitting.version()
    late = sitting.do(save_text, "notes", "mine", 0, after(2))
    assert late == SavedText(False, "theirs", 1, before)
    assert stored(sitting)["notes"] == ("theirs", 1)


def test_a_save_that_was_answered_into_the_void_may_be_sent_again(sitting: Sitting) -> None:
    sitting.do(save_text, "notes", "one", 0, after(1))
    before = sitting.version()
    again = sitting.do(save_text, "notes", "one", 0, after(2))
    assert again == SavedText(True, "one", 1, before)


def test_an_empty_text_is_a_text(sitting: Sitting) -> None:
    assert sitting.do(save_text, "code", "", 0, after(1)).version == 1
    assert sitting.do(save_text, "code", "x", 1, after(1)).version == 2
    assert sitting.do(save_text, "code", "", 2, after(1)).is_stored
    assert stored(sitting)["code"] == ("", 3)


@pytest.mark.parametrize("name", ["notes", "code", "diagram", "calculator", "code-1", "notes-9"])
def test_these_texts_there_are(sitting: Sitting, name: str) -> None:
    sitting.do(save_text, name, "a\x00b", 0, after(1))
    assert stored(sitting)[name] == ("ab", 1)


@pytest.mark.parametrize("name", ["", "diary", "notes-0", "notes-10", "asked", "Notes", "notes\n"])
def test_others_there_are_not(sitting: Sitting, name: str) -> None:
    with pytest.raises(NotFound, match="is called notes, code, diagram or calculator"):
        sitting.do(save_text, name, "x", 0, after(1))


def test_a_text_that_is_too_long_is_refused_with_both_numbers(sitting: Sitting) -> None:
    with pytest.raises(Invalid, match="200,001 characters; at most 200,000"):
        sitting.do(save_text, "notes", "x" * (LONGEST_TEXT + 1), 0, after(1))
    with pytest.raises(Invalid, match="at most 100,000"):
        sitting.do(save_text, "code", "x" * 100_001, 0, after(1))
    assert stored(sitting)["notes"] == ("", 0)


def test_after_the_round_only_notes_go_on(sitting: Sitting) -> None:
    sitting.do(running.finish_round, after(1))
    with pytest.raises(Conflict, match="not running"):
        sitting.do(save_text, "diagram", "x", 0, after(2))
    assert sitting.do(save_text, "notes", "x", 0, after(2)).is_stored


def test_a_paused_round_may_be_written_in(sitting: Sitting) -> None:
    sitting.do(running.pause, after(1))
    assert sitting.do(save_text, "notes", "x", 0, after(2)).is_stored


def test_of_windows_that_save_at_once_one_is_stored_and_the_others_are_told(
    sitting: Sitting,
) -> None:
    acts = [
        lambda text=text: sitting.do(save_text, "notes", text, 0, after(1)) for text in "abcdef"
    ]
    found = [one for one in at_the_same_moment(*acts) if isinstance(one, SavedText)]
    [winner] = [one for one in found if one.is_stored]
    assert len(found) == 6
    assert {one.text for one in found} == {winner.text}
    assert stored(sitting)["notes"] == (winner.text, 1)
