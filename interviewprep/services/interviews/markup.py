"""The Markdown of a prompt as HTML, with its pictures; what was rendered lately is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.notes import Markup, NoteKind, NoteType
from ...core.rendering import render_card
from ...storage import Card, NoteMedia
from ..rendered import media_address

Media = Mapping[str, str]
"""The addresses of a card's files by the names that its text uses."""


def media_of_cards(session: Session, card_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the files of each card that has some."""
    found: dict[int, dict[str, str]] = {}
    if card_ids:
        query = (
            select(Card.id, NoteMedia.label, NoteMedia.sha256)
            .join(NoteMedia, NoteMedia.note_id == Card.note_id)
            .where(Card.id.in_(sorted(card_ids)))
        )
        for card_id, label, sha256 in session.execute(query):
            found.setdefault(card_id, {})[label] = media_address(sha256, label)
    return found


def html_of(text: str, media: Media, markup: str = Markup.MARKDOWN.value) -> str:
    """Return safe HTML."""
    return _rendered(text, markup, tuple(sorted(media.items()))) if text.strip() else ""


def html_of_code(code: str, language: str) -> str:
    """Return a block of code as safe HTML, with its colours."""
    fence = "```"
    while fence in code:
        fence += "`"
    return html_of(f"{fence}{language}\n{code.rstrip()}\n{fence}", {})


@lru_cache(maxsize=1024)
def _rendered(text: str, markup: str, media: tuple[tuple[str, str], ...]) -> str:
    kind = NoteType("", "", NoteKind.BASIC, Markup(markup), ("Front",), ())
    return render_card(kind, [text], 0, media=dict(media).get).front_html
