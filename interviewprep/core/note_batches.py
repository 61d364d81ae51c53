"""Notes by the thousand, as columns: what an import compares and stores.

A column is one list, so that comparing ten thousand notes with what is known costs ten thousand
look-ups and nothing else. Any reader's notes can be put into columns; the reader of packages gives
them as columns to begin with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, runtime_checkable

from interviewprep.core.media_references import label_for, media_references
from interviewprep.core.notes import DeckFile, Markup, Note, NoteType

FIELD_SEPARATOR = "\x1f"
BATCH_NOTES = 5_000
LONGEST_LABEL = 255


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the cards of a note lie: many notes share one.

    `ordinals` is None where the fields decide which cards there are; `card_decks` names the deck of
    those that do not lie in `deck`.
    """

    deck: str
    ordinals: tuple[int, ...] | None = None
    card_decks: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class NoteBatch:
    """Columns of equal length, one place a note, in the order of the file.

    `types` are keys of the file's note types, `layouts_used` has each of `layouts` once, `texts`
    are the fields joined by `FIELD_SEPARATOR`, `tags` as stored (a space at both ends, or empty),
    `hashes` what `content_hash` says. `media` maps the place of a note to pairs of label and name
    of file, `missing` to names that no file has, `details` to what only some formats carry; they
    leave out the many notes that have none. `first` is the number of the first note in the file,
    from 1; `numbers` gives that of each where some between them are left out.
    """

    first: int
    guids: list[str]
    types: Sequence[str]
    layouts: Sequence[Layout]
    texts: Sequence[str]
    tags: Sequence[str]
    hashes: list[str]
    layouts_used: list[Layout]
    media: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    missing: dict[int, tuple[str, ...]] = field(default_factory=dict)
    details: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    numbers: Sequence[int] | None = None

    def number(self, place: int) -> int:
        """The number of a note in the file, for people."""
        return self.first + place if self.numbers is None else self.numbers[place]


@runtime_checkable
class Batched(Protocol):
    """Notes that come as columns by themselves."""

    def batches(self) -> Iterator[NoteBatch]: ...


@lru_cache(maxsize=256)
def fingerprint(note_type: NoteType) -> str:
    """A hash of all that matters about a note type: the same in every file that carries it."""
    templates = [(part.name, part.question, part.answer) for part in note_type.templates]
    whole = [note_type.name, note_type.kind, note_type.markup, note_type.fields, templates]
    return hashlib.blake2b(_json(whole), digest_size=24).hexdigest()


def content_hash(
    text: str,
    tags: str,
    type_fingerprint: str,
    ordinals: Sequence[int] | None = None,
    media: Iterable[tuple[str, str]] = (),
    details: Mapping[str, Any] | None = None,
) -> str:
    """A hash of what an import would store: the fields (joined by `FIELD_SEPARATOR`), tags as
    stored, note type, cards, label and hash of each file, details. Stable between releases."""
    known = f"{text}\x1e{tags}\x1e{type_fingerprint}\x1e{ordinals or ''}"
    if media or details:
        known += "\x1e".join(("", *(f"{label}\x1f{sha256}" for label, sha256 in media)))
        if details:
            known += "\x1e" + _json(details).decode("utf-8")
    return hashlib.blake2b(known.encode("utf-8", "replace"), digest_size=16).hexdigest()


def type_media(note_type: NoteType) -> list[str]:
    """The files that every note of a type shows, because its templates do."""
    layouts = "\n".join(part.question + part.answer for part in note_type.templates)
    return media_references(layouts, Markup.HTML) if layouts else []


def stored_tags(tags: Iterable[str]) -> str:
    """Tags as a note stores them: separated by spaces, a space at both ends, or empty."""
    joined = " ".join(dict.fromkeys(part for tag in tags for part in tag.split()))
    return f" {joined} " if joined else ""


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
    notes = iter(deck_file.notes)
    first = 1
    while chunk := list(islice(notes, size)):
        yield _batch(first, chunk, prints, markups, names, media_hashes)
        first += len(chunk)


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


def labelled(
    names: Iterable[str], known: Container[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Label and name of those files that there are, by label, and the names of the others.

    A label too long to store counts as missing.
    """
    pairs, missing = set(), []
    for name in dict.fromkeys(names):
        pair = label_for(name, known) if len(name) <= LONGEST_LABEL else None
        if pair is None:
            missing.append(name)
        else:
            pairs.add(pair)
    return tuple(sorted(pairs)), tuple(missing)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
