"""Content: decks, notes, cards, media. Read often, edited rarely, owned by a user or built in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .types import BigId, Json, UtcInstant

OWN = text("owner_id IS NOT NULL")
BUILT_IN = text("owner_id IS NULL")
IS_PROMPT = text("key = 'prompt'")


def unique_by_owner(*columns: str, name: str) -> tuple[Index, Index]:
    """Return the two partial indexes that make `columns` unique per owner, and among built-ins."""
    return (
        Index(
            f"uq_{name}_own",
            "owner_id",
            *columns,
            unique=True,
            sqlite_where=OWN,
            postgresql_where=OWN,
        ),
        Index(
            f"uq_{name}_built_in",
            *columns,
            unique=True,
            sqlite_where=BUILT_IN,
            postgresql_where=BUILT_IN,
        ),
    )


class Deck(Base):
    """A deck; `name` is the full name with `::` between levels. `owner_id` null means built in.

    `key` is the path of a built-in deck below `cards/` (`ml/evaluation`). `details` may hold
    description, category, licence, tags, requires and, for built-ins, the hash of the source file.
    """

    __tablename__ = "deck"
    __table_args__ = (
        *unique_by_owner("name", name="deck_name"),
        Index("uq_deck_key", "key", unique=True),
        Index("ix_deck_is_shared", "is_shared"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(400))
    key: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(20), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    retired_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class NoteType(Base):
    """Fields (names) and templates (name, question, answer).

    `fingerprint` is a hash of all that matters, so that one type read from many files stands once
    for each owner.
    """

    __tablename__ = "note_type"
    __table_args__ = unique_by_owner("fingerprint", name="note_type_fingerprint")

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    markup: Mapped[str] = mapped_column(String(10))
    fields: Mapped[list[str]] = mapped_column(Json)
    templates: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    fingerprint: Mapped[str] = mapped_column(String(64))


class Note(Base):
    """One thing to know. `tags` is a space-separated list with a space at both ends, or empty.

    `content_hash` is of the fields as last imported or released; `edited_at` is set when the owner
    changed the text by hand, so that a re-import asks before it overwrites.
    """

    __tablename__ = "note"
    __table_args__ = (*unique_by_owner("guid", name="note_guid"), Index(None, "deck_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    deck_id: Mapped[int] = mapped_column(BigId, ForeignKey("deck.id"))
    note_type_id: Mapped[int] = mapped_column(BigId, ForeignKey("note_type.id"))
    guid: Mapped[str] = mapped_column(String(200))
    fields: Mapped[list[str]] = mapped_column(Json)
    tags: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    edited_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    retired_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Card(Base):
    """One question. `key` tells the cards of a note apart (`c2`, `td`, `t1`; `prompt` for what is
    done rather than recalled); `position` orders cards that nobody has begun."""

    __tablename__ = "card"
    __table_args__ = (
        Index("uq_card_note_id_ordinal", "note_id", "ordinal", unique=True),
        Index("ix_card_deck_id_position", "deck_id", "position", "id"),
        Index(
            "ix_card_prompt_deck_id",
            "deck_id",
            sqlite_where=IS_PROMPT,
            postgresql_where=IS_PROMPT,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    note_id: Mapped[int] = mapped_column(BigId, ForeignKey("note.id", ondelete="CASCADE"))
    deck_id: Mapped[int] = mapped_column(BigId, ForeignKey("deck.id"))
    ordinal: Mapped[int]
    key: Mapped[str] = mapped_column(String(12), default="")
    position: Mapped[int] = mapped_column(BigId, default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Rendering(Base):
    """The cache of a card's safe HTML, made when first shown: the one thing a GET may write."""

    __tablename__ = "rendering"

    card_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("card.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    front_html: Mapped[str] = mapped_column(Text)
    back_html: Mapped[str] = mapped_column(Text)
    hint_html: Mapped[str] = mapped_column(Text, default="")
    note_html: Mapped[str] = mapped_column(Text, default="")
    replaces_front: Mapped[bool] = mapped_column(default=False)
    typed_answer: Mapped[str] = mapped_column(Text, default="")


class MediaFile(Base):
    """Bytes in the media store, by the SHA-256 of their content (hex)."""

    __tablename__ = "media"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigId)
    content_type: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


class NoteMedia(Base):
    """Which note refers to which file, and by what label."""

    __tablename__ = "note_media"
    __table_args__ = (Index(None, "sha256"),)

    note_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("note.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    label: Mapped[str] = mapped_column(String(255), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("media.sha256"))
