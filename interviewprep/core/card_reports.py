"""A card as plain text, for whoever reports a mistake in it: which it is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewprep.core import cloze
from interviewprep.core.cards import PROMPT_KEY
from interviewprep.core.notes import NoteKind
from interviewprep.core.prompts import opening

_GAP_MARKS = str.maketrans({cloze.GAP_OPEN: "[", cloze.GAP_CLOSE: "]"})


@dataclass(frozen=True, slots=True)
class ReportedCard:
    """A card of a built-in deck; `key` tells the cards of its note apart, `rev` its revisions."""

    card_id: str
    key: str
    rev: int
    deck_key: str
    kind: str
    ordinal: int
    fields: Sequence[str]

    @property
    def item(self) -> str:
        """The key of the review item, as the deck format has it: `an-id`, `an-id#c2`."""
        return f"{self.card_id}#{self.key}" if self.key not in ("", PROMPT_KEY) else self.card_id


def report_text(card: ReportedCard, app_version: str) -> str:
    """Return the whole report. Of a prompt it holds what anyone may read before doing it."""
    lines = [
        f"Card: {card.item} (rev {card.rev})",
        f"Deck: {card.deck_key}",
        f"Interview Prep {app_version}",
    ]
    for name, text in _said(card):
        lines += ["", name, text.strip()]
    return "\n".join([*lines, "", "What is wrong:", ""])


def _said(card: ReportedCard) -> Iterator[tuple[str, str]]:
    first, second = [*card.fields, "", ""][:2]
    if card.kind == NoteKind.PROMPT:
        yield "Prompt:", f"{first}\n\n{opening(second)}"
    elif card.kind == NoteKind.CLOZE:
        number = card.ordinal + 1
        asked = cloze.with_gap(first, number).replace(cloze.GAP_OPEN + cloze.GAP_CLOSE, "[…]")
        yield "Question:", asked.translate(_GAP_MARKS)
        yield "Answer:", " / ".join(cloze.hidden(first, number))
    else:
        if card.kind == NoteKind.BOTH_WAYS and card.ordinal == 1:
            first, second = second, first
        yield "Question:", first
        yield "Answer:", second
    note = card.fields[3] if len(card.fields) > 3 else ""
    if note.strip():
        yield "Note:", note
