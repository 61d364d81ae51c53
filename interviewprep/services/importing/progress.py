"""Schedule and history of a package on their way in: which card is which, and in what order.

Cards of notes that this import adds are written at once. Those that were here are settled at the
end, under the learner's lock; the reviews come last of all, as they do in the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ...core.anki_progress import card_key, review_id_end
from ...core.compact import compact_json
from ...core.note_batches import NoteBatch, ReviewColumns, Reviewed
from ...core.notes import DeckFile
from ...core.read_warnings import WarningLog
from ..learner import load_learner
from .history import History
from .report import ImportReport
from .standings import Standings, Taken, cards_said
from .targets import Targets

_ENDING = """
    JOIN card ON card.note_id = note.id
    LEFT JOIN memory ON memory.user_id = {mark} AND memory.card_id = card.id
    WHERE note.retired_at IS NULL
"""
_COLUMNS = """
    SELECT note.guid, card.ordinal, card.id, card.deck_id, memory.interval_days,
           memory.ease_hundredths, memory.repetitions, memory.lapses, memory.due_day,
           memory.last_day
"""
# A CROSS JOIN keeps SQLite from reading all notes of an owner for each guid.
_SQLITE = f"{_COLUMNS} FROM json_each(?) j CROSS JOIN note ON note.guid = j.value"
_POSTGRESQL = f"{_COLUMNS} FROM unnest(%s::text[]) j (value) JOIN note ON note.guid = j.value"
_OWN_CARDS = {
    "sqlite": f"{_SQLITE} AND note.owner_id = ? {_ENDING.format(mark='?')}",
    "postgresql": f"{_POSTGRESQL} AND note.owner_id = %s {_ENDING.format(mark='%s')}",
}
_BUILT_IN_CARDS = {
    "sqlite": f"{_SQLITE} AND note.owner_id IS NULL {_ENDING.format(mark='?')}",
    "postgresql": f"{_POSTGRESQL} AND note.owner_id IS NULL {_ENDING.format(mark='%s')}",
}


class Here(NamedTuple):
    """One of our cards. `set_to` is its interval, ease, repetitions, lapses and due day, as long as
    no answer has changed what set them; None else, or where it has not been begun."""

    card_id: int
    deck_id: int
    set_to: tuple[Any, ...] | None = None
    is_built_in: bool = False


_NOT_HERE = Here(0, 0)


class CarriedProgress:
    """Takes batch after batch, then the reviews."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        deck_file: DeckFile,
        targets: Targets,
        warnings: WarningLog,
        now: datetime,
    ) -> None:
        assert deck_file.progress is not None
        self._connection = connection
        self._user_id = user_id
        self._file = deck_file
        self._targets = targets
        self._warnings = warnings
        self._now = now
        self._learner = load_learner(connection, user_id)
        self._standings = Standings(connection, self._learner, deck_file.progress, warnings, now)
        self._has_reviews = deck_file.progress.reviews > 0
        self._card_ids = array("q")
        self._deck_ids = array("q")
        self._id_ends: list[str] = []

    def take(
        self,
        batch: NoteBatch,
        fresh: Sequence[tuple[int, int]] | None,
        repeated: Collection[int] = (),
    ) -> None:
        """Take where the cards of a stored batch stand.

        `fresh` has id and deck of all cards that the file names in this batch, in its order, where
        every one of them has just been added; else None, and they are looked up. Of notes at the
        places `repeated`, whose guid came before, only the reviews count.
        """
        first = len(self._card_ids)
        keys = list(_named(batch))
        if fresh is not None:
            cards = [Here(card_id, deck_id) for card_id, deck_id in fresh]
        else:
            found = self._looked_up(batch)
            cards = [found.get(key, _NOT_HERE) for key in keys]
        self._card_ids.extend([card.card_id for card in cards])
        self._deck_ids.extend([card.deck_id for card in cards])
        if self._has_reviews:
            self._id_ends.append(
                "".join([review_id_end(card_key(guid, ordinal)) for guid, ordinal in keys])
            )
        if batch.standings:
            taken = list(self._taken(batch, first, cards, keys, frozenset(repeated)))
            if fresh is not None:
                self._standings.add_fresh(taken)
            else:
                self._standings.add_known(taken)

    def finish(
        self,
        report: ImportReport,
        between: Callable[[bool], None],
        read: Callable[[Iterator[ReviewColumns]], Iterator[ReviewColumns]],
    ) -> None:
        """Store the reviews, settle what was here, and say how much it was. `between` is called
        after some reviews each, and told whether any have been added; `read` goes through them."""
        history = History(
            self._connection,
            self._learner,
            self._warnings,
            self._now,
            self._card_ids,
            self._deck_ids,
            "".join(self._id_ends),
        )
        self._id_ends.clear()
        if isinstance(self._file.notes, Reviewed):
            for reviews in read(self._file.notes.reviews()):
                history.add(reviews, between)
        self._standings.settle()
        history.roll_up()
        report.reviews_added = history.added
        report.cards_scheduled = self._standings.scheduled
        if self._standings.kept:
            count = self._standings.kept
            self._warnings.add(
                "progress-kept",
                "",
                "1 card has moved on here since; what you have stays"
                if count == 1
                else f"{count:,} cards have moved on here since; what you have stays",
            )

    def _taken(
        self,
        batch: NoteBatch,
        first: int,
        cards: Sequence[Here],
        keys: Sequence[tuple[str, int]],
        repeated: frozenset[int],
    ) -> Iterator[Taken]:
        assert batch.standings is not None
        standing, places = self._standings.standing, _places(batch)
        for number, card in cards_said(batch.standings):
            at = number - first
            here, place = cards[at], places[at]
            if not here.card_id or place in repeated:
                continue
            said = standing(card, batch, place)
            if said.memory is not None and here.set_to is not None:
                memory = said.memory
                if here.set_to == (
                    memory.interval_days,
                    memory.ease_hundredths,
                    memory.repetitions,
                    memory.lapses,
                    str(memory.due_day),
                ):
                    continue  # as nearly always where a package comes again
            if here.is_built_in and said.memory is not None:
                self._targets.fill(here.deck_id)  # or what is known of it would never be asked
            yield Taken(here.card_id, here.deck_id, card_key(*keys[at]), card, said)

    def _looked_up(self, batch: NoteBatch) -> dict[tuple[str, int], Here]:
        """Our cards by guid and ordinal: of the learner's own notes, else of built-in ones."""
        found = dict(self._cards_of(_OWN_CARDS, batch.guids, self._user_id, self._user_id))
        missing = set(batch.guids) - {guid for guid, _ in found}
        if missing:
            built_in = self._cards_of(_BUILT_IN_CARDS, sorted(missing), self._user_id)
            found.update({key: here._replace(is_built_in=True) for key, here in built_in})
        return found

    def _cards_of(
        self, queries: Mapping[str, str], guids: Sequence[str], *values: int
    ) -> Iterator[tuple[tuple[str, int], Here]]:
        engine = self._connection.dialect.name
        said: Any = compact_json(list(guids)) if engine == "sqlite" else list(guids)
        with self._connection.exec_driver_sql(queries[engine], (said, *values)) as found:
            assert found.cursor is not None
            rows = found.cursor.fetchall()
        for guid, ordinal, card_id, deck_id, *state, due_day, last_day in rows:
            set_to = None
            if due_day is not None and last_day is None:
                set_to = (*state, str(due_day))
            yield (guid, ordinal), Here(card_id, deck_id, set_to)


def _named(batch: NoteBatch) -> Iterator[tuple[str, int]]:
    """Guid and ordinal of the cards that the file names, in the order of their numbers."""
    for guid, layout in zip(batch.guids, batch.layouts, strict=True):
        for ordinal in layout.ordinals or ():
            yield guid, ordinal


def _places(batch: NoteBatch) -> list[int]:
    """The place of the note of each of these cards."""
    return [
        place
        for place, layout in enumerate(batch.layouts)
        for _ in range(len(layout.ordinals or ()))
    ]
