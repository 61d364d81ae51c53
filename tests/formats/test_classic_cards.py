"""The SQLite file of the classic flash cards comes in whole; a hostile one does no harm."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.contained.limits import ReaderLimits
from interviewprep.formats.contained.reader import read_in_child

from .contained import read_as, refusal, told

READER = "interviewprep.formats.classic_cards.reader"
TABLE = """
CREATE TABLE cards (
  id integer primary key autoincrement, type tinyint not null, front text not null,
  back text not null, known boolean default 0
)
"""
ROWS = [
    (1, 1, "What is  a heap?", "line one\r\nline < two", 0),
    (2, 2, "Reverse a list", "def f(a):\r\n    return a < b", 1),
    (3, 1, "What is a heap?", "another answer", 0),
    (4, 1, "Tags", "<b>bold</b> text", 0),
]


def database(folder: Path, script: str = TABLE, rows: object = ROWS, name: str = "cs.db") -> Path:
    path = folder / name
    connection = sqlite3.connect(path)
    connection.executescript(script)
    if rows:
        connection.executemany("INSERT INTO cards VALUES (?, ?, ?, ?, ?)", rows)  # type: ignore[arg-type]
    connection.commit()
    connection.close()
    return path


def test_cards_become_notes_code_stays_code_and_all_fronts_are_kept(tmp_path: Path) -> None:
    found, notes = read_as("classic-cards", database(tmp_path))
    assert [(n.deck, n.fields[:2], n.tags) for n in notes] == [
        ("cs", ("What is&nbsp; a heap?", "line one<br>line &lt; two"), ("general",)),
        (
            "cs",
            ("Reverse a list", "<pre><code>def f(a):\n    return a &lt; b</code></pre>"),
            ("code",),
        ),
        ("cs", ("What is a heap?", "another answer"), ("general",)),
        ("cs", ("Tags", "<b>bold</b> text"), ("general",)),
    ]
    assert notes[2].guid == f"{notes[0].guid}-2"
    assert told(found.warnings) == [("known", "card 2"), ("duplicate-front", "card 3")]


def test_identity_survives_another_name_a_new_answer_and_cards_between(tmp_path: Path) -> None:
    _, before = read_as("classic-cards", database(tmp_path))
    changed = [(9, 1, "New", "x", 0), *((n + 20, t, f, b + "!", 1) for n, t, f, b, _ in ROWS)]
    _, after = read_as("classic-cards", database(tmp_path, rows=changed, name="renamed.db"))
    assert [n.guid for n in after[1:]] == [n.guid for n in before]
    assert after[0].guid not in {n.guid for n in before}


def test_a_table_of_tags_names_the_types(tmp_path: Path) -> None:
    script = TABLE + (
        "; CREATE TABLE tags (id integer primary key, tagName text);"
        "INSERT INTO tags VALUES (1, 'general'), (2, 'bookmark'), (3, 'code')"
    )
    rows = [(1, 2, "a", "b", 0), (2, 3, "c", "d", 0), (3, 9, "e", "f", 0)]
    _, notes = read_as("classic-cards", database(tmp_path, script, rows))
    assert [(n.fields[1], n.tags) for n in notes] == [
        ("b", ("bookmark",)),
        ("<pre><code>d</code></pre>", ("code",)),
        ("f", ()),
    ]


def test_values_of_wrong_types_are_read_as_text(tmp_path: Path) -> None:
    script = "CREATE TABLE cards (id, type, front, back, known)"
    rows = [(None, "x", 5, b"\xff\0a", "y"), (2.5, None, b"bytes", None, None), (1, 1, " ", "", 0)]
    found, notes = read_as("classic-cards", database(tmp_path, script, rows))
    assert [n.fields[:2] for n in notes] == [("5", "\ufffd\ufffda"), ("bytes", "")]
    assert ("empty-front", "card 1") in told(found.warnings)


def test_a_database_in_utf_16_reads_the_same(tmp_path: Path) -> None:
    _, plain = read_as("classic-cards", database(tmp_path))
    wide = database(tmp_path, "PRAGMA encoding = 'UTF-16';" + TABLE, name="wide.db")
    _, notes = read_as("classic-cards", wide)
    assert [(n.guid, n.fields) for n in notes] == [(n.guid, n.fields) for n in plain]


ENDLESS = """
CREATE VIEW cards AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
SELECT id, 1 AS type, 'f' || id AS front, 'b' AS back, 0 AS known FROM n
"""
COMPUTED = """
CREATE TABLE cards (id, type, front, back, known GENERATED ALWAYS AS (zeroblob(1000000000)));
INSERT INTO cards (id, type, front, back) VALUES (1, 1, 'a', 'b')
"""


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("CREATE TABLE x (y)", "has no table cards"),
        ("CREATE TABLE cards (id, front, back)", "has no column type"),
        (ENDLESS, "cards is not a plain table"),
        ("CREATE VIRTUAL TABLE cards USING fts5(type, front, back, known)", "not a plain table"),
        (TABLE + "; CREATE VIEW tags AS SELECT 1 AS id, 2 AS n", "tags is not a plain table"),
        (COMPUTED, "is damaged (string or blob too big"),
    ],
)
def test_what_is_no_plain_table_of_cards_is_refused(
    tmp_path: Path, script: str, message: str
) -> None:
    path = database(tmp_path, script, rows=None)
    assert message in refusal(path)


def test_a_long_text_that_many_rows_share_is_no_way_to_fill_the_memory(tmp_path: Path) -> None:
    """Rows may point to the same pages; what is read is counted, not what lies in the file."""
    path = database(tmp_path, rows=[(n, 1, f"q{n}", "x" * 9_000, 0) for n in range(1, 70)])
    limits = ReaderLimits(text_chars=500_000)
    with pytest.raises(UnreadableDeck, match="hold more than 500,000 characters of text"):
        list(read_in_child(READER, path, ReadOptions(), limits).notes)


def test_a_damaged_database_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    dice = random.Random(4)
    whole = database(tmp_path, rows=[(n, 1, f"q{n}", "a" * 300, 0) for n in range(60)]).read_bytes()
    path = tmp_path / "broken.db"
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(8):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        path.write_bytes(data[: dice.choice([len(data), len(data) // 2])])
        try:
            refusal(path)
        except AssertionError as read:
            assert "it was read" in str(read)


def test_the_real_deck_has_the_counts_that_its_readme_gives(real_decks: Path) -> None:
    path = real_decks / "computer-science.db"
    if not path.is_file():
        pytest.skip("computer-science.db is not in the folder of real decks")
    found, notes = read_as("classic-cards", path)
    assert (len(notes), len({n.guid for n in notes}), found.note_count) == (1228, 1228, 1228)
    assert [sum(n.tags == (tag,) for n in notes) for tag in ("general", "code")] == [1156, 72]
    assert not any("\r" in text for n in notes for text in n.fields)
    assert {code for code, _ in told(found.warnings)} == {"duplicate-front"}
