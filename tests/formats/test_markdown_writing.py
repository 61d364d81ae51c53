"""Decks written as our Markdown: ours come back as they were, others as far as Markdown goes."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.bundled_files import bundled
from interviewprep.core.notes import DeckInfo, Markup, Note, NoteKind, NoteType, Template
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.markdown_deck import parse_deck, read
from interviewprep.formats.markdown_deck.writing import card_ids, file_names, picture_name, write

from ..packages import PICTURE
from .outgoing import OWN_TYPES, outgoing, said

BASIC = own_type(NoteKind.BASIC, Markup.MARKDOWN).key
HTML = own_type(NoteKind.BASIC, Markup.HTML).key
BUILT_IN = sorted(path for path in bundled("cards").glob("*/*.md"))


def written(target: Path, notes: list[Note], **more: object) -> tuple[Path, list[tuple[str, str]]]:
    path, warnings = target / "out.md", WarningLog()
    ending = write(outgoing(notes, **more), path, warnings)  # type: ignore[arg-type]
    path = path.rename(path.with_suffix(ending))
    return path, [(warning.code, warning.where) for warning in warnings.all()]


@pytest.mark.parametrize("deck", BUILT_IN, ids=lambda path: path.stem)
def test_a_built_in_deck_comes_back_the_same_and_then_byte_for_byte(
    deck: Path, tmp_path: Path
) -> None:
    before = read(deck, ReadOptions(media_folder=deck.parent))
    notes = list(before.notes)
    first, warnings = written(tmp_path, notes, decks=before.decks)
    after = read(first, ReadOptions())
    assert said(after) == said(before)
    assert dict(after.decks[0].details) == dict(before.decks[0].details)
    assert warnings == []
    text = first.read_bytes()
    again, _ = written(tmp_path, list(after.notes), decks=after.decks)
    assert again.read_bytes() == text


lines = st.sampled_from(
    ["Q: x", "A:", "# h", "### Prompt", "```", "```python check", "~~~", "plain", "", "  in", "---",
     "key: value", "X: y", "## id-x", "{{c1::a}}", "- a", "\\"]
)  # fmt: skip
bodies = st.lists(lines, min_size=1, max_size=5).map("\n".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=12),
            bodies,
            bodies,
            st.sampled_from([NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE]),
            st.sampled_from(Markup),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[0],
    )
)
def test_whatever_a_note_says_the_file_can_be_read_and_is_stable(
    tmp_path: Path, rows: list[tuple[str, str, str, NoteKind, Markup]]
) -> None:
    notes = [
        Note(guid, own_type(kind, markup).key, "D", (front, back, "", ""))
        for guid, front, back, kind, markup in rows
    ]
    path, warnings = written(tmp_path, notes)
    left_out = [where for code, where in warnings if code == "note-left-out"]
    assert len(parse_deck(path.read_text()).cards) == len(notes) - len(left_out)
    if len(left_out) < len(notes):
        after = read(path, ReadOptions())
        text = path.read_bytes()
        again, more = written(tmp_path, list(after.notes), decks=after.decks)
        assert again.read_bytes() == text
        assert more == []


def test_anki_notes_become_basic_both_ways_and_cloze(tmp_path: Path) -> None:
    fields = ("Front", "Back", "Extra", "Source")
    one = Template("1", "{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}")
    two = Template("2", "{{Back}}", "{{Front}}")
    types = {
        "1": NoteType("1", "Basic", NoteKind.TEMPLATES, Markup.HTML, fields, (one,)),
        "2": NoteType("2", "Both", NoteKind.TEMPLATES, Markup.HTML, fields, (one, two)),
        "3": NoteType("3", "Cloze", NoteKind.CLOZE, Markup.HTML, ("Text", "Extra"), (one,)),
    }
    notes = [
        Note("Ab;1", "1", "D", ("<b>q</b>", r"\(x\)", "", "s"), ("t",)),
        Note("Ab-1", "2", "D", ("q", '<span style="color:red">a</span>', "e", "s")),
        Note("§", "3", "D", ("{{c1::a}} b", "extra")),
    ]
    path, warnings = written(tmp_path, notes, note_types={**OWN_TYPES, **types})
    found = list(read(path, ReadOptions()).notes)
    assert [note.guid for note in found] == ["ab-1", "ab-1-2", "c1-a-b"]
    assert [(note.note_type, note.fields) for note in found] == [
        ("basic-markdown", ("**q**", "$x$", "", "s")),
        ("both-ways-markdown", ("q", "a", "", "**Extra**\n\ne\n\n**Source**\n\ns")),
        ("cloze-markdown", ("{{c1::a}} b", "", "", "extra")),
    ]
    assert warnings == [("not-in-markdown", "Ab-1")]


def test_pictures_go_into_a_zip_under_names_a_file_can_have(tmp_path: Path) -> None:
    one, two = PICTURE, PICTURE + b"x"
    digests = [sha256(data).hexdigest() for data in (one, two)]
    for digest, data in zip(digests, (one, two), strict=True):
        (tmp_path / digest).write_bytes(data)
    notes = [
        Note("first", BASIC, "One", ("![a](<my plot.png>)", "a", "", "")),
        Note("second", HTML, "Two", ('<img src="my plot.png">', "b", "", "")),
        Note("third", BASIC, "Two", ("![a](../../etc/x.png)", "b", "", "")),
    ]
    media = {
        "first": (("my plot.png", digests[0]),),
        "second": (("my plot.png", digests[1]),),
        "third": (("../../etc/x.png", digests[0]),),
    }
    path, warnings = written(tmp_path, notes, media=media, folder=tmp_path)
    assert path.suffix == ".zip"
    assert warnings == []
    folder = tmp_path / "out"
    with zipfile.ZipFile(path) as archive:
        names = sorted(archive.namelist())
        archive.extractall(folder)
    assert [name for name in names if name.endswith(".md")] == ["One.md", "Two.md"]
    found = []
    for name in ("One.md", "Two.md"):
        deck = read(folder / name, ReadOptions(media_folder=folder))
        assert deck.warnings == []
        found += [media.read() for media in deck.media]
    assert sorted(found) == sorted([one, two, one])


def test_ids_are_kept_made_unique_and_never_taken_from_another() -> None:
    assert card_ids(["Abc", "abc", "ABC", "!!", "??"], ["f", "f", "f", "What is it?", "…"]) == {
        "Abc": "abc-2",
        "abc": "abc",
        "ABC": "abc-3",
        "!!": "what-is-it",
        "??": "card",
    }


def test_names_of_files_are_told_apart_and_stay_in_their_folder() -> None:
    assert file_names(["ML::A", "ml--a", "..", "ü/ö"]) == [
        "ML--A.md",
        "ml--a-2.md",
        "deck.md",
        "ü-ö.md",
    ]
    assert picture_name("../../a b/c d.png") == "a-b/c-d.png"


def test_a_deck_without_notes_is_a_file_that_says_so(tmp_path: Path) -> None:
    path, _ = written(tmp_path, [], decks=[DeckInfo("Empty")])
    with pytest.raises(UnreadableDeck, match="holds no cards"):
        read(path, ReadOptions())
