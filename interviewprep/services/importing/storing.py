"""Storing a deck file, in the one transaction of the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.orm import Session

from ...core.batching import batches_of
from ...core.note_batches import NoteBatch
from ...core.notes import DeckFile
from ...core.read_warnings import WarningLog, left_out
from ...formats.account_archive.reader import ArchiveFile
from ...storage import Card, Note
from ..archive import restore_learning
from ..originals import move_learning
from .adding import Adder
from .batch_notes import name_decks, named, warn_of_missing, warn_of_repeated
from .comparing import Compared, Comparer
from .media import MediaOnTheirWay, PreparedMedia
from .missing import BESIDE, find_missing, settle_missing
from .progress import CarriedProgress
from .report import Decisions, ImportReport, OnConflict
from .targets import Targets
from .turns import Turns
from .updating import Updater
from .writing import cache_for

T = TypeVar("T")
Progress = Callable[[int, int | None], None]
"""Told how many notes are done, and of how many where that is known."""

_CARDS = select(Card.note_id, Card.ordinal, Card.id).where(
    Card.note_id.in_(bindparam("note_ids", expanding=True)), Card.retired_at.is_(None)
)

_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_TURN_KEY = 0x1A << 48


def store_import(
    connection: Connection,
    user_id: int,
    deck_file: DeckFile,
    media: Mapping[str, PreparedMedia],
    now: datetime,
    *,
    decisions: Decisions = Decisions(),  # noqa: B008 - frozen
    on_progress: Progress | None = None,
    turns: Turns | None = None,
) -> ImportReport:
    """Store the notes of a file as the user's own: new ones added, changed ones updated in place.

    `connection` is in a transaction that may write; the caller commits it, or rolls back when this
    raises (`UnreadableDeck` where the file turns out to be broken further on). A file that holds
    nothing new writes nothing. Where the file was opened `with_progress`, schedules and reviews
    come along; `standings` has the rule by which they meet what is here. `media` is what
    `prepare_media` returned for the same store. `turns`, of the same connection, lets others write
    in between where that can be. The search index follows after the commit, for
    `touched_notes` of the report.
    """
    _wait_for_turn(connection, user_id)
    with cache_for(connection, deck_file.note_count):
        return _Import(connection, user_id, deck_file, media, now, decisions, turns).run(
            on_progress
        )


def _wait_for_turn(connection: Connection, user_id: int) -> None:
    """Let two imports of one learner follow each other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"key": _TURN_KEY + user_id})


class _Import:
    def __init__(
        self,
        connection: Connection,
        user_id: int,
        deck_file: DeckFile,
        media: Mapping[str, PreparedMedia],
        now: datetime,
        decisions: Decisions,
        turns: Turns | None,
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._file = deck_file
        self._media = media
        self._now = now
        self._decisions = decisions
        self._report = ImportReport(deck_file.format)
        self._warnings = WarningLog()
        types = deck_file.note_types
        self._comparer = Comparer(connection, user_id, deck_file, media)
        can_give_way = turns is not None and turns.can_give_way
        self._turns = turns if can_give_way and not isinstance(deck_file, ArchiveFile) else None
        self._writes_to_old = self._meets_old = False
        self._targets = Targets(connection, user_id, deck_file, now, hides=self._turns is not None)
        self._adder = Adder(connection, user_id, types, media, self._targets, now)
        self._updater = Updater(
            connection, types, media, self._comparer, self._targets, self._adder, now
        )
        self._progress = (
            CarriedProgress(connection, user_id, deck_file, self._targets, self._warnings, now)
            if deck_file.progress is not None and deck_file.progress.is_any
            else None
        )

    def run(self, on_progress: Progress | None) -> ImportReport:
        report = self._report
        hashes = {name: media.sha256 for name, media in self._media.items()}
        decks: dict[str, None] = {}
        done = 0
        for batch in self._read_between_turns(batches_of(self._file, hashes)):
            self._store(batch)
            name_decks(batch, decks)
            warn_of_missing(batch, self._warnings)
            done += len(batch.guids)
            if on_progress is not None:
                on_progress(done, self._file.note_count)
        if isinstance(self._media, MediaOnTheirWay):
            self._give_way(self._media.settle)
            self._media.settle()
        self._adder.put_in_order(self._give_way)
        if self._progress is not None:
            self._progress.finish(report, self._between_reviews, self._read_between_turns)
        self._targets.show()
        self._targets.enrol()
        if isinstance(self._file, ArchiveFile):
            added = restore_learning(
                self._connection,
                self._user_id,
                self._file,
                self._warnings,
                self._media,
                self._now,
            )
            report.reviews_added += added
        if report.updated or report.unchanged or report.conflicts:
            self._settle_missing(decks)
        report.decks = list(decks)
        report.cards_added = self._adder.cards_added
        report.media_added = self._adder.media_added
        report.refused += left_out(self._file)
        named_ones = self._warnings.all()
        codes = {warning.code for warning in named_ones}
        sums = [one for one in self._file.warnings if one.where or one.code not in codes]
        report.warnings = [*sums, *named_ones]
        return report

    def _give_way(self, meanwhile: Callable[[], None] | None = None) -> bool:
        """Let others write, as long as nothing has been written that anybody could see; whether
        they could, and `meanwhile` was called."""
        is_unseen = self._targets.is_all_hidden and not self._writes_to_old
        if self._turns is None or not is_unseen or not self._turns.give_way(meanwhile):
            return False
        self._adder.forget_ids()
        return True

    def _read_between_turns(self, parts: Iterator[T]) -> Iterator[T]:
        """Nobody who writes waits for what is read."""
        found: list[T] = []

        def read() -> None:
            found.extend(islice(parts, 1))

        while True:
            if not self._give_way(read):
                read()
            if not found:
                return
            yield found.pop()

    def _between_reviews(self, has_added: bool) -> None:
        """Reviews of cards that were here before are seen at once."""
        self._writes_to_old = self._writes_to_old or (has_added and self._meets_old)
        self._give_way()

    def _store(self, batch: NoteBatch) -> None:
        report = self._report
        compared = self._comparer.compare(batch)
        if compared.changed or compared.conflicts or compared.originals:
            self._writes_to_old = True
        if compared.unchanged:
            self._meets_old = True
        report.unchanged += compared.unchanged
        report.refused += len(compared.repeated)
        warn_of_repeated(batch, compared, self._warnings)
        if compared.new:
            ids = self._adder.add(batch, compared.new)
            report.added += len(ids)
            report.touched_notes.extend(ids)
            self._give_way()
            if compared.originals:
                self._replace_originals(compared, ids)
        places = list(compared.changed)
        if compared.conflicts:
            places += self._settle(batch, compared)
        if places:
            changed = self._updater.update(batch, places, compared)
            report.updated += len(changed)
            report.unchanged += len(places) - len(changed)
            report.touched_notes.extend(changed)
        if self._progress is not None and batch.standings is not None:
            is_all_new = len(compared.new) == len(batch.guids) and not compared.originals
            names_all = all(layout.ordinals is not None for layout in batch.layouts_used)
            fresh = self._adder.added_cards if is_all_new and names_all else None
            self._progress.take(batch, fresh, compared.repeated)

    def _settle(self, batch: NoteBatch, compared: Compared) -> list[int]:
        """What was edited here and changed there: say so, and return what is to be overwritten."""
        self._report.conflicts += len(compared.conflicts)
        chosen: dict[OnConflict, list[int]] = {choice: [] for choice in OnConflict}
        for place in compared.conflicts:
            chosen[self._decisions.about(batch.guids[place])].append(place)
        for choice, what in (
            (OnConflict.MINE, "yours is kept"),
            (OnConflict.BOTH, "the file's is added beside it"),
        ):
            for place in chosen[choice]:
                self._warnings.add(
                    "edited-here",
                    partial(named, batch, place),
                    f"you edited this note and the file has another text; {what}",
                )
        self._report.unchanged += len(chosen[OnConflict.MINE])
        if chosen[OnConflict.BOTH]:
            self._add_beside(batch, chosen[OnConflict.BOTH], compared)
        return chosen[OnConflict.THEIRS]

    def _add_beside(self, batch: NoteBatch, places: Sequence[int], compared: Compared) -> None:
        """Both are kept, so the next import of the same file has nothing to ask."""
        guids = {
            place: f"{batch.guids[place][:180]}{BESIDE}{batch.hashes[place][:12]}"
            for place in places
        }
        ids = self._adder.add(batch, places, guids)
        self._report.added += len(ids)
        self._report.touched_notes.extend(ids)
        self._connection.execute(
            update(Note)
            .where(Note.id == bindparam("note_id"))
            .values(content_hash=bindparam("new_hash")),
            [
                {"note_id": compared.known[place].id, "new_hash": batch.hashes[place]}
                for place in places
            ],
        )

    def _settle_missing(self, decks: Iterable[str]) -> None:
        missing = find_missing(self._connection, self._user_id, decks, self._comparer.guids)
        if missing:
            retired = self._decisions.retired(missing)
            self._report.missing = len(missing)
            self._report.retired = settle_missing(
                self._connection, self._user_id, missing, retired, self._warnings, self._now
            )

    def _replace_originals(self, compared: Compared, ids: Sequence[int]) -> None:
        """A built-in's guid with another text: the learner's own version takes memory along."""
        copies = dict(zip(compared.new, ids, strict=True))
        pairs = {original: copies[place] for place, original in compared.originals.items()}
        cards: dict[tuple[int, int], int] = {}
        for note_id, ordinal, card_id in self._connection.execute(
            _CARDS, {"note_ids": [*pairs, *pairs.values()]}
        ):
            cards[note_id, ordinal] = card_id
        moved = {
            card_id: cards[pairs[note_id], ordinal]
            for (note_id, ordinal), card_id in cards.items()
            if note_id in pairs and (pairs[note_id], ordinal) in cards
        }
        with Session(self._connection) as session:
            move_learning(session, self._user_id, moved)
            session.flush()
