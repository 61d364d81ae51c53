"""Round trip with Anki as the judge: what it made comes back to it the same, whatever that was.

Anki makes random collections, exports them, we import, we export, and Anki reads both. A few with a
fixed seed; many where TORTURE=1.
"""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.storage import Database
from interviewprep.storage.media_store import MediaStore

from ..anki_collections import collections
from ..anki_judge import FIRST_MS, make, read_by_anki
from .content import add_person
from .test_exporting_to_anki import brought, differences, exported

WHOLE = os.environ.get("TORTURE") == "1"
EXAMPLES = {"sqlite": 300 if WHOLE else 10, "postgresql": 60 if WHOLE else 3}
BURIED = (-2, -3)
NOT_BEGUN = {"queue": 0, "ivl": 0, "factor": 0, "reps": 0, "lapses": 0, "left": 0, "reviews": []}
numbers = count()


def as_the_next_day(read: dict[str, Any]) -> dict[str, Any]:
    """Buried ends by itself and is not carried: such cards wait as their type says."""
    for note in read["notes"].values():
        for card in note["cards"]:
            if card["queue"] in BURIED:
                card["queue"] = card["type"] if card["type"] in (0, 2) else "learning"
            elif card["type"] in (1, 3) and card["queue"] in (1, 3):
                card["queue"] = "learning"
    return read


def as_new(read: dict[str, Any]) -> dict[str, Any]:
    """What is left of it where progress stays behind; the order is that of all cards then."""
    for note in read["notes"].values():
        for card in note["cards"]:
            card |= NOT_BEGUN | {"type": 0, "flag": 0}
            del card["due"]
    return read


def changed_on_the_way(database: Database, wanted: dict[str, Any], legacy: bool) -> list[str]:
    """What differs where a collection has gone from Anki to us and back, a line each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = MediaStore(folder / "media")
        made = folder / "made.apkg"
        guids = make(wanted, {made: legacy})
        before = as_the_next_day(read_by_anki(made))
        assert before["notes"].keys() == set(guids)
        with database.writing() as session:
            alice = add_person(session, f"alice{next(numbers)}")
        brought(database, store, alice, made)
        with database.reading() as session:
            after = as_the_next_day(
                exported(session, alice, store, folder / "out.apkg", legacy=legacy)
            )
            bare = exported(
                session, alice, store, folder / "b.apkg", legacy=not legacy, with_progress=False
            )
    found = []
    for name in ("notes", "media", "decks", "problems"):
        found += differences(before[name], after[name], name)
    return [*found, *differences(as_new(before)["notes"], as_new(bare)["notes"])]


def test_an_empty_file_stands_beside_another(sqlite_database: Database) -> None:
    """Both begin at one place of the file that the reader stages small ones in."""
    files = [{"name": "a.mp3", "data": [], "is_sound": True},
             {"name": "b.png", "data": [1, 2], "is_sound": False}]  # fmt: skip
    card = {"state": "new", "deck": "", "flag": 0, "due": 0, "is_suspended": False}
    note = {"type": "Basic", "guid": "g", "fields": ["⟦0⟧ and", "⟦1⟧"], "tags": [], "place": 1}
    note |= {"deck": "Default", "cards": [card | {"is_buried": False}]}
    wanted = {"first_ms": FIRST_MS, "media": files, "types": [], "notes": [note]}
    assert changed_on_the_way(sqlite_database, wanted, legacy=False) == []


@pytest.mark.torture
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_whatever_anki_made_comes_back_to_anki_the_same(
    engine: str, request: pytest.FixtureRequest
) -> None:
    fixture = "sqlite_database" if engine == "sqlite" else "clean_postgresql"
    database: Database = request.getfixturevalue(fixture)

    @settings(
        max_examples=EXAMPLES[engine],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(wanted=collections(), legacy=st.booleans())
    def every_collection(wanted: dict[str, Any], legacy: bool) -> None:
        assert changed_on_the_way(database, wanted, legacy) == []

    every_collection()
