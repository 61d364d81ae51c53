"""Cards with their HTML: taken from the cache, or rendered when first shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import BindParameter, Connection, and_, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ..core import rendering
from ..core.notes import Markup, NoteKind, NoteType, RenderedCard, Template
from ..core.rendering import RENDERER_VERSION
from ..storage import Card, CardMark, Deck, Note, NoteMedia, Rendering
from ..storage import NoteType as NoteTypeRow
from ..storage.learning import Memory
from ..storage.memories import COLUMNS
from ..storage.prepared import Prepared
from ..storage.types import AnyRow


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card as a learner sees it. `row` holds the columns of `memory` (null for a new card)."""

    id: int
    note_id: int
    deck_id: int
    deck_name: str
    kind: str
    tags: tuple[str, ...]
    flag: int
    is_suspended: bool
    is_built_in: bool
    personal_note: str
    version: int
    row: AnyRow
    html: RenderedCard


@dataclass(frozen=True, slots=True)
class Fresh:
    """HTML that was not in the cache, to be kept when there is a good moment."""

    card_id: int
    html: RenderedCard


_HTML = (
    Rendering.front_html,
    Rendering.back_html,
    Rendering.hint_html,
    Rendering.note_html,
    Rendering.replaces_front,
    Rendering.typed_answer,
)
_SHOWN = (
    select(
        Card.id,
        Card.note_id,
        Card.deck_id,
        Deck.name,
        NoteTypeRow.kind,
        Note.tags,
        Note.owner_id,
        CardMark.tags.label("own_tags"),
        CardMark.flag,
        CardMark.is_suspended,
        CardMark.note.label("personal_note"),
        Memory.version,
        *COLUMNS,
        *_HTML,
    )
    .join(Note, Note.id == Card.note_id)
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .join(Deck, Deck.id == Card.deck_id)
    .outerjoin(Memory, and_(Memory.user_id == bindparam("user_id"), Memory.card_id == Card.id))
    .outerjoin(
        CardMark, and_(CardMark.user_id == bindparam("user_id"), CardMark.card_id == Card.id)
    )
    .outerjoin(
        Rendering,
        and_(Rendering.card_id == Card.id, Rendering.version == RENDERER_VERSION),
    )
)
_SOURCES = (
    select(
        Card.id,
        Card.ordinal,
        Card.note_id,
        Deck.name.label("deck_name"),
        Note.fields.label("texts"),
        Note.tags,
        NoteTypeRow.id.label("type_id"),
        NoteTypeRow.name,
        NoteTypeRow.kind,
        NoteTypeRow.markup,
        NoteTypeRow.fields,
        NoteTypeRow.templates,
    )
    .join(Note, Note.id == Card.note_id)
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .join(Deck, Deck.id == Card.deck_id)
    .where(Card.id.in_(bindparam("card_ids", expanding=True)))
)
_MEDIA = select(NoteMedia.note_id, NoteMedia.label, NoteMedia.sha256).where(
    NoteMedia.note_id.in_(bindparam("note_ids", expanding=True))
)
_KEEP = {
    "sqlite": sqlite.insert(Rendering).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Rendering).on_conflict_do_nothing(),
}


@cache
def _prepared_for(count: int) -> Prepared:
    """Return the query for so many cards; their ids are the parameters `card_0` and so on."""
    ids: list[BindParameter[int]] = [bindparam(f"card_{place}") for place in range(count)]
    return Prepared(_SHOWN.where(Card.id.in_(ids)))


def media_address(sha256: str, label: str) -> str:
    """Return the one address of a file, the same for everyone who may see it."""
    return f"/media/{sha256}/{quote(label, safe='')}"


def shown_cards(
    connection: Connection, user_id: int, card_ids: Sequence[int]
) -> tuple[list[ShownCard], list[Fresh]]:
    """Return the cards of these ids in this order, and what had to be rendered for it.

    Whether the learner may see them has been asked before.
    """
    if not card_ids:
        return [], []
    parameters = {"user_id": user_id} | {
        f"card_{place}": card_id for place, card_id in enumerate(card_ids)
    }
    rows = {row.id: row for row in _prepared_for(len(card_ids)).rows(connection, parameters)}
    missing = [
        card_id for card_id in card_ids if card_id in rows and rows[card_id].front_html is None
    ]
    fresh = {found.card_id: found for found in render_now(connection, missing)}
    return [
        _shown(rows[card_id], fresh.get(card_id)) for card_id in card_ids if card_id in rows
    ], list(fresh.values())


def render_now(
    connection: Connection,
    card_ids: Sequence[int],
    texts: Mapping[int, Sequence[str]] | None = None,
) -> list[Fresh]:
    """Render cards from their notes, whatever the cache holds.

    `texts` are fields that stand for those of the note, by card.
    """
    if not card_ids:
        return []
    sources = connection.execute(_SOURCES, {"card_ids": list(card_ids)}).all()
    media: dict[int, dict[str, str]] = {}
    for note_id, label, sha256 in connection.execute(
        _MEDIA, {"note_ids": list({row.note_id for row in sources})}
    ):
        media.setdefault(note_id, {})[label] = media_address(sha256, label)
    return [
        Fresh(
            row.id,
            rendering.render_card(
                note_type_of(row),
                _texts(row, texts),
                row.ordinal,
                tags=row.tags.split(),
                deck=row.deck_name,
                media=media.get(row.note_id, {}).get,
            ),
        )
        for row in sources
    ]


def _texts(row: AnyRow, texts: Mapping[int, Sequence[str]] | None) -> Sequence[str]:
    """Return the fields to render; others than the note's only if they are as many."""
    own: Sequence[str] = row.texts
    given = (texts or {}).get(row.id, own)
    return given if len(given) == len(own) else own


def note_type_of(row: Any) -> NoteType:
    """Return the value of a row of `note_type`, or of one with its columns and `type_id`."""
    return NoteType(
        key=str(getattr(row, "type_id", None) or row.id),
        name=row.name,
        kind=NoteKind(row.kind),
        markup=Markup(row.markup),
        fields=tuple(row.fields),
        templates=tuple(Template(**template) for template in row.templates),
    )


def keep_renderings(connection: Connection, fresh: Iterable[Fresh]) -> None:
    """Put HTML into the cache; what is there already stays.

    In the order of cards, so that two who keep the same ones never wait for each other.
    """
    rows = [
        {
            "card_id": one.card_id,
            "version": RENDERER_VERSION,
            "front_html": one.html.front_html,
            "back_html": one.html.back_html,
            "hint_html": one.html.hint_html,
            "note_html": one.html.note_html,
            "replaces_front": one.html.replaces_front,
            "typed_answer": one.html.typed_answer,
        }
        for one in sorted(fresh, key=lambda one: one.card_id)
    ]
    if rows:
        connection.execute(_KEEP[connection.dialect.name], rows)


def _shown(row: AnyRow, fresh: Fresh | None) -> ShownCard:
    html = fresh.html if fresh else RenderedCard(*row[-len(_HTML) :])
    tags = f"{row.tags} {row.own_tags or ''}".split()
    return ShownCard(
        id=row.id,
        note_id=row.note_id,
        deck_id=row.deck_id,
        deck_name=row.name,
        kind=row.kind,
        tags=tuple(dict.fromkeys(tags)),
        flag=row.flag or 0,
        is_suspended=bool(row.is_suspended),
        is_built_in=row.owner_id is None,
        personal_note=row.personal_note or "",
        version=row.version or 0,
        row=row,
        html=html,
    )
