"""Cards look on the page as their author meant them."""

import pytest

from interviewprep.core.notes import Markup, NoteKind, NoteType, RenderedCard, Template
from interviewprep.core.own_types import own_type
from interviewprep.core.rendering import code_styles, render_card, render_markdown

GAP = '<mark class="cloze-gap">[…]</mark>'


def media(name: str) -> str | None:
    """Two files are there."""
    return f"/media/0a/{name}" if name in ("loss curve.png", "a.mp3", "a.mp4") else None


def render(
    *fields: str,
    kind: NoteKind = NoteKind.BASIC,
    markup: Markup = Markup.MARKDOWN,
    ordinal: int = 0,
) -> RenderedCard:
    return render_card(own_type(kind, markup), fields, ordinal, media=media)


def html_type(question: str, answer: str, kind: NoteKind = NoteKind.TEMPLATES) -> NoteType:
    return NoteType(
        "t", "T", kind, Markup.HTML, ("Front", "Back"), (Template("Card 1", question, answer),)
    )


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** *b* ~~c~~", "<p><strong>a</strong> <em>b</em> <s>c</s></p>"),
        ("Uses:\n- a\n- b", "<p>Uses:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
        ("#include <x>", "<p>#include &lt;x&gt;</p>"),
        ("# Title", "<h1>Title</h1>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("a\\\nb", "<p>a<br>\nb</p>"),
        ("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>"),
        (
            "so\n| a |\n|---|\n| 1 |",
            (
                "<p>so</p>\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n"
                "<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>"
            ),
        ),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("vector<int> & x", "<p>vector&lt;int&gt; &amp; x</p>"),
        ("a<br>b<sup>2</sup>", "<p>a<br>b<sup>2</sup></p>"),
        ("costs $5 and $6", "<p>costs $5 and $6</p>"),
        ("costs $5-$6, \\$7", "<p>costs $5-$6, $7</p>"),
        ("`$x$` and `\\(`", "<p><code>$x$</code> and <code>\\(</code></p>"),
        ("a $x$", "<p>a <math><mi>x</mi></math></p>"),
        ("$$\nx\n$$", '<p><math display="block"><mi>x</mi></math></p>'),
        ("$$x$$", '<p><math display="block"><mi>x</mi></math></p>'),
        (
            "[docs](https://a.example/x?y=1&z=2)",
            (
                '<p><a href="https://a.example/x?y=1&amp;z=2" rel="noopener noreferrer nofollow">'
                "docs</a></p>"
            ),
        ),
        (
            "![Loss $L$](loss%20curve.png)",
            (
                '<p><img src="/media/0a/loss curve.png" alt="Loss L" loading="lazy" '
                'decoding="async"></p>'
            ),
        ),
        (
            "![Loss](gone.png)",
            '<p><span class="missing-media">Loss (missing picture: gone.png)</span></p>',
        ),
        (
            "![Loss](https://a.example/l.png)",
            (
                '<p><a class="remote-media" href="https://a.example/l.png" '
                'rel="noopener noreferrer nofollow">Loss (picture at a.example)</a></p>'
            ),
        ),
        ("```python check\nassert 1\n```", ""),
        (
            "```python run\nx = 1\n```",
            (
                '<pre class="code" tabindex="0"><code><span class="n">x</span> '
                '<span class="o">=</span> <span class="mi">1</span>\n</code></pre>'
            ),
        ),
        ("```nolang\n<x>\n```", '<pre class="code" tabindex="0"><code>&lt;x&gt;\n</code></pre>'),
        (
            "| a | b |\n|--:|---|\n| $x$ | 2 |",
            (
                '<table>\n<thead>\n<tr>\n<th class="align-right">a</th>\n<th>b</th>\n'
                "</tr>\n</thead>\n"
                '<tbody>\n<tr>\n<td class="align-right"><math><mi>x</mi></math></td>\n<td>2</td>\n'
                "</tr>\n</tbody>\n</table>"
            ),
        ),
        ("", ""),
    ],
)
def test_markdown_is_shown(markdown: str, html: str) -> None:
    assert render(markdown).front_html == html
    assert render_markdown(markdown, media) == html


def test_what_belongs_to_a_list_item_stays_in_it() -> None:
    html = render("1. a\n\n   more\n2. b\n   ```python\n   x = [\n     1]\n   ```\n3. c").front_html
    assert html.count("<ol>") == 1 and html.count("<li>") == 3
    assert "<p>more</p>" in html
    assert "[</span>\n  <span" in html


def test_a_quoted_list_is_a_list() -> None:
    html = render("> Note:\n> - a\n> - b").front_html
    assert html.count("<li>") == 2 and html.startswith("<blockquote>")


def test_a_formula_over_lines_is_not_taken_for_a_list() -> None:
    assert "<ul>" not in render("so\n$$\na\n- b\n+ c\n$$\nholds").front_html


def test_the_sides_of_a_basic_card_stand_in_their_places() -> None:
    card = render("Q", "A", "H", "N")
    assert (card.front_html, card.back_html) == ("<p>Q</p>", "<p>A</p>")
    assert (card.hint_html, card.note_html) == ("<p>H</p>", "<p>N</p>")
    assert (card.replaces_front, card.typed_answer) == (False, "A")


def test_the_second_card_of_a_term_asks_the_other_way() -> None:
    card = render("term", "definition", kind=NoteKind.BOTH_WAYS, ordinal=1)
    assert (card.front_html, card.back_html) == ("<p>definition</p>", "<p>term</p>")


def test_a_cloze_hides_its_own_number_only() -> None:
    text = "{{c1::Paris}} is in {{c2::**France**::country}}"
    first = render(text, kind=NoteKind.CLOZE)
    second = render(text, kind=NoteKind.CLOZE, ordinal=1)
    assert first.front_html == f"<p>{GAP} is in <strong>France</strong></p>"
    assert second.front_html == '<p>Paris is in <mark class="cloze-gap">[country]</mark></p>'
    assert second.back_html == (
        '<p>Paris is in <mark class="cloze"><strong>France</strong></mark></p>'
    )
    assert (second.replaces_front, second.typed_answer) == (True, "France")


def test_a_cloze_within_code_is_hidden_there() -> None:
    card = render("```python\nfor i in {{c1::range}}(3):\n```", kind=NoteKind.CLOZE)
    assert f"for i in {GAP}(3):" in card.front_html
    assert 'for i in <mark class="cloze">range</mark>(3):' in card.back_html


def test_a_cloze_within_maths_is_a_marked_gap() -> None:
    card = render(r"$\frac{TP}{ {{c1::TP + FP}} }$", kind=NoteKind.CLOZE)
    assert '<mrow class="cloze-gap"><mo stretchy="false">[</mo>' in card.front_html
    assert '<mrow class="cloze"><mi>T</mi><mi>P</mi>' in card.back_html
    assert "TP" not in card.front_html and "F</mi>" not in card.front_html


def test_a_cloze_that_is_gone_says_so() -> None:
    card = render("{{c1::a}}", kind=NoteKind.CLOZE, ordinal=3)
    assert "This text has no deletion c4 any more." in card.front_html


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (r"\(x\)", "<math><mi>x</mi></math>"),
        (r"\[x\]", '<math display="block"><mi>x</mi></math>'),
        ("[$]x[/$]", "<math><mi>x</mi></math>"),
        ("[$$]x[/$$]", '<math display="block"><mi>x</mi></math>'),
        ("[latex]$x$[/latex]", "<math><mi>x</mi></math>"),
        (r"[latex]\[x\][/latex]", '<math display="block"><mi>x</mi></math>'),
        (r"\(a &lt; <b>b</b>\)", "<math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>"),
        ("costs $5 or $x$", "costs $5 or $x$"),
        (r"<code>\(x\)</code>", r"<code>\(x\)</code>"),
        (r"<pre>\(x\)</pre>", r'<pre tabindex="0">\(x\)</pre>'),
        (r"\(x<td>", r"\(x"),
        ("[sound:a.mp3]", '<audio controls preload="none" src="/media/0a/a.mp3"></audio>'),
        ("[sound:a.mp4]", '<video controls preload="none" src="/media/0a/a.mp4"></video>'),
        ("[sound:no.mp3]", '<span class="missing-media">missing sound: no.mp3</span>'),
        ('<span style="color:red">x</span>', "<span>x</span>"),
        ('<span class="k own">if</span>', '<span class="k">if</span>'),
        ("a<br>b<ul><li>c</li></ul>", "a<br>b<ul><li>c</li></ul>"),
        (
            '<img src="loss curve.png" width="40" height="x">',
            (
                '<img src="/media/0a/loss curve.png" alt="" width="40" loading="lazy" '
                'decoding="async">'
            ),
        ),
        (
            '<a href="https://a.example"><img src="http://b.example/x.png"></a>',
            (
                '<a href="https://a.example" rel="noopener noreferrer nofollow">'
                '<span class="remote-media">picture at b.example</span></a>'
            ),
        ),
    ],
)
def test_html_of_other_programs_is_shown(html: str, shown: str) -> None:
    assert render(html, markup=Markup.HTML).front_html == shown


def test_an_answer_that_repeats_the_question_is_shown_below_it() -> None:
    note_type = html_type("{{Front}}", "{{FrontSide}}\n<hr id=answer>\n{{Back}}")
    card = render_card(note_type, ["q", "a"], 0, media=media)
    assert (card.front_html, card.back_html) == ("q", "a")
    assert (card.replaces_front, card.typed_answer) == (False, "a")


def test_an_answer_of_its_own_replaces_the_question() -> None:
    card = render_card(html_type("{{Front}}", "<b>{{Back}}</b>"), ["q", "a"], 0, media=media)
    assert (card.back_html, card.replaces_front) == ("<b>a</b>", True)


def test_a_cloze_of_ankis_uses_its_template() -> None:
    note_type = html_type("{{cloze:Front}}", "{{cloze:Front}}<br>{{Back}}", NoteKind.CLOZE)
    card = render_card(note_type, [r"{{c1::a}} \({{c2::x}}\)", "more"], 1, media=media)
    assert card.front_html.startswith('a <math><mrow class="cloze-gap">')
    assert card.back_html == 'a <math><mrow class="cloze"><mi>x</mi></mrow></math><br>more'
    assert card.replaces_front


def test_a_typed_answer_comes_from_the_type_filter() -> None:
    note_type = html_type("{{Front}} {{type:Back}}", "{{Back}} and more")
    assert render_card(note_type, ["q", "<b>a</b>"], 0, media=media).typed_answer == "a"


@pytest.mark.parametrize("back", ["x\n\ny", "$x$", "```\nx\n```", "![a](b.png)", "w" * 300, "- a"])
def test_an_answer_nobody_would_type_is_not_compared(back: str) -> None:
    assert render("q", back).typed_answer == ""


def test_a_card_whose_template_is_gone_says_so() -> None:
    card = render_card(html_type("{{Front}}", ""), ["q", "a"], 7, media=media)
    assert "no such card any more" in card.front_html


def test_code_styles_are_rules_for_code_only() -> None:
    css = code_styles()
    selectors = [line for line in css.splitlines() if "{" in line and not line.startswith("@")]
    assert len(selectors) > 100
    assert all(" .code" in line or line.startswith(".code") for line in selectors)
    assert "prefers-color-scheme: dark" in css
