"""The exercises and interview prompts a learner may be asked, with what they know of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from ...core.cards import PROMPT_KEY
from ...core.interviews.kinds import InterviewKind
from ...core.prompts import Prompt, level_in, minutes_in
from ...errors import NotFound
from ...formats.markdown_deck.prompt_text import read_prompt
from ...storage import Card, CardMark, Deck, Memory, Note
from ...storage.prepared import Prepared
from ...storage.types import AnyRow, AnySelect
from ..visibility import may_see
from .kinds import kind_of_prompt

EXERCISE_KINDS = frozenset(["coding", "sql"])
MINUTES_WITHOUT_TIME = 30


@dataclass(frozen=True, slots=True)
class PromptCard:
    """One prompt in a list: nothing here gives anything of it away but its title.

    `due_day` and `last_day` are null for one never done. `minutes` is what it takes.
    """

    card_id: int
    deck_id: int
    deck_name: str
    title: str
    kind: str
    interview: str
    level: int
    difficulty: str
    minutes: int
    tags: tuple[str, ...]
    competency: str
    due_day: date | None
    last_day: date | None

    @property
    def is_exercise(self) -> bool:
        """Whether it can be done on its own, with the editor."""
        return self.kind in EXERCISE_KINDS

    def is_due(self, today: date) -> bool:
        return self.due_day is not None and self.due_day <= today


def _seen(user_id: int) -> AnySelect:
    """Return the prompts this learner may see, as rows."""
    return (
        select(
            Card.id,
            Card.deck_id,
            Deck.name.label("deck_name"),
            Note.fields,
            Note.tags,
            Note.details,
            CardMark.tags.label("own_tags"),
            Memory.due_day,
            Memory.last_day,
        )
        .join(Note, Note.id == Card.note_id)
        .join(Deck, Deck.id == Card.deck_id)
        .outerjoin(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .where(Card.key == PROMPT_KEY, Card.retired_at.is_(None), may_see(user_id))
    )


def _offered(user_id: int) -> AnySelect:
    """Return those among them that the learner has not put away."""
    return _seen(user_id).where(
        or_(
            CardMark.card_id.is_(None),
            and_(CardMark.is_suspended.is_(False), CardMark.is_hidden.is_(False)),
        )
    )


_USER: Any = bindparam("user_id")
_DUE = Prepared(
    _offered(_USER)
    .where(Memory.user_id == _USER, Memory.due_day <= bindparam("day"))
    .order_by(Memory.due_day, Card.id)
)


def list_prompts(
    connection: Connection, user_id: int, *, kind: InterviewKind | None = None
) -> list[PromptCard]:
    """Return the prompts a learner may do, of one interview kind or of all, by deck and position.

    Suspended and hidden ones are left out.
    """
    rows = connection.execute(_offered(user_id).order_by(Deck.name, Card.position, Card.id))
    found = [_listed_card(row) for row in rows]
    return [one for one in found if kind is None or one.interview == kind.name]


def due_prompts(connection: Connection, user_id: int, today: date) -> list[PromptCard]:
    """Return the prompts and exercises due today, the longest due first."""
    return [_listed_card(row) for row in _DUE.rows(connection, {"user_id": user_id, "day": today})]


def load_prompt(connection: Connection, user_id: int, card_id: int) -> tuple[PromptCard, Prompt]:
    """Return a prompt with all its parts; what a candidate may see of them is for the caller.

    :raise NotFound: unless this learner may see the card, and it is a prompt.
    """
    row = connection.execute(_seen(user_id).where(Card.id == card_id)).first()
    if row is None:
        raise NotFound("There is no such prompt, or it is not yours to see.")
    return _listed_card(row), prompt_in(content_of(row))


def load_content(connection: Connection, user_id: int, card_id: int) -> dict[str, Any]:
    """Return the copy of a prompt that a round keeps; raises `NotFound` as `load_prompt` does."""
    row = connection.execute(_seen(user_id).where(Card.id == card_id)).first()
    if row is None:
        raise NotFound("There is no such prompt, or it is not yours to see.")
    return content_of(row)


def content_of(row: AnyRow) -> dict[str, Any]:
    return {
        "title": row.fields[0],
        "text": row.fields[1],
        "tags": _tags(row),
        "details": dict(row.details),
    }


def prompt_in(content: Mapping[str, Any]) -> Prompt:
    """Read the copy of a prompt that a round keeps."""
    return read_prompt(content["title"], content["text"], content["details"])


def propose(
    prompts: Sequence[PromptCard],
    today: date,
    *,
    level: int = 0,
    weak_tags: Collection[str] = (),
    done_lately: Collection[int] = (),
) -> list[PromptCard]:
    """Return prompts in the order in which the schedule would ask them.

    First those due, the longest due first; then those never done, weak areas first; then the rest,
    by due day. One done yesterday or today comes in no place, nor does one of `done_lately`. With a
    `level`, prompts of other levels come after those of this one within each group.
    """

    def off(card: PromptCard) -> bool:
        too_soon = card.last_day is not None and (today - card.last_day).days <= 1
        return too_soon or card.card_id in done_lately

    def key(card: PromptCard) -> tuple[object, ...]:
        other_level = int(level not in (0, card.level))
        weak = -len(set(card.tags) & set(weak_tags))
        if card.is_due(today):
            return (0, other_level, card.due_day, card.card_id)
        if card.due_day is None:
            return (1, other_level, weak, card.level, card.card_id)
        return (2, other_level, card.due_day, card.card_id)

    return sorted((card for card in prompts if not off(card)), key=key)


def _tags(row: AnyRow) -> list[str]:
    return list(dict.fromkeys(f"{row.tags} {row.own_tags or ''}".split()))


def _listed_card(row: AnyRow) -> PromptCard:
    details, tags = row.details, _tags(row)
    kind = str(details.get("kind", ""))
    interview = kind_of_prompt(kind, tags)
    return PromptCard(
        card_id=row.id,
        deck_id=row.deck_id,
        deck_name=row.deck_name,
        title=row.fields[0],
        kind=kind,
        interview=interview.name if interview else "",
        level=level_in(details),
        difficulty=str(details.get("difficulty", "")),
        minutes=minutes_in(details, MINUTES_WITHOUT_TIME),
        tags=tuple(tags),
        competency=str(details.get("competency", "")),
        due_day=row.due_day,
        last_day=row.last_day,
    )
