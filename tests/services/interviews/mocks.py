"""Mocks at any moment of their life, straight in the tables, on small prompts of their own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.core.cards import PROMPT_KEY
from interviewprep.core.interviews.stages import round_stages
from interviewprep.services.interviews.kinds import LOOP, interview_kinds
from interviewprep.services.interviews.prompts import load_content
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given
from interviewprep.services.search_index import index_notes
from interviewprep.storage import (
    Card,
    CardMark,
    Day,
    Deck,
    DueLoad,
    Enrolment,
    Memory,
    Mock,
    MockRound,
    Note,
    NoteType,
    Review,
    RoundItem,
)
from interviewprep.storage.memories import as_log, shift_load, state_of

FOLLOW_UPS = (
    "### Follow-ups\n\n"
    "- What changes at ten times the load? — The queue in front, then a second region.\n"
    "- How would you test it? — Replay of a day, and a fault in each part.\n"
    "- Anything else?\n"
)
RUBRIC = """### Rubric

| Dimension | Weight | 1 | 2 | 3 | 4 | Revise |
| --- | --- | --- | --- | --- | --- | --- |
| Scope | 40 | guesses | asks late | asks first | bounds it | scoping |
| Depth | 30 | words only | one part | two parts | all parts | caching, queues |
| Trade-offs | 30 | none | one-sided | both sides | with numbers | trade-offs |
"""
DESIGN_TEXT = f"""### Prompt

Design a place where people leave notes.

### Clarifications

| If asked | Answer |
| --- | --- |
| How many people? | Two million, a tenth of them daily. |

{RUBRIC}
### Strong signals

- Names the first bottleneck.

### Weak signals

- Draws before asking.

{FOLLOW_UPS}
### Outline

SECRET-OUTLINE: one table, one cache, one queue.
"""
CONCEPTS_TEXT = f"""### Prompt

Let us talk about calibration.

### Ladder

| Question | Step | A good answer contains |
| --- | --- | --- |
| What is calibration? | define | SECRET-RUNG: shares match probabilities. |

{RUBRIC}
### Strong signals

- Draws the curve.

### Weak signals

- Names a library.

{FOLLOW_UPS}"""
CODING_TEXT = f"""### Prompt

Return twice the number.

### Starter

```python starter
def twice(number):
    ...
```

### Solution

```python solution
def twice(number):
    return number + number
```

### Wrong

```python wrong
def twice(number):
    return number
```

Forgets to add.

### Tests

```python tests
def test_one():
    assert twice(1) == 2
```

```python hidden
def test_nought():
    assert twice(0) == 0
```

### Hints

- SECRET-HINT

### Complexity

time: O(1)

{FOLLOW_UPS}"""


@dataclass(frozen=True)
class Asked:
    """One prompt of a round, and what was given of it."""

    card_id: int
    given: Mapping[str, Any] = field(default_factory=dict)


def add_prompt(
    session: Session,
    owner_id: int | None,
    now: datetime,
    *,
    kind: str = "design",
    title: str = "A place for notes",
    text: str = "",
    tags: str = "",
    deck_name: str = "Prompts",
    **details: Any,
) -> int:
    """Store a prompt in a deck of that name, and return its card's id."""
    deck = _deck(session, owner_id, deck_name, now)
    note_type = session.scalars(
        select(NoteType).where(
            NoteType.owner_id.is_not_distinct_from(owner_id), NoteType.kind == "prompt"
        )
    ).first()
    if note_type is None:
        note_type = NoteType(
            owner_id=owner_id,
            name="Prompt",
            kind="prompt",
            markup="markdown",
            fields=["Title", "Text"],
            templates=[],
            fingerprint="prompt-markdown",
        )
        session.add(note_type)
        session.flush()
    given = text or {"coding": CODING_TEXT, "concepts": CONCEPTS_TEXT}.get(kind, DESIGN_TEXT)
    note = Note(
        owner_id=owner_id,
        deck_id=deck.id,
        note_type_id=note_type.id,
        guid=f"prompt-{uuid.uuid4()}",
        fields=[title, given],
        tags=f" {tags} " if tags else "",
        details={"kind": kind, "time": 45, **details},
        content_hash="",
        created_at=now,
        changed_at=now,
    )
    session.add(note)
    session.flush()
    card = Card(note_id=note.id, deck_id=deck.id, ordinal=0, key=PROMPT_KEY, position=0)
    session.add(card)
    session.flush()
    return card.id


def _deck(session: Session, owner_id: int | None, name: str, now: datetime) -> Deck:
    deck = session.scalars(
        select(Deck).where(Deck.owner_id.is_not_distinct_from(owner_id), Deck.name == name)
    ).first()
    if deck is None:
        deck = Deck(owner_id=owner_id, name=name, created_at=now)
        session.add(deck)
        session.flush()
        if owner_id is not None:
            session.add(Enrolment(user_id=owner_id, deck_id=deck.id, created_at=now))
            session.flush()
    return deck


def tag_cards(session: Session, card_ids: Sequence[int], tags: str) -> None:
    """Give the notes of these cards these tags."""
    notes = select(Card.note_id).where(Card.id.in_(card_ids))
    found = session.scalars(select(Note).where(Note.id.in_(notes))).all()
    for note in found:
        note.tags = f" {tags} "
    session.flush()
    index_notes(session.connection(), [note.id for note in found])


def begin(
    session: Session,
    user_id: int,
    card_id: int,
    due_day: date,
    *,
    interval_days: int = 10,
    **values: Any,
) -> None:
    """Give a card a memory with the row of the log that leads to it."""
    row = Memory(
        user_id=user_id,
        card_id=card_id,
        due_day=due_day,
        interval_days=interval_days,
        version=1,
        **{
            "last_day": due_day - timedelta(days=interval_days),
            "repetitions": 3,
            "ease_hundredths": 250,
            "lapses": 0,
            **values,
        },
    )
    session.add(row)
    session.flush()
    deck_id = session.scalars(select(Card.deck_id).where(Card.id == card_id)).one()
    session.add(
        Review(
            user_id=user_id,
            id=uuid.uuid4(),
            card_id=card_id,
            deck_id=deck_id,
            kind="set",
            at=datetime.fromisoformat(f"{row.last_day}T12:00:00+00:00"),
            study_day=row.last_day,
            version=1,
            before={},
            after=as_log(state_of(row)),  # type: ignore[arg-type]
        )
    )
    session.flush()
    shift_load(session.connection(), user_id, [(None, due_day)])


def add_open_mock(
    session: Session,
    user_id: int,
    rounds: Sequence[tuple[str, Sequence[Asked]]],
    at: datetime,
    *,
    state: str = "scoring",
    **values: Any,
) -> uuid.UUID:
    """Store a mock of these rounds, each a kind and what it asked, all in one state."""
    mock_id = uuid.uuid4()
    kind = rounds[0][0] if len(rounds) == 1 else LOOP
    session.add(Mock(user_id=user_id, id=mock_id, kind=kind, started_at=at, **values))
    session.flush()
    for position, (name, asked) in enumerate(rounds):
        found = interview_kinds()[name]
        stages = round_stages(found, found.minutes[0], len(asked))
        over = state not in ("waiting", "running", "paused")
        segments = [
            [place, (at + timedelta(minutes=place)).isoformat(), after.isoformat()]
            for place in range(len(stages))
            if (after := at + timedelta(minutes=place + 1))
        ]
        session.add(
            MockRound(
                user_id=user_id,
                mock_id=mock_id,
                position=position,
                kind=name,
                minutes=found.minutes[0],
                state=state,
                stages=[asdict(stage) for stage in stages],
                segments=segments if over else [],
                started_at=None if state == "waiting" else at,
                ended_at=at + timedelta(minutes=len(stages)) if over else None,
            )
        )
        session.flush()
        for place, each in enumerate(asked):
            session.add(
                RoundItem(
                    user_id=user_id,
                    mock_id=mock_id,
                    round=position,
                    position=place,
                    card_id=each.card_id,
                    content=load_content(session.connection(), user_id, each.card_id),
                    **each.given,
                )
            )
    session.flush()
    return mock_id


def score(
    session: Session,
    user_id: int,
    mock_id: uuid.UUID,
    levels: Sequence[int | None],
    now: datetime,
    *,
    position: int = 0,
    items: int = 1,
) -> None:
    """Score every prompt of a round with these levels."""
    given = {
        (item, row): Given(level, "" if level is None else f"Evidence for row {row}.")
        for item in range(items)
        for row, level in enumerate(levels)
    }
    save_scores(session, user_id, mock_id, position, given, now)


def dump(session: Session, user_id: int) -> dict[str, Any]:
    """Return what a mock may move, without what only ever rises: versions, and days of no cards.

    A memory that says nothing is left out: it stands for a card that is new again.
    """
    columns = [column for column in Memory.__table__.columns if column.key != "version"]
    memories = session.execute(
        select(*columns).where(Memory.user_id == user_id, Memory.due_day.is_not(None))
    )
    load = session.execute(
        select(DueLoad.due_day, DueLoad.cards).where(DueLoad.user_id == user_id, DueLoad.cards != 0)
    )
    marks = session.execute(select(CardMark.__table__).where(CardMark.user_id == user_id))
    notes = session.execute(
        select(Note.id, Note.fields, Note.tags, Note.deck_id, Note.guid).where(
            Note.owner_id == user_id, Note.retired_at.is_(None)
        )
    )
    days = session.execute(select(Day.__table__).where(Day.user_id == user_id))
    enrolments = session.execute(
        select(Enrolment.deck_id, Enrolment.position).where(Enrolment.user_id == user_id)
    )
    found = {
        "memory": memories,
        "load": load,
        "marks": marks,
        "notes": notes,
        "days": days,
        "enrolments": enrolments,
    }
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}
