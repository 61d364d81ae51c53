"""The questions of a concepts round: the rungs of a ladder, and cards of the decks among them.

Each is kept in `RoundItem.questions` as it was asked: question and answer as written, with their
markup; the step of the ladder; the card, where it is one; whether its answer was shown; the grade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from ...core.cards import PROMPT_KEY
from ...core.notes import NoteKind
from ...core.prompts import LadderQuestion, Prompt
from ...storage import Card, CardMark, Deck, Memory, Note, NoteType
from ...storage.types import AnyRow
from ..visibility import may_see

MOST_QUESTIONS = 8
MOST_CARDS = 2
MOST_TAGS = 100
_LOOKED_AT = 20
DEEPEST_STEP = "trade-offs"


def questions_for(
    connection: Connection, user_id: int, prompt: Prompt, tags: Collection[str]
) -> list[dict[str, Any]]:
    """Return the questions of a ladder in growing depth, at most eight in all.

    Up to two cards that share a tag with the prompt stand before the first question about
    trade-offs. Where the ladder is too long for them, it loses the last question of whichever step
    has most, the easiest such step first; no step loses its only one.
    """
    if not prompt.ladder:
        return []
    cards = _cards(connection, user_id, tags)
    rungs = _shortened(prompt.ladder, MOST_QUESTIONS - len(cards))
    cards = cards[: MOST_QUESTIONS - len(rungs)]
    place = next((n for n, rung in enumerate(rungs) if rung.step == DEEPEST_STEP), len(rungs))
    ladder = [_question(rung.question, rung.good_answer, rung.step) for rung in rungs]
    return [*ladder[:place], *cards, *ladder[place:]]


def _shortened(ladder: Sequence[LadderQuestion], most: int) -> list[LadderQuestion]:
    rungs = list(ladder)
    while len(rungs) > most:
        counts = Counter(rung.step for rung in rungs)  # in the order of the ladder
        step, count = max(counts.items(), key=lambda found: found[1])
        if count == 1:
            return rungs[:MOST_QUESTIONS]
        del rungs[max(n for n, rung in enumerate(rungs) if rung.step == step)]
    return rungs


def _question(
    question: str, answer: str, step: str, markup: str = "markdown", card_id: int | None = None
) -> dict[str, Any]:
    return {
        "question": question,
        "answer": answer,
        "markup": markup,
        "step": step,
        "card_id": card_id,
        "is_shown": False,
        "grade": None,
    }


def _cards(connection: Connection, user_id: int, tags: Collection[str]) -> list[dict[str, Any]]:
    """Basic cards with one of these tags: begun ones first, the weakest of them first."""
    looked_for = sorted(tags)[:MOST_TAGS]
    if not looked_for:
        return []
    query = (
        select(Card.id, Note.fields, NoteType.markup, NoteType.templates)
        .join(Note, Note.id == Card.note_id)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .join(Deck, Deck.id == Card.deck_id)
        .outerjoin(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .where(
            may_see(user_id),
            Card.retired_at.is_(None),
            Card.key != PROMPT_KEY,
            NoteType.kind == NoteKind.BASIC.value,
            or_(*(Note.tags.contains(f" {tag} ", autoescape=True) for tag in looked_for)),
            or_(
                CardMark.card_id.is_(None),
                and_(
                    CardMark.is_suspended.is_(False),
                    CardMark.is_hidden.is_(False),
                    CardMark.is_draft.is_(False),
                ),
            ),
        )
        .order_by(
            Memory.due_day.is_(None),
            Memory.ease_hundredths,
            Memory.lapses.desc(),
            Memory.interval_days,
            Card.id,
        )
        .limit(_LOOKED_AT)
    )
    plain = [row for row in connection.execute(query) if _can_be_asked(row)]
    return [
        _question(row.fields[0], row.fields[1], "", row.markup, row.id)
        for row in plain[:MOST_CARDS]
    ]


def _can_be_asked(row: AnyRow) -> bool:
    fields = row.fields
    return not row.templates and len(fields) > 1 and all(text.strip() for text in fields[:2])
