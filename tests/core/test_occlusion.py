"""Image occlusion: what a card asks for is covered in the picture, and framed in the end."""

from __future__ import annotations

import pytest

from interviewprep.core.card_titles import card_title
from interviewprep.core.notes import Markup, NoteKind, NoteType, Template
from interviewprep.core.rendering import render_card

# As Anki 26 writes them.
SHAPES = (
    "{{c1::image-occlusion:rect:left=.1167:top=.1115:width=.1619:height=.1967:oi=1}}<br>"
    "{{c2::image-occlusion:ellipse:left=.25:top=.5:rx=.125:ry=.25:oi=1}}<br>"
    "{{c3::image-occlusion:polygon:left=.5:top=.5:points=.5,.75 .25,.5 .75,1:oi=1}}<br>"
    "{{c0::image-occlusion:text:left=.02:top=.8:fill=#000000:text=A &lt;word&gt;:scale=1:fs=.1}}"
)
FIELDS = ("Occlusion", "Image", "Header", "Back Extra")
QUESTION = (
    "{{#Header}}<div>{{Header}}</div>{{/Header}}"
    '<div style="display: none">{{cloze:Occlusion}}</div><div id="err"></div>'
    '<div id="image-occlusion-container">{{Image}}<canvas></canvas></div>'
    "<script>anki.imageOcclusion.setup()</script>"
)
ANSWER = f"{QUESTION}<div><button id='toggle'>Toggle Masks</button></div>{{{{Back Extra}}}}"
TYPE = NoteType(
    "1",
    "Image Occlusion",
    fields=FIELDS,
    kind=NoteKind.CLOZE,
    markup=Markup.HTML,
    templates=(Template("Image Occlusion", QUESTION, ANSWER),),
)


def sides(shapes: str, ordinal: int) -> tuple[str, str]:
    fields = (shapes, '<img src="p.jpg">', "", "Said in the end")
    card = render_card(TYPE, fields, ordinal, media=lambda name: f"/media/{name}")
    return card.front_html, card.back_html


@pytest.mark.parametrize(
    ("ordinal", "shape"),
    [
        (0, '<rect class="mask-{}" x="0.1167" y="0.1115" width="0.1619" height="0.1967"/>'),
        (1, '<ellipse class="mask-{}" cx="0.375" cy="0.75" rx="0.125" ry="0.25"/>'),
        (2, '<polygon class="mask-{}" points="0.5,0.75 0.25,0.5 0.75,1"/>'),
    ],
)
def test_what_is_asked_is_covered_and_then_framed(ordinal: int, shape: str) -> None:
    front, back = sides(SHAPES, ordinal)
    assert shape.format("asked") in front
    assert shape.format("shown") in back
    for side in (front, back):  # the other parts stay covered, for it says oi=1
        assert side.count('class="mask-other"') == 2
        assert '<img src="/media/p.jpg"' in side
        assert "image-occlusion:" not in side and "Toggle" not in side
        assert "<small>A &lt;word&gt;</small>" in side
    assert "Said in the end" in back


def test_without_oi_only_what_is_asked_is_covered() -> None:
    front, back = sides(SHAPES.replace(":oi=1", ""), 0)
    assert front.count('class="mask-') == back.count('class="mask-') == 1


@pytest.mark.parametrize(
    "shape",
    [
        "rect:left=NaN:top=.1:width=.1:height=.1",
        'rect:left=.1"/><script>alert(1)</script>:top=.1:width=.1:height=.1',
        "rect:left=.1:top=.1:width=-1:height=.1",
        "rect:left=.1",
        "polygon:points=.1,.1 .2",
        "polygon:points=x,y z,w",
        "star:left=.1:top=.1",
        "ellipse",
    ],
)
def test_shapes_that_are_none_leave_the_picture(shape: str) -> None:
    front, _ = sides("{{c1::image-occlusion:" + shape + "}}", 0)
    assert "mask-" not in front and "<script" not in front and "NaN" not in front
    assert '<img src="/media/p.jpg"' in front


def test_masks_that_a_deck_writes_itself_are_numbers_or_nothing() -> None:
    plain = NoteType("2", "Basic", fields=("F", "B"), kind=NoteKind.BASIC, markup=Markup.HTML)
    text = (
        '<code class="occlusion">asked rect .1 .2 .3 .4\nasked rect 1 onload=alert(1) 2 3\n'
        'text &lt;script&gt;</code><img src="p.jpg">'
    )
    card = render_card(plain, (text, ""), 0, media=lambda name: f"/media/{name}")
    assert card.front_html.count("<rect") == 1
    assert "onload" not in card.front_html and "<script" not in card.front_html


def test_in_lists_such_a_card_is_a_picture() -> None:
    fields = (SHAPES, '<img src="p.jpg">', "", "")
    assert card_title(NoteKind.CLOZE, Markup.HTML, fields, 0) == "picture"
