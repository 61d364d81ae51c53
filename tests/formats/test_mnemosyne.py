"""Mnemosyne's XML and .cards come in as far as they carry; hostile XML is refused."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.mnemosyne.reader import deck_of
from interviewprep.formats.mnemosyne.texts import cloze_of, html_of

from ..packages import PICTURE
from .contained import read_as, refusal, told

ITEMS = """\
<?xml version="1.0" encoding="UTF-8"?>
<mnemosyne core_version="1" time_of_start="1200000000">
<category active="1"><name>Model metrics</name></category>
<item id="_0" gr="3" e="2.5" ac_rp="2" rt_rp="5" lps="0">
 <cat>Model metrics</cat>
 <Q><![CDATA[What is <b>recall</b>?
<img src="img/a.png">]]></Q>
 <A>TP &lt; all <![CDATA[<audio src="a.mp3"> <$>x^2</$>]]></A>
</item>
<item id="_1"><cat>&lt;default&gt;</cat><Q>What is it?</Q><A>one</A></item>
<item id="_1"><Q>What is  it?</Q><A>two</A></item>
<item id="_2"><Q> </Q><A>three</A></item>
</mnemosyne>
"""
LATEX = "&lt;latex&gt;x&lt;/latex&gt;"
SPANISH = "La {{c1::casa::house}} es [latex]x[/latex] {{c2::grande}}."


def card(fact: str, kind: str, view: str, more: str = "", tags: str = "t1,t2") -> str:
    return (
        f'<log type="6" o_id="c{view}{fact}" card_t="{kind}" fact="{fact}" fact_v="{view}"'
        f' tags="{tags}" gr="-1" e="2.5" ac_rp="0" rt_rp="0" {more}></log>'
    )


LOG = f"""\
<openSM2sync number_of_entries="20">
<log type="10" o_id="t1"><name>guitar chords</name></log>
<log type="10" o_id="t2"><name>__UNTAGGED__</name></log>
<log type="13"><fname>img/a.png</fname></log>
<log type="16" o_id="one"><b>Answer &lt;img src="img/a.png"&gt;</b><f>Question</f></log>
<log type="16" o_id="two"><f>here</f><b>there</b></log>
<log type="16" o_id="three"><f>Hund</f><p_1>hunt</p_1><m_1>dog</m_1></log>
<log type="16" o_id="five"><text>La [casa:house] es {LATEX} [grande].</text></log>
<log type="16" o_id="six"><f>Ich [bin] da</f><m_1>I am there</m_1></log>
<log type="16" o_id="own"><f>a</f><b>b</b></log>
<log type="16" o_id="map"><loc>x</loc></log>
<log type="16" o_id="none"><f>a</f><b>b</b></log>
<log type="16" o_id="bare"><text>no deletion</text></log>
{card("one", "1", "1.1", 'lps="0"')}
{card("two", "2", "2.1")}
{card("two", "2", "2.2")}
{card("three", "3", "3.1", tags="").replace('rt_rp="0"', 'rt_rp="4"')}
{card("five", "5", "5.1")}
{card("six", "6::Mine", "6.1")}
{card("own", "9::Mine", "9.1")}
{card("map", "4", "4.1")}
{card("bare", "5", "5.1")}
</openSM2sync>
"""


def written(folder: Path, text: str | bytes, name: str = "cards.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def packed(folder: Path, files: dict[str, str | bytes], name: str = "x.cards") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in files.items():
            archive.writestr(each, data)
    return path


def test_items_of_version_1_become_notes(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a.png").write_bytes(PICTURE)
    options = ReadOptions(media_folder=tmp_path)
    found, notes = read_as("mnemosyne", written(tmp_path, ITEMS), options)
    assert [(n.deck, n.fields[:2], n.tags) for n in notes] == [
        (
            "cards",
            (
                'What is <b>recall</b>?<br><img src="img/a.png">',
                "TP < all [sound:a.mp3] [$]x^2[/$]",
            ),
            ("Model-metrics",),
        ),
        ("cards", ("What is it?", "one"), ()),
        ("cards", ("What is  it?", "two"), ()),
    ]
    assert notes[2].guid == f"{notes[1].guid}-2"
    assert [(m.name, m.read()) for m in found.media] == [("img/a.png", PICTURE)]
    assert told(found.warnings) == [("schedule", "line 4"), ("empty-front", "line 12")]


def test_cards_of_version_2_come_in_by_fact_with_tags_and_media(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"cards.xml": LOG, "METADATA": "a:b\n", "img/a.png": PICTURE}
    found, notes = read_as("archive", packed(tmp_path, files))
    assert found.format == "mnemosyne"
    assert [(n.guid, n.note_type, n.fields, n.tags) for n in notes] == [
        (
            "mnemosyne-one",
            "basic-html",
            ("Question", 'Answer <img src="img/a.png">', "", ""),
            ("guitar-chords",),
        ),
        ("mnemosyne-two", "both-ways-html", ("here", "there", "", ""), ("guitar-chords",)),
        ("mnemosyne-three", "mnemosyne-vocabulary", ("Hund", "hunt", "dog", ""), ()),
        ("mnemosyne-five", "cloze-html", (SPANISH, "", "", ""), ("guitar-chords",)),
        (
            "mnemosyne-six",
            "cloze-html",
            ("Ich {{c1::bin}} da", "I am there", "", ""),
            ("guitar-chords",),
        ),
        ("mnemosyne-own", "basic-html", ("a", "b", "", ""), ("guitar-chords",)),
    ]
    assert {m.name for m in found.media} == {"img/a.png"}


def test_a_cloze_keeps_its_hint() -> None:
    assert cloze_of("La [casa:house] es [grande].") == (
        "La {{c1::casa::house}} es {{c2::grande}}.",
        2,
    )
    assert html_of("a<latex>x</latex><$$>y</$$>\nb") == "a[latex]x[/latex][$$]y[/$$]<br>b"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
OUTSIDE = (
    '<!DOCTYPE mnemosyne [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<mnemosyne><item><Q>&a;</Q></item></mnemosyne>"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB + "]><mnemosyne><item><Q>&j;</Q></item></mnemosyne>", "declares a document type"),
        (OUTSIDE, "line 1: the file declares a document type"),
        ('<!DOCTYPE mnemosyne SYSTEM "http://example.org/x.dtd"><mnemosyne/>', "document type"),
        ("<mnemosyne><item><Q>a</Q>", "line 1: this is not XML"),
        ("<mnemosyne>\n<item></mnemosyne>", "line 2: this is not XML (mismatched tag)"),
        ("<mnemosyne>" + "<item>" * 100_000, "elements nest deeper"),
        ("<mnemosyne>&nothing;</mnemosyne>", "line 1: this is not XML (undefined entity)"),
        ("<mnemosyne></mnemosyne>", "holds no cards"),
        ("<x><mnemosyne></mnemosyne></x>", "XML of another program"),
        ('<?xml version="1.0" encoding="nonsense"?><mnemosyne/>', "encoding"),
        (f"<mnemosyne><item><Q>{'a' * 5_000_000}</Q></item></mnemosyne>", "more than 4,194,304"),
        ("<openSM2sync><log type='6' fact='a'/></openSM2sync>", "holds no cards"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    begun_s = time.process_time()
    assert message in refusal(written(tmp_path, text))
    assert time.process_time() - begun_s < 8


@pytest.mark.parametrize("piece", ["<audio ", "<audio src=", "src=", "[", "[a:", "<latex>", "]["])
def test_a_text_made_to_keep_a_reader_busy_is_read_in_a_moment(piece: str) -> None:
    text = "<audio " + piece * (300_000 // len(piece))
    begun_s = time.process_time()
    html_of(cloze_of(text)[0])
    assert time.process_time() - begun_s < 8


pieces = st.sampled_from(
    [
        *("<mnemosyne>", "</mnemosyne>", "<item>", "</item>", "<Q>", "</Q>", "<A>", "</A>", "a"),
        *("<openSM2sync>", "</openSM2sync>", "<log type='16' o_id='x'>", "</log>", "<f>", "</f>"),
        *("<log type='6' fact='x' card_t='5'/>", "<![CDATA[", "]]>", "&lt;", "<text>[a]</text>"),
        *("<?x?>", "<!-- -->", "\0", "<log type='10' tags='a,b'/>"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(pieces, max_size=15), st.booleans())
def test_nothing_but_a_refusal_is_ever_raised(parts: list[str], is_wrapped: bool) -> None:
    text = "".join(parts)
    if is_wrapped:
        text = f"<openSM2sync>{text}</openSM2sync>"
    try:
        found = deck_of(text.encode(), ReadOptions(), Path("x"))
        assert all(note.fields[0] for note in found.notes)
    except UnreadableDeck as error:
        assert error.message.endswith(".")


def test_what_stays_behind_is_named(tmp_path: Path) -> None:
    found, notes = read_as("mnemosyne", written(tmp_path, LOG))
    lines = {n.guid: n.place for n in notes}
    assert told(found.warnings) == [
        ("schedule", lines["mnemosyne-three"]),
        ("extra-card", lines["mnemosyne-three"]),
        ("card-type", lines["mnemosyne-own"]),
        ("refused-note", "line 11"),
        ("refused-note", "line 12"),
        ("refused-note", "line 13"),
    ]
    assert found.notes.refused == 3  # type: ignore[attr-defined]
