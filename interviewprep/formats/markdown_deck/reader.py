"""From a parsed deck file to the notes that an import stores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from interviewprep.core.notes import (
    DeckFile,
    DeckInfo,
    Markup,
    Media,
    Note,
    NoteKind,
    ReadWarning,
)
from interviewprep.core.own_types import own_type
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import FrontMatter, ParsedCard, ParsedDeck
from interviewprep.formats.markdown_deck.parsing import parse_deck
from interviewprep.formats.markdown_deck.prompt_text import sections_text
from interviewprep.formats.pictures import file_within
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import head_text, read_text

_BEGINS_A_CARD = re.compile(r"(?:## [a-z0-9]|[QCT]: ?\S|[QCT]:$)", re.MULTILINE)
_DECK_KEYS = re.compile(r"---\n(?:.*\n)*?(?:name|category|licence):", re.MULTILINE)
_SUFFIXES = (".md", ".markdown")
_PICTURE = re.compile(r"!\[[^\[\]]{0,1000}\]\(\s*<?([^\s)>]+)")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SOURCE = re.compile(r"\s*+(?P<key>[^(),\s]++)\s*+(?P<place>\([^)]*+\))?\s*+(?:,|$)")
_LONGEST_CITATION = 2_000

_BASIC = own_type(NoteKind.BASIC, Markup.MARKDOWN)
_BOTH_WAYS = own_type(NoteKind.BOTH_WAYS, Markup.MARKDOWN)
_CLOZE = own_type(NoteKind.CLOZE, Markup.MARKDOWN)
_PROMPT = own_type(NoteKind.PROMPT, Markup.MARKDOWN)
_PROMPT_KEYS = ("difficulty", "pattern", "entry", "competency")


def recognises(name: Path, head: bytes) -> bool:
    """Whether this is a text that begins like a deck file."""
    text = head_text(head)
    if text is None:
        return False
    if _DECK_KEYS.match(text):
        return True
    if name.suffix.lower() in _SUFFIXES:
        return True
    if name.suffix.lower() in (".csv", ".tsv"):
        return False
    first = next((line for line in text.split("\n") if line.strip()), "")
    return _BEGINS_A_CARD.match(first) is not None and "\t" not in first


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a Markdown deck. Raises `UnreadableDeck`, which names the line."""
    deck = parse_deck(read_text(path, options))
    if not deck.cards:
        raise UnreadableDeck(
            "The file holds no cards; a card begins with `## an-id` and then Q:, C: or T:."
        )
    if len(deck.cards) > options.most_notes:
        raise UnreadableDeck(
            f"The file holds {len(deck.cards):,} cards and {options.most_notes:,} are allowed; "
            "split it into smaller files."
        )
    return deck_file(deck, path, options)


def deck_file(deck: ParsedDeck, path: Path, options: ReadOptions) -> DeckFile:
    """Turn a parsed deck into notes, media and warnings."""
    front_matter = deck.front_matter or FrontMatter()
    name = options.deck_for(path, front_matter.name)
    notes = [_note(card, front_matter, name) for card in deck.cards]
    media, missing = _pictures(deck, options)
    return DeckFile(
        format="markdown",
        decks=[DeckInfo(name, _deck_details(front_matter))],
        note_types={kind.key: kind for kind in (_BASIC, _BOTH_WAYS, _CLOZE, _PROMPT)},
        notes=notes,
        media=media,
        warnings=[*_warnings(deck), *missing],
        note_count=len(notes),
    )


def _note(card: ParsedCard, front_matter: FrontMatter, deck: str) -> Note:
    def side(label: str) -> str:
        return card.sides[label].text if label in card.sides else ""

    fields: tuple[str, ...] = ()
    if card.is_long:
        note_type, fields = _PROMPT, (_title(card), sections_text(card.sections))
    elif "C" in card.sides:
        note_type, first, second = _CLOZE, side("C"), ""
    elif "T" in card.sides:
        note_type, first, second = _BOTH_WAYS, side("T"), side("D")
    else:
        note_type, first, second = _BASIC, side("Q"), side("A")
    own_tags = card.meta.get("tags", "").replace(",", " ").split()
    return Note(
        guid=card.id,
        note_type=note_type.key,
        deck=deck,
        fields=fields or (first, second, side("H"), side("N")),
        tags=tuple(dict.fromkeys([*front_matter.tags, *own_tags])),
        details=_details(card, front_matter),
        place=f"line {card.line}",
    )


def _title(card: ParsedCard) -> str:
    return card.meta.get("title") or card.id.replace("-", " ").capitalize()


def _details(card: ParsedCard, front_matter: FrontMatter) -> Mapping[str, Any]:
    details: dict[str, Any] = {"kind": card.kind}
    for key in ("level", "rev", "time"):
        value = card.meta.get(key)
        if value is not None:
            if not re.fullmatch("[0-9]{1,6}", value):
                raise UnreadableDeck(
                    f"line {card.meta_lines[key]}: `{key}` must be a whole number, like 1."
                )
            details[key] = int(value)
    if "was" in card.meta:
        details["was"] = card.meta["was"].replace(",", " ").split()
    if card.is_long:
        details |= {key: card.meta[key] for key in _PROMPT_KEYS if card.meta.get(key)}
    if card.meta.get("expires"):
        details["expires"] = card.meta["expires"]
    source = card.meta.get("source") or front_matter.default_source
    if source:
        details["source"] = _citation(source, front_matter.sources)
    return details


def _citation(source: str, sources: Mapping[str, str]) -> str:
    """`own, http-429 (§4)` as the full citations, places kept; unknown keys stay as written."""
    parts = list(_SOURCE.finditer(source)) if len(source) <= _LONGEST_CITATION else []
    if not parts or sum(len(part[0]) for part in parts) != len(source):
        return source
    return "; ".join(
        f"{sources.get(part['key'], part['key'])}{' ' + part['place'] if part['place'] else ''}"
        for part in parts
    )


def _deck_details(front_matter: FrontMatter) -> dict[str, Any]:
    details: dict[str, Any] = {
        "description": front_matter.description,
        "category": front_matter.category,
        "licence": front_matter.licence,
        "title": front_matter.name,
        "tags": list(front_matter.tags),
        "requires": list(front_matter.requires),
    }
    return {key: value for key, value in details.items() if value}


def _warnings(deck: ParsedDeck) -> Iterator[ReadWarning]:
    if deck.front_matter is None:
        yield ReadWarning(
            "no-front-matter",
            "line 1",
            "The file has no front matter, so the deck is named after the file.",
        )


def _pictures(deck: ParsedDeck, options: ReadOptions) -> tuple[list[Media], list[ReadWarning]]:
    found: dict[str, Media] = {}
    missing: dict[str, ReadWarning] = {}
    for card in deck.cards:
        for block in (*card.sides.values(), *card.sections):
            for name in _PICTURE.findall(block.text):
                if _REMOTE.match(name) or name in found or name in missing:
                    continue
                media = file_within(options.media_folder, name)
                if media is not None:
                    found[name] = media
                else:
                    missing[name] = ReadWarning(
                        "missing-media", f"line {block.line}", f"The picture {name} is not there."
                    )
    return list(found.values()), list(missing.values())
