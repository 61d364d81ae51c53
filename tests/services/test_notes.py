"""Notes: written, edited, moved, tagged, retired; and what that does to their cards."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.errors import Invalid, NotAllowed, NotFound
from interviewprep.services import decks, many_notes, notes
from interviewprep.services.previewing import preview_cards
from interviewprep.storage import Card, Database, Enrolment, Memory, Note, Rendering

from .content import LATER, NOW, add_built_in, add_note, add_person, cards, remember


def keys(session: Session, note: Note, *, retired: bool = False) -> list[str]:
    return [card.key for card in cards(session, note, retired=retired)]


def new_from(session: Session, deck_id: int) -> int:
    return session.scalars(
        select(Enrolment.new_from)
        .where(Enrolment.deck_id == deck_id)
        .execution_options(populate_existing=True)
    ).one()


def advance(session: Session, deck_id: int) -> None:
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.deck_id == deck_id)):
        enrolment.new_from = 99
    session.flush()


@pytest.mark.parametrize(
    ("kind", "front", "back", "made"),
    [
        (NoteKind.BASIC, "q", "a", [""]),
        (NoteKind.BOTH_WAYS, "term", "definition", ["td", "dt"]),
        (NoteKind.CLOZE, "{{c1::a}} and {{c3::b}}", "", ["c1", "c3"]),
    ],
)
def test_a_note_is_written_with_its_cards(
    database: Database, kind: NoteKind, front: str, back: str, made: list[str]
) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        first = add_note(session, ada, "earlier")
        advance(session, first.deck_id)
        note = add_note(session, ada, front, back, kind=kind, tags="b, a::b #b ::c")
        assert keys(session, note) == made
        assert {card.position for card in cards(session, note)} == {1}
        assert note.tags == " b a::b c "
        assert (note.edited_at, note.guid == first.guid) == (NOW, False)
        assert new_from(session, note.deck_id) == 0


@pytest.mark.parametrize(
    ("kind", "front", "back", "tags", "field"),
    [
        (NoteKind.BASIC, " \n", "a", "", "field_0"),
        (NoteKind.BASIC, "q", " ", "", "field_1"),
        (NoteKind.BOTH_WAYS, "q", "", "", "field_1"),
        (NoteKind.CLOZE, "nothing hidden", "", "", "field_0"),
        (NoteKind.CLOZE, "{{c1:broken}}", "", "", "field_0"),
        (NoteKind.BASIC, "x" * 100_001, "a", "", "field_0"),
        (NoteKind.BASIC, "q", "a", "x" * 101, "tags"),
        (NoteKind.BASIC, "q", "a", " ".join(map(str, range(61))), "tags"),
    ],
)
def test_what_makes_no_card_is_refused(
    database: Database, kind: NoteKind, front: str, back: str, tags: str, field: str
) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        with pytest.raises(Invalid) as refused:
            add_note(session, ada, front, back, kind=kind, tags=tags)
        assert refused.value.field == field
        assert session.scalars(select(Note)).all() == []


def test_nobody_writes_into_a_deck_of_somebody_else(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        deck = decks.create_deck(session, ada, "ML", NOW)
        built_in = add_built_in(session, "Evaluation", "q")[0]
        draft = notes.Draft(deck.id, NoteKind.BASIC, ("q", "a", "", ""))
        with pytest.raises(NotFound):
            notes.write_note(session, grace, draft, NOW)
        decks.share_deck(session, ada, deck.id, is_shared=True)
        with pytest.raises(NotAllowed):
            notes.write_note(session, grace, draft, NOW)
        with pytest.raises(NotAllowed):
            notes.edit_note(session, ada, built_in.id, ["x", "y"], "", LATER)


def test_an_edited_card_keeps_its_memory_and_loses_its_old_html(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q", tags="a")
        card = cards(session, note)[0]
        remember(session, ada, card)
        session.add(Rendering(card_id=card.id, version=1, front_html="q", back_html="a"))
        session.flush()
        notes.edit_note(session, ada, note.id, ["better q\r\n", "a", "", ""], "b", LATER)
        assert session.get_one(Memory, (ada, card.id)).interval_days == 3
        assert session.scalars(select(Rendering)).all() == []
        assert (note.fields[0], note.tags, note.edited_at) == ("better q", " b ", LATER)
        assert keys(session, note) == [""]


def test_a_cloze_number_that_vanishes_retires_its_card_until_it_returns(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "{{c1::a}} {{c2::b}}", "", kind=NoteKind.CLOZE)
        first, second = (card.id for card in cards(session, note))
        remember(session, ada, session.get_one(Card, second))
        advance(session, note.deck_id)
        notes.edit_note(session, ada, note.id, ["{{c1::a}} {{c3::b}}", "", "", ""], "", LATER)
        assert keys(session, note) == ["c1", "c3"]
        assert keys(session, note, retired=True) == ["c2"]
        assert new_from(session, note.deck_id) == 0
        notes.edit_note(session, ada, note.id, ["{{c1::a}} {{c2::b}}", "", "", ""], "", LATER)
        assert [card.id for card in cards(session, note)] == [first, second]
        assert session.get_one(Memory, (ada, second)).repetitions == 2


def test_a_text_changed_elsewhere_is_not_overwritten_unseen(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q")
        notes.edit_note(session, ada, note.id, ["one", "a"], "", LATER, seen_at=NOW)
        with pytest.raises(Invalid, match="changed elsewhere"):
            notes.edit_note(session, ada, note.id, ["two", "a"], "", LATER, seen_at=NOW)
        assert note.fields[0] == "one"


def test_an_edit_that_changes_nothing_is_no_edit(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q", "a", tags="x")
        notes.edit_note(session, ada, note.id, ["q", "a", "", ""], "x", LATER)
        assert note.edited_at == NOW


def test_moved_notes_come_after_the_cards_that_are_there(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        there = add_note(session, ada, "there", deck="There")
        one = add_note(session, ada, "one", deck="Here")
        two = add_note(session, ada, "term", "definition", deck="Here", kind=NoteKind.BOTH_WAYS)
        advance(session, there.deck_id)
        moved = many_notes.move_notes(session, ada, [one.id, two.id, there.id], there.deck_id)
        assert moved == {one.id, two.id}
        placed = [
            (card.deck_id, card.position)
            for each in (there, one, two)
            for card in cards(session, each)
        ]
        assert placed == [(there.deck_id, n) for n in (0, 1, 2, 2)]
        assert one.deck_id == there.deck_id
        assert new_from(session, there.deck_id) == 0


def test_tags_come_and_go_whatever_their_case(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q", tags="ML::Metrics hard")
        assert many_notes.tag_notes(session, ada, [note.id], ["hard", "new"], LATER) == {note.id}
        assert many_notes.tag_notes(session, ada, [note.id], ["HARD"], LATER) == set()
        session.refresh(note)
        assert note.tags == " ML::Metrics hard new "
        many_notes.tag_notes(
            session, ada, [note.id], ["ml::metrics", "ML", "HARD"], LATER, remove=True
        )
        session.refresh(note)
        assert note.tags == " new "


def test_notes_of_others_are_never_changed(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        note = add_note(session, ada, "q")
        add_note(session, grace, "q")
        for act in (
            lambda: many_notes.retire_notes(session, grace, [note.id], LATER),
            lambda: many_notes.tag_notes(session, grace, [note.id], ["x"], LATER),
        ):
            with pytest.raises(Invalid):
                act()
        assert note.retired_at is None


def test_a_preview_shows_each_card(database: Database) -> None:
    with database.writing() as session:
        add_person(session, "ada")
        value = own_type(NoteKind.BOTH_WAYS, Markup.MARKDOWN)
        preview = preview_cards(session, value, ["**term**", "meaning", "", ""])
        assert [card.typed_answer for card in preview.cards] == ["meaning", "term"]
        assert "<strong>term</strong>" in preview.cards[0].front_html
        assert preview_cards(session, value, ["", " "]).count == 0
        cloze = own_type(NoteKind.CLOZE, Markup.MARKDOWN)
        many = " ".join(f"{{{{c{n}::x}}}}" for n in range(1, 40))
        shown = preview_cards(session, cloze, [many])
        assert (len(shown.cards), shown.count) == (12, 39)
