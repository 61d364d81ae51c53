"""What a candidate writes in a round: saved as it is typed, and never over another window's."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import Conflict, Invalid, NotFound
from ...storage import RoundText
from ..learner import Learner
from .attempts import LONGEST_CODE
from .rounds import PAUSED, REVISING, RUNNING, SCORING, bump, round_to_change

NAMES = ("notes", "code", "diagram", "calculator")
LONGEST_TEXT = 200_000
_NAME = re.compile(rf"(?P<base>{'|'.join(NAMES)})(?:-[1-9])?")


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text as it is stored; `version` rises with every change and is 0 before the first."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class SavedText:
    """What became of saving. Where another window was quicker nothing was stored, and this is what
    that window wrote. `mock_version` is the mock's after it."""

    is_stored: bool
    text: str
    version: int
    mock_version: int


def code_name(item: int) -> str:
    """The name of the text that holds the code of a round's prompt, counted from 0."""
    return f"code-{item}" if item else "code"


def load_texts(
    session: Session, user_id: int, mock_id: uuid.UUID, position: int
) -> dict[str, KeptText]:
    """Return all that was written in a round by name; what was never written has version 0."""
    query = select(RoundText).where(
        RoundText.user_id == user_id, RoundText.mock_id == mock_id, RoundText.round == position
    )
    found = {row.name: KeptText(row.text, row.version) for row in session.scalars(query)}
    return {**{name: KeptText("", 0) for name in NAMES}, **found}


def save_text(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    name: str,
    text: str,
    version: int,
    now: datetime,
) -> SavedText:
    """Save a text that was written on top of `version`.

    What is stored already is stored once, so that sending again is harmless.

    :raise NotFound: unless there is such a round of this learner's, and such a name of a text.
    :raise Invalid: for a text that is too long.
    :raise Conflict: after the round, for all but notes.
    """
    base = _base(name)
    longest = LONGEST_CODE if base == "code" else LONGEST_TEXT
    if len(text) > longest:
        raise Invalid(
            f"This text has {len(text):,} characters; at most {longest:,} are kept.", field="text"
        )
    text = text.replace("\x00", "")
    held = round_to_change(session, learner, mock_id, position)
    after = (SCORING, REVISING) if base == "notes" else ()
    if held.round.state not in (RUNNING, PAUSED, *after):
        raise Conflict("This round is not running, so nothing can be written in it.")
    row = session.get(RoundText, (learner.id, mock_id, position, name), populate_existing=True)
    kept = KeptText("", 0) if row is None else KeptText(row.text, row.version)
    if version != kept.version or (row is not None and text == kept.text):
        return SavedText(text == kept.text, kept.text, kept.version, held.mock.version)
    if row is None:
        row = RoundText(
            user_id=learner.id, mock_id=mock_id, round=position, name=name, changed_at=now
        )
        session.add(row)
    row.text, row.version, row.changed_at = text, kept.version + 1, now
    bump(held.mock)
    session.flush()
    return SavedText(True, text, row.version, held.mock.version)


def _base(name: str) -> str:
    """:raise NotFound: for a name that no text has."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound(f"A text is called {', '.join(NAMES[:-1])} or {NAMES[-1]}.")
    return found["base"]
