"""What a learner says about cards without answering them: suspended, flag, own tags, note, hidden.

A row exists only where something is set. Marks are not scheduling: no review row is written. All
functions take cards the caller has looked up in what the learner may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..core.tags import kept_tags, merged_tags, without_tags
from ..errors import Invalid
from ..storage import Card, CardMark
from .studied_decks import look_again

HIGHEST_FLAG = 7
LONGEST_NOTE = 4_000
BATCH = 2_000


def suspend(session: Session, user_id: int, card_ids: Iterable[int], *, is_suspended: bool) -> int:
    """Take cards out of the reviews, or let them back in; return how many that changed."""
    return _set(session, user_id, card_ids, "is_suspended", is_suspended)


def flag(session: Session, user_id: int, card_ids: Iterable[int], number: int) -> int:
    """Put a flag from 1 to 7 on cards, 0 takes it away; return how many that changed.

    :raise Invalid: for another number.
    """
    if isinstance(number, bool) or not 0 <= number <= HIGHEST_FLAG:
        raise Invalid("A flag is a number from 1 to 7, or 0 for none.", field="flag")
    return _set(session, user_id, card_ids, "flag", number)


def hide(session: Session, user_id: int, card_ids: Iterable[int], *, is_hidden: bool) -> int:
    """Hide cards that the learner has a version of their own of, or show them again."""
    return _set(session, user_id, card_ids, "is_hidden", is_hidden)


def set_draft(session: Session, user_id: int, card_ids: Iterable[int], *, is_draft: bool) -> int:
    """Let cards wait for the learner's yes before they are asked, or give it."""
    return _set(session, user_id, card_ids, "is_draft", is_draft)


def write_personal_note(session: Session, user_id: int, card_id: int, text: str) -> None:
    """Put a note beside a card, in plain text; an empty one takes it away.

    :raise Invalid: where it is too long.
    """
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid(
            f"A note takes at most {LONGEST_NOTE:,} characters; shorten it.", field="note"
        )
    _set(session, user_id, [card_id], "note", text)


def add_personal_tags(
    session: Session, user_id: int, card_ids: Iterable[int], tags: Sequence[str]
) -> int:
    """Give cards tags that only this learner sees; return how many that changed."""
    return _change_tags(session, user_id, card_ids, lambda held: merged_tags(held, tags))


def remove_personal_tags(
    session: Session, user_id: int, card_ids: Iterable[int], tags: Sequence[str]
) -> int:
    """Take this learner's own tags from cards; return how many that changed."""
    return _change_tags(session, user_id, card_ids, lambda held: without_tags(held, tags))


def set_personal_tags(session: Session, user_id: int, card_id: int, tags: Sequence[str]) -> None:
    """Let a card have these tags of this learner's own and no others."""
    _set(session, user_id, [card_id], "tags", kept_tags(tags))


def get_mark(session: Session, user_id: int, card_id: int) -> CardMark | None:
    """Return what the learner said about a card, or None."""
    return session.get(CardMark, (user_id, card_id), populate_existing=True)


def _set(session: Session, user_id: int, card_ids: Iterable[int], name: str, value: Any) -> int:
    changed = 0
    for ids in _batches(card_ids):
        held = _held(session, user_id, ids, name)
        nothing = "" if isinstance(value, str) else 0
        changing = [each for each in ids if held.get(each, nothing) != value]
        _store(session, user_id, dict.fromkeys(changing, value), name)
        if not value:
            decks = select(Card.deck_id).where(Card.id.in_(changing))
            look_again(session.connection(), decks, user_id=user_id)
        changed += len(changing)
    return changed


def _change_tags(
    session: Session, user_id: int, card_ids: Iterable[int], change: Callable[[str], str]
) -> int:
    changed = 0
    for ids in _batches(card_ids):
        held = _held(session, user_id, ids, "tags")
        tags = {each: change(held.get(each, "")) for each in ids}
        changing = {each: new for each, new in tags.items() if new != held.get(each, "")}
        _store(session, user_id, changing, "tags")
        changed += len(changing)
    return changed


def _held(session: Session, user_id: int, card_ids: list[int], name: str) -> dict[int, Any]:
    rows = session.execute(
        select(CardMark.card_id, getattr(CardMark, name)).where(
            CardMark.user_id == user_id, CardMark.card_id.in_(card_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def _store(session: Session, user_id: int, values: dict[int, Any], name: str) -> None:
    """Write one column of marks, making rows as needed and dropping those that say nothing."""
    if not values:
        return
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(CardMark.__table__)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "card_id"], set_={name: statement.excluded[name]}
    )
    session.connection().execute(
        statement,
        [{"user_id": user_id, "card_id": each, name: value} for each, value in values.items()],
    )
    session.execute(
        delete(CardMark)
        .where(
            CardMark.user_id == user_id,
            CardMark.card_id.in_(list(values)),
            CardMark.is_suspended.is_(False),
            CardMark.is_hidden.is_(False),
            CardMark.is_draft.is_(False),
            CardMark.flag == 0,
            CardMark.tags == "",
            CardMark.note == "",
        )
        .execution_options(synchronize_session=False)
    )


def _batches(card_ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(dict.fromkeys(card_ids))
    while batch := list(islice(waiting, BATCH)):
        yield batch
