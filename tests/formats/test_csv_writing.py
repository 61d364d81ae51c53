"""What is written as CSV reads back to the same notes, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.core import cloze
from interviewprep.core.notes import Markup, Note, NoteKind, NoteType, Template
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.csv_text import formulas, read
from interviewprep.formats.csv_text.writing import write

from .outgoing import OWN_TYPES, outgoing, said

BASIC = own_type(NoteKind.BASIC, Markup.MARKDOWN).key
signs = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")
hurtful = st.sampled_from(["=", "+", "-", "@", "'", '"', ",", "\t", "\r", "\n", "#", " ", "a"])
texts = st.text(st.one_of(signs, hurtful), max_size=12)
fronts = texts.filter(lambda text: bool(text.strip()))


def written(folder: Path, notes: list[Note], **more: object) -> tuple[Path, WarningLog]:
    path, warnings = folder / "out.csv", WarningLog()
    write(outgoing(notes, **more), path, warnings)  # type: ignore[arg-type]
    return path, warnings


@given(texts)
def test_a_cell_without_its_formula_gives_the_cell_back(cell: str) -> None:
    neutral = formulas.neutral(cell)
    assert formulas.original(neutral) == cell
    assert not neutral.startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            fronts,
            texts,
            texts,
            texts,
            st.sampled_from([NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE]),
            st.sampled_from(Markup),
            st.sampled_from(["One", "One::Two"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_all_notes_come_back_as_they_were(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    notes = []
    for number, (front, back, hint, more, kind, markup, deck) in enumerate(rows):
        text = front + "{{c1::hidden}}" if kind == NoteKind.CLOZE else front
        # A field of blanks alone says nothing, and a file of columns does not carry it.
        fields = (text, back, hint, more if more.strip() else "")
        key = own_type(NoteKind(kind), Markup(markup)).key
        notes.append(Note(f"id-{number}", key, deck, fields, ("a", "b::c")))
    path, warnings = written(tmp_path, notes)
    assert recognise(path).name == "csv"
    back_again = read(path, ReadOptions(default_deck=notes[0].deck))
    assert said(back_again) == [
        (n.guid, n.note_type, n.deck, n.fields, n.tags, dict(n.details)) for n in notes
    ]
    assert warnings.all() == []


def test_the_columns_are_those_the_format_promises(tmp_path: Path) -> None:
    note = Note("q-1", BASIC, "D", ("=1+1", "-2", "", "@n"), ("t", "u"), details={"source": "S"})
    path, _ = written(tmp_path, [note])
    assert path.read_bytes() == (
        b"id,kind,front,back,note,tags,source\nq-1,basic,'=1+1,'-2,'@n,t u,S\n"
    )


def test_a_finer_kind_and_its_source_come_back(tmp_path: Path) -> None:
    details = {"source": "A, B (2020)", "kind": "estimate"}
    note = Note("q-1", BASIC, "D", ("Q", "A", "H", ""), details=details)
    path, _ = written(tmp_path, [note])
    assert said(read(path, ReadOptions(deck="D"))) == [
        ("q-1", BASIC, "D", ("Q", "A", "H", ""), (), details)
    ]


def test_types_with_templates_keep_all_their_fields_and_are_named(tmp_path: Path) -> None:
    kind = NoteType(
        "7", "Verb", NoteKind.TEMPLATES, Markup.HTML, ("A", "B", "C"), (Template("1", "{{A}}", ""),)
    )
    notes = [Note("x;1", "7", "D", ("a", "=b", "<i>c</i>")), Note("y", BASIC, "D", ("q", "a"))]
    path, warnings = written(tmp_path, notes, note_types={**OWN_TYPES, "7": kind})
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["kind"], rows[0]["front"], rows[0]["back"]) == ("Verb", "a", "'=b")
    assert (rows[0]["field 3"], rows[0]["markup"], rows[1]["markup"]) == ("<i>c</i>", "html", "")
    assert [(w.code, w.where) for w in warnings.all()] == [("templates-left-out", "x;1")]
    first = next(iter(read(path, ReadOptions()).notes))
    assert first.note_type == "basic-html"
    assert first.fields == ("a", "=b", "", "<i>c</i>")


def test_prompts_and_media_are_named_as_left_out(tmp_path: Path) -> None:
    prompt = own_type(NoteKind.PROMPT, Markup.MARKDOWN).key
    notes = [
        Note("p", prompt, "D", ("T", "### Prompt\n\nx")),
        Note("q", BASIC, "D", ("![](a)", "b")),
    ]
    path, warnings = written(tmp_path, notes, media={"q": (("a", "0" * 64),)})
    assert [note.guid for note in read(path, ReadOptions()).notes] == ["q"]
    assert [w.code for w in warnings.all()] == ["prompt-left-out", "media-left-out"]
    assert not cloze.numbers(path.read_text())


def test_a_note_with_more_cards_than_its_row_gives_is_named(tmp_path: Path) -> None:
    templates = (Template("1", "{{A}}", "{{B}}"), Template("2", "{{#C}}{{B}}{{/C}}", "{{A}}"))
    name = "Basic (optional reversed card)"
    kind = NoteType("7", name, NoteKind.TEMPLATES, Markup.HTML, ("A", "B", "C"), templates)
    notes = [Note("both", "7", "D", ("a", "b", "y")), Note("one", "7", "D", ("a", "b", ""))]
    path, warnings = written(tmp_path, notes, note_types={"7": kind})
    [warning] = [found for found in warnings.all() if found.code == "cards-left-out"]
    assert warning.where == "both" and warning.message.startswith("1 of its 2 cards cannot")
    types = {note.note_type for note in read(path, ReadOptions(deck="D")).notes}
    assert types == {own_type(NoteKind.BASIC, Markup.HTML).key}
