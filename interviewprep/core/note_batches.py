"""Notes by the thousand, as columns: what an import compares and stores.

A column is one list, so that comparing ten thousand notes with what is known costs ten thousand
look-ups and nothing else. `batching` puts any reader's notes into columns; the reader of packages
gives them as columns to begin with. The process that reads packages loads this module, which
therefore stays light.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from interviewprep.core.media_references import label_for, media_references
from interviewprep.core.notes import Markup, NoteType

FIELD_SEPARATOR = "\x1f"
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
    from 1; `numbers` gives that of each where some between them are left out. `dues` says in what
    order new cards are to come, the smallest first; None: in that of the file.

    `standings` says where cards stand that have been begun or marked, `STANDING_COLUMNS` numbers a
    card: its number, and what `core.anki_progress.AnkiCard` holds. Cards are numbered from 0 over
    all batches, note by note, within a note as `Layout.ordinals` has them. None: nobody asked.
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
    dues: Sequence[int] | None = None
    standings: Sequence[int] | None = None

    def number(self, place: int) -> int:
        """The number of a note in the file, for people."""
        return self.first + place if self.numbers is None else self.numbers[place]


@dataclass(frozen=True, slots=True)
class ReviewColumns:
    """Reviews of the file's cards, oldest first. `cards` are numbers as in `NoteBatch.standings`,
    `ids` instants in ms since 1970; `said` has `REVIEW_COLUMNS` numbers a review: what
    `core.anki_progress.AnkiReview` holds from `ease` on."""

    cards: Sequence[int]
    ids: Sequence[int]
    said: Sequence[int]


STANDING_COLUMNS, REVIEW_COLUMNS = 13, 6


@runtime_checkable
class Reviewed(Protocol):
    """Notes whose cards come with reviews, once the notes have all been iterated."""

    def reviews(self) -> Iterator[ReviewColumns]: ...


@runtime_checkable
class Batched(Protocol):
    """Notes that come as columns by themselves."""

    def batches(self) -> Iterator[NoteBatch]: ...


def type_media(note_type: NoteType) -> list[str]:
    """The files that every note of a type shows, because its templates do."""
    layouts = "\n".join(part.question + part.answer for part in note_type.templates)
    return media_references(layouts, Markup.HTML) if layouts else []


def stored_tags(tags: Iterable[str]) -> str:
    """Tags as a note stores them: separated by spaces, a space at both ends, or empty."""
    joined = " ".join(dict.fromkeys(part for tag in tags for part in tag.split()))
    return f" {joined} " if joined else ""


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
