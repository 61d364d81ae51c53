"""Which card and which deck of this instance a number in an archive means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from ...errors import UnreadableDeck
from ...storage import Card, Deck, Note
from ...storage.types import AnySelect
from ..visibility import may_see

_AT_ONCE = 500
_LONGEST_GUID, _MOST_ORDINAL = 200, 1_000
_OWN, _BUILT_IN, _OTHER = "own", "built-in", "other"


def cards_of_archive(
    connection: Connection, user_id: int, lines: Iterable[Mapping[str, Any]]
) -> dict[int, tuple[int, int]]:
    """Card and deck here by the archive's number of the card: the learner's own notes, built-in
    ones, and for those of others what others share here; each found by guid."""
    found: dict[int, tuple[int, int]] = {}
    for part in _parts(lines):
        for owner, is_theirs in _owners(user_id).items():
            wanted = {
                (_text(line, "guid"), _number(line, "ordinal", _MOST_ORDINAL)): line
                for line in part
                if line.get("owner") == owner
            }
            if not wanted:
                continue
            query = (
                select(Note.guid, Card.ordinal, Card.id, Card.deck_id)
                .join(Card, Card.note_id == Note.id)
                .join(Deck, Deck.id == Card.deck_id)
                .where(is_theirs, Note.guid.in_({guid for guid, _ in wanted}))
                .order_by(Card.id.desc())  # where several share it, the first counts
            )
            for guid, ordinal, card_id, deck_id in connection.execute(query):
                line = wanted.get((guid, ordinal))
                if line is not None:
                    found[_number(line, "id", 2**63 - 1)] = (card_id, deck_id)
    return found


def decks_of_archive(
    connection: Connection, user_id: int, lines: Iterable[Mapping[str, Any]]
) -> dict[int, int]:
    """Deck here by the archive's number: own ones by name, built-in ones by key, those of others
    by name where one is shared here."""
    own = select(Deck.name, Deck.id).where(Deck.owner_id == user_id)
    built_in = select(Deck.key, Deck.id).where(Deck.owner_id.is_(None), Deck.key.is_not(None))
    shared = select(Deck.name, Deck.id).where(_is_shared(user_id)).order_by(Deck.id.desc())
    known: dict[Any, dict[Any, int]] = {
        _OTHER: pairs(connection, shared),
        _OWN: pairs(connection, own),
        _BUILT_IN: pairs(connection, built_in),
    }
    found: dict[int, int] = {}
    for line in lines:
        deck_id = known.get(str(line.get("owner")), {}).get(str(line.get("name")))
        if deck_id is not None:
            found[_number(line, "id", 2**63 - 1)] = deck_id
    return found


def _owners(user_id: int) -> dict[str, ColumnElement[bool]]:
    return {
        _OWN: Note.owner_id == user_id,
        _BUILT_IN: Note.owner_id.is_(None),
        _OTHER: _is_shared(user_id),
    }


def _is_shared(user_id: int) -> ColumnElement[bool]:
    """Decks of others that the learner may see."""
    return and_(Deck.owner_id.is_not(None), Deck.owner_id != user_id, may_see(user_id))


def pairs(connection: Connection, query: AnySelect) -> dict[Any, Any]:
    """The second column of each row by its first."""
    return {row[0]: row[1] for row in connection.execute(query)}


def _parts(lines: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    waiting = iter(lines)
    while part := list(islice(waiting, _AT_ONCE)):
        yield part


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_GUID:
        raise UnreadableDeck(f"A card of the archive has no usable {name}; export it again.")
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _number(line: Mapping[str, Any], name: str, most: int) -> int:
    value = line.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise UnreadableDeck(f"A line of the archive has no usable {name}; export it again.")
    return value
