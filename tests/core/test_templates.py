"""Anki's template language is filled in as Anki does, and broken templates say so in place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core import templates
from interviewprep.core.templates import Side, fill

FIELDS = {"Front": "What?", "Back": "<b>This</b>", "Empty": " <br>", "Text": "{{c1::a}} {{c2::b}}"}


def question(template: str, **more: object) -> str:
    values: dict[str, object] = {"fields": FIELDS, **more}
    return fill(template, Side(**values)).html  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{Front}}", "What?"),
        ("{{ Front }}", "What?"),
        ("{{{Front}}}", "What?}"),
        ("{{#Front}}x{{/Front}}", "x"),
        ("{{#Empty}}x{{/Empty}}", ""),
        ("{{^Empty}}x{{/Empty}}", "x"),
        ("{{#Front}}{{^Empty}}{{Back}}{{/Empty}}{{/Front}}", "<b>This</b>"),
        ("{{text:Back}}", "This"),
        ("{{hint:Back}}", "<details><summary>Back</summary><b>This</b></details>"),
        ("{{hint:Empty}}", ""),
        ("{{furigana:Front}}", "What?"),
        ("{{tts en_US:Front}}", ""),
        ("{{type:Back}}", ""),
        ("<!-- {{Front}} -->{{Back}}", "<b>This</b>"),
        ("{{=<% %>=}}<%Front%>", "What?"),
    ],
)
def test_a_question_is_filled(template: str, html: str) -> None:
    assert question(template) == html


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{Tags}}", "a &lt;b&gt;"),
        ("{{Deck}}", "ML::Basics"),
        ("{{Subdeck}}", "Basics"),
        ("{{Card}}", "Card 1"),
        ("{{Type}}", "Basic"),
        ("{{CardFlag}}", "flag3"),
        ("{{#Tags}}x{{/Tags}}", "x"),
        ("{{FrontSide}}", "front"),
    ],
)
def test_special_fields_tell_about_the_card(template: str, html: str) -> None:
    side = Side(
        fields=FIELDS,
        card_name="Card 1",
        type_name="Basic",
        tags=["a", "<b>"],
        deck="ML::Basics",
        flag=3,
        front="front",
    )
    assert fill(template, side).html == html


@pytest.mark.parametrize(
    ("template", "note"),
    [
        ("{{Nope}}", "This note type has no field “Nope”."),
        ("{{#Front}}x", "{{#Front}} is never closed in this template."),
        ("x{{/Front}}", "{{/Front}} closes a section that is not open."),
        ("{{Front", "An opening {{ has no closing }} in this template."),
        ("{{}}", "{{}} names no field."),
        ("{{#A}}" * 60, "The sections of this template are nested too deeply."),
    ],
)
def test_what_cannot_be_read_is_said_in_its_place(template: str, note: str) -> None:
    assert f'<span class="template-note">{note}</span>' in question(template)


def test_a_typed_answer_is_taken_from_its_field() -> None:
    assert fill("{{type:Back}}", Side(FIELDS)).typed == "<b>This</b>"
    assert fill("{{type:cloze:Text}}", Side(FIELDS, ordinal=1)).typed == "b"
    assert fill("{{Front}}", Side(FIELDS)).typed is None


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}", "{{Back}}"),
        ('{{FrontSide}}<br><hr id="answer">{{Back}}', "{{Back}}"),
        ("{{FrontSide}}{{Back}}", "{{Back}}"),
        ("{{Back}}{{FrontSide}}", None),
        ("{{Front}}<hr id=answer>{{Back}}", None),
    ],
)
def test_a_repeated_question_is_found_at_the_start_of_an_answer(
    answer: str, rest: str | None
) -> None:
    assert templates.without_front_side(answer) == rest


def test_a_template_that_multiplies_its_fields_stops_growing() -> None:
    html = fill("{{F}}" * 1000, Side({"F": "x" * 100_000})).html
    assert len(html) < templates.LONGEST_FILLED_CHARS + 200
    assert "too long to show" in html


@given(st.text(alphabet="{}#^/: FrontBack<%>!-=c1") | st.text())
def test_no_template_raises(template: str) -> None:
    assert isinstance(question(template), str)
