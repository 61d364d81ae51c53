"""The rows of a collection: notes, cards and reviews, in the columns of Anki's tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from html import unescape
from itertools import chain
from typing import Any, TypeAlias

from interviewprep.core.anki_progress import (
    DAY_LEARNING,
    LEARNING,
    REVIEW,
    SUSPENDED,
    AnkiCard,
    Calendar,
    anki_card,
    learning_due_s,
)
from interviewprep.core.media_names import renamed
from interviewprep.core.outgoing import (
    AnkiHistory,
    Outgoing,
    OutgoingCard,
    OutgoingNote,
    OutgoingReview,
)
from interviewprep.core.studyday import day_start
from interviewprep.formats.anki.writing.kinds import AnkiKind

Row: TypeAlias = tuple[Any, ...]
SEPARATOR = "\x1f"
_USN = -1

_NAME_IN_TAG = re.compile(r"<img[^>]+src=[\"']?([^\"'>]+)[\"']?[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<!--.*?-->|<style.*?</style>|<script.*?</script>|<[^>]*>", re.S | re.I)
_ANSWERED, _LEARNT, _RELEARNT = 1, 0, 2


class Rows:
    """Makes the rows of one export. Notes come first, then `reviews`, which speaks of their cards.

    `deck_ids` are those of the package by full name, `media_names` what files are called in it.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        kinds: Mapping[str, AnkiKind],
        deck_ids: Mapping[str, int],
        media_names: Mapping[tuple[str, str], str],
        calendar: Calendar,
    ) -> None:
        self.kinds = kinds
        self.deck_ids = deck_ids
        self.today = outgoing.calendar.today
        self.now_s = int(outgoing.now.timestamp())
        self._outgoing = outgoing
        self._new_names = {pair: name for pair, name in media_names.items() if pair[0] != name}
        self._calendar = calendar
        self._note_id = self._card_id = 0
        self._card_ids: dict[int, int] = {}

    def notes_and_cards(self) -> Iterator[tuple[Row, list[Row]]]:
        """The row of each note, with those of its cards."""
        for note in self._outgoing.notes:
            row = self._note(note)
            yield row, [self._card(row[0], card) for card in note.cards]

    def reviews(self) -> Iterator[Row]:
        """Rows of `revlog`, each with an id of its own: its instant in ms, or the next that is
        free."""
        last_ms, card_ids = 0, self._card_ids
        for review in self._outgoing.reviews:
            if isinstance(review, OutgoingReview):
                review = _as_anki(review)
            card_id, at_ms, ease, ivl, last_ivl, factor, time_ms, kind = review
            last_ms = at_ms if at_ms > last_ms else last_ms + 1
            yield last_ms, card_ids[card_id], _USN, ease, ivl, last_ivl, factor, time_ms, kind

    def _note(self, outgoing: OutgoingNote) -> Row:
        note = outgoing.note
        created_ms = int(outgoing.created_at.timestamp() * 1000)
        self._note_id = max(self._note_id + 1, created_ms)
        return self.note_row(
            self._note_id,
            note.guid,
            self.kinds[note.note_type],
            int(outgoing.changed_at.timestamp()),
            f" {' '.join(note.tags)} " if note.tags else "",
            note.fields,
            outgoing.media,
        )

    def note_row(
        self,
        note_id: int,
        guid: str,
        kind: AnkiKind,
        changed_s: int,
        tags: str,
        fields: Sequence[str],
        media: Iterable[tuple[str, str]],
    ) -> Row:
        """The row of `notes` for what a note says; `media` are the files that it shows, `tags` are
        as Anki has them."""
        missing = len(kind.fields) - len(fields)
        if missing > 0:
            fields = [*fields, *[""] * missing]
        if kind.from_markdown:
            from interviewprep.formats.anki.writing.html_of_markdown import html_of

            fields = [html_of(text) for text in fields]
        if self._new_names:
            names = {p[0]: self._new_names[p] for p in media if p in self._new_names}
            if names:
                fields = [renamed(text, names) for text in fields]
        first = _plain(fields[0])
        digest = sha1(first.encode("utf-8", "replace"), usedforsecurity=False).digest()
        checksum = int.from_bytes(digest[:4])
        text = SEPARATOR.join(fields)
        return note_id, guid, kind.id, changed_s, _USN, tags, text, first, checksum, 0, ""

    def _card(self, note_id: int, card: OutgoingCard) -> Row:
        self._card_id = max(self._card_id + 1, note_id)
        self._card_ids[card.id] = self._card_id
        said = self._standing(card)
        return (
            self._card_id,
            note_id,
            self.deck_ids[card.deck],
            card.ordinal,
            self.now_s,
            _USN,
            said.type,
            said.queue,
            said.due,
            said.ivl,
            said.factor,
            said.reps,
            said.lapses,
            said.left,
            0,
            0,
            said.flags,
            "{}",
        )

    def _standing(self, card: OutgoingCard) -> AnkiCard:
        memory = card.memory
        if card.anki is None or memory is None or memory.due_day is None:
            return anki_card(
                memory,
                self._calendar,
                position=card.position + 1,
                is_suspended=card.is_suspended,
                flag=card.flag,
                repeat_day=self._outgoing.calendar.today,
            )
        came = AnkiCard(*card.anki)
        step_s = learning_due_s(came)
        due = self._calendar.due_of(memory.due_day) if step_s is None else step_s
        queue = REVIEW if came.type == REVIEW else DAY_LEARNING if step_s is None else LEARNING
        return AnkiCard(
            came.type,
            SUSPENDED if card.is_suspended else queue,
            due,
            came.ivl,
            came.factor,
            came.reps,
            came.lapses,
            came.left,
            flags=card.flag,
        )


def _as_anki(review: OutgoingReview) -> AnkiHistory:
    """What Anki would have logged for an answer of ours."""
    after, before = review.after, review.before
    interval, last = int(after.get("interval_days", 0)), int(before.get("interval_days", 0))
    repeat_at = after.get("repeat_at")
    if repeat_at is not None:  # it comes back on the same day: Anki counts that in seconds
        wait = datetime.fromisoformat(repeat_at).astimezone(UTC) - review.at
        interval = -max(1, int(wait.total_seconds()))
    kind = _ANSWERED
    if not before.get("due_day"):
        kind = _LEARNT
    elif before.get("repeat_at"):
        kind = _RELEARNT if before.get("lapses") else _LEARNT
    at_ms = int(review.at.timestamp() * 1000)
    ease = int(after.get("ease_hundredths", 0)) * 10
    return (review.card_id, at_ms, review.grade, interval, last, ease, review.duration_ms, kind)


def deck_ids_of(names: Mapping[str, object] | list[str], first_id: int) -> dict[str, int]:
    """An id for each deck and for each level above it, by full name. 1 is Anki's default deck."""
    ids = {"Default": 1}
    parents = chain.from_iterable(_levels(name) for name in sorted(names))
    folded = {"default": "Default"}
    for name in parents:
        known = folded.setdefault(name.casefold(), name)
        if known not in ids:
            first_id += 1
            ids[known] = first_id
        ids[name] = ids[known]
    return ids


def _levels(name: str) -> Iterator[str]:
    levels = name.split("::")
    return ("::".join(levels[:count]) for count in range(1, len(levels) + 1))


def created_at(outgoing: Outgoing) -> tuple[datetime, Calendar]:
    """When the collection is said to have been made, which is the day its days count from: today.

    What is overdue has a number below zero. Anki moves days to those of its own collection, but not
    for every card (a suspended one in learning stays as it is), so that small numbers are best.
    """
    said = outgoing.calendar
    return day_start(said.today, said.zone, said.rollover_hour), Calendar(said.today)


def _plain(html: str) -> str:
    """The text that Anki sorts and compares by: without markup, but with the names of pictures."""
    if "<" in html:
        html = _MARKUP.sub("", _NAME_IN_TAG.sub(r" \1 ", html))
    return unescape(html).replace("\xa0", " ") if "&" in html else html
