"""What a search finds, on both engines."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.orm import Session

from interviewprep.core.notes import NoteKind
from interviewprep.errors import Invalid
from interviewprep.services import many_notes, marks, notes, searching
from interviewprep.services.enrolling import enrol, leave
from interviewprep.services.search_conditions import Asker
from interviewprep.services.search_index import index_notes, reindex_all
from interviewprep.services.search_results import Place
from interviewprep.storage import Database

from .content import LATER, NOW, TODAY, add_built_in, add_note, add_person, cards, remember


@pytest.fixture
def user_id(database: Database) -> int:
    """A learner with cards of all sorts; every front begins with a name of its own."""
    with database.writing() as session:
        user = add_person(session, "ada")
        gradient = add_note(
            session,
            user,
            "alpha: what does gradient descent do?",
            "It goes downhill; don't let the learning-rate explode. C++ & naïve résumé",
            deck="ML::Optimisation",
            tags="ml::training hard",
        )
        cloze = add_note(
            session,
            user,
            "beta: precision is {{c1::TP}} over {{c2::TP + FP}}",
            "",
            deck="ML::Metrics",
            tags="ml::metrics",
            kind=NoteKind.CLOZE,
        )
        sharding = add_note(session, user, "gamma: what is sharding?", deck="System design")
        code = add_note(session, user, "delta: `std::vector` 梯度下降 100% _x_", deck="MLOps")
        built_in = add_built_in(session, "Evaluation", "epsilon: what is AUC, a gradient?")
        enrol(session, user, built_in[0].deck_id, NOW)
        alpha = cards(session, gradient)[0]  # its repeat was for another day
        remember(session, user, alpha, due_in_days=-1, lapses=9, repeat_at=NOW)
        remember(session, user, cards(session, sharding)[0], due_in_days=5)
        remember(
            session, user, cards(session, code)[0], due_in_days=1, last_day=TODAY, repeat_at=LATER
        )
        first, second = cards(session, cloze)
        marks.suspend(session, user, [second.id], is_suspended=True)
        marks.flag(session, user, [first.id], 3)
        marks.add_personal_tags(session, user, [cards(session, built_in[0])[0].id], ["own::tricky"])
        return user


def found(session: Session, user_id: int, query: str) -> list[str]:
    page = searching.search(session, Asker(user_id, TODAY), query)
    return [f"{card.fields[0].split(':')[0]}{card.ordinal or ''}" for card in page.cards]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "alpha beta beta1 gamma delta epsilon"),
        ("gradient", "alpha epsilon"),
        ("GRADIENT", "alpha epsilon"),
        ("grad", "alpha epsilon"),
        ('"grad"', ""),
        ("gradient descent", "alpha"),
        ('"gradient descent"', "alpha"),
        ('"descent gradient"', ""),
        ("gradient -descent", "epsilon"),
        ("-gradient", "beta beta1 gamma delta"),
        ("-(gradient OR sharding)", "beta beta1 delta"),
        ("sharding OR descent", "alpha gamma"),
        ("(sharding OR descent) is:due", "alpha"),
        ("precision is TP over", "beta beta1"),
        ('"precision is TP over TP"', "beta beta1"),
        ("c1", ""),
        ("naive resume", "alpha"),
        ("don't", "alpha"),
        ("learning-rate", "alpha"),
        ("rate-learning", ""),
        ("C++", "alpha"),
        ("std::vector", "delta"),
        ("梯度", "delta"),
        ("下降", "delta"),
        ("度梯", ""),
        ("100%", "delta"),
        ("NEAR", ""),
        ("AND", ""),
        ('"OR"', ""),
        ("words", ""),
        ("deck:ML", "alpha beta beta1"),
        ("deck:ml::metrics", "beta beta1"),
        ("deck:ML*", "alpha beta beta1 delta"),
        ('deck:"system design"', "gamma"),
        ("deck:design", ""),
        ("deck:*design", "gamma"),
        ("-deck:ML*", "gamma epsilon"),
        ("deck:ML OR sharding", "alpha beta beta1 gamma"),
        ("deck:[M]L", ""),
        ("tag:ml", "alpha beta beta1"),
        ("tag:ML::training", "alpha"),
        ("tag:ml::t*", "alpha"),
        ("tag:*training", "alpha"),
        ("tag:training", ""),
        ("-tag:ml", "gamma delta epsilon"),
        ("tag:own", "epsilon"),
        ("tag:own::tr*", "epsilon"),
        ("tag:evaluation", "epsilon"),
        ("tag:_ard", ""),
        ("tag:%", ""),
        ("tag:hard gradient", "alpha"),
        ("is:due", "alpha"),
        ("is:learning", "delta"),
        ("is:new", "beta epsilon"),
        ("is:suspended", "beta1"),
        ("-is:suspended -is:new", "alpha gamma delta"),
        ("is:leech", "alpha"),
        ("is:flagged", "beta"),
        ("flag:3", "beta"),
        ("flag:1", ""),
        ("flag:0", "alpha beta1 gamma delta epsilon"),
        ("is:DUE", "alpha"),
    ],
)
def test_a_query_finds(database: Database, user_id: int, query: str, names: str) -> None:
    with database.reading() as session:
        assert sorted(found(session, user_id, query)) == sorted(names.split())
        assert searching.count(session, Asker(user_id, TODAY), query) == len(names.split())


@pytest.mark.parametrize("query", ['" OR 1=1', "x:y", "is:lost", "(", "deck:", "++", "flag:x"])
def test_a_query_that_cannot_be_read_is_refused_with_a_sentence(
    database: Database, user_id: int, query: str
) -> None:
    with database.reading() as session, pytest.raises(Invalid) as refused:
        found(session, user_id, query)
    assert refused.value.message.endswith(".")
    assert refused.value.field == "q"


def test_others_and_decks_not_studied_are_not_searched(database: Database, user_id: int) -> None:
    with database.writing() as session:
        other = add_person(session, "grace")
        add_note(session, other, "zeta: gradient")
        assert found(session, other, "gradient") == ["zeta"]
        built_in = searching.search(session, Asker(user_id, TODAY), "tag:evaluation").cards[0]
        leave(session, user_id, built_in.deck_id)
        assert found(session, user_id, "gradient") == ["alpha"]


def test_pages_follow_each_other_in_both_directions(database: Database) -> None:
    with database.writing() as session:
        user = add_person(session, "ada")
        for number in range(7):
            add_note(session, user, f"n{number}", deck=f"Deck {number % 2}")
        asker = Asker(user, TODAY)
        first = searching.search(session, asker, "", limit=3)
        second = searching.search(session, asker, "", limit=3, after=first.cards[-1].place)
        third = searching.search(session, asker, "", limit=3, after=second.cards[-1].place)
        back = searching.search(session, asker, "", limit=3, before=third.cards[0].place)
    fronts = [[card.fields[0] for card in page.cards] for page in (first, second, third)]
    assert fronts == [["n0", "n2", "n4"], ["n6", "n1", "n3"], ["n5"]]
    assert [(page.earlier, page.later) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert back == second


def test_an_edited_card_is_found_by_its_new_text_only(database: Database, user_id: int) -> None:
    with database.writing() as session:
        note_id = searching.search(session, Asker(user_id, TODAY), "sharding").cards[0].note_id
        fields = ["gamma: what is replication?", "copies", "", ""]
        notes.edit_note(session, user_id, note_id, fields, "storage", LATER)
        assert found(session, user_id, "sharding") == []
        assert found(session, user_id, "replication tag:storage") == ["gamma"]
        many_notes.retire_notes(session, user_id, [note_id], LATER)
        assert found(session, user_id, "replication") == []


def test_the_index_can_be_made_anew(database: Database, user_id: int) -> None:
    with database.writing() as session:
        assert reindex_all(session.connection()) == 5
        assert found(session, user_id, "gradient descent tag:ml") == ["alpha"]


def test_a_long_text_and_strange_signs_can_be_indexed(database: Database) -> None:
    with database.writing() as session:
        user = add_person(session, "ada")
        add_note(session, user, "start " + "word " * 19_000 + " end", "x" * 50_000)
        add_note(session, user, "quote ' \\ \" : & | ! <-> ﬁnal ½ 𝔘 🙂 ß")
        assert len(found(session, user, "start word")) == 1
        assert len(found(session, user, "quote final")) == 1
        assert len(found(session, user, "SS")) == 1


def test_more_words_than_an_index_holds_leave_the_last_ones_out(database: Database) -> None:
    """PostgreSQL holds a mebibyte for each note; four bytes are the most that a letter takes."""
    many = [f"{chr(0x10428 + n // 40)}{chr(0x10428 + n % 40)}" * 50 for n in range(1_600)]
    wide = " ".join([*many, *(word[2:] + "\U00010449" for word in many), "lastly"])
    tags = " ".join(f"t{number}{chr(0x1F600) * 97}" for number in range(400))
    with database.writing() as session:
        user = add_person(session, "ada")
        imported, other = add_note(session, user, "imported"), add_note(session, user, "another")
        imported.fields, imported.tags = [f"firstly {wide}", "", "", ""], f" {tags} "
        session.flush()
        index_notes(session.connection(), [imported.id, other.id])
        assert len(found(session, user, "firstly")) == 1
        assert len(found(session, user, f"{many[-1]}")) == 1
        assert found(session, user, "lastly") == []
        assert len(found(session, user, "another")) == 1


def test_more_matches_than_may_be_changed_at_once_are_refused(
    database: Database, user_id: int
) -> None:
    with database.reading() as session:
        assert len(searching.matching_ids(session, Asker(user_id, TODAY), "", 6)) == 6
        with pytest.raises(Invalid, match="more than 5 cards"):
            searching.matching_ids(session, Asker(user_id, TODAY), "", 5)


@pytest.mark.parametrize("text", ["", "1", "1.2", "a.b.c", "1.2.3.4", "1.2.99999999999999999999"])
def test_a_place_cut_short_is_no_place(text: str) -> None:
    assert Place.parse(text) is None


def test_a_place_is_read_as_it_was_written() -> None:
    assert Place.parse(str(Place(1, -2, 3))) == Place(1, -2, 3)


def test_many_stars_in_the_name_of_a_deck_are_matched_in_a_moment(database: Database) -> None:
    with database.writing() as session:
        user = add_person(session, "ada")
        add_note(session, user, "alpha: a?", "b", deck="a" * 390)
        begun_s = time.process_time()
        assert found(session, user, "deck:" + "*a" * 100 + "b") == []
        assert found(session, user, "deck:" + "*a" * 100 + "*") == ["alpha"]
    assert time.process_time() - begun_s < 5


@pytest.mark.parametrize(
    ("pattern", "is_found"),
    [("a*b", True), ("*", True), ("a*x*b", False), ("*::b", True), ("a::*x", False), ("b*", False)],
)
def test_a_star_in_the_name_of_a_deck_stands_for_anything(
    pattern: str, is_found: bool, database: Database
) -> None:
    with database.writing() as session:
        user = add_person(session, "ada")
        add_note(session, user, "alpha: a?", "b", deck="a::b::c")
        assert found(session, user, f"deck:{pattern}") == (["alpha"] if is_found else [])
