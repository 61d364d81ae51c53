"""The values every deck format is read into and written from.

A reader turns bytes into a `DeckFile`; an importer stores one; a writer turns one back into bytes.
None of them needs to know the others. All text is `str`, all order is meaningful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Markup(StrEnum):
    """How the text of a note's fields is to be read."""

    MARKDOWN = "markdown"
    HTML = "html"


class NoteKind(StrEnum):
    """How a note becomes cards."""

    BASIC = "basic"
    """One card: Front asks, Back answers."""
    BOTH_WAYS = "both-ways"
    """Two cards, Front to Back (`td`) and Back to Front (`dt`)."""
    CLOZE = "cloze"
    """One card for each cloze number in the text."""
    TEMPLATES = "templates"
    """One card for each template whose question is not empty, by Anki's rules."""
    PROMPT = "prompt"
    """One card: an exercise or an interview prompt, which is done rather than recalled."""


@dataclass(frozen=True, slots=True)
class Template:
    """One question and answer layout, in Anki's template language."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """The fields a note has, and how they become cards.

    `key` is what notes of the same file refer to. Types of our own have no templates: their four
    fields are Front, Back, Hint and Note (for a cloze: Text, Extra, Hint, Note; for a prompt: Title
    and Text, its `###` sections as written). A type read from Anki keeps its templates; a cloze
    type of Anki's has kind `CLOZE` *and* its one template.
    """

    key: str
    name: str
    kind: NoteKind
    markup: Markup
    fields: tuple[str, ...]
    templates: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know. `deck` is the full name, levels joined by `::`.

    `guid` is the card id of our Markdown, or Anki's guid byte for byte. `card_decks` names the deck
    of single cards (by ordinal) that lie elsewhere. `details` holds what only some formats carry
    (`level`, `source`, `rev`, `was`, `kind`), as JSON values. `place` says where in the file it is.
    """

    guid: str
    note_type: str
    deck: str
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()
    card_decks: Mapping[int, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class DeckInfo:
    """What a file says about one deck. `details` may hold description, category, licence, tags;
    `limits` those of `core.study_settings.DeckOptions` that are not as anywhere."""

    name: str
    details: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackageProgress:
    """How far the cards of a file have been learnt by whoever wrote it, as totals.

    `created_s` (seconds since 1970) and `minutes_west` (of UTC, None where it is not said) are what
    `core.anki_progress.Calendar` needs. `fsrs` counts cards that another scheduler's memory comes
    with, which is not carried.
    """

    created_s: int
    minutes_west: int | None
    reviews: int
    begun: int
    suspended: int
    flagged: int
    buried: int
    learning: int
    filtered: int
    fsrs: int

    @property
    def is_any(self) -> bool:
        """Whether there is anything to carry."""
        return bool(self.reviews or self.begun or self.suspended or self.flagged)


@dataclass(frozen=True, slots=True)
class Media:
    """One file that notes refer to by `name`; `read` gives its bytes when they are wanted."""

    name: str
    size_bytes: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something that was not carried over, and where. Codes are words joined by hyphens."""

    code: str
    where: str
    message: str


@dataclass(slots=True)
class DeckFile:
    """One file, read. `notes` may be a generator and is iterated once.

    `warnings` is complete only after the notes have been iterated. `note_count` is what the file
    holds, where that is known beforehand, for progress. `read_as` says how a text with columns was
    understood: `encoding`, `separator` and `row_separator`, which a person may correct.
    `refused` counts notes that the reader left out, beside those that `notes` may count themselves.
    """

    format: str
    decks: list[DeckInfo]
    note_types: dict[str, NoteType]
    notes: Iterable[Note]
    media: list[Media] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)
    note_count: int | None = None
    progress: PackageProgress | None = None
    read_as: Mapping[str, str] = field(default_factory=dict)
    refused: int = 0


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """Safe HTML of one card.

    `back_html` is shown below the question, or instead of it where `replaces_front` says so (a
    cloze filled in; an Anki answer side that repeats the question in its own way). `typed_answer`
    is the plain text a typed answer is compared with, empty where that makes no sense.
    """

    front_html: str
    back_html: str
    hint_html: str = ""
    note_html: str = ""
    replaces_front: bool = False
    typed_answer: str = ""
