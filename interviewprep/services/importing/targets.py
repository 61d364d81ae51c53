"""Where notes go: the importer's decks and note types, found or made, and their enrolments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ...core.content_hashes import fingerprint
from ...core.notes import DeckFile, DeckInfo, NoteType
from ...core.study_settings import DeckOptions
from ...storage import Card, Deck, Enrolment
from ...storage import NoteType as NoteTypeRow
from ..enrolling import place_for_own
from ..studied_decks import look_again
from .turns import HIDDEN

_LAST_POSITION = select(func.max(Card.position)).where(Card.deck_id == bindparam("deck_id"))
_LONGEST_CATEGORY = 20
_COLUMNS = {"description", "category"}


class Targets:
    """The importer's decks by name and note types by key; whatever is asked for is there then."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        deck_file: DeckFile,
        now: datetime,
        *,
        hides: bool = False,
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._types = deck_file.note_types
        self._infos = {info.name: info for info in deck_file.decks}
        self._now = now
        self._deck_ids: dict[str, int] = {}
        self._deck_names: dict[int, str] = {}
        self._type_ids: dict[str, int] = {}
        self._positions: dict[int, int] = {}
        self._filled: dict[int, None] = {}
        self._hides = hides
        self._hidden: dict[int, str] = {}
        self.is_all_hidden = True
        """Whether all decks asked for so far were made hidden: see `turns`."""

    def show(self) -> None:
        """Show the hidden decks; one whose name somebody has taken meanwhile gets another."""
        for deck_id, name in self._hidden.items():
            wanted = select(Deck.id).where(
                Deck.owner_id == self._user_id, Deck.name == bindparam("wanted")
            )
            free, number = name, 1
            while self._connection.execute(wanted, {"wanted": free}).first() is not None:
                number += 1
                free = f"{name} ({number})"
            values = {"name": free, "retired_at": None}
            self._connection.execute(update(Deck).where(Deck.id == deck_id).values(values))
        self._hidden.clear()

    def deck(self, name: str) -> int:
        """The id of the importer's deck of this name; a retired one comes back."""
        try:
            return self._deck_ids[name]
        except KeyError:
            self._deck_ids[name] = found = self._find_deck(name)
            self._deck_names[found] = name
            return found

    @property
    def filled(self) -> list[int]:
        """The ids of the decks that got cards."""
        return list(self._filled)

    def next_position(self, deck_id: int) -> int:
        """The position behind all cards of a deck, for the cards of one note."""
        try:
            position = self._positions[deck_id] + 1
        except KeyError:
            self._filled[deck_id] = None
            found = self._connection.execute(_LAST_POSITION, {"deck_id": deck_id}).scalar_one()
            position = 0 if found is None else int(found) + 1
        self._positions[deck_id] = position
        return position

    def note_type(self, key: str) -> int:
        """The id of the importer's note type that is the same in all that matters."""
        try:
            return self._type_ids[key]
        except KeyError:
            self._type_ids[key] = found = self._find_type(self._types[key])
            return found

    def fill(self, deck_id: int) -> None:
        """Remember that a deck has new cards, whose positions may be anywhere."""
        self._filled.setdefault(deck_id, None)

    def enrol(self) -> None:
        """Let the importer study every deck that got cards, and make its new ones be looked for."""
        if not self._filled:
            return
        ids = list(self._filled)
        look_again(self._connection, ids)
        own = select(Enrolment.deck_id).where(Enrolment.user_id == self._user_id)
        studied = set(self._connection.execute(own).scalars())
        new = [deck_id for deck_id in ids if deck_id not in studied]
        first = place_for_own(self._connection, self._user_id, len(new))
        rows = [
            {
                "user_id": self._user_id,
                "deck_id": deck_id,
                "position": position,
                "options": self._options(deck_id),
                "created_at": self._now,
            }
            for position, deck_id in enumerate(new, start=first)
        ]
        if rows:
            self._connection.execute(insert(Enrolment), rows)

    def _options(self, deck_id: int) -> dict[str, Any]:
        """What the file says about studying a deck, as far as we have the same option."""
        info = self._infos.get(self._deck_names.get(deck_id, ""))
        return {} if info is None else DeckOptions.from_mapping(info.limits).as_dict()

    def _find_deck(self, name: str) -> int:
        own = select(Deck.id, Deck.retired_at).where(
            Deck.owner_id == self._user_id, Deck.name == name
        )
        row = self._connection.execute(own).first()
        if row is None:
            for parent in _parents(name):
                if parent in self._infos and parent not in self._deck_ids:
                    self.deck(parent)
            return self._make_deck(name)
        self.is_all_hidden = False
        if row.retired_at is not None:
            self._connection.execute(update(Deck).where(Deck.id == row.id).values(retired_at=None))
        return int(row.id)

    def _make_deck(self, name: str) -> int:
        said: dict[str, Any] = dict(self._infos.get(name, DeckInfo(name)).details)
        values = {
            "owner_id": self._user_id,
            "name": f"{HIDDEN}{name}" if self._hides else name,
            "retired_at": self._now if self._hides else None,
            "description": str(said.get("description") or ""),
            "category": str(said.get("category") or "")[:_LONGEST_CATEGORY],
            "details": {key: value for key, value in said.items() if key not in _COLUMNS},
            "created_at": self._now,
        }
        made = self._connection.execute(insert(Deck).values(values).returning(Deck.id))
        deck_id = int(made.scalar_one())
        if self._hides:
            self._hidden[deck_id] = name
        return deck_id

    def _find_type(self, note_type: NoteType) -> int:
        print_ = fingerprint(note_type)
        own = select(NoteTypeRow.id).where(
            NoteTypeRow.owner_id == self._user_id, NoteTypeRow.fingerprint == print_
        )
        found = self._connection.execute(own).scalar()
        if found is not None:
            return int(found)
        values = {
            "owner_id": self._user_id,
            "name": note_type.name,
            "kind": note_type.kind,
            "markup": note_type.markup,
            "fields": list(note_type.fields),
            "templates": [asdict(template) for template in note_type.templates],
            "fingerprint": print_,
        }
        made = self._connection.execute(
            insert(NoteTypeRow).values(values).returning(NoteTypeRow.id)
        )
        return int(made.scalar_one())


def _parents(name: str) -> Iterable[str]:
    levels = name.split("::")
    return ("::".join(levels[:count]) for count in range(1, len(levels)))
