"""An exercise of the owner's that is in hand while everybody walks over the routes."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from interviewprep.services.interviews import practice
from interviewprep.storage import Review

TEXT = """### Prompt

Return three times the number.

### Starter

```python starter
def thrice(n): ...
```

### Solution

```python solution
def thrice(n):
    return 3 * n
```

### Tests

```python tests
def test_one():
    assert thrice(1) == 3
```

```python hidden
def test_nothing():
    assert thrice(0) == 0
```

### Hints

- Add it to itself, twice.
- Or multiply.
"""
DETAILS = {"kind": "coding", "time": 20, "entry": "thrice"}


def practise(session: Session, ids: dict[str, Any], card_id: int, now: datetime) -> None:
    """Begin the exercise (`exercise_id`), submit it once without outcomes (`attempt_id`), and give
    it an old grade (`grade_id`)."""
    owner_id = ids["owner_id"]
    at = now - timedelta(minutes=1)
    _, attempt = practice.submit(session, owner_id, card_id, "def thrice(n): ...", at)
    ids |= {"exercise_id": card_id, "attempt_id": attempt.id, "grade_id": uuid.uuid4()}
    session.execute(
        insert(Review).values(
            user_id=owner_id,
            id=ids["grade_id"],
            card_id=card_id,
            deck_id=ids["deck_id"],
            kind="answer",
            status="stale",
            at=at,
            study_day=date(2026, 1, 1),
            grade=3,
            version=0,
        )
    )
