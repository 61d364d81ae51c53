"""What a learner did, out of an archive into their account: after its content has been stored.

Nothing here is lost for it. A card that was never begun here takes schedule and log as they are;
one whose log here is the beginning of the archive's goes on to where the archive is; every other
keeps what it has, and the archive's answers come in as history without effect. Reviews, mocks,
attempts and stories come in once, by their ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, and_, func, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from ...core.read_warnings import WarningLog
from ...core.study_settings import DeckOptions, StudySettings
from ...core.studyday import load_zone
from ...errors import Invalid, UnreadableDeck
from ...formats import account_archive as layout
from ...formats.account_archive.reader import ArchiveFile
from ...formats.anki.names import shown
from ...storage import Memory, Review, User
from ...storage.memories import shift_load
from ...storage.portable import LEARNER, PORTABLE, NotPortable, from_json
from ..locking import lock_user
from .interviews import InterviewRows
from .places import cards_of_archive, decks_of_archive, pairs
from .putting_back import PuttingBack
from .reminders import restore_reminders
from .shapes import check_shape

if TYPE_CHECKING:
    from ..importing.media import PreparedMedia

Row = dict[str, Any]
_AT_ONCE = 500
_THEMES = ("system", "light", "dark")


def restore_learning(
    connection: Connection,
    user_id: int,
    archive: ArchiveFile,
    warnings: WarningLog,
    media: Mapping[str, PreparedMedia],
    now: datetime,
) -> int:
    """Store what the archive says beside its content; return how many reviews that added.

    `media` are the files of the archive, by their names in it.

    Raises `UnreadableDeck` where the archive is not what it should be; the caller rolls back.
    """
    lock_user(connection, user_id)
    try:
        PuttingBack(connection, user_id, archive, media).store()
        return _Restoring(connection, user_id, archive, warnings).run(now)
    except NotPortable as problem:
        raise UnreadableDeck(f"The archive cannot be used: {problem}; export it again.") from None
    except (DBAPIError, StatementError) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        raise UnreadableDeck("The archive contradicts itself; export it again.") from None


class _Restoring:
    def __init__(
        self, connection: Connection, user_id: int, archive: ArchiveFile, warnings: WarningLog
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._archive = archive
        self._warnings = warnings
        self._left_out: Counter[str] = Counter()

    def run(self, now: datetime) -> int:
        rows = self._archive.rows
        self._cards = cards_of_archive(self._connection, self._user_id, rows(layout.CARDS))
        self._tell_missing()
        self._decks = decks_of_archive(self._connection, self._user_id, rows(layout.OTHER_DECKS))
        is_fresh = not self._count(PORTABLE["review"]) and not self._count(PORTABLE["mock"])
        held = self._versions_held()
        going_on = self._going_on(held) if held else {}
        self._memories(held, going_on)
        added = self._reviews(held.keys() - going_on.keys())
        self._enrolments(is_fresh=is_fresh)
        self._marks()
        self._days()
        InterviewRows(
            self._connection, self._user_id, self._cards, self._of, self._left_out
        ).store()
        if is_fresh:
            self._settings()
            restore_reminders(
                self._connection, self._user_id, self._archive.account.get("reminders"), now
            )
        for what, count in sorted(self._left_out.items()):
            self._warnings.add(
                "not-restored", what, f"{count:,} rows speak of cards that are not on this server"
            )
        return added

    def _tell_missing(self) -> None:
        """Name each note of which something was said and which is not here."""
        told: set[str] = set()
        for line in self._archive.rows(layout.CARDS):
            guid = str(line.get("guid"))
            if line.get("id") in self._cards or guid in told:
                continue
            told.add(guid)
            deck = line.get("deck")
            where = f"“{shown(deck)}”, a deck of somebody else's" if isinstance(deck, str) else ""
            self._warnings.add(
                "note-not-here",
                f"note {shown(guid)}",
                f"it is not on this server{f': it lay in {where}' if where else ''};"
                " what you did with it stays in the archive",
            )

    def _of(self, name: str) -> Iterator[Row]:
        """The rows of a table, checked, with their card and deck in numbers of this server."""
        table = PORTABLE[name]
        for said in self._archive.rows(layout.table_entry(name)):
            row = from_json(table, said)
            check_shape(name, row)
            row[LEARNER] = self._user_id
            if "card_id" in row:
                place = self._cards.get(row["card_id"])
                if place is None:
                    self._left_out[name] += 1
                    continue
                row["card_id"], of_card = place
                if "deck_id" in row:
                    row["deck_id"] = self._decks.get(row["deck_id"], of_card)
            elif "deck_id" in row:
                deck_id = self._decks.get(row["deck_id"])
                if deck_id is None:
                    self._left_out[name] += 1
                    continue
                row["deck_id"] = deck_id
            yield row

    def _versions_held(self) -> dict[int, int]:
        """The version of each card that has a memory here."""
        query = select(Memory.card_id, Memory.version).where(Memory.user_id == self._user_id)
        return pairs(self._connection, query)

    def _going_on(self, held: Mapping[int, int]) -> dict[int, int]:
        """Cards whose whole log here stands in the archive, which has more of it."""
        known = self._known_reviews()
        here = select(Review.card_id, func.count()).where(
            Review.user_id == self._user_id, Review.version > 0
        )
        counts = pairs(self._connection, here.group_by(Review.card_id))
        common: Counter[int] = Counter()
        newest: dict[int, int] = {}
        for row in self._of("review"):
            card_id = row["card_id"]
            if card_id in held and row["version"] > 0:
                common[card_id] += row["id"] in known
                newest[card_id] = max(newest.get(card_id, 0), row["version"])
        return {
            card_id: version
            for card_id, version in held.items()
            if common[card_id] == counts.get(card_id, 0) and newest.get(card_id, 0) > version
        }

    def _memories(self, held: Mapping[int, int], going_on: Mapping[int, int]) -> None:
        table = PORTABLE["memory"]
        fresh: list[Row] = []
        moves: list[tuple[date | None, date | None]] = []
        query = select(Memory.card_id, Memory.due_day).where(Memory.user_id == self._user_id)
        due = pairs(self._connection, query) if going_on else {}
        kept = 0
        for row in self._once(self._of("memory"), "card_id"):
            card_id = row["card_id"]
            if card_id not in held:
                fresh.append(row)
                moves.append((None, row["due_day"]))
            elif card_id in going_on:
                mine = and_(table.c.user_id == self._user_id, table.c.card_id == card_id)
                self._connection.execute(update(table).where(mine).values(row))
                moves.append((due.get(card_id), row["due_day"]))
            else:
                kept += held[card_id] != row["version"]
            if len(fresh) >= _AT_ONCE:
                self._insert(table, fresh)
                fresh = []
        self._insert(table, fresh)
        shift_load(self._connection, self._user_id, moves)
        if kept:
            self._warnings.add(
                "progress-kept", "", f"{kept:,} cards have moved on here; what you have stays"
            )

    def _reviews(self, without_effect: Iterable[int]) -> int:
        table, known, kept = PORTABLE["review"], self._known_reviews(), set(without_effect)
        added, waiting = 0, []
        for row in self._of("review"):
            if row["id"] in known:
                continue
            known.add(row["id"])
            if row["card_id"] in kept and row["version"] > 0:
                row["status"] = "stale"
            waiting.append(row)
            added += 1
            if len(waiting) >= _AT_ONCE:
                self._insert(table, waiting)
                waiting = []
        self._insert(table, waiting)
        return added

    def _enrolments(self, *, is_fresh: bool) -> None:
        """Decks studied. In a new account they come in the archive's order, too."""
        table = PORTABLE["enrolment"]
        query = select(table.c.deck_id, table.c.options).where(table.c.user_id == self._user_id)
        held = pairs(self._connection, query)
        for row in self._once(self._of("enrolment"), "deck_id"):
            row["options"] = DeckOptions.from_mapping(row["options"]).as_dict()
            row["new_from"] = 0
            if row["deck_id"] not in held:
                self._insert(table, [row])
            elif is_fresh or not held[row["deck_id"]]:
                names = ("options", "position") if is_fresh else ("options",)
                mine = and_(table.c.user_id == self._user_id, table.c.deck_id == row["deck_id"])
                values = {name: row[name] for name in names}
                self._connection.execute(update(table).where(mine).values(values))

    def _marks(self) -> None:
        table = PORTABLE["card_mark"]
        query = select(table.c.card_id).where(table.c.user_id == self._user_id)
        held = set(self._connection.execute(query).scalars())
        marks = self._once(self._of("card_mark"), "card_id")
        rows = [row for row in marks if row["card_id"] not in held]
        self._insert(table, rows)

    def _days(self) -> None:
        """The roll-up: of two sums for a day and deck each time the greater."""
        table = PORTABLE["day"]
        sums = ("answers", "passes", "duration_ms", "new", "reviews")
        query = select(table).where(table.c.user_id == self._user_id)
        held = {(row.study_day, row.deck_id): row for row in self._connection.execute(query)}
        fresh: list[Row] = []
        for row in self._once(self._of("day"), "study_day", "deck_id"):
            ours = held.get((row["study_day"], row["deck_id"]))
            if ours is None:
                fresh.append(row)
                continue
            more = {name: max(row[name], getattr(ours, name)) for name in sums}
            if any(more[name] != getattr(ours, name) for name in sums):
                mine = and_(
                    table.c.user_id == self._user_id,
                    table.c.study_day == row["study_day"],
                    table.c.deck_id == row["deck_id"],
                )
                self._connection.execute(update(table).where(mine).values(more))
        self._insert(table, fresh)

    def _settings(self) -> None:
        """Of an account in which nothing has been done yet: study settings, day, theme."""
        said = self._archive.account
        stored = said.get("settings")
        values: Row = {}
        if isinstance(stored, dict):
            usable = StudySettings.from_mapping(stored).as_dict()
            values["settings"] = {name: usable[name] for name in usable if name in stored}
        if said.get("theme") in _THEMES:
            values["theme"] = said["theme"]
        hour = said.get("rollover_hour")
        if type(hour) is int and 0 <= hour <= 23:
            values["rollover_hour"] = hour
        with suppress(Invalid):
            values["time_zone"] = load_zone(str(said.get("time_zone", ""))).key
        if values:
            self._connection.execute(update(User).where(User.id == self._user_id).values(values))

    def _once(self, rows: Iterable[Row], *names: str) -> Iterator[Row]:
        """The rows that are the first of their key."""
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            key = tuple(row[name] for name in names)
            if key not in seen:
                seen.add(key)
                yield row

    def _known_reviews(self) -> set[Any]:
        query = select(Review.id).where(Review.user_id == self._user_id)
        return set(self._connection.execute(query).scalars())

    def _count(self, table: Table) -> int:
        query = select(func.count()).select_from(table).where(table.c.user_id == self._user_id)
        return int(self._connection.execute(query).scalar_one())

    def _insert(self, table: Table, rows: list[Row]) -> None:
        for at in range(0, len(rows), _AT_ONCE):
            self._connection.execute(insert(table), rows[at : at + _AT_ONCE])
