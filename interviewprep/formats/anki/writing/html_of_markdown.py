"""A field in our Markdown as the HTML that Anki shows: formulas in MathJax's signs, clozes kept."""

from __future__ import annotations

import re

from interviewprep.core import cloze
from interviewprep.core.rendering.markdown import markdown_html
from interviewprep.core.rendering.sanitising import sanitised

_FORMULA = re.compile(r'<code class="maths-(inline|display)">([^<]*)</code>')
_PIECE = re.compile(r"<pre\b.*?</pre>|<code\b.*?</code>|<[^>]*>|[^<]+", re.DOTALL)
_CLOZE = re.compile(r"\{\{c\d{1,6}(?:,\d{1,6})*::|\}\}")
_FIRST_STAND_IN = 0xF3000
_MOST_STAND_INS = 0xA000
_STAND_IN = re.compile("[\U000f3000-\U000fcfff]")
_MARKED_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_SPAN = re.compile(r"</?span[^>]*>")
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_MATHJAX = re.compile(r"\\(?=[(\[])")


def html_of(text: str) -> str:
    """Return the HTML of a field; one paragraph comes without its element, as people type it."""
    if not text.strip():
        return ""
    tokens: list[str] = []
    text = _STAND_IN.sub("", "".join(sign for sign in text if sign not in cloze.MARKS))
    if cloze.numbers(text):
        text = _CLOZE.sub(lambda found: _stand_in(found[0], tokens), text)
    html = sanitised(markdown_html(text)).strip()
    if tokens:
        html = _MARKED_CODE.sub(_without_colours, html)
    html = "".join(map(_for_anki, _PIECE.findall(html)))
    html = _STAND_IN.sub(lambda found: tokens[ord(found[0]) - _FIRST_STAND_IN], html)
    alone = _ONE_PARAGRAPH.fullmatch(html)
    return alone[1] if alone else html


def _stand_in(token: str, tokens: list[str]) -> str:
    """One sign in the place of a cloze's, so that Markdown and colours leave it whole."""
    if len(tokens) >= _MOST_STAND_INS:
        return token
    tokens.append(token)
    return chr(_FIRST_STAND_IN + len(tokens) - 1)


def _without_colours(found: re.Match[str]) -> str:
    return _SPAN.sub("", found[0]) if _STAND_IN.search(found[0]) else found[0]


def _for_anki(piece: str) -> str:
    formula = _FORMULA.fullmatch(piece)
    if formula is not None:
        latex = formula[2].strip()
        return rf"\({latex}\)" if formula[1] == "inline" else rf"\[{latex}\]"
    if piece.startswith("<"):
        return piece
    return _MATHJAX.sub("\\\\<!-- -->", piece)  # a backslash and a bracket that are no formula
