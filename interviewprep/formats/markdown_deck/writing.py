"""Decks as files of our Markdown: one file, or a zip of several with their pictures.

Every card is read back while it is written, so that a file that was written can be read. What our
Markdown cannot say is told note by note.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from interviewprep.core.media_names import names_of, renamed
from interviewprep.core.notes import DeckInfo
from interviewprep.core.outgoing import Outgoing, OutgoingNote
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.markdown_deck.card_text import CardText, card_text
from interviewprep.formats.markdown_deck.front_matter_text import Sources, front_matter_text
from interviewprep.formats.markdown_deck.ids import is_id, numbered, slug
from interviewprep.formats.markdown_deck.note_texts import texts_of

SUFFIX, ZIP_SUFFIX = ".md", ".zip"
_UNUSABLE = re.compile(r"[^\w.-]+")
_SHORTEST_ID, _LONGEST_ID = 3, 60
_MOST_WORDS_OF_NAME = 80


def write(outgoing: Outgoing, path: Path, warnings: WarningLog, *, as_zip: bool = False) -> str:
    """Write the notes to `path`; return the ending that its name should have.

    One deck without pictures becomes one Markdown file unless `as_zip`, everything else a zip.
    """
    names = names_of(outgoing.media, picture_name)
    by_deck: dict[str, list[OutgoingNote]] = {info.name: [] for info in outgoing.decks}
    notes = list(outgoing.notes)
    for note in notes:
        by_deck.setdefault(note.note.deck, []).append(note)
    infos = {info.name: info for info in outgoing.decks}
    ids = card_ids([note.note.guid for note in notes], [_front(note) for note in notes])
    texts = {
        name: deck_text(infos.get(name, DeckInfo(name)), inside, outgoing, names, ids, warnings)
        for name, inside in by_deck.items()
        if inside
    }
    if len(texts) <= 1 and not names and not as_zip:
        text = next(iter(texts.values()), front_matter_text(DeckInfo(outgoing.name), (), Sources()))
        path.write_text(text, encoding="utf-8", newline="")
        return SUFFIX
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_name, text in zip(file_names(texts), texts.values(), strict=True):
            archive.writestr(file_name, text)
        for name, sha256 in sorted({name: pair[1] for pair, name in names.items()}.items()):
            archive.write(outgoing.file_of(sha256), name, zipfile.ZIP_STORED)
    return ZIP_SUFFIX


def deck_text(
    info: DeckInfo,
    notes: Sequence[OutgoingNote],
    outgoing: Outgoing,
    names: Mapping[tuple[str, str], str],
    ids: Mapping[str, str],
    warnings: WarningLog,
) -> str:
    """One deck as one file."""
    shared = _shared_tags(info, notes)
    sources = Sources()
    cards: list[str] = []
    for outgoing_note in notes:
        note = outgoing_note.note
        texts = texts_of(outgoing.note_types[note.note_type], note.fields)
        for words in texts.lost:
            warnings.add("not-in-markdown", note.guid, f"Markdown cannot say {words}")
        new_names = {label: names[label, sha256] for label, sha256 in outgoing_note.media}
        card: CardText | None = card_text(
            ids[note.guid],
            texts.kind,
            [renamed(text, new_names) for text in texts.fields],
            [tag for tag in note.tags if tag not in shared],
            note.details,
            sources.key_of(str(note.details.get("source", ""))),
        )
        if card is None:
            warnings.add(
                "note-left-out",
                note.guid,
                "it has no question or no answer that Markdown could say",
            )
            continue
        if card.is_adjusted:
            warnings.add(
                "text-adjusted",
                note.guid,
                "what a deck file reads for itself (labels, headings, fences) was moved aside",
            )
        cards.append(card.text)
    return "\n".join([front_matter_text(info, shared, sources), *cards])


def card_ids(guids: Sequence[str], fronts: Sequence[str]) -> dict[str, str]:
    """The id of each note: its guid where that may be one, else made of it, else of its front."""
    made = {guid: guid for guid in guids if is_id(guid)}
    taken = set(made)
    for guid, front in zip(guids, fronts, strict=True):
        if guid in made:
            continue
        base = slug(guid) or slug(front) or "card"
        unique, number = base, 2
        while unique in taken:
            unique = numbered(base, number)
            number += 1
        made[guid] = unique
        taken.add(unique)
    return made


def picture_name(label: str) -> str:
    """A name for a Markdown address and for a zip: no blanks, no way out of its folder."""
    parts = [_UNUSABLE.sub("-", part).strip(".-") for part in label.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part)


def file_names(decks: Iterable[str]) -> list[str]:
    """A file name for each deck, told apart without their case."""
    found: list[str] = []
    taken: set[str] = set()
    for deck in decks:
        base = _UNUSABLE.sub("-", deck.replace("::", "--")).strip(".-")[:_MOST_WORDS_OF_NAME]
        name, number = base or "deck", 2
        while name.casefold() in taken:
            name, number = f"{base or 'deck'}-{number}", number + 1
        taken.add(name.casefold())
        found.append(name + SUFFIX)
    return found


def _shared_tags(info: DeckInfo, notes: Sequence[OutgoingNote]) -> tuple[str, ...]:
    """The deck's tags, where every note has them first, as reading the file gives them."""
    tags: Any = info.details.get("tags") or ()
    shared = tuple(map(str, tags))
    is_usual = all(note.note.tags[: len(shared)] == shared for note in notes)
    return shared if is_usual else ()


def _front(note: OutgoingNote) -> str:
    return note.note.fields[0] if note.note.fields else ""
