"""The answers of the log that count, oldest first: those given here, and those that came from Anki.

There may be millions, so that what came from Anki is taken as the driver gives it.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Text, bindparam, select, type_coerce

from ...core.outgoing import AnkiHistory, OutgoingReview
from ...storage import Card, Review

_BATCH = 5_000
_STREAMED = {"stream_results": True}
_MS_DIGITS = 12
"""So many hex digits of an id are the instant of a review from Anki: see `core.anki_progress`."""
_MARK = '"anki":['
_WHERE = (
    Review.user_id == bindparam("user_id"),
    Review.status == "stored",
    Card.deck_id.in_(bindparam("deck_ids", expanding=True)),
)
_CAME = (
    select(
        type_coerce(Review.id, Text),
        Review.card_id,
        Review.duration_ms,
        type_coerce(Review.after, Text),
    )
    .join(Card, Card.id == Review.card_id)
    .where(Review.kind == "imported", *_WHERE)
    .order_by(Review.id)
)
_GIVEN = (
    select(
        Review.id,
        Review.card_id,
        Review.at,
        Review.grade,
        Review.duration_ms,
        Review.before,
        Review.after,
    )
    .join(Card, Card.id == Review.card_id)
    .where(Review.kind == "answer", *_WHERE)
    .order_by(Review.at, Review.id)
)
_UNDONE = select(Review.undoes_id).where(
    Review.user_id == bindparam("user_id"), Review.undoes_id.is_not(None)
)


def reviews_of(
    connection: Connection, values: Mapping[str, Any], sent: Container[int]
) -> Iterator[OutgoingReview | AnkiHistory]:
    """Yield the reviews of cards that were sent, oldest first."""
    return merge(_came(connection, values, sent), _given(connection, values, sent), key=_instant_ms)


def _came(
    connection: Connection, values: Mapping[str, Any], sent: Container[int]
) -> Iterator[AnkiHistory]:
    with connection.execute(_CAME, values, execution_options=_STREAMED) as result:
        for rows in result.partitions(_BATCH):
            for review_id, card_id, duration_ms, after in rows:
                if card_id in sent and (said := _said(after)) is not None:
                    ease, ivl, last_ivl, factor, kind = said
                    at_ms = int(str(review_id).replace("-", "")[:_MS_DIGITS], 16)
                    yield card_id, at_ms, ease, ivl, last_ivl, factor, duration_ms, kind


def _given(
    connection: Connection, values: Mapping[str, Any], sent: Container[int]
) -> Iterator[OutgoingReview]:
    undone = set(connection.execute(_UNDONE, values).scalars())
    for row in connection.execute(_GIVEN, values, execution_options=_STREAMED):
        if row.card_id in sent and row.id not in undone and row.grade:
            yield OutgoingReview(
                row.card_id, row.at, row.grade, row.duration_ms, row.before or {}, row.after or {}
            )


def _instant_ms(review: OutgoingReview | AnkiHistory) -> int:
    return int(review.at.timestamp() * 1000) if isinstance(review, OutgoingReview) else review[1]


def _said(after: Any) -> list[Any] | None:
    """Anki's own five numbers of a review: from JSON as text or as the driver has read it."""
    if isinstance(after, str):
        at = after.find(_MARK)
        if at < 0:
            return None
        numbers = after[at + len(_MARK) : -2].split(",")
        if len(numbers) == 5:
            return numbers  # SQLite makes them numbers where they are stored
        after = json.loads(after)
    said = (after or {}).get("anki")
    return said if isinstance(said, list) and len(said) == 5 else None
