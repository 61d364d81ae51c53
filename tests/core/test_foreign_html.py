"""Decks of other programs: highlighted code stays highlighted, emphasis stays, styles do not."""

from __future__ import annotations

import time

import pytest

from interviewprep.core.notes import Markup, NoteKind, NoteType
from interviewprep.core.rendering import render_card

TYPE = NoteType("1", "Basic", NoteKind.BASIC, Markup.HTML, ("Front", "Back"))


def rendered(html: str) -> str:
    return render_card(TYPE, (html, ""), 0, media=lambda name: None).front_html


@pytest.mark.parametrize(
    ("html", "token"),
    [
        ('<span class="k">def</span>', "k"),
        ('<span class="hljs-keyword">def</span>', "k"),
        ('<span class="hljs-title function_">def</span>', "nf"),
        ("<span class=hljs-string>def</span>", "s"),
        ('<span class="token keyword">def</span>', "k"),
        ('<span class="token class-name">def</span>', "nc"),
        ('<span style="color: #008000; font-weight: bold">def</span>', "k"),
        ('<span style="color: #008000">def</span>', "c"),
        ('<span style="color:rgb(86, 156, 214);">def</span>', "k"),
        ("<span style='color:#f92672'>def</span>", "k"),
        ('<span style="font-size: 10px; COLOR: #CE9178">def</span>', "s"),
        ('<span style="color: #1010f0">def</span>', "k"),
        ('<span style="color: #888">def</span>', "c"),
        ('<span class="pl-en" style="color: rgb(1, 2, 3)">def</span>', "nf"),
        ('<span class="unheard-of" style="color: #f92672">def</span>', "k"),
        ('<span class="kd" style="color: #e6db74">def</span>', "kd"),
    ],
)
@pytest.mark.parametrize("around", ["<pre>{} f</pre>", "<pre><code>{} f</code></pre>"])
def test_highlighted_code_keeps_its_colours_as_ours(html: str, token: str, around: str) -> None:
    assert f'<span class="{token}">def</span> f' in rendered(around.format(html))


@pytest.mark.parametrize(
    ("style", "name"),
    [
        ("font-weight: 600", "bold"),
        ("color: red; font-weight:bold;", "bold"),
        ("font-style: italic", "italic"),
        ("text-decoration: underline dotted", "underlined"),
        ("font-weight: 700; font-style: italic", "bold italic"),
    ],
)
def test_emphasis_by_style_stays(style: str, name: str) -> None:
    assert rendered(f'<span style="{style}">x</span>') == f'<span class="{name}">x</span>'


@pytest.mark.parametrize(
    "html",
    [
        '<span style="color: #569cd6">x</span>',
        '<span style="font-weight: normal">x</span>',
        '<span style="position: fixed; background: url(//evil)">x</span>',
        '<span class="site-header">x</span>',
        '<span class="token">x</span>',
        '<pre></pre><span style="color: #569cd6">x</span>',
    ],
)
def test_other_styles_of_a_deck_do_not_leak(html: str) -> None:
    text = rendered(html)
    assert "style" not in text and 'class="k"' not in text and "site-header" not in text
    assert ">x</span>" in text


@pytest.mark.parametrize(
    "piece", ["<span ", '<span "', "<span style='", "<pre", "<span class=", '<span style="a']
)
def test_openings_without_an_end_cost_little(piece: str) -> None:
    begun = time.process_time()
    rendered(piece * 8_000)
    assert time.process_time() - begun < 3
