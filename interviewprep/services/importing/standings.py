"""Where the cards of a package stand, into the learner's memory.

The rule, for each card:

- A card that nobody has begun here takes the package's schedule.
- A card whose schedule here is still what an import set takes the package's where that was changed
  in Anki later (by Anki's own time of the card).
- A card that was answered, begun again or otherwise moved here since keeps what it has: a file
  never overwrites what happened here.

Each schedule that is taken is one row of kind `set` in the log, so that the log leads to it.
Suspension and flag come with the card when it is added, or with its schedule; a flag that is set
here already stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ...core.anki_progress import (
    BURIED_BY_HAND,
    BURIED_BY_SCHEDULER,
    LEARNING,
    RELEARNING,
    REVIEW,
    AnkiCard,
    Calendar,
    Standing,
    learning_due_s,
    set_id_end,
    standing_of,
)
from ...core.compact import compact_json
from ...core.note_batches import STANDING_COLUMNS, NoteBatch
from ...core.notes import PackageProgress
from ...core.read_warnings import WarningLog
from ...core.schedulers import Memory as State
from ...storage import CardMark, Memory, Review
from ...storage.memories import COLUMNS, as_columns, as_log, from_log, shift_load, state_of
from ..learner import Learner
from ..locking import lock_user
from .batch_notes import named
from .writing import Row, insert_rows, instant

MEMORY: Table = Memory.__table__  # type: ignore[assignment]
MARK: Table = CardMark.__table__  # type: ignore[assignment]
REVIEW_LOG: Table = Review.__table__  # type: ignore[assignment]
_MEMORY_COLUMNS = (
    "card_id",
    "interval_days",
    "ease_hundredths",
    "repetitions",
    "lapses",
    "due_day",
)
_SET_COLUMNS = ("id", "card_id", "deck_id", "version", "options", "before", "after")
_MARK_COLUMNS = ("card_id", "is_suspended", "flag", "is_draft", "is_hidden")
_STANDING = select(Memory.card_id, Memory.version, *COLUMNS).where(
    Memory.user_id == bindparam("user_id"), Memory.card_id.in_(bindparam("ids", expanding=True))
)
_SETTINGS = (
    select(Review.card_id, Review.options, Review.after)
    .where(
        Review.user_id == bindparam("user_id"),
        Review.card_id.in_(bindparam("ids", expanding=True)),
        Review.kind == "set",
    )
    .order_by(Review.version)
)
_UPDATE = (
    update(Memory)
    .where(Memory.user_id == bindparam("b_user_id"), Memory.card_id == bindparam("b_card_id"))
    .values(version=bindparam("version"), **{c.key: bindparam(c.key) for c in COLUMNS})
)
_AT_ONCE = 1_000
_BETWEEN_STEPS = (LEARNING, RELEARNING)
_BURIED = (BURIED_BY_SCHEDULER, BURIED_BY_HAND)


def _upsert_mark(dialect: Any) -> Any:
    statement = dialect.insert(CardMark)
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["user_id", "card_id"],
        set_={
            "is_suspended": or_(CardMark.is_suspended, said.is_suspended),
            "flag": case((CardMark.flag == 0, said.flag), else_=CardMark.flag),
        },
    )


_UPSERT_MARK = {"sqlite": _upsert_mark(sqlite), "postgresql": _upsert_mark(postgresql)}


class Taken(NamedTuple):
    """One card of the file that has a schedule: our card, and what the file says of it."""

    card_id: int
    deck_id: int
    key: bytes
    card: AnkiCard
    standing: Standing


class Standings:
    """Stores where cards stand; what may have moved meanwhile is settled at the end."""

    def __init__(
        self,
        connection: Connection,
        learner: Learner,
        said: PackageProgress,
        warnings: WarningLog,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._learner = learner
        self._warnings = warnings
        self._now = now
        self._today = learner.study_day(now)
        self._calendar = self._calendar_of(said)
        self._pending: list[Taken] = []
        self._due: dict[date, int] = {}
        self.scheduled = 0
        """Cards whose schedule was taken."""
        self.kept = 0
        """Cards that have moved on here and keep what they have."""

    def standing(self, card: AnkiCard, batch: NoteBatch, place: int) -> Standing:
        """What a card of the note at a place of the batch is here; what had to be bent is named."""
        learning_day = self._today
        due_s = learning_due_s(card)
        if due_s is not None:
            learning_day = self._day_of(due_s)
        found = standing_of(card, self._calendar, learning_day)
        for problem in found.problems:
            self._warnings.add(
                "impossible-schedule",
                partial(named, batch, place),
                f"a card has {problem}, which cannot be; the nearest that can be counts",
            )
        if card.type in _BETWEEN_STEPS or card.queue in _BURIED or card.odid:
            self._name_changed(card, partial(named, batch, place))
        return found

    def _name_changed(self, card: AnkiCard, where: Callable[[], str]) -> None:
        """Name a note one of whose cards comes as something else than it is in Anki."""
        if card.type in _BETWEEN_STEPS:
            message = "a card is between learning steps; it starts its repetitions again"
            self._warnings.add("learning-steps", where, message)
        if card.queue in _BURIED:
            self._warnings.add("buried", where, "a card is buried; it comes when it is due")
        if card.odid:
            message = "a card lies in a filtered deck; it comes into its own deck"
            self._warnings.add("filtered-deck", where, message)

    def add_fresh(self, taken: Sequence[Taken]) -> None:
        """Store the schedules of cards that this import has added: nobody else knows them yet."""
        begun = [each for each in taken if each.standing.memory is not None]
        self._insert(begun)
        self._mark_fresh(taken)

    def add_known(self, taken: Iterable[Taken]) -> None:
        """Keep the schedules of cards that were here, until `settle`."""
        self._pending += [each for each in taken if each.standing.memory is not None]

    def settle(self) -> None:
        """Decide about the cards that were here, and carry the load per day along. Holds the
        learner's lock until the commit, so it comes last."""
        lock_user(self._connection, self._learner.id)
        for at in range(0, len(self._pending), _AT_ONCE):
            self._settle(self._pending[at : at + _AT_ONCE])
        self._pending.clear()
        moves = ((None, day) for day, cards in self._due.items() for _ in range(cards))
        shift_load(self._connection, self._learner.id, moves)
        self._due.clear()

    def _settle(self, taken: list[Taken]) -> None:
        values = {"user_id": self._learner.id, "ids": [each.card_id for each in taken]}
        ours = {row.card_id: row for row in self._connection.execute(_STANDING, values)}
        fresh = [each for each in taken if each.card_id not in ours]
        self._insert(fresh)
        self._mark_known(fresh)
        set_before = {row.card_id: row for row in self._connection.execute(_SETTINGS, values)}
        updated = []
        for each in taken:
            row, last_set = ours.get(each.card_id), set_before.get(each.card_id)
            if row is None:
                continue
            state, wanted = state_of(row), each.standing.memory
            if state == wanted or wanted is None:
                continue
            is_as_set = last_set is not None and from_log(last_set.after) == state
            if not is_as_set:
                self.kept += 1
                continue
            if each.card.modified > _modified(last_set.options):  # type: ignore[union-attr]
                updated.append((each, state, row.version + 1))
        self._update(updated)

    def _insert(self, taken: Sequence[Taken]) -> None:
        if not taken:
            return
        user_id, due = self._learner.id, self._due
        rows: list[Row] = []
        logged: list[Row] = []
        start = f"{int(self._now.timestamp() * 1000):012x}"
        for card_id, deck_id, key, card, standing in taken:
            state = standing.memory
            assert state is not None
            assert state.due_day is not None
            day = state.due_day.isoformat()
            due[state.due_day] = due.get(state.due_day, 0) + 1
            rows.append(
                (
                    card_id,
                    state.interval_days,
                    state.ease_hundredths,
                    state.repetitions,
                    state.lapses,
                    day,
                )
            )
            after = (
                f'{{"interval_days":{state.interval_days},'
                f'"ease_hundredths":{state.ease_hundredths},'
                f'"repetitions":{state.repetitions},"lapses":{state.lapses},"due_day":"{day}"}}'
            )
            options = options_json(card, standing)
            logged.append((start + set_id_end(key, 1), card_id, deck_id, 1, options, None, after))
        same = {"user_id": user_id, "version": 1}
        insert_rows(self._connection, MEMORY, _MEMORY_COLUMNS, rows, same)
        self._log(logged)
        self.scheduled += len(rows)

    def _update(self, updated: list[tuple[Taken, State, int]]) -> None:
        if not updated:
            return
        changes, logged = [], []
        start = f"{int(self._now.timestamp() * 1000):012x}"
        for each, before, version in updated:
            state = each.standing.memory
            assert state is not None
            changes.append(
                {
                    "b_user_id": self._learner.id,
                    "b_card_id": each.card_id,
                    "version": version,
                    **as_columns(state),
                }
            )
            logged.append(
                (
                    start + set_id_end(each.key, version),
                    each.card_id,
                    each.deck_id,
                    version,
                    options_json(each.card, each.standing),
                    compact_json(as_log(before)),
                    compact_json(as_log(state)),
                )
            )
        self._connection.execute(_UPDATE, changes)
        self._log(logged)
        moves = [(before.due_day, each.standing.memory.due_day) for each, before, _ in updated]  # type: ignore[union-attr]
        shift_load(self._connection, self._learner.id, moves)
        self._mark_known([each for each, _, _ in updated])
        self.scheduled += len(updated)

    def _log(self, rows: list[Row]) -> None:
        same: dict[str, int | str] = {
            "user_id": self._learner.id,
            "kind": "set",
            "status": "stored",
            "at": str(instant(self._connection, self._now)),
            "study_day": self._today.isoformat(),
            "duration_ms": 0,
            "scheduler": self._learner.scheduler_name,
        }
        insert_rows(self._connection, REVIEW_LOG, _SET_COLUMNS, rows, same)

    def _mark_fresh(self, taken: Sequence[Taken]) -> None:
        rows = [
            (each.card_id, each.standing.is_suspended, each.standing.flag, False, False)
            for each in taken
            if each.standing.is_suspended or each.standing.flag
        ]
        same: dict[str, int | str] = {"user_id": self._learner.id, "tags": "", "note": ""}
        insert_rows(self._connection, MARK, _MARK_COLUMNS, rows, same)

    def _mark_known(self, taken: Sequence[Taken]) -> None:
        rows = [
            {
                "user_id": self._learner.id,
                "card_id": each.card_id,
                "is_suspended": each.standing.is_suspended,
                "flag": each.standing.flag,
                "tags": "",
                "is_draft": False,
                "is_hidden": False,
                "note": "",
            }
            for each in taken
            if each.standing.is_suspended or each.standing.flag
        ]
        if rows:
            self._connection.execute(_UPSERT_MARK[self._connection.dialect.name], rows)

    def _calendar_of(self, said: PackageProgress) -> Calendar:
        try:
            return Calendar.of(said.created_s, said.minutes_west, self._learner.zone)
        except ValueError:
            self._warnings.add(
                "impossible-schedule",
                "the collection",
                "it says that it was made at a moment that no calendar has; its days are counted"
                " from today",
            )
            return Calendar(self._today)

    def _day_of(self, at_s: int) -> date:
        """The study day of an instant, no later than a year from now: a step is shorter."""
        latest = self._now + timedelta(days=365)
        try:
            at = min(datetime.fromtimestamp(at_s, UTC), latest)
        except (OverflowError, OSError, ValueError):
            at = latest
        return self._learner.study_day(at)


def options_json(card: AnkiCard, standing: Standing) -> str:
    """What a row that sets a schedule keeps of Anki's card: when it was changed there, and all of
    it where the schedule does not lead back to it."""
    if card.type == REVIEW and not standing.problems and not card.factor % 10:
        return f'{{"anki":{{"mod":{card.modified}}}}}'
    said = (
        card.type,
        card.queue,
        card.due,
        card.ivl,
        card.factor,
        card.reps,
        card.lapses,
        card.left,
        card.odue,
        card.odid,
    )
    return f'{{"anki":{{"mod":{card.modified},"card":[{",".join(map(str, said))}]}}}}'


def _modified(options: Any) -> int:
    said = (options or {}).get("anki", {}).get("mod")
    return said if isinstance(said, int) else -1


def cards_said(standings: Sequence[int]) -> Iterable[tuple[int, AnkiCard]]:
    """Number and columns of each card that a batch says something about."""
    numbers = iter(standings)
    for number, *columns in zip(*[numbers] * STANDING_COLUMNS, strict=True):
        yield number, AnkiCard(*columns)
