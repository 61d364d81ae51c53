"""A track puts its decks among a learner's: in order, to its depths, core first."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from interviewprep.bundled_files import bundled
from interviewprep.core.grades import Grade
from interviewprep.core.levels import LEVELS, level_of
from interviewprep.core.study_settings import DeckOptions, StudySettings
from interviewprep.core.tracks import missing_prerequisites
from interviewprep.errors import NotFound
from interviewprep.services.account_changes import set_study_settings
from interviewprep.services.built_in import sync_built_in
from interviewprep.services.deck_counts import count_deck, count_levels, count_tags
from interviewprep.services.decks import create_deck, set_deck_options
from interviewprep.services.enrolling import enrol, leave
from interviewprep.services.importing import open_deck_file, store_import
from interviewprep.services.interviews.choosing import proposed_kind
from interviewprep.services.learner import Learner, load_learner
from interviewprep.services.queue import next_cards
from interviewprep.services.studied_decks import advance_hint
from interviewprep.services.taking_tracks import leave_track, preview_track, take_track
from interviewprep.services.tracks import (
    built_in_shelf,
    known_packs,
    known_tracks,
    plan_track,
    plan_tracks,
    read_phases,
)
from interviewprep.storage import Card, Database, Deck, Enrolment, Memory, Note, User
from interviewprep.storage.media_store import MediaStore

from .conftest import NOW, add_deck, add_learner
from .test_answering import of, send
from .test_archive import archived, brought

# Level of each card, deck by deck; in the file they stand in this order.
DECKS: dict[str, tuple[list[str], list[int]]] = {
    "coding/patterns": (["coding/complexity"], [2, 1, 3]),
    "coding/complexity": ([], [3, 1, 2, 1]),
    "coding/python": ([], [1, 2, 3]),
    "coding/numpy-pandas": (["coding/python"], [1, 2]),
    "ml/nlp": ([], [1, 3]),
    "ml/domains": ([], [1]),
}
MLE = ["coding/complexity", "coding/patterns", "coding/python", "coding/numpy-pandas", "ml/nlp"]
EXERCISE = """## exercise-{id}
kind: {kind}
title: Exercise
tags: exercises
level: 1

### Prompt

Add two numbers.
"""


@dataclass
class World:
    """A small shelf of decks under the names of the real ones, and a learner of none of them."""

    database: Database
    folder: Path
    learner: Learner

    def write(self, key: str, requires: Sequence[str], levels: Sequence[int]) -> None:
        name = key.partition("/")[2]
        cards = "".join(
            f"## {name}-{n}\nlevel: {level}\n\nQ: {name} {n} of level {level}?\nA: Yes.\n\n"
            for n, level in enumerate(levels)
        )
        self.write_file(key, f"requires: [{', '.join(requires)}]\n" if requires else "", cards)

    def write_exercises(self, key: str, kind: str = "coding") -> None:
        self.write_file(key, "", EXERCISE.format(id=key.partition("/")[2], kind=kind))

    def write_file(self, key: str, more: str, cards: str) -> None:
        category, _, name = key.partition("/")
        path = self.folder / f"{key}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\nname: {name}\ncategory: {category}\ndescription: Small.\n"
            f"licence: CC-BY-4.0\n{more}---\n\n# Part\n\n{cards}"
        )

    def sync(self) -> None:
        with self.database.writing() as session:
            sync_built_in(session, self.folder, NOW)

    def take(self, code: str, *, only: bool = False) -> Any:
        with self.database.writing() as session:
            change = take_track(session, self.learner.id, code, NOW, only=only)
        with self.database.reading_core() as connection:
            self.learner = load_learner(connection, self.learner.id)
        return change

    def id_of(self, key: str) -> int:
        with self.database.reading() as session:
            return session.scalars(select(Deck.id).where(Deck.key == key)).one()

    def enrol(self, key: str) -> None:
        with self.database.writing() as session:
            enrol(session, self.learner.id, self.id_of(key), NOW)

    def studied(self) -> list[tuple[str, int | None]]:
        """Return name and depth of each deck studied, in the learner's order."""
        query = (
            select(Deck.key, Deck.name, Enrolment.options)
            .join(Enrolment, Enrolment.deck_id == Deck.id)
            .where(Enrolment.user_id == self.learner.id, Deck.retired_at.is_(None))
            .order_by(Enrolment.position, Deck.id)
        )
        with self.database.reading() as session:
            return [
                (row.key or row.name, DeckOptions.from_mapping(row.options).depth)
                for row in session.execute(query)
            ]

    def queued(self, limit: int = 50) -> list[str]:
        """Return the questions of the queue, as `deck number` with the level."""
        with self.database.reading_core() as connection:
            queue = next_cards(connection, self.learner, NOW, limit=limit)
        found = [one.card.html.front_html for one in queue.cards]
        if len(queue.cards) < limit:
            assert queue.counts.new == len([one for one in queue.cards if not one.repeat_at])
        return [text[3:].replace(" of level ", " L").partition("?")[0] for text in found]


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    folder = tmp_path / "cards"
    folder.mkdir()
    for name in ("tracks.yaml", "phases.yaml"):
        shutil.copy(bundled("cards") / name, folder)
    made = World(database, folder, add_learner(database, new_per_day=100))
    for key, (requires, levels) in DECKS.items():
        made.write(key, requires, levels)
    made.write_exercises("coding/exercises-sums")
    made.sync()
    return made


def test_a_track_brings_its_decks_in_order_to_its_depths_with_the_prompts_of_its_mocks(
    world: World,
) -> None:
    change = world.take("mle")
    assert world.studied() == [
        ("coding/complexity", 3),
        ("coding/patterns", 3),
        ("coding/python", 2),
        ("coding/numpy-pandas", 1),
        ("ml/nlp", 1),
        ("coding/exercises-sums", 3),
    ]
    assert len(change.added) == 6 and change.only_before == () and change.by_hand == ()
    assert "ml/statistics" in change.plan.missing and "ml/nlp" not in change.plan.missing
    assert world.learner.settings.track == "mle"


def test_prompts_come_only_with_a_track_whose_mocks_ask_them(world: World) -> None:
    world.write_exercises("coding/exercises-queries", kind="sql")
    world.sync()
    world.take("rs")  # which has no SQL among its mocks
    assert "coding/exercises-queries" not in dict(world.studied())
    assert "coding/exercises-sums" in dict(world.studied())
    world.take("de")
    assert "coding/exercises-queries" in dict(world.studied())


def test_the_core_of_all_decks_comes_before_level_two_of_any(world: World) -> None:
    world.take("mle")
    assert world.queued() == [
        "complexity 1 L1",
        "python 0 L1",
        "numpy-pandas 0 L1",
        "nlp 0 L1",
        "complexity 3 L1",
        "patterns 1 L1",
        "python 1 L2",
        "complexity 2 L2",
        "patterns 0 L2",
        "complexity 0 L3",
        "patterns 2 L3",
    ]


def test_three_decks_of_a_track_share_a_day_but_each_waits_for_those_it_builds_on(
    world: World,
) -> None:
    world.write("coding/complexity", [], [1] * 9)
    world.write("coding/patterns", ["coding/complexity"], [1] * 2)
    world.write("coding/python", [], [1] * 4)
    world.write("ml/nlp", [], [1] * 7)
    world.sync()
    world.take("mle")
    names = [text.split()[0] for text in world.queued(limit=24)]
    assert names[:11] == [*["complexity", "python", "nlp"] * 3, "complexity", "python"]
    assert names[11] == "numpy-pandas", "now that python is through"
    assert names[12:20] == ["nlp", *["complexity", "nlp"] * 3, "complexity"]
    assert names[20:] == ["complexity", "patterns", "patterns"], "now that complexity is through"
    with world.database.writing() as session:
        set_study_settings(
            session, world.learner.id, replace(world.learner.settings, new_per_day=6)
        )
        leave_track(session, world.learner.id)
    with world.database.reading_core() as connection:
        world.learner = load_learner(connection, world.learner.id)
    assert [text.split()[0] for text in world.queued()] == ["complexity"] * 6, "as without a track"


def test_the_order_holds_from_answer_to_answer_with_the_hints_that_are_kept(world: World) -> None:
    world.take("mle")
    whole, answered = world.queued(), []
    while True:
        with world.database.writing_core() as connection:
            queue = next_cards(connection, world.learner, NOW, limit=1)
            for deck, position in queue.hints:
                advance_hint(connection, world.learner.id, deck, position)
        if not queue.counts.new:
            break
        answered += world.queued(limit=1)
        send(world.database, world.learner, of(queue.cards[0].card.id, Grade.EASY))
    assert answered == whole
    with world.database.reading() as session:
        hints = session.scalars(
            select(Enrolment.new_from).where(Enrolment.deck_id == world.id_of("coding/python"))
        )
        assert hints.one() == 3_000_000, "decks that have nothing left are not asked again"


def test_decks_of_one_s_own_give_all_their_cards_at_their_place(world: World) -> None:
    _, own = add_deck(world.database, world.learner.id, cards=2, name="Mine")
    world.take("mle")
    assert [key for key, _ in world.studied()][:2] == ["Mine", "coding/complexity"]
    with world.database.reading_core() as connection:
        queue = next_cards(connection, world.learner, NOW, limit=3)
    assert [one.card.id for one in queue.cards[:2]] == own


def test_decks_made_or_imported_later_stand_ahead_of_those_a_track_brought(
    world: World, tmp_path: Path
) -> None:
    add_deck(world.database, world.learner.id, cards=1, name="First")
    world.take("mle")
    with world.database.writing() as session:
        create_deck(session, world.learner.id, "Made by hand", NOW)
    path = tmp_path / "imported.csv"
    path.write_text("Frage zu Bäumen;Antwort\nFrage zu Wäldern;Antwort\n", encoding="utf-8")
    store = MediaStore(tmp_path / "media")
    with (
        open_deck_file(path, path.name, store) as deck_file,
        world.database.writing_core() as connection,
    ):
        store_import(connection, world.learner.id, deck_file, {}, NOW)
    world.enrol("ml/domains")
    keys = [key for key, _ in world.studied()]
    assert keys[0] == "First" and keys[1] == "Made by hand" and keys[3] == "coding/complexity"
    assert keys[2].startswith("imported") and keys[-1] == "ml/domains"
    assert "zu Bäumen" in world.queued(limit=2)[1]


def test_in_random_order_levels_still_come_one_after_another(world: World) -> None:
    with world.database.writing() as session:
        set_study_settings(
            session, world.learner.id, replace(world.learner.settings, new_order="random")
        )
    world.take("mle")
    assert [text[-2:] for text in world.queued()] == ["L1"] * 6 + ["L2"] * 3 + ["L3"] * 2


def test_a_deck_s_own_number_of_new_cards_counts_over_all_levels(world: World) -> None:
    world.take("mle")
    with world.database.writing() as session:
        set_deck_options(
            session, world.learner.id, world.id_of("coding/complexity"), DeckOptions(new_per_day=3)
        )
    assert [text for text in world.queued() if text.startswith("complexity")] == [
        "complexity 1 L1",
        "complexity 3 L1",
        "complexity 2 L2",
    ]
    assert dict(world.studied())["coding/complexity"] == 3


def rows_of_learning(database: Database) -> list[Any]:
    with database.reading_core() as connection:
        return [
            connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in (Enrolment.__table__, Memory.__table__, User.__table__)
        ]


def test_taking_a_track_twice_changes_no_row(world: World) -> None:
    world.take("mle")
    before = rows_of_learning(world.database)
    change = world.take("mle")
    assert change.added == () and rows_of_learning(world.database) == before


def test_an_unknown_track_is_refused_and_changes_nothing(world: World) -> None:
    before = rows_of_learning(world.database)
    for code in ("", "everything", "mle\x00", "../mle"):
        with pytest.raises(NotFound, match="choose one of those listed"):
            world.take(code)
    assert rows_of_learning(world.database) == before


def test_another_track_adds_decks_and_depths_and_takes_nothing_away(world: World) -> None:
    world.take("mle")
    change = world.take("applied")
    assert [deck.key for deck in change.added] == ["ml/domains"]
    assert world.studied() == [
        ("coding/complexity", 3),
        ("coding/patterns", 3),
        ("coding/python", 2),
        ("coding/numpy-pandas", 2),
        ("ml/domains", 2),
        ("ml/nlp", 1),
        ("coding/exercises-sums", 3),
    ]
    with world.database.reading() as session:
        sources = session.scalars(
            select(Enrolment.options).where(Enrolment.user_id == world.learner.id)
        )
        assert {options["track"] for options in sources} == {"applied"}


def test_on_request_only_the_new_track_stays_and_what_is_known_is_kept(world: World) -> None:
    world.take("domain")
    world.enrol("ml/domains")
    with world.database.reading() as session:
        card = session.scalars(
            select(Card.id).where(Card.deck_id == world.id_of("ml/domains"))
        ).one()
    send(world.database, world.learner, of(card, Grade.GOOD))
    assert dict(world.studied())["coding/complexity"] == 1
    with world.database.reading() as session:
        change = preview_track(session, world.learner.id, "mlops")
    assert change.only_before == (world.id_of("ml/domains"),)
    world.take("mlops", only=True)
    studied = dict(world.studied())
    assert "ml/domains" not in studied
    assert (studied["coding/complexity"], studied["coding/numpy-pandas"]) == (3, 1)
    with world.database.reading() as session:
        assert session.scalars(select(Memory.card_id)).all() == [card]
    world.take("domain")
    assert dict(world.studied())["ml/domains"] == 3


def test_what_the_learner_chose_alone_stays_as_it_is(world: World) -> None:
    world.enrol("ml/domains")
    world.enrol("coding/patterns")
    world.take("mle")
    chosen = [("ml/domains", None), ("coding/patterns", None)]
    assert world.studied()[:3] == [*chosen, ("coding/complexity", 3)]
    with world.database.writing() as session:
        set_deck_options(
            session, world.learner.id, world.id_of("coding/python"), DeckOptions(depth=1)
        )
    world.take("mlops", only=True)
    assert world.studied()[:2] == chosen
    assert dict(world.studied())["coding/python"] == 1, "a depth of their own stays theirs"


def test_an_order_of_one_s_own_survives_taking_the_track_again(world: World) -> None:
    world.take("mle")
    with world.database.writing() as session:
        session.query(Enrolment).filter_by(deck_id=world.id_of("ml/nlp")).update({"position": -1})
        leave(session, world.learner.id, world.id_of("coding/python"))
    world.take("mle")
    assert [key for key, _ in world.studied()] == [
        "ml/nlp",
        "coding/complexity",
        "coding/patterns",
        "coding/python",
        "coding/numpy-pandas",
        "coding/exercises-sums",
    ]


def test_a_deck_of_a_later_edition_comes_to_those_who_follow_its_track(world: World) -> None:
    world.take("mle")
    other = add_learner(world.database, "bob@example.org")
    with world.database.writing() as session:
        leave(session, world.learner.id, world.id_of("ml/nlp"))
    world.write("ml/probability", [], [1, 2, 3])
    world.sync()
    assert world.studied()[2:5] == [
        ("coding/python", 2),
        ("ml/probability", 2),
        ("coding/numpy-pandas", 1),
    ]
    assert "ml/nlp" not in dict(world.studied()), "what was left stays left"
    with world.database.reading() as session:
        assert session.query(Enrolment).filter_by(user_id=other.id).count() == 0


def test_following_no_track_keeps_the_decks_and_mocks_go_by_all(world: World) -> None:
    world.take("de")
    with world.database.reading_core() as connection:
        assert proposed_kind(connection, world.learner) in ("sql", "system-design")
    before = world.studied()
    with world.database.writing() as session:
        leave_track(session, world.learner.id)
    with world.database.reading_core() as connection:
        learner = load_learner(connection, world.learner.id)
        assert proposed_kind(connection, learner) == "concepts"
    assert learner.settings.track == "" and world.studied() == before


def test_saving_the_study_settings_leaves_the_track_alone(world: World) -> None:
    world.take("mle")
    with world.database.writing() as session:
        set_study_settings(session, world.learner.id, StudySettings(new_per_day=3))
    with world.database.reading_core() as connection:
        settings = load_learner(connection, world.learner.id).settings
    assert (settings.track, settings.new_per_day) == ("mle", 3)


@pytest.mark.parametrize(("depth", "new"), [(1, 2), (2, 3), (3, 4), (None, 4)])
def test_a_depth_bounds_what_is_new_and_nothing_that_was_begun(
    world: World, depth: int | None, new: int
) -> None:
    deck_id = world.id_of("coding/complexity")
    world.enrol("coding/complexity")
    with world.database.writing() as session:
        set_deck_options(session, world.learner.id, deck_id, DeckOptions(depth=depth))
    assert len(world.queued()) == new
    today = world.learner.study_day(NOW)
    with world.database.reading() as session:
        counts = count_deck(session, world.learner.id, deck_id, today, depth=depth)
        assert (counts.new, counts.total) == (new, 4)
        assert count_levels(session, deck_id) == {1: 2, 2: 1, 3: 1}
        [deep] = session.scalars(
            select(Card.id)
            .join(Note, Note.id == Card.note_id)
            .where(Card.deck_id == deck_id, Note.guid == "complexity-0")
        )
    send(world.database, world.learner, of(deep, Grade.AGAIN))
    assert "complexity 0 L3" in world.queued()


def test_a_whole_deck_chosen_alone_stays_whole_and_an_own_deck_has_no_depth(world: World) -> None:
    world.enrol("coding/complexity")
    mine, _ = add_deck(world.database, world.learner.id, cards=2, name="Mine")
    with world.database.writing() as session:
        for deck_id, depth in ((world.id_of("coding/complexity"), 3), (mine, 1)):
            set_deck_options(session, world.learner.id, deck_id, DeckOptions(depth=depth))
    assert dict(world.studied()) == {"coding/complexity": None, "Mine": None}


def test_cards_of_an_older_database_are_put_level_by_level_when_it_is_upgraded(
    world: World,
) -> None:
    world.take("mle")
    with world.database.writing() as session:  # as an earlier reader left them
        for place, card in enumerate(session.scalars(select(Card).order_by(Card.id))):
            card.position = place
        for deck in session.scalars(select(Deck).where(Deck.owner_id.is_(None))):
            deck.details = {**deck.details, "hash": "of an earlier reader"}
    world.sync()
    with world.database.reading() as session:
        rows = session.execute(select(Card.position, Note.details).join(Note)).all()
    assert rows and all(row.position // 1_000_000 == level_of(row.details) for row in rows)


def test_every_shipped_track_is_whole_in_order_and_closed(database: Database) -> None:
    """Each deck that a track names is here or reported; none comes before what it requires."""
    with database.writing() as session:
        sync_built_in(session, bundled("cards"), NOW)
    with database.reading() as session:
        shelf = built_in_shelf(session)
        plans = plan_tracks(session)
    requires = {deck.key: deck.requires for deck in shelf}
    phases = read_phases(bundled("cards"))
    listed = [deck for phase in phases for deck in phase]
    assert len(listed) == len(set(listed))
    assert [plan.track.code for plan in plans] == list(known_tracks())
    for plan in plans:
        keys = [deck.key for deck in plan.decks]
        assert set(keys) | set(plan.missing) >= set(plan.track.depths), plan.track.code
        assert not set(keys) & set(plan.missing)
        assert set(plan.track.depths) <= set(listed), "a deck without a phase"
        closed = missing_prerequisites([*keys, *plan.missing], requires)
        assert closed == {}, plan.track.code
        place = {key: number for number, key in enumerate(keys)}
        for key in keys:
            assert all(place[one] < place[key] for one in requires[key] if one in place)
        assert sum(plan.track.mocks.values()) == 100
        assert all(deck.depth in LEVELS and (deck.cards or deck.prompts) for deck in plan.decks)
        served = {share for deck in shelf if deck.key in place for share in deck.shares}
        assert {share for share, weight in plan.track.mocks.items() if weight} <= served


def test_a_track_without_a_deck_here_is_not_offered(database: Database) -> None:
    with database.reading() as session:
        assert plan_tracks(session) == []
        plan = plan_track(known_tracks()["mle"], [])
    assert plan.decks == () and set(plan.missing) == set(plan.track.depths)
    assert (plan.cards, plan.days(20), plan.days(0)) == (0, 0, 0)


def test_parts_of_a_deck_that_are_left_out_do_not_become_new(world: World) -> None:
    cards = "".join(
        f"## {tag}-{n}\ntags: {tag}\n\nQ: {tag} {n}?\nA: Yes.\n\n"
        for n, tag in enumerate(["finance", "healthcare", "evaluation", "finance"])
    )
    world.write_file("ml/domains", "tags: [domains]\n", cards)
    world.sync()
    world.enrol("ml/domains")
    deck_id = world.id_of("ml/domains")
    assert len(world.queued()) == 4
    with world.database.reading() as session:
        [begun] = session.scalars(
            select(Card.id).join(Note, Note.id == Card.note_id).where(Note.guid == "finance-0")
        )
    send(world.database, world.learner, of(begun, Grade.AGAIN))
    options = DeckOptions(without=("finance", "climate"))
    with world.database.writing() as session:
        session.query(Enrolment).update({"new_from": 1_000_003})
        set_deck_options(session, world.learner.id, deck_id, options)
        assert session.get_one(Enrolment, (world.learner.id, deck_id)).new_from == 0
    assert world.queued() == ["healthcare 1", "evaluation 2", "finance 0"]
    with world.database.writing() as session:
        counts = count_deck(
            session,
            world.learner.id,
            deck_id,
            world.learner.study_day(NOW),
            without=options.without,
        )
        assert (counts.new, counts.total) == (2, 4)
        assert count_tags(session, deck_id, ["finance", "climate"]) == {"finance": 2}
        set_deck_options(session, world.learner.id, deck_id, replace(options, new_order="random"))
    assert sorted(world.queued()) == ["evaluation 2", "finance 0", "healthcare 1"]


def test_the_archive_of_an_account_carries_track_depths_and_parts(
    world: World, tmp_path: Path
) -> None:
    world.take("domain")
    options = DeckOptions(depth=2, without=("finance",))
    with world.database.writing() as session:
        set_deck_options(session, world.learner.id, world.id_of("ml/domains"), options)
    other = add_learner(world.database, "bob@example.org")
    store = MediaStore(tmp_path / "media")
    path = archived(world.database, world.learner.id, store, tmp_path / "account.zip")
    brought(world.database, other.id, path, store)
    before, world.learner = world.studied(), other
    assert world.studied() == before
    with world.database.reading_core() as connection:
        assert load_learner(connection, other.id).settings.track == "domain"
        kept = connection.execute(
            select(Enrolment.options).where(
                Enrolment.user_id == other.id, Enrolment.deck_id == world.id_of("ml/domains")
            )
        ).scalar_one()
    assert DeckOptions.from_mapping(kept) == options


def test_every_part_of_a_shipped_deck_is_a_tag_of_the_list() -> None:
    tags = yaml.safe_load((bundled("cards") / "tags.yaml").read_text("utf-8"))
    assert known_packs().keys() == {"ml/domains"}
    for key, packs in known_packs().items():
        assert (bundled("cards") / f"{key}.md").is_file() and set(packs) <= set(tags)
