"""From a hashcards file to notes. Text outside cards is left out and named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.notes import DeckFile, DeckInfo, Markup, Note, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.deletions import with_deletions
from interviewprep.formats.made_guids import MadeGuids
from interviewprep.formats.markdown_masks import masked, without_links
from interviewprep.formats.pictures import pictures_of
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import read_text

_LABEL = re.compile(r"(?P<label>[QAC]):[ \t]?(?P<text>.*)")
_RULE = re.compile(r"---[ \t]*")
_DELETION = re.compile(r"(?<!\])\[(?!\^)([^\[\]]+)\](?!\[)")
_ESCAPED = re.compile(r"\\([\[\]])")
_ROOTED = re.compile(r"(!\[[^\[\]\n]{0,1000}\]\(\s*<?)@/")
_LONGEST_FRONT_MATTER = 64 * 1024
_BASIC = own_type(NoteKind.BASIC, Markup.MARKDOWN)
_CLOZE = own_type(NoteKind.CLOZE, Markup.MARKDOWN)
_PARTNERS = {"A": "Q"}


@dataclass(frozen=True, slots=True)
class _Card:
    """The sides of a card by their labels, and its first line, from 1."""

    sides: dict[str, str]
    line: int


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a hashcards file. Raises `UnreadableDeck`, which names the line."""
    text = read_text(path, options)
    name, first = _front_matter(text.split("\n"))
    deck, warnings = options.deck_for(path, name), WarningLog()
    guids = MadeGuids("hashcards")
    notes: list[Note] = []
    for card in _cards(text, first, warnings):
        note = _note(card, deck, guids, warnings)
        if note is not None:
            notes.append(note)
        if len(notes) > options.most_notes:
            raise UnreadableDeck(
                f"The file holds more than {options.most_notes:,} cards, which is more than is"
                " allowed; split it into smaller files."
            )
    if not notes:
        raise UnreadableDeck(
            "The file holds no cards; a card is a line with Q: and one with A:, or one with C: and"
            " [brackets] around what is hidden."
        )
    types = {kind.key: kind for kind in (_BASIC, _CLOZE)}
    return DeckFile(
        format="hashcards",
        decks=[DeckInfo(deck)],
        note_types=types,
        notes=notes,
        media=pictures_of(notes, types, options.media_folder),
        warnings=warnings.all(),
        note_count=len(notes),
        refused=warnings.left_out,
    )


def _front_matter(lines: list[str]) -> tuple[str | None, int]:
    """The deck's name, if the TOML on top gives one, and the index of the first line below."""
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if _RULE.fullmatch(lines[start]) is None:
        return None, start
    end = next((n for n in range(start + 1, len(lines)) if _RULE.fullmatch(lines[n])), None)
    inside = "\n".join(lines[start + 1 : end])
    if end is None or "=" not in inside or len(inside) > _LONGEST_FRONT_MATTER:
        return None, start + 1
    try:
        name = tomllib.loads(inside).get("name")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableDeck(
            f'line {start + 1}: the front matter is not TOML ({error}); write `name = "…"`.'
        ) from None
    return name if isinstance(name, str) and name.strip() else None, end + 1


def _cards(text: str, first: int, warnings: WarningLog) -> Iterator[_Card]:
    lines, mask = text.split("\n"), masked(text).split("\n")
    sides: dict[str, list[str]] = {}
    label, begins = "", first

    def closed() -> Iterator[_Card]:
        if "Q" in sides and "A" not in sides:
            raise UnreadableDeck(
                f"line {begins + 1}: `Q:` has no `A:`; add a line that begins with `A:`."
            )
        if sides:
            yield _Card(
                {k: "\n".join(v).strip("\n").rstrip() for k, v in sides.items()}, begins + 1
            )

    for number in range(first, len(lines)):
        found = _LABEL.match(mask[number])
        if found is None and _RULE.fullmatch(mask[number]) is None:
            if label:
                sides[label].append(lines[number])
            elif lines[number].strip() and not lines[number].startswith("#"):
                message = "this text stands in no card and was left out"
                warnings.add("text-outside-cards", f"line {number + 1}", message)
            continue
        new = found["label"] if found is not None else ""
        if new == "A":
            if label != "Q":
                raise UnreadableDeck(f"line {number + 1}: `A:` needs a `Q:` before it.")
        else:
            yield from closed()
            sides, begins = {}, number
        label = new
        if new:
            sides[new] = [lines[number][2:].lstrip(" \t")]
    yield from closed()


def _note(card: _Card, deck: str, guids: MadeGuids, warnings: WarningLog) -> Note | None:
    place = f"line {card.line}"
    sides = {label: _ROOTED.sub(r"\1", text) for label, text in card.sides.items()}
    if "C" in sides:
        text, number = with_deletions(sides["C"], without_links(masked(sides["C"])), _DELETION)
        if not number:
            message = "nothing in it is in [brackets], but for code, maths and links"
            warnings.add("refused-note", place, message)
            return None
        kind, fields = _CLOZE, (text, "", "", "")
    elif not sides["Q"].strip():
        warnings.add("empty-front", place, "The card has no question and was left out.")
        return None
    else:
        kind, fields = _BASIC, (sides["Q"], sides["A"], "", "")
    return Note(
        guid=guids.make(deck, fields[0]),
        note_type=kind.key,
        deck=deck,
        fields=fields,
        place=place,
    )
