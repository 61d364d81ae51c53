"""The queue of the day: which cards come next, their HTML, and what each grade would lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from ..core.grades import Grade
from ..core.labels import outcome_labels
from ..core.planning import interleave
from ..core.schedulers import Moment
from ..errors import NotFound
from ..storage.memories import load_on, state_of
from .changed_cards import Change, changes_since_answered
from .day_limits import due_within_limits
from .learner import Learner
from .rendered import Fresh, ShownCard, shown_cards
from .studied_decks import StudiedDeck, studied_decks
from .todays_new_cards import new_within_limits
from .visibility import visible_card_ids
from .waiting import Waiting, one_a_note, repeats


@dataclass(frozen=True, slots=True)
class Counts:
    """What is left today, within the day's limits; each at most 1,000, which then means more."""

    new: int
    learning: int
    due: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What one grade would lead to."""

    due_at: datetime | None
    due_day: date | None
    label: str


@dataclass(frozen=True, slots=True)
class QueuedCard:
    card: ShownCard
    outcomes: Mapping[Grade, Promise]
    typed: bool = False
    change: Change | None = None
    repeat_at: datetime | None = None


@dataclass(slots=True)
class Queue:
    """`fresh` is HTML to be kept, `hints` where new cards begin: both for whoever may write.

    `deck_name` is the full name of the deck that was asked for, empty for all decks.
    """

    study_day: date
    counts: Counts
    cards: list[QueuedCard]
    fresh: list[Fresh] = field(default_factory=list)
    hints: list[tuple[StudiedDeck, int]] = field(default_factory=list)
    deck_name: str = ""


def next_cards(
    connection: Connection,
    learner: Learner,
    now: datetime,
    *,
    limit: int = 20,
    deck_id: int | None = None,
) -> Queue:
    """Return the first `limit` cards of the learner's queue, of one deck and those below it if
    `deck_id` is given. Raises `NotFound` where the learner does not study that deck."""
    today = learner.study_day(now)
    decks = studied_decks(connection, learner, today)
    chosen = decks if deck_id is None else _below(decks, deck_id)
    deck_ids = None if deck_id is None else [deck.id for deck in chosen]
    hints: list[tuple[StudiedDeck, int]] = []

    waiting = repeats(connection, learner, today, deck_ids=deck_ids)
    due, due_left = due_within_limits(connection, learner, today, decks, deck_ids, limit)
    new = new_within_limits(connection, learner, today, decks, chosen, hints)
    new_begun = sum(deck.new_today for deck in chosen)
    ready = [one for one in waiting if one.repeat_at is not None and one.repeat_at <= now]
    later = waiting[len(ready) :]
    order = [
        *ready,
        *interleave(
            due,
            new[:limit],
            mix=learner.settings.mix,
            due_left=due_left,
            new_left=len(new),
            begun=new_begun + sum(deck.reviews_today for deck in chosen),
            new_begun=new_begun,
        ),
        *later,
    ]
    if learner.settings.bury_siblings:
        order = one_a_note(order)
    cards, fresh = describe(connection, learner, now, order[:limit], chosen)
    return Queue(
        study_day=today,
        counts=Counts(new=len(new), learning=len(waiting), due=due_left),
        cards=cards,
        fresh=fresh,
        hints=hints,
        deck_name=next((deck.name for deck in chosen if deck.id == deck_id), ""),
    )


def card_again(
    connection: Connection, learner: Learner, now: datetime, card_id: int
) -> tuple[QueuedCard | None, list[Fresh]]:
    """Return one card as it stands now, wherever it is in the queue, and what was rendered.

    None for a card that the learner may not see any more.
    """
    if connection.execute(visible_card_ids(learner.id, [card_id])).first() is None:
        return None, []
    decks = studied_decks(connection, learner, learner.study_day(now))
    cards, fresh = describe(connection, learner, now, [Waiting(card_id, 0, 0)], decks)
    return (cards[0] if cards else None), fresh


def describe(
    connection: Connection,
    learner: Learner,
    now: datetime,
    waiting: Sequence[Waiting],
    decks: Sequence[StudiedDeck],
) -> tuple[list[QueuedCard], list[Fresh]]:
    """Return the cards with their HTML and outcomes; one look at the load serves all of them."""
    shown, fresh = shown_cards(connection, learner.id, [one.card_id for one in waiting])
    typed = {deck.id for deck in decks if deck.options.typed_answers}
    moment = Moment(now, learner.study_day(now))
    states = [state_of(card.row) for card in shown]
    spans = [learner.scheduler.spread_span(state, moment, learner.options) for state in states]
    load = load_on(connection, learner.id, [span for span in spans if span is not None])
    changes = changes_since_answered(connection, learner.id, shown)
    cards = []
    for card, state in zip(shown, states, strict=True):
        outcomes = learner.scheduler.outcomes(state, moment, learner.options, load, card.id)
        labels = outcome_labels(state, outcomes, moment)
        cards.append(
            QueuedCard(
                card,
                {
                    grade: Promise(
                        learner.due_at(outcome.memory.due_day, outcome.memory.repeat_at),
                        outcome.memory.due_day,
                        labels[grade],
                    )
                    for grade, outcome in outcomes.items()
                },
                typed=card.deck_id in typed and bool(card.html.typed_answer),
                change=changes.get(card.id),
                repeat_at=state.repeat_at if state.last_day == moment.study_day else None,
            )
        )
    return cards, fresh


def _below(decks: Sequence[StudiedDeck], deck_id: int) -> list[StudiedDeck]:
    """Return the deck of this id and those whose names begin with its own and `::`."""
    named = next((deck for deck in decks if deck.id == deck_id), None)
    if named is None:
        raise NotFound("You do not study a deck with this number.")
    return [deck for deck in decks if deck is named or deck.name.startswith(f"{named.name}::")]
