"""Text files made to keep a reader busy: read, or refused, in a moment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import csv_text, markdown_deck
from interviewprep.formats.reading import Format, ReadOptions

AT_MOST_S = 8.0
"""Each takes well under a second, and took minutes or days before."""


def read_in_a_moment(deck_format: Format, path: Path, folder: Path) -> int:
    begun_s = time.process_time()
    try:
        deck = deck_format.read(path, ReadOptions(work_folder=folder))
        found = sum(1 for _ in deck.notes)
    except UnreadableDeck:
        found = 0
    assert time.process_time() - begun_s < AT_MOST_S
    return found


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("Q: a\nA: b\n" * 10_000, 10_000),
        ("## a" + " " * 20_000 + "x\n\nQ: a\nA: b\n", 0),
        ("Q: a\nA: b" + "![" * 150_000 + "\n", 1),
        ("Q: a\nA: b\n" + "# " * 50_000 + "\n", None),
        (f"---\nname: x\ndefault-source: a{' ' * 20_000}b\n---\n## one-id\nQ: a\nA: b\n", None),
    ],
    ids=["one question often", "blanks in a heading", "pictures", "hashes", "a long source"],
)
def test_a_markdown_deck_is_read_in_a_moment(text: str, notes: int | None, tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text(text, encoding="utf-8")
    found = read_in_a_moment(markdown_deck.FORMAT, path, tmp_path)
    assert notes is None or found == notes


@pytest.mark.parametrize("opening", ["![", "$a", "**a", "`a", "<b ", '"', '""', "{{c1::"])
def test_a_table_is_read_in_a_moment(opening: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("q,a\n" + opening * (300_000 // len(opening)) + ",a\n", encoding="utf-8")
    assert read_in_a_moment(csv_text.FORMAT, path, tmp_path) in (0, 1, 2)  # refused, or read


def test_one_question_many_times_gets_an_id_each_the_first_without_a_number(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.md"
    path.write_text("Q: what is it?\nA: b\n" * 3, encoding="utf-8")
    deck = markdown_deck.FORMAT.read(path, ReadOptions(work_folder=tmp_path))
    first, second, third = (note.guid for note in deck.notes)
    assert (second, third) == (f"{first}-2", f"{first}-3")
