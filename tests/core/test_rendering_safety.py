"""Nothing a deck holds gets onto a page as code, style, frame, form or foreign address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewprep.core.notes import Markup, NoteKind, NoteType, RenderedCard, Template
from interviewprep.core.own_types import own_type
from interviewprep.core.rendering import render_card
from tests.core.safe_html import harm_in

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://evil.example/p.png' onload=alert(1)>",
    "<img src=//evil.example/p.png>",
    "<img src='\\\\evil.example\\p.png'>",
    "<img srcset='http://evil.example/p.png 1x'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math href='javascript:alert(1)'><mi>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data='x.swf'></object><embed src=x>",
    "<form action='https://evil.example'><input name=p><button>go</button></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x' target=_blank>x</a>",
    "<a href='/logout'>x</a>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<style>@import '//evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example><meta http-equiv=refresh content='0;//evil'>",
    "<base href='//evil.example'>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x onclick=alert(1)>",
    "<p id=x class='modal fixed'>x</p>",
    "<a title='\\( <img alt=\"\\) <script>alert(1)</script>\">' href=x>y</a>",
    "\\( <img alt='\\) <script>alert(1)</script>'> \\)",
    "\\( \\text{<img src=x onerror=alert(1)>} \\)",
    '\\[ \\text{" onmouseover="alert(1)} \\]',
    "\\( \\href{javascript:alert(1)}{x} \\)",
    "$\\text{<script>alert(1)</script>}$",
    "$$\\unknown{<script>alert(1)</script>}$$",
    '$x" onmouseover="alert(1)$ ![$x" onerror="alert(1)$](x.png "t$y$")',
    "[latex]</code><script>alert(1)</script>[/latex]",
    "[$]</math><script>alert(1)</script>[/$]",
    '[sound:x.mp3" onerror="alert(1)]',
    "[sound:<script>alert(1)</script>]",
    "![x](javascript:alert(1)) [y](javascript:alert(1)) <javascript:alert(1)>",
    "![x](https://evil.example/p.png) [![x](//evil.example/p.png)](https://a.example)",
    '[x](https://a.example "\\"onclick=alert(1)")',
    "```<script>alert(1)\n</script><img src=x onerror=alert(1)>\n```",
    "`</code><script>alert(1)</script>`",
    "{{c1::<script>alert(1)</script>::<img src=x onerror=alert(1)>}}",
    "<a title='{{c1::x::\" onmouseover=\"alert(1)}}'>y</a>",
    '![{{c1::a" onerror="alert(1)}}](x.png)',
    "<code class='maths-inline'>\\text{<script>alert(1)</script>}</code>",
    "<code class='maths-inline'><img src=x onerror=alert(1)></code>",
    "<code class='sound'>x\" onerror=\"alert(1)</code>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "\ud800<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


def anywhere(name: str) -> str | None:
    """Media that has every file, whatever it is called."""
    return f"/media/abc/{name}"


def nowhere(name: str) -> None:
    """Media that has no file."""
    return


def all_html(card: RenderedCard) -> str:
    return "\n".join([card.front_html, card.back_html, card.hint_html, card.note_html])


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("markup", Markup)
@pytest.mark.parametrize("kind", [NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE])
def test_a_hostile_field_is_harmless(payload: str, markup: Markup, kind: NoteKind) -> None:
    for media in (anywhere, nowhere):
        card = render_card(own_type(kind, markup), [payload] * 4, 0, media=media)
        assert harm_in(all_html(card)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("kind", [NoteKind.TEMPLATES, NoteKind.CLOZE])
def test_hostile_templates_tags_and_names_are_harmless(payload: str, kind: NoteKind) -> None:
    for question in (
        payload
        + "{{Front}}{{hint:"
        + payload
        + "}}{{cloze:Front}}{{Tags}}{{Deck}}{{Card}}{{Type}}",
        "<a href='{{Front}}' title=\"{{Front}}\">{{type:Front}}</a><img src={{Front}}>",
        "\\( {{Front}} \\) [latex]{{Tags}}[/latex] {{#" + payload + "}}{{/x}}",
    ):
        note_type = NoteType(
            "t",
            payload,
            kind,
            Markup.HTML,
            ("Front", payload),
            (Template(payload, question, "{{FrontSide}}" + payload), Template("", "", "")),
        )
        card = render_card(
            note_type, [payload, payload], 0, tags=[payload], deck=payload, media=anywhere
        )
        assert harm_in(all_html(card)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_checker_itself_sees_most_payloads(payload: str) -> None:
    if payload.startswith("<script") or "onerror=alert(1)>" in payload[:40]:
        assert harm_in(payload) != []


_PIECES = st.sampled_from(
    [
        *PAYLOADS,
        *("\\(", "\\)", "\\[", "\\]", "$", "$$", "`", "```\n", "\n\n", "<", ">", '"', "'", "&"),
        *("<code>", "</code>", "<pre>", "</pre>", "<a ", "<img alt=", "title='", "{{c1::", "}}"),
        *("[latex]", "[/latex]", "[sound:", "]", "![", "](", "<b>", "</b>", "<mark class=cloze>"),
        *("|", "- ", "> ", "<!--", "-->", "\U000f1c00", "\U000f1c01", "&#xF1C02;", "::"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=14).map("".join),
    st.sampled_from(list(Markup)),
    st.sampled_from([NoteKind.BASIC, NoteKind.CLOZE]),
)
def test_no_text_raises_and_every_rendering_is_harmless(
    text: str, markup: Markup, kind: NoteKind
) -> None:
    card = render_card(own_type(kind, markup), [text, text], 0, media=anywhere)
    assert harm_in(all_html(card)) == []


@pytest.mark.parametrize(
    "text",
    ["<div>" * 40_000, "<b><p>" * 20_000, "> " * 40_000, "- " * 40_000, "\\(" * 50_000 + "\\)",
     "[" * 90_000, "![" * 40_000, "*a " * 30_000, "`" * 90_001, "$" * 90_000, "{{c1::" * 15_000,
     "$" + "{" * 90_000 + "$", "$" + "\\sqrt{" * 4_000 + "$", "$" + "_{" * 2_400 + "$",
     "\\(" + "<b>" * 30_000, "<ul><li>" * 10_000, "<a href=x>" * 9_000, "|a" * 40_000 + "\n|-|",
     "- \n" * 16_000, "# a\n" * 12_000, "a\n=\n" * 12_000, "[a](<b" * 8_000, "$a\\" * 12_000],
    ids=lambda text: text[:8],
)  # fmt: skip
@pytest.mark.parametrize("markup", Markup)
def test_a_text_made_to_hurt_is_rendered_all_the_same(text: str, markup: Markup) -> None:
    card = render_card(own_type(NoteKind.CLOZE, markup), [text], 0, media=nowhere)
    assert harm_in(all_html(card)) == []
