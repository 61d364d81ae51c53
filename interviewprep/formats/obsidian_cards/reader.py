"""From a note with cards to notes: `::`, `:::`, `?`, `??` and `==cloze==`, decks by tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.notes import DeckFile, DeckInfo, Markup, Note, NoteKind, NoteType
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.deletions import with_deletions
from interviewprep.formats.made_guids import MadeGuids
from interviewprep.formats.markdown_masks import MASK, masked
from interviewprep.formats.obsidian_cards.blocks import Prepared, prepare
from interviewprep.formats.pictures import pictures_of
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import read_text

DECK_TAG = "flashcards"
_TAG = re.compile(r"(?<![\w/#&])#(?P<name>[^\W\d][\w/-]*)")
_DECK_TAG_IN_TEXT = re.compile(rf"[ \t]?(?<![\w/#&])#{DECK_TAG}(?![\w-])(?:/[\w/-]*)?")
_TURNS = {"?": NoteKind.BASIC, "??": NoteKind.BOTH_WAYS}
_SEPARATORS = ((":::", NoteKind.BOTH_WAYS), ("::", NoteKind.BASIC))
_DELETION = re.compile(r"==(?=[^\s=])((?:[^=\n]|=(?!=))*)(?<!\s)==")
_LEAD = re.compile(r"^[ \t]*(?:#{1,6}|[-*+]|[0-9]{1,9}[.)])[ \t]+")
"""What makes a line a heading or a point of a list, and is no part of a question."""
_EMBED = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_TYPES = {
    kind: own_type(kind, Markup.MARKDOWN)
    for kind in (NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE)
}


@dataclass(frozen=True, slots=True)
class _Card:
    """A card and the lines it stands on, from 0, the last included."""

    kind: NoteType
    front: str
    back: str
    first: int
    last: int


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a note. Raises `UnreadableDeck`."""
    note = prepare(read_text(path, options))
    reader = _Reader(note, options.deck_for(path), options)
    notes = []
    for found in reader.notes():
        notes.append(found)
        if len(notes) > options.most_notes:
            raise UnreadableDeck(
                f"The file holds more than {options.most_notes:,} cards, which is more than is"
                " allowed; split it into smaller files."
            )
    if not notes:
        raise UnreadableDeck(
            "The file holds no cards; write `question::answer`, or a line with ? between a question"
            " and its answer, or ==what is hidden==."
        )
    types = {kind.key: kind for kind in _TYPES.values()}
    return DeckFile(
        format="obsidian",
        decks=[DeckInfo(name) for name in dict.fromkeys(each.deck for each in notes)],
        note_types=types,
        notes=notes,
        media=pictures_of(notes, types, options.media_folder),
        warnings=reader.warnings.all(),
        note_count=len(notes),
    )


class _Reader:
    """Reads one note, paragraph by paragraph; a tag on a line of its own changes the deck."""

    def __init__(self, note: Prepared, default_deck: str, options: ReadOptions) -> None:
        self.warnings = WarningLog()
        self._note = note
        self._default = default_deck
        self._fixed = options.deck
        self._guids = MadeGuids("obsidian")
        self._deck, self._tags = self._sorted_tags(note.tags)
        if note.has_schedule:
            self._warn("schedule", "line 1", "the schedule of the whole note is not carried over")

    def notes(self) -> Iterator[Note]:
        for first, last in self._paragraphs():
            for card in self._cards(first, last):
                yield self._made(card)

    def _paragraphs(self) -> Iterator[tuple[int, int]]:
        """First and last line of each; blank lines within a fence do not part, a heading does."""
        note, begins = self._note, None
        for number in range(note.first, len(note.lines)):
            is_text = number in note.fenced or bool(note.lines[number].strip())
            is_heading = number not in note.fenced and note.lines[number].startswith("#")
            is_heading = is_heading and note.lines[number].lstrip("#")[:1] in (" ", "")
            if is_text and not is_heading and self._is_of_tags(number):
                is_text = False
            if begins is not None and (not is_text or is_heading):
                yield begins, number - 1
                begins = None
            if is_text and begins is None:
                begins = number
            if is_heading:
                yield number, number
                begins = None
        if begins is not None:
            yield begins, len(note.lines) - 1

    def _is_of_tags(self, number: int) -> bool:
        """Whether a line is of tags alone; then they hold from here on."""
        if number in self._note.fenced or "#" not in self._note.masks[number]:
            return False
        mask = self._note.masks[number]
        if _TAG.sub("", mask).strip():
            return False
        self._deck, self._tags = self._sorted_tags(tag["name"] for tag in _TAG.finditer(mask))
        return True

    def _sorted_tags(self, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """The deck that tags name, and the others as tags."""
        deck, tags = self._default, []
        for name in names:
            first, *levels = [level for level in name.split("/") if level] or [""]
            if first != DECK_TAG:
                tags.append("::".join([first, *levels]))
            elif levels and not self._fixed:
                deck = "::".join(levels)
        return deck, tuple(tag for tag in tags if tag)

    def _cards(self, first: int, last: int) -> Iterator[_Card]:
        note = self._note
        for number in range(first, last + 1):
            turn = note.masks[number].strip()
            if turn in _TURNS and first < number < last:
                front = "\n".join(note.lines[first:number])
                back = "\n".join(note.lines[number + 1 : last + 1])
                yield _Card(_TYPES[_TURNS[turn]], front, back, first, last)
                return
            if turn in _TURNS:
                message = f"`{turn}` has no text on both sides of it, so it makes no card"
                self._warn("lonely-turn", f"line {number + 1}", message)
        is_cloze = True
        for number in range(first, last + 1):
            for separator, kind in _SEPARATORS:
                front, back = self._parted(number, separator)
                front, back = _LEAD.sub("", front).strip(), back.strip()
                if front and back:
                    yield _Card(_TYPES[kind], front, back, number, number)
                    is_cloze = False
                    break
        if is_cloze:
            whole = "\n".join(note.lines[first : last + 1])
            text, count = with_deletions(whole, masked(whole), _DELETION)
            if count:
                yield _Card(_TYPES[NoteKind.CLOZE], text, "", first, last)

    def _parted(self, number: int, separator: str) -> tuple[str, str]:
        mask = _DELETION.sub(lambda hidden: MASK * len(hidden[0]), self._note.masks[number])
        at = mask.find(separator)
        if at < 0 or number in self._note.fenced:
            return "", ""
        line = self._note.lines[number]
        return line[:at], line[at + len(separator) :]

    def _made(self, card: _Card) -> Note:
        place = f"line {card.first + 1}"
        whole = f"{card.front}\n{card.back}"
        mask = masked(whole)
        named = [tag["name"] for tag in _TAG.finditer(mask)]
        own_deck, own_tags = self._sorted_tags(named)
        deck = self._deck
        if any(name.split("/")[0] == DECK_TAG for name in named):
            deck = own_deck
        if not self._note.scheduled.isdisjoint(range(card.first, card.last + 2)):
            self._warn("schedule", place, "its schedule is not carried over")
        if _EMBED.search(mask):
            self._warn("embed", place, "what another note would show here is not carried over")
        front, back = (_without_deck_tags(text) for text in (card.front, card.back))
        return Note(
            guid=self._guids.make(deck, front),
            note_type=card.kind.key,
            deck=deck,
            fields=(front, back, "", ""),
            tags=tuple(dict.fromkeys([*self._tags, *own_tags])),
            place=place,
        )

    def _warn(self, code: str, where: str, message: str) -> None:
        self.warnings.add(code, where, message)


def _without_deck_tags(text: str) -> str:
    pieces, at = [], 0
    for found in _DECK_TAG_IN_TEXT.finditer(masked(text)):
        pieces.append(text[at : found.start()])
        at = found.end()
    return "".join([*pieces, text[at:]]).strip()
