"""A note makes the cards that Anki would make of it, and always at least one."""

from pathlib import Path

import pytest

from interviewprep.core.cards import CardKey, card_maker, cards_of
from interviewprep.core.notes import Markup, NoteKind, NoteType, Template
from interviewprep.core.own_types import own_type

FIELDS = ("F", "B", "X")


def type_with(*questions: str) -> NoteType:
    templates = tuple(Template(f"Card {n}", q, "{{B}}") for n, q in enumerate(questions, 1))
    return NoteType("t", "T", NoteKind.TEMPLATES, Markup.HTML, FIELDS, templates)


ANKI_CLOZE = NoteType(
    "c",
    "Cloze",
    NoteKind.CLOZE,
    Markup.HTML,
    ("Text", "Back Extra"),
    (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Back Extra}}"),),
)


@pytest.mark.parametrize(
    ("kind", "front", "cards"),
    [
        (NoteKind.BASIC, "q", [(0, "")]),
        (NoteKind.BOTH_WAYS, "q", [(0, "td"), (1, "dt")]),
        (NoteKind.CLOZE, "{{c1::a}}", [(0, "c1")]),
        (NoteKind.CLOZE, "{{c3::a}} {{c1::b}}", [(0, "c1"), (2, "c3")]),
        (NoteKind.CLOZE, "{{c1::a {{c2::b}}}}", [(0, "c1"), (1, "c2")]),
        (NoteKind.CLOZE, "nothing hidden", [(0, "c1")]),
    ],
)
def test_our_own_kinds_make_these_cards(
    kind: NoteKind, front: str, cards: list[tuple[int, str]]
) -> None:
    made = cards_of(own_type(kind, Markup.MARKDOWN), (front, "back", "", ""))
    assert [(card.ordinal, card.key) for card in made] == cards


@pytest.mark.parametrize(
    ("questions", "fields", "ordinals"),
    [
        (["{{F}}", "{{B}}"], ("a", "b", ""), [0, 1]),
        (["{{F}}", "{{B}}"], ("a", "", ""), [0]),
        (["{{F}}", "{{B}}"], ("", "b", ""), [1]),
        (["{{F}}", "{{B}}"], ("", "", ""), [0]),
        (["{{F}}", "{{#X}}{{B}}{{/X}}"], ("a", "b", "y"), [0, 1]),
        (["{{F}}", "{{#X}}{{B}}{{/X}}"], ("a", "b", " <br> <div></div>"), [0]),
        (["{{F}}", "{{^X}}{{B}}{{/X}}"], ("a", "b", "y"), [0]),
        (["{{F}}", "{{^X}}{{B}}{{/X}}"], ("a", "b", ""), [0, 1]),
        (["{{F}}", "only words"], ("a", "b", ""), [0]),
        (["{{F}}", "{{Tags}}{{FrontSide}}"], ("a", "b", ""), [0]),
        (["{{F}}", "{{Deck}}"], ("a", "b", ""), [0, 1]),
        (["{{text:F}}", "{{hint:B}}"], ("<img src=x>", "b", ""), [0, 1]),
        (["{{#F}}{{#B}}{{X}}{{/B}}{{/F}}", "{{B}}"], ("a", "b", "y"), [0, 1]),
        (["{{broken", "{{B}}"], ("a", "b", ""), [1]),
    ],
)
def test_a_template_that_shows_no_field_makes_no_card(
    questions: list[str], fields: tuple[str, ...], ordinals: list[int]
) -> None:
    assert [card.ordinal for card in cards_of(type_with(*questions), fields)] == ordinals


def test_missing_fields_count_as_empty() -> None:
    assert cards_of(type_with("{{F}}", "{{B}}"), ("a",)) == (CardKey(0, "t0"),)
    assert cards_of(own_type(NoteKind.CLOZE, Markup.HTML), ()) == (CardKey(0, "c1"),)


def test_a_maker_can_be_asked_for_once_and_used_for_many() -> None:
    make = card_maker(type_with("{{F}}", "{{B}}"))
    assert [len(make((f, "b", ""))) for f in ("a", "", "<br>")] == [2, 1, 1]


def test_real_anki_makes_the_same_cards(tmp_path: Path) -> None:
    collection = pytest.importorskip("anki.collection")
    col = collection.Collection(str(tmp_path / "c.anki2"))
    questions = ["{{F}}", "{{^F}}{{B}}{{/F}}", "{{#X}}{{text:B}}{{/X}}{{^X}}{{F}}{{/X}}"]
    notetype = col.models.new("T")
    for name in FIELDS:
        col.models.add_field(notetype, col.models.new_field(name))
    for number, question in enumerate(questions):
        template = col.models.new_template(str(number))
        template["qfmt"], template["afmt"] = question, "{{B}}"
        col.models.add_template(notetype, template)
    col.models.add(notetype)

    def by_anki(name: str, fields: tuple[str, ...]) -> list[int]:
        note = col.new_note(col.models.by_name(name))
        note.fields = list(fields)
        col.add_note(note, 1)
        return sorted(card.ord for card in note.cards())

    empty_or_not = ("", "x", "<br>", "<div><br></div>", "&nbsp;", "<img src=a>", "<p></p>")
    for f in empty_or_not:
        for b in empty_or_not:
            fields = (f, b, empty_or_not[len(f + b) % 7])
            ours = [card.ordinal for card in cards_of(type_with(*questions), fields)]
            assert ours == by_anki("T", fields), fields
    for text in (
        "{{c2::a}}",
        "{{c1::a {{c3::b}}}}",
        "{{c1,2::a}}",
        "{{c0::a}}",
        "{{c9::a}} {{c1::b",
    ):
        ours = [card.ordinal for card in cards_of(ANKI_CLOZE, (text, ""))]
        assert ours == by_anki("Cloze", (text, "")), text
    col.close()
