"""The roles people prepare for, as `cards/tracks.yaml` has them, and what each would study here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from ..bundled_files import bundled
from ..core.cards import PROMPT_KEY
from ..core.levels import DEEP, LEVEL_STEP
from ..core.tracks import Track, parse_tracks, study_order
from ..errors import NotFound
from ..storage import Card, Deck, Note
from .interviews.kinds import kind_of_prompt

TRACKS_FILE, PHASES_FILE, PACKS_FILE = "tracks.yaml", "phases.yaml", "packs.yaml"


@dataclass(frozen=True, slots=True)
class ShelfDeck:
    """A built-in deck. `cards` counts its flashcards by level; `shares` are those of the mocks that
    its prompts serve."""

    id: int
    key: str
    name: str
    requires: tuple[str, ...]
    cards: Mapping[int, int]
    prompts: int
    shares: frozenset[str]

    def cards_to(self, depth: int) -> int:
        return sum(count for level, count in self.cards.items() if level <= depth)


@dataclass(frozen=True, slots=True)
class PlannedDeck:
    """A deck of a track: `depth` is the highest level of it, `cards` how many that makes. One that
    holds only prompts has no cards; it is done as mocks."""

    id: int
    key: str
    name: str
    depth: int
    cards: int
    prompts: int


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """What a track studies here, in its order; `missing` are the keys of decks that it names and
    that this server does not have."""

    track: Track
    decks: tuple[PlannedDeck, ...]
    missing: tuple[str, ...]

    @property
    def cards(self) -> int:
        return sum(deck.cards for deck in self.decks)

    def days(self, new_per_day: int) -> int:
        """Return the days until every card has been begun; 0 where none is ever begun."""
        return -(-self.cards // new_per_day) if new_per_day else 0


def read_tracks(folder: Path) -> Mapping[str, Track]:
    """Return the tracks of a folder of decks by code; none where it brings none."""
    path = folder / TRACKS_FILE
    return parse_tracks(_yaml(path)) if path.is_file() else {}


def read_phases(folder: Path) -> list[list[str]]:
    """Return the curriculum's phases, each with the keys of its decks in order."""
    path = folder / PHASES_FILE
    return [list(map(str, decks)) for decks in _yaml(path).values()] if path.is_file() else []


@cache
def known_tracks() -> Mapping[str, Track]:
    """Return the tracks that come with the program."""
    return read_tracks(bundled("cards"))


@cache
def _known_phases() -> list[list[str]]:
    return read_phases(bundled("cards"))


@cache
def known_packs() -> Mapping[str, list[str]]:
    """Return, by the key of a deck, the tags of its parts of which a learner may choose some."""
    path = bundled("cards") / PACKS_FILE
    return _yaml(path) if path.is_file() else {}


def get_track(code: str) -> Track:
    """:raise NotFound: where there is no such track."""
    found = known_tracks().get(code)
    if found is None:
        raise NotFound("There is no such track; choose one of those listed.")
    return found


def built_in_shelf(session: Session | Connection) -> list[ShelfDeck]:
    """Return the built-in decks that are offered, with what stands in each."""
    offered = (Deck.owner_id.is_(None), Deck.key.is_not(None), Deck.retired_at.is_(None))
    level = Card.position // LEVEL_STEP
    counted = session.execute(
        select(Card.deck_id, level.label("level"), func.count().label("cards"))
        .join(Deck, Deck.id == Card.deck_id)
        .where(*offered, Card.retired_at.is_(None), Card.key != PROMPT_KEY)
        .group_by(Card.deck_id, level)
    )
    cards: dict[int, Counter[int]] = defaultdict(Counter)
    for row in counted:
        cards[row.deck_id][int(row.level)] += row.cards
    prompts: dict[int, list[frozenset[str]]] = defaultdict(list)
    asked = (
        select(Card.deck_id, Note.details, Note.tags)
        .join(Note, Note.id == Card.note_id)
        .join(Deck, Deck.id == Card.deck_id)
        .where(*offered, Card.retired_at.is_(None), Card.key == PROMPT_KEY)
    )
    for row in session.execute(asked):
        kind = kind_of_prompt(str(row.details.get("kind", "")), row.tags.split())
        prompts[row.deck_id].append(frozenset(kind.mock_shares if kind else ()))
    decks = session.execute(
        select(Deck.id, Deck.key, Deck.name, Deck.details).where(*offered).order_by(Deck.key)
    )
    return [
        ShelfDeck(
            id=row.id,
            key=row.key,
            name=row.name,
            requires=tuple(map(str, row.details.get("requires") or ())),
            cards=cards[row.id],
            prompts=len(prompts[row.id]),
            shares=frozenset[str]().union(*prompts[row.id]),
        )
        for row in decks
    ]


def plan_track(
    track: Track, shelf: Collection[ShelfDeck], *, phases: list[list[str]] | None = None
) -> TrackPlan:
    """Return the decks of a track in the order of study: those it names, and of those that hold
    only prompts the ones that its mocks ask."""
    wanted_shares = {share for share, weight in track.mocks.items() if weight}
    chosen = {}
    for deck in shelf:
        if deck.key in track.depths:
            chosen[deck.key] = (deck, track.depths[deck.key])
        elif not deck.cards and deck.shares & wanted_shares:
            chosen[deck.key] = (deck, DEEP)
    order = study_order(
        {key: deck.requires for key, (deck, _) in chosen.items()},
        _known_phases() if phases is None else phases,
        track.depths,
    )
    planned = [
        PlannedDeck(deck.id, key, deck.name, depth, deck.cards_to(depth), deck.prompts)
        for key in order
        for deck, depth in [chosen[key]]
    ]
    missing = [key for key in track.depths if key not in chosen]
    return TrackPlan(track, tuple(planned), tuple(sorted(missing)))


def plan_tracks(session: Session | Connection) -> list[TrackPlan]:
    """Return what each track that comes with the program would study on this server.

    Tracks of which there is no deck here are left out.
    """
    shelf = built_in_shelf(session)
    plans = [plan_track(track, shelf) for track in known_tracks().values()]
    return [plan for plan in plans if plan.cards]


def _yaml(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
