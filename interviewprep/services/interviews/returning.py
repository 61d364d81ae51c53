"""The cards behind weak rows of a rubric: those that may come back, and those nobody has begun."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, or_, select
from sqlalchemy.orm import Session

from ...core.card_titles import card_title
from ...core.cards import PROMPT_KEY
from ...core.interviews.effects import MOST_BROUGHT_BACK, RETURN_DAYS, Candidate, return_day
from ...core.schedulers import Memory as State
from ...core.search_query import AnyOf, Tagged
from ...storage import Card, CardMark, Deck, Enrolment, Memory, Note, NoteType
from ...storage.memories import COLUMNS, state_of
from ...storage.types import AnyRow, AnySelect
from ..search_conditions import Asker, Conditions
from ..visibility import may_see

MOST_TAGS = 200
"""Of one level, in one mock: what a database takes in one condition, many times over."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card with where it stands; `version` is None where memory has no row."""

    id: int
    deck_id: int
    deck_name: str
    title: str
    memory: State
    version: int | None
    is_studied: bool


WeakTags = Mapping[int, Mapping[str, str]]
"""By level (1 or 2): the tags of rows scored so, each with the row's dimension."""


def candidates(
    session: Session, user_id: int, weak: WeakTags, today: date
) -> tuple[list[Candidate], dict[int, KnownCard]]:
    """Return the cards of weak rows that would come back sooner, the weakest of them at least.

    The second value has each of those cards by its id.
    """
    found: list[Candidate] = []
    cards: dict[int, KnownCard] = {}
    for level in sorted(weak):
        if not weak[level]:
            continue
        after = return_day(Candidate(0, State(), level), today)
        query = (
            _flashcards(user_id)
            .where(
                Memory.due_day > after,
                Enrolment.deck_id.is_not(None),
                _has_a_tag(session, user_id, weak[level], today),
            )
            .order_by(Memory.lapses.desc(), Memory.ease_hundredths, Card.id)
            # Those of the level before may be among them, and take no further place.
            .limit(MOST_BROUGHT_BACK * level)
        )
        for row in session.execute(query):
            card = _known(row)
            cards[card.id] = card
            found.append(Candidate(card.id, card.memory, level, _dimension(row, weak[level])))
    return found, cards


def unbegun(
    session: Session, user_id: int, tags: Collection[str], today: date, most: int
) -> list[KnownCard]:
    """Return cards with one of these tags that nobody has begun, those of studied decks first."""
    if not tags:
        return []
    query = (
        _flashcards(user_id)
        .where(Memory.due_day.is_(None), _has_a_tag(session, user_id, tags, today))
        .order_by(Enrolment.deck_id.is_(None), Deck.name, Card.position, Card.id)
        .limit(most)
    )
    return [_known(row) for row in session.execute(query)]


def cards_of(
    connection: Connection, user_id: int, card_ids: Collection[int]
) -> dict[int, KnownCard]:
    """Return those of these flashcards that the learner may see and has not put away."""
    if not card_ids:
        return {}
    query = _flashcards(user_id).where(Card.id.in_(sorted(card_ids)))
    return {row.id: _known(row) for row in connection.execute(query)}


def prompts_of(
    connection: Connection, user_id: int, card_ids: Collection[int]
) -> dict[int, KnownCard]:
    """Return these prompts with where they stand. Whoever was asked one may lose sight of its deck,
    and its schedule moves all the same; a retired one is left out."""
    query = _all(user_id).where(
        Card.id.in_(sorted(card_ids)), Card.retired_at.is_(None), Card.key == PROMPT_KEY
    )
    return {row.id: _known(row) for row in connection.execute(query)}


def tags_of(rows: Iterable[tuple[int | None, str, Sequence[str]]]) -> dict[int, dict[str, str]]:
    """Gather the tags of weak rows, given as level, dimension and tags; a tag's lowest level counts
    alone. Of each level the first `MOST_TAGS` are looked for."""
    weak: dict[int, dict[str, str]] = {level: {} for level in RETURN_DAYS}
    for level, dimension, tags in sorted(rows, key=lambda row: row[0] or 0):
        if level not in RETURN_DAYS:
            continue
        for tag in (tag.lower().replace("*", "") for tag in tags):
            is_new = tag.strip(":") and not any(tag in found for found in weak.values())
            if is_new and len(weak[level]) < MOST_TAGS:
                weak[level][tag] = dimension
    return weak


def _all(user_id: int) -> AnySelect:
    return (
        select(
            Card.id,
            Card.deck_id,
            Card.ordinal,
            Deck.name.label("deck_name"),
            Note.fields,
            Note.tags,
            NoteType.kind,
            NoteType.markup,
            CardMark.tags.label("own_tags"),
            Enrolment.deck_id.label("studied"),
            Memory.version,
            *COLUMNS,
        )
        .join(Note, Note.id == Card.note_id)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .join(Deck, Deck.id == Card.deck_id)
        .outerjoin(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .outerjoin(Enrolment, and_(Enrolment.user_id == user_id, Enrolment.deck_id == Card.deck_id))
    )


def _flashcards(user_id: int) -> AnySelect:
    return _all(user_id).where(
        Card.key != PROMPT_KEY,
        Card.retired_at.is_(None),
        may_see(user_id),
        or_(
            CardMark.card_id.is_(None),
            and_(
                CardMark.is_suspended.is_(False),
                CardMark.is_hidden.is_(False),
                CardMark.is_draft.is_(False),
            ),
        ),
    )


def _has_a_tag(
    session: Session, user_id: int, tags: Iterable[str], today: date
) -> ColumnElement[bool]:
    """The tag itself or one below it, on the note or among the learner's own, as a search finds it:
    by the index, because these may be tags of half the cards there are."""
    named = tuple(Tagged(tag) for tag in sorted(tags))
    return Conditions(session, Asker(user_id, today), {}).where(AnyOf(named))


def _dimension(row: AnyRow, tags: Mapping[str, str]) -> str:
    held = f"{row.tags}{row.own_tags or ''}".lower()
    named = (name for tag, name in tags.items() if f" {tag} " in held or f" {tag}::" in held)
    return next(named, next(iter(tags.values())))


def _known(row: AnyRow) -> KnownCard:
    return KnownCard(
        id=row.id,
        deck_id=row.deck_id,
        deck_name=row.deck_name,
        title=card_title(row.kind, row.markup, row.fields, row.ordinal),
        memory=state_of(row),
        version=row.version,
        is_studied=row.studied is not None,
    )
