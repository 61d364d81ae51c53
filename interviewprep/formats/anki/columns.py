"""What the child process says about notes, as columns: `NoteBatch`."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from interviewprep.core.content_hashes import fingerprint, hash_begun, hash_of_text, hashes_of_texts
from interviewprep.core.note_batches import (
    REVIEW_COLUMNS,
    STANDING_COLUMNS,
    Layout,
    NoteBatch,
    ReviewColumns,
)
from interviewprep.core.notes import NoteType
from interviewprep.formats.anki import frames

if TYPE_CHECKING:
    from hashlib import blake2b

T = TypeVar("T")
_PARTS, _REVIEW_PARTS = 7, 3
_MOST_BEGUN = 20_000


class Columns:
    """Unpacks frame after frame. Each raises `ValueError`, or another error of a look-up, where the
    child says what makes no sense."""

    def __init__(self, deck: str | None, *, with_progress: bool = False) -> None:
        self._deck = deck
        self._with_progress = with_progress
        self._card_count = 0
        self._sorts: list[tuple[str, Layout]] = []
        self._begun: dict[tuple[int, bytes], blake2b] = {}
        self._types: Mapping[str, NoteType] = {}
        self._media: Mapping[str, str] = {}

    def begin(self, types: Mapping[str, NoteType], media: Mapping[str, str]) -> None:
        """Take what the header says: note types by key, and names of files to their SHA-256."""
        self._types, self._media = types, media

    def batch(self, payload: bytearray) -> NoteBatch:
        meta, sorts, guids, tags, texts, dues, learnt = frames.split(payload, _PARTS)
        said = json.loads(bytes(meta))
        count = int(said["count"])
        for sort in said["sorts"]:
            self._sorts.append((str(sort["type"]), self._layout(sort)))
        numbers, positions = array("I"), array("q")
        numbers.frombytes(sorts)
        positions.frombytes(dues)
        standings = array("q")
        standings.frombytes(learnt)
        if len(standings) % STANDING_COLUMNS:
            raise ValueError("a card that is not said whole")
        if len(numbers) != count or len(positions) != count:
            raise ValueError("sorts, positions and notes differ in number")
        known = self._sorts
        self._check_numbers(numbers, standings[::STANDING_COLUMNS])
        media = {
            int(place): tuple((str(label), str(name)) for label, name in pairs)
            for place, pairs in said["media"].items()
        }
        return NoteBatch(
            first=int(said["first"]),
            guids=frames.texts_of(guids, count),
            types=_Shared(numbers, [kind for kind, _ in known]),
            layouts=_Shared(numbers, [layout for _, layout in known]),
            layouts_used=[known[number][1] for number in dict.fromkeys(numbers)],
            texts=_LaterColumn(texts, count),
            tags=_LaterColumn(tags, count),
            hashes=self._hashes(
                numbers, frames.items_of(tags, count), frames.items_of(texts, count), media
            ),
            media=media,
            missing={int(place): tuple(names) for place, names in said["missing"].items()},
            numbers=[int(number) for number in said["numbers"]] if said["numbers"] else None,
            dues=positions,
            standings=standings if self._with_progress else None,
        )

    def _check_numbers(self, sorts: Sequence[int], cards: Sequence[int]) -> None:
        """Count the cards of a batch; what is said of cards is of these."""
        first, layouts = self._card_count, [layout for _, layout in self._sorts]
        self._card_count += sum(len(layouts[number].ordinals or ()) for number in sorts)
        if cards and not first <= min(cards) <= max(cards) < self._card_count:
            raise ValueError("a card that no note of its batch has")

    def reviews(self, payload: bytearray) -> ReviewColumns:
        parts = frames.split(payload, _REVIEW_PARTS)
        cards, ids, said = array("I"), array("q"), array("i")
        for column, part in zip((cards, ids, said), parts, strict=True):
            column.frombytes(part)
        if len(ids) != len(cards) or len(said) != REVIEW_COLUMNS * len(cards):
            raise ValueError("reviews and their cards differ in number")
        if cards and max(cards) >= self._card_count:
            raise ValueError("a review of a card that no note has")
        return ReviewColumns(cards, ids, said)

    def _layout(self, sort: dict[str, Any]) -> Layout:
        ordinals = sort["ordinals"]
        return Layout(
            self._deck or str(sort["deck"]),
            None if ordinals is None else tuple(int(number) for number in ordinals),
            () if self._deck else tuple((int(n), str(deck)) for n, deck in sort["card_decks"]),
        )

    def _hashes(
        self,
        numbers: Sequence[int],
        tags: list[bytes],
        texts: list[bytes],
        media: Mapping[int, tuple[tuple[str, str], ...]],
    ) -> list[str]:
        """What `content_hash` says of each note; its beginning is made once for many notes."""
        begun, keys = self._begun, list(zip(numbers, tags, strict=True))
        for key in set(keys) - begun.keys():
            begun[key] = self._begin_hash(*key)
        hashes = hashes_of_texts([begun[key] for key in keys], texts)
        for place, pairs in media.items():
            shown = [(label, self._media[name]) for label, name in pairs]
            hashes[place] = hash_of_text(begun[keys[place]], texts[place], shown)
        if len(begun) > _MOST_BEGUN:
            begun.clear()
        return hashes

    def _begin_hash(self, number: int, tags: bytes) -> blake2b:
        kind, layout = self._sorts[number]
        return hash_begun(fingerprint(self._types[kind]), layout.ordinals, tags.decode())


class _Shared(Sequence[T]):
    """A column of which many notes share the values: numbers, and what they stand for."""

    def __init__(self, numbers: Sequence[int], values: list[T]) -> None:
        self._numbers = numbers
        self._values = values

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._values[number] for number in self._numbers[place]]
        return self._values[self._numbers[place]]


class _LaterColumn(Sequence[str]):
    """A column that is decoded when somebody wants to see it: unchanged notes never are."""

    def __init__(self, part: memoryview, count: int) -> None:
        self._part = part
        self._count = count
        self._texts: list[str] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if self._texts is None:
            self._texts = frames.texts_of(self._part, self._count)
        return self._texts[place]
