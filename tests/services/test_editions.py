"""From one edition of a deck to the next, with a learner's history in between: each rule of
`docs/deck-format.md`, section 10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import Memory as State
from interviewprep.services.marks import flag, get_mark, suspend, write_personal_note
from interviewprep.services.own_versions import make_own_version
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.undoing import undo
from interviewprep.storage import CardMark, Database, DueLoad, Note, Review
from interviewprep.storage.memories import as_log, state_of

from .conftest import NOW, add_learner
from .shelf import CLOZE, PRECISION, RECALL, Shelf, new_shelf

TODAY = date(2026, 5, 4)
TERM = "## recall-term\n\nT: Recall\nD: Found positives over all positives.\n"
REVISED = RECALL.replace("## recall\n", "## recall\nrev: 2\n").replace("Found", "Retrieved")
EARLIER = "<p>Found positives over all positives.</p>"


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Iterator[Shelf]:
    shelf = new_shelf(database, tmp_path)
    yield shelf
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []


def studied(shelf: Shelf, cards: str = RECALL) -> int:
    """Publish the first edition, answer `recall` three times on time; return its card's id."""
    shelf.edition(cards)
    shelf.enrol()
    guid = "recall" if "## recall\n" in cards else "rates"
    [card_id, *_] = shelf.cards(guid)
    for _ in range(3):
        shelf.answer(guid)
        shelf.now = NOW + timedelta(days=(due_day(shelf, card_id) - TODAY).days)
    shelf.answer(guid)
    shelf.now += timedelta(days=1)
    return card_id


def due_day(shelf: Shelf, card_id: int) -> date:
    memory = shelf.memory(card_id)
    assert memory is not None and memory.due_day is not None
    return memory.due_day


def state(shelf: Shelf, card_id: int) -> dict[str, Any]:
    return asdict(state_of(shelf.memory(card_id)))


def log(shelf: Shelf, card_id: int) -> list[Review]:
    query = select(Review).where(Review.card_id == card_id).order_by(Review.version)
    with shelf.database.reading() as session:
        return list(session.scalars(query.where(Review.user_id == shelf.learner.id)))


def kinds(shelf: Shelf, card_id: int) -> list[str]:
    return [row.kind for row in log(shelf, card_id)]


def notices(shelf: Shelf, *, days: int = 0) -> dict[int, str]:
    """Return what each card in the queue says of its earlier answer, by card."""
    return {
        one.card.id: one.change.earlier_html
        for one in shelf.queue(days=days)
        if one.change is not None
    }


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("What is recall?", "Define recall."),
        lambda text: text.replace("Found", "Retrieved"),
        lambda text: text + "N: A better note.\n",
    ],
    ids=["question", "answer", "note"],
)
def test_another_wording_keeps_all_and_says_nothing(
    shelf: Shelf, edit: Callable[[str], str]
) -> None:
    card_id = studied(shelf)
    before, rows = state(shelf, card_id), kinds(shelf, card_id)
    report = shelf.edition(edit(RECALL))
    assert (report.updated, report.revisions) == (1, {})
    assert state(shelf, card_id) == before and kinds(shelf, card_id) == rows
    assert shelf.queue() == []
    [later] = shelf.queue(days=60)
    assert later.card.id == card_id and later.change is None


def test_a_raised_rev_keeps_the_history_and_makes_the_card_due_today(shelf: Shelf) -> None:
    card_id = studied(shelf)
    before = state(shelf, card_id)
    assert shelf.queue() == [] and before["interval_days"] > 10
    report = shelf.edition(REVISED)
    today = shelf.learner.study_day(shelf.now)
    after = state(shelf, card_id)
    assert list(report.revisions) != []
    assert after == before | {"due_day": today, "extra": {"revised_at": 5}}
    *_, row = log(shelf, card_id)
    assert kinds(shelf, card_id) == ["answer"] * 4 + ["revised"]
    assert (row.version, row.status, row.study_day, row.grade) == (5, "stored", today, None)
    assert row.before == as_log(State(**before)) and row.after == as_log(State(**after))
    assert row.options is not None and row.options["rev"] == 2
    with shelf.database.reading() as session:
        load = session.execute(select(DueLoad.due_day).where(DueLoad.cards > 0)).scalars().all()
    assert load == [today]


def test_the_change_is_told_with_the_earlier_answer_until_the_next_answer(shelf: Shelf) -> None:
    card_id = studied(shelf)
    before = state(shelf, card_id)
    shelf.edition(REVISED)
    assert notices(shelf) == {card_id: EARLIER}
    assert notices(shelf) == {card_id: EARLIER}  # looking does not use it up
    shelf.answer("recall")
    after = state(shelf, card_id)
    assert after["repetitions"] == before["repetitions"] + 1
    assert after["interval_days"] >= before["interval_days"]  # from where it was, not anew
    assert after["extra"] == {}
    assert shelf.queue() == []
    assert notices(shelf, days=400) == {}


def test_a_repeat_on_the_same_day_does_not_tell_it_again(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED)
    shelf.answer("recall", Grade.AGAIN)
    [repeat] = shelf.queue()
    assert repeat.card.id == card_id and repeat.repeat_at is not None and repeat.change is None


def test_undoing_the_answer_tells_the_change_again(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED)
    before = state(shelf, card_id)
    answer_id = shelf.answer("recall")
    with shelf.database.writing_core() as connection:
        assert undo(connection, shelf.learner, answer_id, shelf.now).status == "stored"
    assert state(shelf, card_id) == before
    assert notices(shelf) == {card_id: EARLIER}
    shelf.answer("recall")
    assert notices(shelf, days=400) == {}


def test_an_answer_from_before_the_edition_can_no_longer_be_taken_back(shelf: Shelf) -> None:
    shelf.edition(RECALL)
    shelf.enrol()
    answer_id = shelf.answer("recall")
    shelf.edition(REVISED)
    [card_id] = shelf.cards("recall")
    before = state(shelf, card_id)
    with shelf.database.writing_core() as connection:
        undone = undo(connection, shelf.learner, answer_id, shelf.now)
    assert undone.status == "refused" and "set in another way" in str(undone.reason)
    assert state(shelf, card_id) == before


def test_an_answer_to_the_earlier_text_stays_in_the_log_and_the_card_is_due(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED)
    before = state(shelf, card_id)
    result = shelf.submit(card_id, 4)
    assert result.status == "stale" and "new answer to this card" in str(result.reason)
    assert state(shelf, card_id) == before
    assert sorted(row.status for row in log(shelf, card_id)) == ["stale"] + ["stored"] * 5
    assert notices(shelf) == {card_id: EARLIER}


def test_two_revisions_without_an_answer_tell_what_the_learner_knew(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED)
    shelf.edition(REVISED.replace("rev: 2", "rev: 3").replace("Retrieved", "Hit"))
    assert kinds(shelf, card_id)[-2:] == ["revised", "revised"]
    assert notices(shelf) == {card_id: EARLIER}
    shelf.answer("recall")
    shelf.edition(REVISED.replace("rev: 2", "rev: 4"))
    assert notices(shelf, days=1) == {card_id: "<p>Hit positives over all positives.</p>"}


def test_only_who_has_begun_the_card_is_told(shelf: Shelf) -> None:
    newcomer = add_learner(shelf.database, "bob@example.org")
    card_id = studied(shelf)
    shelf.edition(REVISED)
    other = Shelf(shelf.folder, shelf.database, newcomer, shelf.now)
    other.enrol()
    [new] = other.queue()
    assert (new.card.id, new.change) == (card_id, None)
    assert other.memory(card_id) is None and log(other, card_id) == []


def test_each_learner_is_told_on_their_own_day(shelf: Shelf) -> None:
    other = Shelf(shelf.folder, shelf.database, add_learner(shelf.database, "bob@example.org"))
    card_id = studied(shelf)
    other.enrol()
    other.now = shelf.now
    other.answer("recall", Grade.AGAIN)
    shelf.edition(REVISED)
    assert notices(shelf) == {card_id: EARLIER}
    assert notices(other) == {card_id: EARLIER}
    other.answer("recall")
    assert notices(other, days=3) == {}
    assert notices(shelf) == {card_id: EARLIER}


def test_a_card_begun_today_comes_back_tomorrow(shelf: Shelf) -> None:
    shelf.edition(RECALL)
    shelf.enrol()
    shelf.answer("recall", Grade.EASY)
    shelf.edition(REVISED)
    assert shelf.queue() == []
    assert list(notices(shelf, days=1).values()) == [EARLIER]


def test_what_reads_the_same_is_told_without_an_earlier_answer(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(RECALL.replace("## recall\n", "## recall\nrev: 2\n"))
    assert notices(shelf) == {card_id: ""}


def test_every_begun_item_of_a_revised_note_is_due_once(shelf: Shelf) -> None:
    shelf.edition(TERM)
    shelf.enrol()
    forth, back = shelf.cards("recall-term")
    shelf.answer("recall-term", number=0)
    shelf.now += timedelta(days=1)
    shelf.answer("recall-term", number=0)
    shelf.now += timedelta(days=1)
    shelf.edition(TERM.replace("-term\n", "-term\nrev: 2\n").replace("Found", "Retrieved"))
    assert notices(shelf) == {forth: EARLIER}
    assert shelf.memory(back) is None


def test_a_suspended_card_stays_out_of_the_reviews(shelf: Shelf) -> None:
    card_id = studied(shelf)
    with shelf.database.writing() as session:
        suspend(session, shelf.learner.id, [card_id], is_suspended=True)
    shelf.edition(REVISED)
    assert shelf.queue() == []
    with shelf.database.writing() as session:
        suspend(session, shelf.learner.id, [card_id], is_suspended=False)
    assert notices(shelf) == {card_id: EARLIER}


def test_a_learners_own_version_is_theirs_to_change(shelf: Shelf) -> None:
    studied(shelf)
    with shelf.database.writing() as session:
        note = session.scalars(select(Note).where(Note.guid == "recall")).one()
        make_own_version(session, shelf.learner.id, note.id, shelf.now)
    shelf.edition(REVISED)
    assert shelf.queue() == []
    assert [one.change for one in shelf.queue(days=60)] == [None]


def test_a_retired_card_leaves_the_queue_and_keeps_its_history(shelf: Shelf) -> None:
    card_id = studied(shelf, RECALL + PRECISION)
    shelf.answer("precision")
    before, rows = state(shelf, card_id), kinds(shelf, card_id)
    report = shelf.edition(PRECISION)
    assert report.retired == 1
    assert [one.card.html.front_html for one in shelf.queue(days=90)] == [
        "<p>What is precision?</p>"
    ]
    assert state(shelf, card_id) == before and kinds(shelf, card_id) == rows
    shelf.edition(PRECISION + REVISED)  # taken back, and revised at once
    assert notices(shelf) == {card_id: EARLIER}


def test_a_retired_cloze_number_leaves_the_queue_and_the_others_stay(shelf: Shelf) -> None:
    first = studied(shelf, CLOZE)
    _, second = shelf.cards("rates")
    shelf.answer("rates", number=1)
    before = state(shelf, first), state(shelf, second), kinds(shelf, first), kinds(shelf, second)
    shelf.edition(CLOZE.replace("{{c2::found}}", "found"))
    assert [one.card.id for one in shelf.queue(days=90)] == [first]
    assert before == (
        state(shelf, first), state(shelf, second), kinds(shelf, first), kinds(shelf, second),
    )  # fmt: skip
    next_one = CLOZE.replace("{{c2::found}}", "{{c3::found}}")
    shelf.edition(next_one.replace("## rates\n", "## rates\nrev: 2\n"))
    third = shelf.cards("rates")[1]
    assert third not in (first, second) and shelf.memory(third) is None
    assert set(notices(shelf)) == {first}
    assert kinds(shelf, second) == ["answer"]


def test_an_earlier_id_carries_memory_marks_and_history_over(shelf: Shelf) -> None:
    card_id = studied(shelf)
    user_id = shelf.learner.id
    with shelf.database.writing() as session:
        flag(session, user_id, [card_id], 3)
        write_personal_note(session, user_id, card_id, "As in a search.")
    before, rows = state(shelf, card_id), kinds(shelf, card_id)
    shelf.edition(RECALL.replace("## recall\n", "## sensitivity\nwas: recall\n"))
    assert shelf.cards("sensitivity") == [card_id] and shelf.cards("recall") == []
    assert state(shelf, card_id) == before and kinds(shelf, card_id) == rows
    with shelf.database.reading() as session:
        mark = get_mark(session, user_id, card_id)
        assert isinstance(mark, CardMark) and (mark.flag, mark.note) == (3, "As in a search.")
    assert notices(shelf, days=60) == {}


def test_an_earlier_id_and_a_raised_rev_go_together(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED.replace("## recall\n", "## sensitivity\nwas: recall\n"))
    assert shelf.cards("sensitivity") == [card_id]
    assert notices(shelf) == {card_id: EARLIER}


def test_another_question_under_a_new_id_is_a_new_card(shelf: Shelf) -> None:
    card_id = studied(shelf)
    report = shelf.edition(RECALL.replace("## recall\n", "## recall-at-k\n"))
    [new] = shelf.cards("recall-at-k")
    assert (report.added, report.retired) == (1, 1)
    assert new != card_id and shelf.memory(new) is None and log(shelf, new) == []
    assert [one.card.id for one in shelf.queue(days=60)] == [new]


def test_a_card_that_moves_to_another_file_keeps_all_and_may_be_revised_there(
    shelf: Shelf,
) -> None:
    shelf.edition(PRECISION, key="ml/other", name="Other")
    card_id = studied(shelf)
    before = state(shelf, card_id)
    shelf.write(CLOZE)
    shelf.edition(PRECISION + RECALL, key="ml/other", name="Other")
    assert shelf.cards("recall") == [card_id] and state(shelf, card_id) == before
    assert "Other" in [one.card.deck_name for one in shelf.queue(days=60) if one.card.version]
    shelf.write(CLOZE + REVISED)
    shelf.edition(PRECISION, key="ml/other", name="Other")
    assert shelf.cards("recall") == [card_id]
    assert notices(shelf) == {card_id: EARLIER}


def test_a_second_sync_after_a_revision_changes_no_row(shelf: Shelf) -> None:
    studied(shelf)
    shelf.edition(REVISED)
    before = shelf.everything()
    shelf.now += timedelta(days=1)
    report = shelf.sync()
    assert (report.decks, report.revisions) == (0, {})
    assert shelf.everything() == before
    shelf.edition(REVISED + "\n")  # read again, and nothing said about the card
    assert kinds(shelf, shelf.cards("recall")[0]).count("revised") == 1


def test_memory_is_rebuilt_from_the_log_across_a_revision(shelf: Shelf) -> None:
    card_id = studied(shelf)
    shelf.edition(REVISED)
    shelf.answer("recall", Grade.AGAIN)
    shelf.now += timedelta(days=1)
    shelf.edition(REVISED.replace("rev: 2", "rev: 3"))
    before = state(shelf, card_id)
    with shelf.database.writing() as session:
        memory = shelf.memory(card_id)
        assert memory is not None
        session.delete(memory)
    with shelf.database.writing_core() as connection:
        assert rebuild(connection, check_only=False) != []
    assert state(shelf, card_id) == before
