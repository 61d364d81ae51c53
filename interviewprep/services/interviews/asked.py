"""What a candidate asked for in their own words, and which row answered it.

It is kept among the texts of the round, under a name that no page can write.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ...core.compact import compact_json
from ...storage import RoundItem, RoundText

MOST_KEPT = 200
_NAME = "asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """`row` is the place in Clarifications, null where the question is open."""

    words: str
    row: int | None


def name_of_asked(item: int) -> str:
    return f"{_NAME}-{item}" if item else _NAME


def is_asked(name: str) -> bool:
    """Whether a text of this name is one of these, which no candidate writes as such."""
    return name.partition("-")[0] == _NAME


def read_asked(text: str) -> list[Asked]:
    return [Asked(words, row) for words, row in json.loads(text or "[]")]


def keep_asked(session: Session, item: RoundItem, one: Asked, now: datetime) -> bool:
    """Keep a question, once; return whether it is a new one. Beyond `MOST_KEPT` the oldest go."""
    name = name_of_asked(item.position)
    key = (item.user_id, item.mock_id, item.round, name)
    row = session.get(RoundText, key, populate_existing=True)
    kept = read_asked("" if row is None else row.text)
    if one in kept:
        return False
    if row is None:
        row = RoundText(
            user_id=item.user_id,
            mock_id=item.mock_id,
            round=item.round,
            name=name,
            version=0,
            changed_at=now,
        )
        session.add(row)
    row.text = _text([*kept, one][-MOST_KEPT:])
    row.version, row.changed_at = row.version + 1, now
    session.flush()
    return True


def _text(kept: Sequence[Asked]) -> str:
    return compact_json([[one.words, one.row] for one in kept])
