"""The reviews of a package, into the log as history, and into the roll-up of days.

They have no effect on any schedule, and version 0. An id is made of Anki's card and instant, so a
review that is here already is found again, however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from ...core.anki_progress import counts_as_answer, history_json
from ...core.note_batches import REVIEW_COLUMNS, ReviewColumns
from ...core.read_warnings import WarningLog
from ...storage import Day, Review
from ..learner import Learner
from ..recording import LONGEST_ANSWER_MS
from .writing import Row, insert_rows, instant

LOG: Table = Review.__table__  # type: ignore[assignment]
ID_END_CHARS = 20
_COLUMNS = ("id", "card_id", "deck_id", "at", "study_day", "duration_ms", "grade", "after")
_EARLIEST_MS = 86_400_000
_HOUR_S = 3600
_MOST_REMEMBERED, _DAYS_AT_ONCE, _REVIEWS_AT_ONCE = 10_000, 500, 500
_MOST_DURATION_MS = 2**31 - 1
_KNOWN = {
    "sqlite": "SELECT id FROM review WHERE user_id = ? AND id >= ? AND id <= ?",
    "postgresql": (
        "SELECT replace(id::text, '-', '') FROM review"
        " WHERE user_id = %s AND id >= %s::uuid AND id <= %s::uuid"
    ),
}


def _add_to_day(dialect: Any) -> Any:
    statement = dialect.insert(Day)
    sums = ("answers", "passes", "duration_ms")
    return statement.on_conflict_do_update(
        index_elements=["user_id", "study_day", "deck_id"],
        set_={name: getattr(Day, name) + statement.excluded[name] for name in sums},
    )


_ADD_TO_DAY = {"sqlite": _add_to_day(sqlite), "postgresql": _add_to_day(postgresql)}


class History:
    """Adds reviews, oldest first. `card_ids` and `deck_ids` are ours by the number of the file's
    card (0 where it is not here), `id_ends` the end of the ids of each card's reviews, joined."""

    def __init__(
        self,
        connection: Connection,
        learner: Learner,
        warnings: WarningLog,
        now: datetime,
        card_ids: Sequence[int],
        deck_ids: Sequence[int],
        id_ends: str,
    ) -> None:
        self._connection = connection
        self._learner = learner
        self._warnings = warnings
        self._now = now
        self._now_ms = int(now.timestamp() * 1000)
        self._card_ids = card_ids
        self._deck_ids = deck_ids
        self._id_ends = id_ends
        self._zone_mark = "+00" if connection.dialect.name == "postgresql" else ""
        self._sums: dict[tuple[date, int], list[int]] = {}
        self._day_ms = (0, 0)
        self._day = date.min
        self._hour_s = -_HOUR_S
        self._hour = ""
        self._known_after: dict[tuple[int, ...], tuple[str, bool]] = {}
        self.added = 0

    def add(self, reviews: ReviewColumns, between: Callable[[bool], None]) -> None:
        """Add those of the reviews that are not here yet. `between` is called after some each, and
        told whether any have been added."""
        if not reviews.ids:
            return
        known = self._known(reviews.ids)
        rows: list[Row] = []
        card_ids, deck_ids, id_ends = self._card_ids, self._deck_ids, self._id_ends
        sums, now_ms, zone_mark = self._sums, self._now_ms, self._zone_mark
        known_after = self._known_after
        late: list[Row] = []
        said = reviews.said
        columns = (said[place::REVIEW_COLUMNS] for place in range(REVIEW_COLUMNS))
        for card, at_ms, ease, ivl, last_ivl, factor, time_ms, kind in zip(
            reviews.cards, reviews.ids, *columns, strict=True
        ):
            card_id = card_ids[card]
            if not card_id:
                continue
            if not _EARLIEST_MS <= at_ms <= now_ms:
                if at_ms < _EARLIEST_MS or at_ms >= 1 << 48:
                    self._warn_of_impossible(at_ms)
                else:
                    late.append((card, at_ms, ease, ivl, last_ivl, factor, time_ms, kind))
                continue
            end = card * ID_END_CHARS
            review_id = f"{at_ms:012x}{id_ends[end : end + ID_END_CHARS]}"
            if review_id in known:
                continue
            at_s, ms = divmod(at_ms, 1000)
            in_hour = at_s - self._hour_s
            if not 0 <= in_hour < _HOUR_S:
                in_hour = self._begin_hour(at_s)
            if not self._day_ms[0] <= at_ms < self._day_ms[1]:
                self._begin_day(at_ms)
            deck_id, day = deck_ids[card], self._day
            duration_ms = time_ms if time_ms > 0 else 0
            what = (ease, ivl, last_ivl, factor, kind)
            after = known_after.get(what)
            if after is None:
                if len(known_after) > _MOST_REMEMBERED:
                    known_after.clear()
                after = known_after[what] = history_json(*what), counts_as_answer(ease, kind)
            if after[1]:
                total = sums.get((day, deck_id))
                if total is None:
                    total = sums[day, deck_id] = [0, 0, 0]
                total[0] += 1
                total[1] += ease > 1
                total[2] += duration_ms if duration_ms < LONGEST_ANSWER_MS else LONGEST_ANSWER_MS
            rows.append(
                (
                    review_id,
                    card_id,
                    deck_id,
                    f"{self._hour}{in_hour // 60:02}:{in_hour % 60:02}.{ms:03}000{zone_mark}",
                    self._day_text,
                    duration_ms,
                    ease if 0 < ease < 5 else None,
                    after[0],
                )
            )
        same: dict[str, int | str] = {
            "user_id": self._learner.id,
            "kind": "imported",
            "status": "stored",
            "scheduler": "anki",
            "version": 0,
        }
        between(self.added > 0)
        for at in range(0, len(rows), _REVIEWS_AT_ONCE):
            part = rows[at : at + _REVIEWS_AT_ONCE]
            insert_rows(self._connection, LOG, _COLUMNS, part, same)
            self.added += len(part)
            between(self.added > 0)
        if late:
            self._add_late(late, known, same)

    def roll_up(self) -> None:
        """Carry the days along, once all reviews are there."""
        statement = _ADD_TO_DAY[self._connection.dialect.name]
        sums = iter(sorted(self._sums.items()))
        while part := list(islice(sums, _DAYS_AT_ONCE)):
            rows = [
                {
                    "user_id": self._learner.id,
                    "study_day": day,
                    "deck_id": deck_id,
                    "answers": answers,
                    "passes": passes,
                    "duration_ms": duration_ms,
                    "new": 0,
                    "reviews": 0,
                }
                for (day, deck_id), (answers, passes, duration_ms) in part
            ]
            self._connection.execute(statement, rows)
        self._sums.clear()

    def _known(self, ids: Sequence[int]) -> set[str]:
        first, last = max(0, min(ids)), min((1 << 48) - 1, max(ids))
        if first > last:
            return set()
        query = _KNOWN[self._connection.dialect.name]
        values = (self._learner.id, f"{first:012x}{'0' * 20}", f"{last:012x}{'f' * 20}")
        with self._connection.exec_driver_sql(query, values) as found:
            assert found.cursor is not None
            return {row[0] for row in found.cursor.fetchall()}

    def _add_late(self, late: list[Row], known: set[str], same: dict[str, int | str]) -> None:
        """Reviews of a clock that was ahead: they count as given now, and no day counts them."""
        rows: list[Row] = []
        moment = instant(self._connection, self._now)
        today = self._learner.study_day(self._now).isoformat()
        for card, at_ms, ease, ivl, last_ivl, factor, time_ms, kind in late:
            end = card * ID_END_CHARS
            review_id = f"{at_ms:012x}{self._id_ends[end : end + ID_END_CHARS]}"
            try:
                at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
            except OverflowError:
                self._warn_of_impossible(at_ms)
                continue
            if review_id in known:
                continue
            rows.append(
                (
                    review_id,
                    self._card_ids[card],
                    self._deck_ids[card],
                    moment,
                    today,
                    max(0, time_ms),
                    ease if 0 < ease < 5 else None,
                    history_json(ease, ivl, last_ivl, factor, kind),
                    instant(self._connection, at),
                )
            )
            self._warnings.add(
                "impossible-review",
                "",
                f"a review is dated {at:%Y-%m-%d}, which is still to come; it counts as given now",
            )
        insert_rows(self._connection, LOG, (*_COLUMNS, "device_at"), rows, same)
        self.added += len(rows)

    def _warn_of_impossible(self, at_ms: int) -> None:
        self._warnings.add(
            "impossible-review",
            "",
            f"a review has the time {at_ms} ms, which no calendar has; it is left out",
        )

    def _begin_hour(self, at_s: int) -> int:
        in_hour = at_s % _HOUR_S
        self._hour_s = at_s - in_hour
        self._hour = f"{datetime.fromtimestamp(self._hour_s, UTC):%Y-%m-%d %H:}"
        return in_hour

    def _begin_day(self, at_ms: int) -> None:
        learner = self._learner
        self._day = learner.study_day(datetime.fromtimestamp(at_ms / 1000, UTC))
        self._day_text = self._day.isoformat()
        start, end = learner.day_start(self._day), learner.day_start(self._day + timedelta(days=1))
        self._day_ms = (int(start.timestamp() * 1000), int(end.timestamp() * 1000))
