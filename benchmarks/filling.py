"""Learners with as many cards and reviews as a figure needs, written straight into the tables."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from interviewprep.core.rendering import RENDERER_VERSION
from interviewprep.core.studyday import study_day
from interviewprep.services.learner import load_zone
from interviewprep.storage import Database
from interviewprep.storage.migrating import migrate

ZONE = "Europe/Berlin"
DECKS = 10
STEADY_DAYS = 365
FIELDS = '["Front", "Back", "Hint", "Note"]'
FRONT = "<p>Why does the <em>variance</em> of an estimate fall with n, question {n}?</p>"
BACK = (
    "<p>Because the terms are independent, their variances add up, and the mean divides the sum"
    " by n: what is left is σ²/n.</p><pre><code><span>def</span> variance(values):\n"
    "    mean = sum(values) / len(values)\n"
    "    return sum((value - mean) ** 2 for value in values) / len(values)</code></pre>"
    "<ul><li>Independence matters: with correlation ρ the fall stops at ρσ².</li>"
    "<li>This is card {n}.</li></ul>"
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A learner of a given size. `due` cards wait today, `card_ids` are all of theirs."""

    id: int
    first_card: int
    cards: int


@dataclass(frozen=True, slots=True)
class Size:
    """How much a learner has: cards, how many of them begun, how many due today or before, and
    answers in the log."""

    cards: int
    begun: int
    due: int
    reviews: int


def new_database(folder: Path, url: str | None = None) -> Database:
    """Return an empty database of the current schema."""
    database = Database(url or f"sqlite:///{folder / 'interviewprep.db'}")
    migrate(database)
    return database


def fill(
    database: Database, size: Size, *, number: int = 1, seed: int = 7, **settings: object
) -> Filled:
    """Write learner `number` of this size, with decks of their own, and return them."""
    writer = _Writer(number, size, random.Random(f"{seed}:{number}"), settings)
    if database.is_sqlite:
        _into_sqlite(database, writer.tables())
    else:
        _into_postgresql(database, writer.tables())
    return Filled(number, writer.first, size.cards)


COLUMNS = {
    "user": (
        "id, email, password_hash, is_admin, is_disabled, time_zone, rollover_hour, theme, "
        "settings, created_at"
    ),
    "note_type": ("id, owner_id, name, kind, markup, fields, templates, fingerprint"),
    "deck": ("id, owner_id, name, description, category, is_shared, details, created_at"),
    "enrolment": ("user_id, deck_id, position, options, new_from, created_at"),
    "note": (
        "id, owner_id, deck_id, note_type_id, guid, fields, tags, details, content_hash, "
        "created_at, changed_at"
    ),
    "card": ("id, note_id, deck_id, ordinal, key, position"),
    "rendering": (
        "card_id, version, front_html, back_html, hint_html, note_html, replaces_front, "
        "typed_answer"
    ),
    "memory": (
        "user_id, card_id, interval_days, ease_hundredths, repetitions, lapses, last_day, "
        "due_day, version"
    ),
    "due_load": ("user_id, due_day, cards"),
    "review": (
        "user_id, id, card_id, deck_id, kind, status, at, study_day, duration_ms, grade, "
        "scheduler, options, chosen_day, version, before, after"
    ),
    "day": ("user_id, study_day, deck_id, answers, passes, duration_ms, new, reviews"),
}
Rows = Iterable[Sequence[object]]
Tables = Iterable[tuple[str, Rows]]


def _into_sqlite(database: Database, tables: Tables) -> None:
    import sqlite3

    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for table, rows in tables:
            columns = COLUMNS[table]
            marks = ", ".join("?" for _ in columns.split(","))
            connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _into_postgresql(database: Database, tables: Tables) -> None:
    with database.writing_core() as connection:
        cursor = connection.connection.cursor()
        for table, rows in tables:
            columns = COLUMNS[table]
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)


class _Writer:
    """The rows of one learner, as text and numbers that both engines read."""

    def __init__(
        self, number: int, size: Size, rng: random.Random, settings: dict[str, object]
    ) -> None:
        self.user, self.size, self.rng, self.settings = number, size, rng, settings
        self.first = number * 1_000_000 + 1
        now = datetime.now(UTC)
        self.at = now.strftime("%Y-%m-%d %H:%M:%S.%f")
        self.today = study_day(now, load_zone(ZONE))
        self.load: Counter[date] = Counter()
        self.begun = sorted(self.rng.sample(range(size.cards), size.begun))

    def new_from(self, deck: int) -> int:
        """Return the hint that answering would have left: where the deck's new cards begin."""
        begun = set(self.begun)
        places = [place for place in range(self.size.cards) if self.deck(place) == deck]
        return next((place for place in places if place not in begun), places[-1] + 1)

    def deck(self, place: int) -> int:
        return self.user * 1_000 + place * DECKS // self.size.cards

    def tables(self) -> Iterator[tuple[str, Rows]]:
        user, at, settings = self.user, self.at, json.dumps(self.settings)
        yield (
            "user",
            [(user, f"learner{user}@example.org", "!", 0, 0, ZONE, 4, "system", settings, at)],
        )
        yield (
            "note_type",
            [(user, user, "Basic", "basic", "markdown", FIELDS, "[]", f"basic-{user}")],
        )
        decks = [self.user * 1_000 + deck for deck in range(DECKS)]
        yield (
            "deck",
            [(deck, user, f"ML::Part {deck}", "", "ml", 0, "{}", at) for deck in decks],
        )
        yield (
            "enrolment",
            [
                (user, deck, place, "{}", self.new_from(deck), at)
                for place, deck in enumerate(decks)
            ],
        )
        yield from self._content()
        yield from self._learning()

    def _content(self) -> Iterator[tuple[str, Rows]]:
        ids, at = range(self.first, self.first + self.size.cards), self.at
        yield (
            "note",
            (
                (
                    n,
                    self.user,
                    self.deck(n - self.first),
                    self.user,
                    f"g{n}",
                    f'["Question {n}?", "Answer {n}.", "", ""]',
                    " statistics estimates ",
                    "{}",
                    "",
                    at,
                    at,
                )
                for n in ids
            ),
        )
        yield (
            "card",
            ((n, n, self.deck(n - self.first), 0, "", n - self.first) for n in ids),
        )
        yield (
            "rendering",
            (
                (n, RENDERER_VERSION, FRONT.format(n=n), BACK.format(n=n), "", "", 0, "")
                for n in ids
            ),
        )

    def _learning(self) -> Iterator[tuple[str, Rows]]:
        """Begun cards lie evenly over the decks; those due are spread over the last weeks."""
        begun = self.begun
        due = set(self.rng.sample(begun, self.size.due))
        yield (
            "memory",
            (self._memory(place, is_due=place in due) for place in begun),
        )
        yield (
            "due_load",
            ((self.user, day.isoformat(), cards) for day, cards in sorted(self.load.items())),
        )
        yield (
            "review",
            self._reviews(begun),
        )
        yield (
            "day",
            (
                (
                    self.user,
                    (self.today - timedelta(days=ago)).isoformat(),
                    self.user * 1_000 + deck,
                    20,
                    18,
                    140_000,
                    2,
                    17,
                )
                for ago in range(1, STEADY_DAYS)
                for deck in range(DECKS)
            ),
        )

    def _memory(self, place: int, *, is_due: bool) -> Sequence[object]:
        interval_days = max(1, int(self.rng.lognormvariate(3.2, 1.1)) % STEADY_DAYS)
        if is_due:
            due_day = self.today - timedelta(days=int(self.rng.expovariate(0.3)))
        else:
            due_day = self.today + timedelta(days=self.rng.randint(1, interval_days))
        self.load[due_day] += 1
        last_day = min(due_day - timedelta(days=interval_days), self.today - timedelta(days=1))
        return (
            self.user,
            self.first + place,
            interval_days,
            self.rng.randint(13, 28) * 10,
            self.rng.randint(1, 9),
            self.rng.randint(0, 3),
            last_day.isoformat(),
            due_day.isoformat(),
            10,
        )

    def _reviews(self, begun: Sequence[int]) -> Iterator[Sequence[object]]:
        count = self.size.reviews
        options = '{"late_credit":true,"leech_at":8}'
        state = '{"interval_days":9,"ease_hundredths":250,"repetitions":3,"lapses":0}'
        step = 2**122 // max(1, count)
        for number in range(count):
            # Ids in order are quick to write; an answer's own id falls anywhere among them.
            id = uuid.UUID(int=number * 64 * step + self.rng.getrandbits(32)).hex
            place = begun[number % len(begun)]
            day = self.today - timedelta(days=1 + (count - number) * STEADY_DAYS // count)
            yield (
                self.user,
                id,
                self.first + place,
                self.deck(place),
                "answer",
                "stored",
                f"{day.isoformat()} 18:{number % 60:02}:00.000000",
                day.isoformat(),
                7_000,
                3,
                "sm2",
                options,
                day.isoformat(),
                number // len(begun) + 1,
                state,
                state,
            )
