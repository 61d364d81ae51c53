"""What an import would do, without doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, select

from ...core.batching import batches_of
from ...core.card_titles import card_title, excerpt
from ...core.cards import card_maker
from ...core.note_batches import FIELD_SEPARATOR, NoteBatch
from ...core.notes import DeckFile
from ...core.read_warnings import WarningLog, left_out
from ...formats.anki.progress import left_behind
from ...storage import Note, NoteMedia
from .batch_notes import name_decks, warn_of_missing, warn_of_repeated
from .comparing import Compared, Comparer
from .media import PreparedMedia
from .missing import MissingNote, find_missing, list_missing
from .report import ImportReport

SAMPLES = 10
MOST_CONFLICTS = 100
LONGEST_SHOWN = 2_000
_EXCERPT_CHARS = 240


@dataclass(frozen=True, slots=True)
class Sample:
    """One note as plain text, to judge a file by. `change` is new or changed."""

    change: str
    deck: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictSample:
    """One note that was edited here and changed in the file: the fields that differ, as name, our
    text and theirs. Where all that differs is what is not seen, they are as they are written."""

    guid: str
    deck: str
    title: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class ImportPlan:
    """What would be added, updated, left as it is; and a few notes of each kind. `progress` counts
    reviews, cards begun and cards suspended in a file that has any. `read_as` says how a text was
    understood, `problem` why it could not be, where another encoding or separator may help."""

    report: ImportReport
    samples: list[Sample] = field(default_factory=list)
    conflicts: list[ConflictSample] = field(default_factory=list)
    missing: list[MissingNote] = field(default_factory=list)
    progress: dict[str, int] | None = None
    read_as: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def as_json(self, file_name: str) -> dict[str, Any]:
        samples = [
            {
                "change": sample.change,
                "deck": sample.deck,
                "fields": list(sample.fields),
                "tags": list(sample.tags),
            }
            for sample in self.samples
        ]
        return {
            **self.report.as_json(file_name),
            "conflicts": self.report.conflicts,
            "conflict_list": [asdict(conflict) for conflict in self.conflicts],
            "missing_list": [note.as_json() for note in self.missing],
            "progress": self.progress,
            "read_as": dict(self.read_as),
            "problem": self.problem,
            "samples": samples,
        }


def plan_import(
    connection: Connection,
    user_id: int,
    deck_file: DeckFile,
    media: Mapping[str, PreparedMedia],
    *,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> ImportPlan:
    """Compare a file with what the user has, and write nothing.

    Counts of cards are of new notes; of media, files that none of the user's notes shows. Raises
    `UnreadableDeck`.
    """
    comparer = Comparer(connection, user_id, deck_file, media)
    plan = ImportPlan(ImportReport(deck_file.format), read_as=deck_file.read_as)
    report, warnings = plan.report, WarningLog()
    hashes = {name: found.sha256 for name, found in media.items()}
    decks: dict[str, None] = {}
    done = 0
    for batch in batches_of(deck_file, hashes):
        compared = comparer.compare(batch)
        changed = [
            place
            for place in compared.changed
            if compared.known[place].retired_at is not None
            or not comparer.is_same_text(compared.known[place], batch, place)
        ]
        report.added += len(compared.new)
        report.updated += len(changed)
        report.unchanged += compared.unchanged + len(compared.changed) - len(changed)
        report.conflicts += len(compared.conflicts)
        report.refused += len(compared.repeated)
        report.cards_added += sum(_card_count(batch, place, deck_file) for place in compared.new)
        _take_samples(plan, batch, compared, changed, deck_file)
        _take_conflicts(plan, batch, compared, deck_file)
        warn_of_repeated(batch, compared, warnings)
        warn_of_missing(batch, warnings)
        name_decks(batch, decks)
        done += len(batch.guids)
        if on_progress is not None:
            on_progress(done, deck_file.note_count)
    report.decks = list(decks)
    if report.updated or report.unchanged or report.conflicts:
        missing = find_missing(connection, user_id, report.decks, comparer.guids)
        report.missing = len(missing)
        plan.missing = list_missing(connection, missing)
    report.media_added = _count_new_media(connection, user_id, media)
    report.refused += left_out(deck_file)
    report.warnings = [*deck_file.warnings, *warnings.all()]
    found = deck_file.progress
    if found is not None and found.is_any:
        names = ("reviews", "begun", "suspended", "flagged")
        plan.progress = {name: getattr(found, name) for name in names}
        report.warnings += left_behind(found)
    return plan


def _count_new_media(
    connection: Connection, user_id: int, media: Mapping[str, PreparedMedia]
) -> int:
    """Return how many files no note of the learner shows yet."""
    hashes = {found.sha256 for found in media.values()}
    if not hashes:
        return 0
    shown = (
        select(NoteMedia.sha256)
        .join(Note, Note.id == NoteMedia.note_id)
        .where(Note.owner_id == user_id)
        .distinct()
    )
    return len(hashes.difference(connection.execute(shown).scalars()))


def _card_count(batch: NoteBatch, place: int, deck_file: DeckFile) -> int:
    ordinals = batch.layouts[place].ordinals
    if ordinals is not None:
        return len(ordinals)
    make = card_maker(deck_file.note_types[batch.types[place]])
    return len(make(batch.texts[place].split(FIELD_SEPARATOR)))


def _take_samples(
    plan: ImportPlan,
    batch: NoteBatch,
    compared: Compared,
    changed: list[int],
    deck_file: DeckFile,
) -> None:
    kinds = (("changed", changed), ("new", compared.new))
    for change, places in kinds:
        held = sum(sample.change == change for sample in plan.samples)
        for place in places[: SAMPLES - held]:
            markup = deck_file.note_types[batch.types[place]].markup
            plan.samples.append(
                Sample(
                    change,
                    batch.layouts[place].deck,
                    tuple(
                        excerpt(text, markup, _EXCERPT_CHARS)
                        for text in batch.texts[place].split(FIELD_SEPARATOR)
                    ),
                    tuple(batch.tags[place].split()),
                )
            )


def _take_conflicts(
    plan: ImportPlan, batch: NoteBatch, compared: Compared, deck_file: DeckFile
) -> None:
    for place in compared.conflicts[: MOST_CONFLICTS - len(plan.conflicts)]:
        row, note_type = compared.known[place], deck_file.note_types[batch.types[place]]
        theirs = batch.texts[place].split(FIELD_SEPARATOR)
        texts = [
            (name or f"Field {number}", ours or "", others or "")
            for number, (name, ours, others) in enumerate(
                zip_longest(note_type.fields, row.fields, theirs), start=1
            )
        ]
        texts.append(("Tags", row.tags.strip(), batch.tags[place].strip()))
        differing = [each for each in texts if each[1] != each[2]]
        read = [
            (
                name,
                excerpt(ours, note_type.markup, LONGEST_SHOWN),
                excerpt(others, note_type.markup, LONGEST_SHOWN),
            )
            for name, ours, others in differing
        ]
        written = [(name, a[:LONGEST_SHOWN], b[:LONGEST_SHOWN]) for name, a, b in differing]
        plan.conflicts.append(
            ConflictSample(
                batch.guids[place],
                batch.layouts[place].deck,
                card_title(note_type.kind, note_type.markup, row.fields, 0),
                tuple(
                    seen if seen[1] != seen[2] else raw
                    for seen, raw in zip(read, written, strict=True)
                ),
            )
        )
