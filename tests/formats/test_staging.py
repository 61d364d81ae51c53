"""Media between the process that unpacks them and the store."""

from __future__ import annotations

from pathlib import Path

from interviewprep.formats.staging import staged_media


def test_an_empty_file_and_the_next_begin_at_one_place_and_stay_two_files(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"ab")
    empty = staged_media(object(), tmp_path, "a.mp3", 0, "0" * 64, "0+0")
    other = staged_media(object(), tmp_path, "b.png", 2, "1" * 64, "0+0")
    files = [empty.as_file(), other.as_file()]
    assert [file.read_bytes() for file in files] == [b"", b"ab"]
