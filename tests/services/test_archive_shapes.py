"""Rows of an archive that no instance could have written are refused, each with its reason."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.storage import Database
from interviewprep.storage.media_store import MediaStore

from .content import add_person
from .test_archive import archived, brought, learning
from .world import add_world


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def with_change(path: Path, table: str, place: tuple[Any, ...], value: Any) -> Path:
    """A copy of an archive in whose table one value of the first row is another."""
    other, name = path.with_name("changed.zip"), f"learning/tables/{table}.jsonl"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == name:
                rows = [json.loads(line) for line in data.splitlines()]
                found = next(row for row in rows if place[0] in row)
                for step in place[:-1]:
                    found = found[step]
                found[place[-1]] = value
                data = "\n".join(map(json.dumps, rows)).encode()
            new.writestr(entry, data)
    return other


@pytest.mark.parametrize(
    ("table", "place", "value", "message"),
    [
        ("memory", ("interval_days",), -1, "memory, interval_days: .*greater than or equal to 0"),
        ("memory", ("ease_hundredths",), -250, "memory, ease_hundredths"),
        ("memory", ("version",), -5, "memory, version"),
        ("review", ("kind",), "gift", "review, kind: 'gift' is none of its words"),
        ("review", ("status",), "x", "review, status: input should be 'stored' or 'stale'"),
        ("review", ("grade",), 9, "review, grade"),
        ("review", ("after", "due_day"), "tomorrow", "review, a row|review, due_day"),
        ("review", ("after", "is_admin"), True, "is_admin"),
        ("card_mark", ("flag",), 8, "card_mark, flag"),
        ("day", ("answers",), -1, "day, answers"),
        ("mock", ("kind",), "poker", "mock, kind: there is no interview kind 'poker'"),
        ("mock", ("verdict",), "hired", "mock, verdict: 'hired' is none of its words"),
        ("mock", ("score_hundredths",), 401, "mock, score_hundredths"),
        ("mock_round", ("state",), "burning", "mock_round, state"),
        ("mock_round", ("stages",), [], "mock_round, stages"),
        ("mock_round", ("stages", 0, "panels"), ["shell"], "'shell' is none of its words"),
        ("mock_round", ("stages", 0, "seconds"), "ten", "mock_round, stages.0.seconds"),
        ("mock_round", ("segments",), [[99, "2026-01-01T00:00:00+00:00", None]], "has not"),
        ("mock_round", ("segments",), [[0, "soon", None]], "mock_round, "),
        ("mock_round", ("segments",), [[0]], "a stage, a beginning and an end"),
        ("mock_round", ("stage",), 90, "a stage that it has not"),
        ("round_item", ("content",), {}, "round_item, content.title"),
        ("round_item", ("follow_ups",), [{"n": -1, "answered": None}], "follow_ups.0.n"),
        ("round_item", ("questions",), [{"question": "x"}], "round_item, questions.0"),
        ("round_item", ("outcomes",), [{"passed": "yes"}], "round_item, outcomes.0"),
        ("round_item", ("facts",), ["1"], "round_item, facts.0"),
        ("score", ("level",), 5, "score, level"),
        ("score", ("scorer",), "mother", "score, scorer"),
        ("code_attempt", ("kind",), "hack", "code_attempt, kind"),
        ("code_attempt", ("code",), "x" * 100_001, "code_attempt, code"),
        ("practice", ("hints",), -2, "practice, hints"),
        ("story", ("competencies",), ["juggling"], "story, competencies.0: 'juggling'"),
        ("story", ("title",), "", "story, title"),
        ("story", ("version",), -1, "story, version"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    sqlite_database: Database,
    store: MediaStore,
    tmp_path: Path,
    table: str,
    place: tuple[Any, ...],
    value: Any,
    message: str,
) -> None:
    database = sqlite_database
    alice = add_world(database, store)
    path = archived(database, alice, store, tmp_path / "a.zip")
    with database.writing() as session:
        bob = add_person(session, "bob")
    with pytest.raises(UnreadableDeck, match=message) as refusal:
        brought(database, bob, with_change(path, table, place, value), store)
    assert str(refusal.value).startswith("The archive cannot be used: ")
    assert "\n" not in str(refusal.value)
    assert learning(database, bob) == {"load": []}
