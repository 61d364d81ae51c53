"""Separated text is read as Anki, spreadsheets and our own writer make it."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.core.notes import DeckFile, Note
from interviewprep.errors import UnreadableDeck, UnsureOfText
from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.csv_text import read
from interviewprep.formats.encodings import CHOICES


def read_bytes(folder: Path, data: str | bytes, name: str = "cards.csv") -> DeckFile:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    assert recognise(path).name == "csv"
    return read(path, ReadOptions())


def fronts_and_backs(deck: DeckFile) -> list[tuple[str, str]]:
    return [(note.fields[0], note.fields[1]) for note in deck.notes]


def codes(deck: DeckFile) -> list[tuple[str, str]]:
    return [(warning.code, warning.where) for warning in deck.warnings]


@pytest.mark.parametrize(
    "data",
    [
        "a,b\nc,d\n",
        "a;b\nc;d",
        "a\tb\r\nc\td\r\n",
        "a|b\nc|d\n",
        '"a","b"\n"c","d"\n',
        "\ufeffa,b\nc,d\n",
        b"\xff\xfe" + "a,b\nc,d".encode("utf-16-le"),
        b"\xfe\xff" + "a,b\nc,d".encode("utf-16-be"),
        "Front,Back\na,b\nc,d\n",
        "Question;Answer\na;b\nc;d\n",
        "#separator:comma\na,b\nc,d\n",
        "#separator:Semicolon\n#html:false\na;b\nc;d\n",
        "#separator:\t\na\tb\nc\td\n",
        "#separator:space\na b\nc d\n",
        "#separator:colon\na:b\nc:d\n",
        "#separator:pipe\na|b\nc|d\n",
        "#separator:~\na~b\nc~d\n",
        "#separator:comma\n#columns:Back,Front\nb,a\nd,c\n",
        "#separator:comma\n#tags column:1\n,a,b\n,c,d\n",
        "#separator:comma\na,b\n# a comment\nc,d\n",
        "a,b\n\n,\nc,d\n\n",
    ],
)
def test_two_columns_are_question_and_answer(tmp_path: Path, data: str | bytes) -> None:
    deck = read_bytes(tmp_path, data)
    assert fronts_and_backs(deck) == [("a", "b"), ("c", "d")]
    assert {note.deck for note in deck.notes} == {"cards"}


def test_all_headers_of_anki_are_understood(tmp_path: Path) -> None:
    deck = read_bytes(
        tmp_path,
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n#tags:all\n#if matches:update current\n"
        'G1\tBasic\tML::Metrics\t<b>q</b>\t"a\n""b"""\tt1 t2\n'
        "G2\tCloze\tML\t{{c1::x}} y\t\t\n"
        "G3\tBasic (and reversed card)\tML\tx\ty\t\n",
        "export.txt",
    )
    first, second, third = deck.notes
    assert first == Note(
        guid="G1",
        note_type="basic-html",
        deck="ML::Metrics",
        fields=("<b>q</b>", 'a\n"b"', "", ""),
        tags=("all", "t1", "t2"),
        place="line 9",
    )
    assert (second.note_type, second.place) == ("cloze-html", "line 11")
    assert third.note_type == "both-ways-html"
    assert [info.name for info in deck.decks] == ["ML::Metrics", "ML"]
    assert codes(deck) == []


def test_deck_notetype_and_tags_for_the_whole_file(tmp_path: Path) -> None:
    deck = read_bytes(tmp_path, "#deck:A::B\n#notetype:Cloze\n#tags:x y\n{{c1::p}} q\tr\n")
    (note,) = deck.notes
    assert (note.deck, note.note_type, note.tags) == ("A::B", "cloze-html", ("x", "y"))


def test_our_own_columns_are_markdown(tmp_path: Path) -> None:
    deck = read_bytes(
        tmp_path,
        "id,kind,front,back,note,tags,source\n"
        "abc-1,basic,What is `x`?,y,so,t1 t2,A book\n"
        "abc-2,cloze,{{c1::x}} is $y$,,,,\n"
        "abc-3,term,T,D,,,\n",
    )
    first, second, third = deck.notes
    assert first.fields == ("What is `x`?", "y", "", "so")
    assert (first.guid, first.tags, first.details) == ("abc-1", ("t1", "t2"), {"source": "A book"})
    assert [note.note_type for note in (first, second, third)] == [
        "basic-markdown",
        "cloze-markdown",
        "both-ways-markdown",
    ]


@pytest.mark.parametrize(
    ("data", "fields", "note_type"),
    [
        ('x < y & __init__,"a\n  b"\n', ("x &lt; y &amp; __init__", "a<br>&nbsp; b"), "basic-html"),
        ("<b>x</b>,y\n", ("<b>x</b>", "y"), "basic-html"),
        ("`x`,**y**\n", ("`x`", "**y**"), "basic-markdown"),
        ("#html:false\n<b>x</b>\ty\n", ("&lt;b&gt;x&lt;/b&gt;", "y"), "basic-html"),
        ("costs $5 or $6,y\n", ("costs $5 or $6", "y"), "basic-html"),
        ('"quick" sort,y\n', ('"quick" sort', "y"), "basic-html"),
        ("{{c1::Paris}} is a city,more\n", ("{{c1::Paris}} is a city", "more"), "cloze-html"),
    ],
)
def test_plain_text_html_and_markdown_each_keep_their_look(
    tmp_path: Path, data: str, fields: tuple[str, str], note_type: str
) -> None:
    (note,) = read_bytes(tmp_path, data).notes
    assert (note.fields[:2], note.note_type) == (fields, note_type)


def test_a_third_column_is_a_note(tmp_path: Path) -> None:
    (note,) = read_bytes(tmp_path, "a,b,t1 t2\n").notes
    assert (note.fields, note.tags) == (("a", "b", "", "t1 t2"), ())


def test_a_cloze_needs_no_second_column(tmp_path: Path) -> None:
    (note,) = read_bytes(tmp_path, "{{c1::Paris}} is a city\n", "cards.txt").notes
    assert note.note_type == "cloze-html"


def test_uneven_rows_are_kept_with_a_warning_and_their_line(tmp_path: Path) -> None:
    deck = read_bytes(tmp_path, 'a,"b\nb"\nc\nd,e,f\n,x\ng,h\n')
    assert [note.fields for note in deck.notes] == [
        ("a", "b<br>b", "", ""),
        ("c", "", "", ""),
        ("d", "e", "", "f"),
        ("g", "h", "", ""),
    ]
    assert codes(deck) == [
        ("ragged-row", "line 3"),
        ("ragged-row", "line 4"),
        ("empty-front", "line 5"),
    ]


def test_the_same_question_is_the_same_note_when_read_again(tmp_path: Path) -> None:
    before = [note.guid for note in read_bytes(tmp_path, "a,b\nc,d\n").notes]
    after = [note.guid for note in read_bytes(tmp_path, "c,new\na,b\n").notes]
    assert before == after[::-1]


def test_rows_that_repeat_are_told_apart_or_left_out(tmp_path: Path) -> None:
    deck = read_bytes(tmp_path, "a,b\na,b\na,c\na,c\n")
    assert fronts_and_backs(deck) == [("a", "b"), ("a", "c")]
    first, second = deck.notes
    assert second.guid == f"{first.guid}-2"
    assert [code for code, _ in codes(deck)][:2] == ["duplicate-row", "duplicate-front"]


def test_a_guid_given_twice_counts_once(tmp_path: Path) -> None:
    deck = read_bytes(tmp_path, "#separator:comma\n#guid column:1\nG,a,b\nG,c,d\n")
    assert fronts_and_backs(deck) == [("a", "b")]
    assert codes(deck) == [("duplicate-guid", "line 4")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ('a,b\n"c,d\ne,f\n', "line 2: a double quote opens here"),
        ('#separator:comma\n"a\nb","c\n', "line 3: a double quote opens here"),
        (
            "caf\u00e9,\u00e9\u00e9\n\u00e9\u00e9".encode()[:-1] + b",\n",
            "line 2: this is not UTF-8 text",
        ),
        (b"a,b\nc,\x00d\n", "line 2: the file holds a NUL byte"),
        ("just words\nand more\n", "No separator was found"),
        ("Front,Back\n", "holds no cards"),
        ("#separator:foo\na,b\n", "line 1: #separator must be"),
        ("#html:true\n#deck column:x\na\tb\n", "line 2: #deck column must be the number"),
        ("#html:true\n#guid column:0\na\tb\n", "line 2: #guid column must be the number"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, data: str | bytes, says: str
) -> None:
    with pytest.raises(UnreadableDeck) as refused:
        read_bytes(tmp_path, data)
    assert says in refused.value.message


def test_limits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\nc,d\n")
    with pytest.raises(UnreadableDeck, match="line 2: only 1 rows are allowed"):
        read(path, ReadOptions(most_notes=1))
    with pytest.raises(UnreadableDeck, match="line 1: a cell may have 0 characters"):
        read(path, ReadOptions(most_field_chars=0))


_PIECES = st.sampled_from(
    ["#separator:", "#columns:", "#guid column:1", "tab", "\n", ",", ";", "\t", '"', '""', "a",
     "{{c1::x}}", "\ud7ff", "\r", "<b>", "front", "back", "id", "#", "|", " "]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.lists(_PIECES, max_size=30).map(lambda parts: "".join(parts).encode()),
        st.binary(max_size=60),
    )
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    try:
        notes = list(read(path, ReadOptions()).notes)
    except UnreadableDeck:
        return
    assert notes
    assert len({note.guid for note in notes}) == len(notes)
    assert all(note.fields[0] for note in notes)


WESTERN = "Größe;Länge – ça été\nmañana;“señor”\n"
JAPANESE = "質問,答え\n機械学習とは何ですか,データから学ぶ方法\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (WESTERN, "utf-8", "utf-8"),
        (WESTERN, "cp1252", "windows-1252"),
        ("général;été\nnaïve;Ünï\n", "latin-1", "windows-1252"),
        (WESTERN, "utf-16", "utf-16-le"),
        (WESTERN, "utf-16-le", "utf-16-le"),
        (WESTERN, "utf-16-be", "utf-16-be"),
        (JAPANESE, "utf-8", "utf-8"),
        (JAPANESE, "cp932", "shift-jis"),
        (JAPANESE, "utf-16-le", "utf-16-le"),
        ("東京,都市\n大阪,都市\n", "cp932", "shift-jis"),
        ("a,b\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, text: str, codec: str, name: str) -> None:
    deck = read_bytes(tmp_path, text.encode(codec), "cards.txt")
    assert deck.read_as["encoding"] == name
    found = [part for pair in fronts_and_backs(deck) for part in pair]
    assert found == [cell for line in text.splitlines() for cell in re.split("[;,]", line)]
    is_guess = name in ("windows-1252", "shift-jis") or codec in ("utf-16-le", "utf-16-be")
    assert [code for code, _ in codes(deck)] == (["encoding-guessed"] if is_guess else [])


@pytest.mark.parametrize("data", [b"\x00\x01\x02,\xff", b"a,\x81\x02\n", bytes(range(256)) * 3])
def test_what_is_no_text_in_any_encoding_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cards.csv"
    path.write_bytes(data)
    with pytest.raises(UnsureOfText, match=r"is not UTF-8 text|NUL byte"):
        read(path, ReadOptions())


def read_with(folder: Path, data: bytes, **form: str) -> DeckFile:
    path = folder / "cards.txt"
    path.write_bytes(data)
    return read(path, ReadOptions(**form))  # type: ignore[arg-type]


def test_what_a_person_says_goes_before_what_was_found(tmp_path: Path) -> None:
    deck = read_with(tmp_path, "тест;a\n".encode("cp1251"), encoding="windows-1251")
    assert fronts_and_backs(deck) == [("тест", "a")]
    deck = read_with(tmp_path, b"a,b;c,d\ne,f;g,h\n", separator="semicolon")
    assert fronts_and_backs(deck) == [("a,b", "c,d"), ("e,f", "g,h")]
    assert deck.read_as == {
        "encoding": "utf-8",
        "separator": ";",
        "row_separator": "",
        "first_line_is_heading": "no",
    }


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ('a "x\tb\n"c\td\n', {"separator": "tab", "row_separator": "\\n"}),
        ('a "x - b;"c - d', {"separator": " - ", "row_separator": ";"}),
        ('a "x\tb\n\n\n"c\td\n\n', {"separator": "\\t", "row_separator": "\n\n"}),
        ('a "x=>b||"c=>d', {"separator": "=>", "row_separator": "||"}),
        ('a "x - b\n"c - d\n', {}),
    ],
)
def test_quizlets_text_has_quotes_that_mean_nothing(
    tmp_path: Path, data: str, form: dict[str, str]
) -> None:
    deck = read_with(tmp_path, data.encode(), **form)
    assert fronts_and_backs(deck) == [('a "x', "b"), ('"c', "d")]


def test_a_definition_may_have_lines_where_cards_end_otherwise(tmp_path: Path) -> None:
    data = b"a\tone\ntwo\n\nb\tthree\n\n"
    deck = read_with(tmp_path, data, separator="tab", row_separator="\\n\\n")
    assert fronts_and_backs(deck) == [("a", "one<br>two"), ("b", "three")]
    assert [note.place for note in deck.notes] == ["line 1", "line 4"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"encoding": "shift-jis"}, "line 1: this is no text in Japanese"),
        ({"encoding": "nonsense"}, "There is no encoding called nonsense"),
        ({"separator": "abc"}, "A separator is tab"),
        ({"separator": "-" * 11}, "A separator is tab"),
        ({"row_separator": '"'}, "A separator is tab"),
    ],
)
def test_a_wrong_choice_is_refused_with_one_sentence(
    tmp_path: Path, form: dict[str, str], says: str
) -> None:
    with pytest.raises(UnreadableDeck, match=says):
        read_with(tmp_path, "é,ü\n".encode("latin-1") + b"\xff", **form)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60), st.sampled_from([None, *CHOICES]), st.sampled_from(["", ";", "--"]))
def test_any_bytes_are_read_or_refused_in_any_way(
    tmp_path: Path, data: bytes, encoding: str | None, rows: str
) -> None:
    path = tmp_path / "cards.txt"
    path.write_bytes(data)
    options = ReadOptions(encoding=encoding, separator=",", row_separator=rows or None)
    try:
        read(path, options)
    except UnreadableDeck as refused:
        assert refused.message.endswith(".")


@pytest.mark.parametrize(
    ("first", "said", "fronts", "is_heading"),
    [
        ("Frage;Antwort", None, ["a"], "yes"),
        ("Frage;Antwort", "no", ["Frage", "a"], "no"),
        ("Wort;Sinn", None, ["Wort", "a"], "no"),
        ("Wort;Sinn", "yes", ["a"], "yes"),
        ("Antwort;Frage", "yes", ["b"], "yes"),
    ],
)
def test_a_heading_is_no_card_and_is_named(
    tmp_path: Path, first: str, said: str | None, fronts: list[str], is_heading: str
) -> None:
    data = f"{first}\na;b\n".encode()
    deck = read_with(tmp_path, data, first_line_is_heading=said)
    assert [note.fields[0] for note in deck.notes] == fronts
    assert deck.read_as["first_line_is_heading"] == is_heading
    named = [w.where for w in deck.warnings if w.code == "heading"]
    assert named == (["line 1"] if is_heading == "yes" else [])
