"""Conditions of a search become SQL, for one learner and one engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    column,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

from ..core import search_query as q
from ..core.searchable import tag_word
from ..storage import Card, CardMark, Memory, Note
from .search_index import tag_entry

FEW_NOTES = 500
_FTS = table("note_search", column("rowid", Integer))
_TSVECTOR = table("note_search", column("note_id", Integer), column("document", TSVECTOR))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who searches, on which study day, and at how many lapses a card is a leech for them."""

    user_id: int
    today: date
    leech_at: int = 8


class Conditions:
    """Turns conditions into SQL for one learner and one engine."""

    def __init__(self, session: Session, asker: Asker, decks: dict[int, str]) -> None:
        self.session = session
        self.asker = asker
        self.decks = decks
        self.is_sqlite = session.get_bind().dialect.name == "sqlite"
        self.has_personal_tags = (
            session.execute(
                select(CardMark.card_id)
                .where(CardMark.user_id == asker.user_id, CardMark.tags != "")
                .limit(1)
            ).first()
            is not None
        )

    def decks_of(self, condition: q.Condition) -> set[int]:
        """The decks that can hold a match, as far as the conditions that all must hold say."""
        match condition:
            case q.InDeck(name):
                return self._decks_named(name)
            case q.Not(q.InDeck(name)):
                return set(self.decks) - self._decks_named(name)
            case q.AllOf(conditions):
                return set(self.decks).intersection(*map(self.decks_of, conditions))
            case q.AnyOf(conditions):
                return set().union(*map(self.decks_of, conditions))
        return set(self.decks)

    def few_notes(self, condition: q.Condition) -> list[int] | None:
        """The notes in which the text asked for stands, where they are few; else None.

        A rare word is then looked up by its notes, and not by walking through the learner's decks.
        """
        parts = condition.conditions if isinstance(condition, q.AllOf) else (condition,)
        textual = tuple(each for each in parts if self._is_textual(each))
        if not textual:
            return None
        found = self._notes_with(self._expression(q.AllOf(textual))).limit(FEW_NOTES + 1)
        ids = list(self.session.execute(found).scalars())
        return ids if len(ids) <= FEW_NOTES else None

    def where(self, condition: q.Condition) -> ColumnElement[bool]:
        if self._is_textual(condition):
            return self._in_text(self._expression(condition))
        match condition:
            case q.AllOf(conditions):
                textual = tuple(each for each in conditions if self._is_textual(each))
                others = [self.where(each) for each in conditions if not self._is_textual(each)]
                together = [self.where(q.AllOf(textual))] if textual else []
                return and_(true(), *together, *others)
            case q.AnyOf(conditions):
                return or_(*map(self.where, conditions))
            case q.Not(inner):
                return not_(self.where(inner))
            case q.InDeck(name):
                return Card.deck_id.in_(sorted(self._decks_named(name)))
            case q.Tagged(name):
                return self._tagged(name)
            case q.IsState(state):
                return self._in_state(state)
            case q.Flagged(flag):
                return (
                    self.marked(CardMark.flag == flag) if flag else not_(self._in_state("flagged"))
                )
            case q.Words():
                return self._in_text(self._expression(condition))

    def _is_textual(self, condition: q.Condition) -> bool:
        """Return whether the text index alone can answer it."""
        match condition:
            case q.Words():
                return True
            case q.Tagged(name):
                return not self.has_personal_tags and "*" not in name.rstrip("*")
            case q.AllOf(conditions) | q.AnyOf(conditions):
                return bool(conditions) and all(map(self._is_textual, conditions))
        return False

    def _in_text(self, expression: str) -> ColumnElement[bool]:
        return Card.note_id.in_(self._notes_with(expression))

    def _notes_with(self, expression: str) -> Select[int]:
        if self.is_sqlite:
            matches = literal_column("note_search").op("MATCH")(expression)
            return select(_FTS.c.rowid).where(matches)
        wanted = cast(expression, TSQUERY)
        return select(_TSVECTOR.c.note_id).where(_TSVECTOR.c.document.op("@@")(wanted))

    def _expression(self, condition: q.Condition) -> str:
        """The condition in the index's own language; it holds words of letters and digits only."""
        match condition:
            case q.Words(words, is_start):
                return self._phrase(words, is_start)
            case q.Tagged(name):
                return self._tag(name)
            case q.AllOf(conditions):
                sign = " AND " if self.is_sqlite else " & "
            case q.AnyOf(conditions):
                sign = " OR " if self.is_sqlite else " | "
            case _:  # pragma: no cover - `_is_textual` lets nothing else through
                raise AssertionError(condition)
        return "(" + sign.join(map(self._expression, conditions)) + ")"

    def _phrase(self, words: tuple[str, ...], is_start: bool) -> str:
        if self.is_sqlite:
            return '{words} : "' + " ".join(words) + '"' + ("*" if is_start else "")
        quoted = [f"'{word}'" for word in words]
        return "(" + " <-> ".join(quoted) + (":*" if is_start else "") + ")"

    def _tag(self, name: str) -> str:
        is_start = name.endswith("*")
        word = tag_word(name.rstrip("*").removesuffix("::"))
        if self.is_sqlite:
            return f'{{tags}} : "{word}"' + ("*" if is_start else "")
        return f"'{tag_entry(word)}'" + (":*" if is_start else "")

    def _tagged(self, name: str) -> ColumnElement[bool]:
        """By the index, and by this learner's own tags, which the index does not know."""
        shared: ColumnElement[bool]
        if "*" in name.rstrip("*"):
            shared = Card.note_id.in_(select(Note.id).where(_tag_like(Note.tags, name)))
        else:
            shared = self._in_text(self._tag(name))
        if not self.has_personal_tags:
            return shared
        return or_(shared, self.marked(_tag_like(CardMark.tags, name)))

    def _in_state(self, state: str) -> ColumnElement[bool]:
        """A state that few cards are in is looked up once, as a set; new ones are asked about."""
        suspended = self.marked(CardMark.is_suspended.is_(True))
        match state:
            case "due":
                due = self._remembered(Memory.due_day <= self.asker.today)
                return and_(due, not_(suspended))
            case "new":
                begun = exists().where(
                    Memory.user_id == self.asker.user_id,
                    Memory.card_id == Card.id,
                    Memory.due_day.is_not(None),
                )
                return and_(not_(begun), not_(suspended))
            case "learning":
                repeats = and_(Memory.repeat_at.is_not(None), Memory.last_day >= self.asker.today)
                return and_(self._remembered(repeats), not_(suspended))
            case "suspended":
                return suspended
            case "leech":
                return self._remembered(Memory.lapses >= self.asker.leech_at)
        return self.marked(CardMark.flag > 0)

    def marked(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """The cards of which the learner said this."""
        mine = CardMark.user_id == self.asker.user_id
        return Card.id.in_(select(CardMark.card_id).where(mine, condition))

    def _remembered(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        mine = Memory.user_id == self.asker.user_id
        return Card.id.in_(select(Memory.card_id).where(mine, condition))

    def _decks_named(self, pattern: str) -> set[int]:
        matches = _deck_pattern(pattern)
        return {deck_id for deck_id, name in self.decks.items() if matches.match(name)}


def _deck_pattern(name: str) -> re.Pattern[str]:
    """Between stars the first match counts and is not tried again (an atomic group): many stars
    would otherwise take hours on one name."""
    first, *rest = [re.escape(part) for part in name.strip().split("*")]
    last = f".*{rest.pop()}" if rest else ""
    middle = "".join(f"(?>.*?{part})" for part in rest if part)
    return re.compile(f"{first}{middle}{last}(?:::.*)?\\Z", re.IGNORECASE | re.DOTALL)


def _tag_like(column: Any, name: str) -> ColumnElement[bool]:
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
    escaped = escaped.removesuffix("::").lower()
    lowered = func.lower(column)
    return or_(
        lowered.like(f"% {escaped} %", escape="\\"),
        lowered.like(f"% {escaped}::%", escape="\\"),
    )
