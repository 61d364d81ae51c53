"""Any reader's notes, put into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from interviewprep.core.content_hashes import content_hash, fingerprint
from interviewprep.core.media_references import media_references
from interviewprep.core.note_batches import (
    FIELD_SEPARATOR,
    Batched,
    Layout,
    NoteBatch,
    labelled,
    stored_tags,
    type_media,
)
from interviewprep.core.notes import DeckFile, Markup, Note

BATCH_NOTES = 5_000
BATCH_CHARS = 16 * 1024 * 1024
"""What a batch may hold before it has its number of notes, so that long notes come a few a time."""


def batches_of(
    deck_file: DeckFile, media_hashes: Mapping[str, str], size: int = BATCH_NOTES
) -> Iterator[NoteBatch]:
    """The notes of a file in columns. `media_hashes` maps names of files to their SHA-256."""
    if isinstance(deck_file.notes, Batched):
        yield from deck_file.notes.batches()
        return
    prints = {key: fingerprint(kind) for key, kind in deck_file.note_types.items()}
    markups = {key: kind.markup for key, kind in deck_file.note_types.items()}
    names = {key: type_media(kind) for key, kind in deck_file.note_types.items()}
    first = 1
    for chunk in _chunks(deck_file.notes, size):
        yield _batch(first, chunk, prints, markups, names, media_hashes)
        first += len(chunk)


def _chunks(notes: Iterable[Note], size: int) -> Iterator[list[Note]]:
    chunk: list[Note] = []
    chars = 0
    for note in notes:
        chunk.append(note)
        chars += sum(map(len, note.fields))
        if len(chunk) >= size or chars >= BATCH_CHARS:
            yield chunk
            chunk, chars = [], 0
    if chunk:
        yield chunk


def _batch(
    first: int,
    notes: list[Note],
    prints: Mapping[str, str],
    markups: Mapping[str, Markup],
    type_names: Mapping[str, list[str]],
    media_hashes: Mapping[str, str],
) -> NoteBatch:
    texts: list[str] = []
    all_tags: list[str] = []
    types: list[str] = []
    layouts: list[Layout] = []
    used: dict[Layout, Layout] = {}
    batch = NoteBatch(first, [], types, layouts, texts, all_tags, [], [])
    for place, note in enumerate(notes):
        text = FIELD_SEPARATOR.join(
            part.replace(FIELD_SEPARATOR, " ").replace("\0", "") for part in note.fields
        )
        tags = stored_tags(note.tags)
        markup = markups.get(note.note_type, Markup.HTML)
        names = [*media_references(text, markup), *type_names.get(note.note_type, ())]
        pairs, missing = labelled(names, media_hashes) if names else ((), ())
        batch.guids.append(note.guid)
        types.append(note.note_type)
        layout = Layout(note.deck, None, tuple(sorted(note.card_decks.items())))
        layouts.append(used.setdefault(layout, layout))
        texts.append(text)
        all_tags.append(tags)
        batch.hashes.append(
            content_hash(
                text,
                tags,
                prints.get(note.note_type, ""),
                None,
                [(label, media_hashes[name]) for label, name in pairs],
                note.details,
            )
        )
        if pairs:
            batch.media[place] = pairs
        if missing:
            batch.missing[place] = missing
        if note.details:
            batch.details[place] = note.details
    batch.layouts_used.extend(used)
    return batch
