"""The statements of `attached`: our tables (in `app`) as rows of Anki's, in SQLite's own words.

Only names and numbers of our own are put into them; whatever a person wrote goes in as a value.
"""

# ruff: noqa: S608

from __future__ import annotations

from ...core.anki_progress import (
    DAY_LEARNING,
    FIRST_INSTANT_AS_DUE,
    LEARN_ONCE_LEFT,
    LEARNING,
    NEW,
    RELEARNING,
    REVIEW,
    SUSPENDED,
)

_EPOCH_DAY, _DAY_MS, _DAY_S = 2_440_587.5, 86_400_000, 86_400
_INSTANT_CHARS = 23
_LITTLE_S = 0.0005
"""Added before fractions are cut off: a day as a floating-point number is exact to 0.05 ms."""


def _ms(instant: str) -> str:
    """An instant as we store it, in milliseconds since 1970."""
    text = f"substr({instant}, 1, {_INSTANT_CHARS})"
    return f"CAST((julianday({text}) - {_EPOCH_DAY}) * {_DAY_MS} + 0.5 AS INTEGER)"


def _column(number: int) -> str:
    """One of Anki's own columns of a card that stands as it came: see `as_they_came`."""
    return f"CAST(json_extract(came.options, '$.anki.card[{number}]') AS INTEGER)"


def _said(number: int) -> str:
    """One of Anki's own numbers of a review: see `core.anki_progress.history_json`."""
    return f"CAST(json_extract(review.after, '$.anki[{number}]') AS INTEGER)"


def _after(name: str) -> str:
    return f"json_extract(review.after, '$.{name}')"


def _before(name: str) -> str:
    return f"json_extract(review.before, '$.{name}')"


TABLES = (
    "CREATE TEMP TABLE sent_deck (id INTEGER PRIMARY KEY, anki_id INTEGER)",
    "CREATE TEMP TABLE sent_card (id INTEGER PRIMARY KEY, anki_id INTEGER, anki_note_id INTEGER)",
)
SEND_DECK = "INSERT INTO sent_deck VALUES (?, ?)"
SEND_CARD = "INSERT INTO sent_card VALUES (?, ?, ?)"
NOTES = """
SELECT id, guid, note_type_id, changed_at, tags, fields FROM note WHERE id IN ({ids})
"""
NEW_CARDS = f"""
INSERT INTO main.cards
SELECT sent_card.anki_id, sent_card.anki_note_id, sent_deck.anki_id, card.ordinal, :now_s, -1,
  {NEW}, {NEW}, card.position + 1, 0, 0, 0, 0, 0, 0, 0, 0, '{{}}'
FROM sent_card
CROSS JOIN app.card ON card.id = sent_card.id
CROSS JOIN sent_deck ON sent_deck.id = card.deck_id
ORDER BY sent_card.anki_id
"""
_IS_NEW = "memory.due_day IS NULL"
_CAME = "came.options IS NOT NULL"
_DUE_DAY = "CAST(julianday(memory.due_day) - julianday(:today) AS INTEGER)"
_WAITS = "(memory.repeat_at IS NOT NULL AND memory.last_day = :today)"
_LEARNS = f"({_WAITS} AND NOT memory.lapses)"
_CAME_DUE = (
    f"(CASE WHEN {_column(9)} AND {_column(8)} THEN {_column(8)} ELSE {_column(2)} END)"  # at home
)
_CAME_BY_INSTANT = (
    f"({_column(0)} IN ({LEARNING}, {RELEARNING}) AND {_CAME_DUE} >= {FIRST_INSTANT_AS_DUE})"
)
CARDS = f"""
INSERT INTO main.cards
SELECT sent_card.anki_id, sent_card.anki_note_id, sent_deck.anki_id, card.ordinal, :now_s, -1,
  CASE WHEN {_IS_NEW} THEN {NEW} WHEN {_CAME} THEN {_column(0)}
    WHEN {_LEARNS} THEN {LEARNING} WHEN {_WAITS} THEN {RELEARNING} ELSE {REVIEW} END,
  CASE WHEN mark.is_suspended THEN {SUSPENDED} WHEN {_IS_NEW} THEN {NEW}
    WHEN {_CAME} THEN CASE WHEN {_column(0)} = {REVIEW} THEN {REVIEW}
      WHEN {_CAME_BY_INSTANT} THEN {LEARNING} ELSE {DAY_LEARNING} END
    WHEN {_WAITS} THEN {LEARNING} ELSE {REVIEW} END,
  CASE WHEN {_IS_NEW} THEN card.position + 1
    WHEN {_CAME} THEN CASE WHEN {_CAME_BY_INSTANT} THEN {_CAME_DUE} ELSE {_DUE_DAY} END
    WHEN {_WAITS} THEN {_ms("memory.repeat_at")} / 1000 ELSE {_DUE_DAY} END,
  CASE WHEN {_IS_NEW} THEN 0 WHEN {_CAME} THEN {_column(3)}
    WHEN {_LEARNS} THEN 0 ELSE max(1, memory.interval_days) END,
  CASE WHEN {_IS_NEW} THEN 0 WHEN {_CAME} THEN {_column(4)}
    WHEN {_LEARNS} THEN 0 ELSE memory.ease_hundredths * 10 END,
  CASE WHEN {_IS_NEW} THEN 0 WHEN {_CAME} THEN {_column(5)} ELSE memory.repetitions END,
  CASE WHEN {_IS_NEW} THEN 0 WHEN {_CAME} THEN {_column(6)} ELSE memory.lapses END,
  CASE WHEN {_IS_NEW} THEN 0 WHEN {_CAME} THEN {_column(7)}
    WHEN {_WAITS} THEN {LEARN_ONCE_LEFT} ELSE 0 END,
  0, 0, ifnull(mark.flag, 0), '{{}}'
FROM sent_card
CROSS JOIN app.card ON card.id = sent_card.id
CROSS JOIN sent_deck ON sent_deck.id = card.deck_id
LEFT JOIN app.card_mark mark ON mark.user_id = :user_id AND mark.card_id = sent_card.id
LEFT JOIN app.memory ON memory.user_id = :user_id AND memory.card_id = sent_card.id
LEFT JOIN app.review came ON came.user_id = :user_id AND came.card_id = sent_card.id
  AND came.version = memory.version AND came.kind = 'set'
  AND json_array_length(came.options, '$.anki.card') = 10
ORDER BY sent_card.anki_id
"""
_CAME_REVIEWS = f"""
SELECT {_ms("coalesce(review.device_at, review.at)")} AS ms, sent_card.anki_id AS card_id,
  {_said(0)} AS ease, {_said(1)} AS ivl, {_said(2)} AS last_ivl, {_said(3)} AS factor,
  review.duration_ms AS time, {_said(4)} AS type, '' AS moment, review.id AS id
FROM app.review
CROSS JOIN sent_card ON sent_card.id = review.card_id
WHERE review.user_id = :user_id AND review.kind = 'imported' AND review.status = 'stored'
  AND json_extract(review.after, '$.anki[4]') IS NOT NULL
"""
_GIVEN_REVIEWS = f"""
SELECT {_ms("review.at")} AS ms, sent_card.anki_id AS card_id, review.grade AS ease,
  CASE WHEN {_after("repeat_at")} IS NULL THEN ifnull({_after("interval_days")}, 0)
    ELSE -max(1, CAST((julianday({_after("repeat_at")}) - julianday(review.at)) * {_DAY_S}
      + {_LITTLE_S} AS INTEGER)) END AS ivl,
  ifnull({_before("interval_days")}, 0) AS last_ivl,
  ifnull({_after("ease_hundredths")}, 0) * 10 AS factor, review.duration_ms AS time,
  CASE WHEN {_before("due_day")} IS NULL THEN 0 WHEN {_before("repeat_at")} IS NULL THEN 1
    WHEN {_before("lapses")} THEN 2 ELSE 0 END AS type, review.at AS moment, review.id AS id
FROM sent_card
CROSS JOIN app.review ON review.user_id = :user_id AND review.card_id = sent_card.id
  AND review.version > 0
WHERE review.kind = 'answer' AND review.status = 'stored' AND review.grade > 0
  AND NOT EXISTS (
    SELECT 1 FROM app.review undo
    WHERE undo.user_id = :user_id AND undo.card_id = review.card_id
      AND undo.version > review.version AND undo.undoes_id = review.id)
"""
_COLUMNS = "card_id, -1, ease, ivl, last_ivl, factor, time, type"
_INSERT = f"INSERT OR FAIL INTO main.revlog SELECT ms, {_COLUMNS}"
REVIEWS = (
    # Ids of reviews from Anki rise with time, so that rows are read and written in their order.
    f"{_INSERT} FROM ({_CAME_REVIEWS} ORDER BY review.id)",
    f"{_INSERT} FROM ({_GIVEN_REVIEWS})",
)
REVIEWS_OF_ONE_INSTANT = f"""
INSERT INTO main.revlog
SELECT max(ms - place) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) + place, {_COLUMNS}
FROM (
  SELECT *, row_number() OVER (ORDER BY ms, moment, id) AS place
  FROM ({_CAME_REVIEWS} UNION ALL {_GIVEN_REVIEWS}))
"""
"""Where two reviews are of one millisecond: the later takes the next that is free."""
JOIN = tuple(
    f"INSERT INTO main.{table} SELECT * FROM beside.{table}" for table in ("notes", "cards")
)
"""Whole tables, which SQLite copies without looking into them."""
