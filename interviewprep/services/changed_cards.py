"""What a deck has changed about a card since its learner last answered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ..core.revisions import revised_at
from ..storage import Memory, Review
from .rendered import ShownCard, render_now


@dataclass(frozen=True, slots=True)
class Change:
    """`earlier_html` is the answer as it was; "" where it reads the same, or is not to be shown."""

    earlier_html: str = ""


def changes_since_answered(
    connection: Connection, user_id: int, cards: Sequence[ShownCard]
) -> dict[int, Change]:
    """Return what changed, by card, of those whose deck has revised them since the last answer."""
    versions = {card.id: revised_at(card.row.extra) for card in cards if card.row.extra}
    marked = [card for card in cards if versions.get(card.id) is not None]
    if not marked:
        return {}
    log = select(Review.card_id, Review.version, Review.options).where(
        Review.user_id == user_id,
        Review.card_id.in_([card.id for card in marked]),
        Review.kind == "revised",
    )
    said = {
        row.card_id: row.options
        for row in connection.execute(log)
        if row.version == versions[row.card_id]
    }
    earlier = {
        card.id: fields
        for card in marked
        if (fields := _earlier_fields(said.get(card.id), card.kind)) is not None
    }
    html = {one.card_id: one.html for one in render_now(connection, list(earlier), earlier)}
    changes = {}
    for card in marked:
        before = html[card.id].back_html if card.id in html else ""
        changes[card.id] = Change("" if before == card.html.back_html else before)
    return changes


def has_changed(connection: Connection, user_id: int, card_id: int) -> bool:
    """Return whether the card's deck has revised it since the learner's last answer."""
    extra = select(Memory.extra).where(Memory.user_id == user_id, Memory.card_id == card_id)
    return revised_at(connection.execute(extra).scalar()) is not None


def _earlier_fields(options: Any, kind: str) -> list[str] | None:
    """Return the earlier fields, if they make the same kind of card; the log may be an import's."""
    earlier = options.get("earlier") if isinstance(options, dict) else None
    if not isinstance(earlier, dict) or earlier.get("kind") != kind:
        return None
    fields = earlier.get("fields")
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        return None
    return fields
