"""A file's format is told by what it holds."""

from pathlib import Path

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import FORMATS, recognise


@pytest.mark.parametrize(
    ("name", "data", "format_name"),
    [
        ("a.md", "Q: a\nA: b", "markdown"),
        ("a.txt", "Q: a\nA: b", "markdown"),
        ("a.txt", "---\nname: x\ncategory: ml\n---\n", "markdown"),
        ("upload", "## some-card\n\nQ: a\nA: b", "markdown"),
        ("a.csv", "a,b\n", "csv"),
        ("a.md", "#separator:tab\na\tb\n", "markdown"),
        ("upload", "#separator:tab\na\tb\n", "csv"),
        ("upload", "a\tb\nc\td\n", "csv"),
        ("a.txt", "{{c1::a}} b\n", "csv"),
    ],
)
def test_texts_are_told_apart(tmp_path: Path, name: str, data: str, format_name: str) -> None:
    path = tmp_path / "stored-under-another-name"
    path.write_text(data)
    assert recognise(path, name).name == format_name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b'{"notes": []}'),
        ("a.pdf", b"%PDF-1.7\n\x00\x01\x02\x03\x04\x05"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb"),
        ("page.html", b"<!doctype html><p>x"),
        ("noise", bytes(range(128, 256))),
    ],
)
def test_what_is_no_deck_is_refused_with_the_formats_that_are(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(UnreadableDeck) as refused:
        recognise(path, name)
    assert refused.value.message.startswith(f"{name} is in no format")
    assert all(known.label in refused.value.message for known in FORMATS)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    with pytest.raises(UnreadableDeck, match=r"cards\.csv is empty"):
        recognise(path, "cards.csv")


def test_names_of_formats_are_unique() -> None:
    names = [known.name for known in FORMATS]
    assert len(set(names)) == len(names)
