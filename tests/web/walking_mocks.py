"""Mocks of the owner's that run while everybody walks over the routes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from interviewprep.core.cards import PROMPT_KEY
from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.services.interviews import giving, running, submitting
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given, load_sheet
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.services.note_types import stored_note_type
from interviewprep.storage import Card, Note

DESIGN = """### Prompt

Design a counter of visits.

### Clarifications

| If asked | Answer |
| --- | --- |
| How much traffic? | A hundred visits a second. |

### Follow-ups

- Now each country counts by itself. — A key for each country.
- How exact is it? — Within one in a hundred.
- Who reads it? — The owner of the page.
"""
LADDER = """### Prompt

Let us talk about means.

### Ladder

| Question | Step | A good answer contains |
| --- | --- | --- |
| What is a mean? | define | The sum by the number. |
| When is it misleading? | when | With a long tail. |
"""
CHANGE_STAGE = 4


def add_running_mocks(session: Session, ids: dict[str, Any], now: datetime) -> None:
    """Store `design_mock_id` (at the stage of the change, one follow-up asked), `ladder_mock_id`
    and `submitted_mock_id`; they are begun with prompts of the owner's. `unscored_mock_id` is over
    and to be scored, `scored_mock_id` to be ended."""
    learner = load_learner(session.connection(), ids["owner_id"])
    at = now - timedelta(minutes=1)

    def started(kind: str, card_id: int) -> Any:
        return start_mock(session, learner, Choice(kind, card_id=card_id), at).id

    design = add_prompt(session, ids, "Counter", DESIGN, {"kind": "design"}, at)
    ladder = add_prompt(session, ids, "Means", LADDER, {"kind": "concepts"}, at)
    ids |= {"position": 0, "text_name": "notes"}
    ids["design_mock_id"] = started("system-design", design)
    ids["ladder_mock_id"] = started("concepts", ladder)
    ids["submitted_mock_id"] = started("coding", ids["prompt_card_id"])
    running.go_to_stage(session, learner, ids["design_mock_id"], 0, at, CHANGE_STAGE)
    giving.next_follow_up(session, learner, ids["design_mock_id"], 0, 0)
    submitting.submit(session, learner, ids["submitted_mock_id"], 0, at, 0, "def twice(n): ...")
    for name in ("unscored_mock_id", "scored_mock_id"):
        ids[name] = started("system-design", design)
        running.finish_round(session, learner, ids[name], 0, now)
    places = load_sheet(session, learner.id, ids["scored_mock_id"], 0).places
    given = dict.fromkeys(places, Given(3, "Said it."))
    save_scores(session, learner.id, ids["scored_mock_id"], 0, given, now)


def add_prompt(
    session: Session,
    ids: dict[str, Any],
    title: str,
    text: str,
    details: dict[str, Any],
    at: datetime,
) -> int:
    """Store a prompt in the owner's deck and return its card."""
    note_type = stored_note_type(
        session, ids["owner_id"], own_type(NoteKind.PROMPT, Markup.MARKDOWN)
    )
    note = Note(
        owner_id=ids["owner_id"],
        deck_id=ids["deck_id"],
        note_type_id=note_type.id,
        guid=f"guid-of-{title}",
        fields=[title, text],
        details={"level": 1, "time": 45, **details},
        content_hash="0" * 64,
        created_at=at,
        changed_at=at,
    )
    session.add(note)
    session.flush()
    card = Card(note_id=note.id, deck_id=note.deck_id, ordinal=0, key=PROMPT_KEY)
    session.add(card)
    session.flush()
    return card.id
