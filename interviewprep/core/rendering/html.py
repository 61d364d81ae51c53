"""What Anki means by text within HTML: formulas and sounds, found after sanitising.

In sanitised HTML a `<` begins a whole tag and nothing else, so that a formula can never end inside
an attribute. Code is left alone, as MathJax does.
"""

from __future__ import annotations

import re
from html import unescape

from interviewprep.core import cloze
from interviewprep.core.rendering.finishing import TAG
from interviewprep.core.rendering.markdown import maths_element

_DELIMITERS = (
    (r"\(", r"\)", False),
    (r"\[", r"\]", True),
    ("[$]", "[/$]", False),
    ("[$$]", "[/$$]", True),
    ("[latex]", "[/latex]", False),
)
_IS_DISPLAY = {opening: display for opening, _, display in _DELIMITERS}
_LONGEST_FORMULA = 6_000


def _between(opening: str, closing: str) -> str:
    """Up to the closing delimiter, over whole tags only, and never past another opening."""
    start, end = re.escape(opening), re.escape(closing)
    return rf"{start}(?:(?!{start}|{end})[^<]|{TAG}){{0,{_LONGEST_FORMULA}}}?{end}"


_PIECE = re.compile(
    r"(?P<code><pre\b.*?</pre>|<code\b.*?</code>)"
    rf"|(?P<tag>{TAG})"
    r"|\[sound:(?P<sound>[^\]<>]{1,500})\]"
    rf"|(?P<formula>{'|'.join(_between(o, c) for o, c, _ in _DELIMITERS)})",
    re.DOTALL,
)
_HINTED_GAP = re.compile(r'<mark class="cloze-gap">(.*?)</mark>', re.DOTALL)
_ANSWER = re.compile(r'<mark class="cloze">(.*?)</mark>', re.DOTALL)
_BREAK = re.compile(r"<br>|</?(?:div|p)>")
_ANY_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_DECORATION = "b br code div em i mark p small span strong sub sup u"
_WITHIN_FORMULA = frozenset(_DECORATION.split())
_DISPLAY_MATHS = re.compile(r"\s*(?:\$\$(?P<a>.*)\$\$|\\\[(?P<b>.*)\\\])\s*", re.DOTALL)
_INLINE_MATHS = re.compile(r"\s*(?:\$(?P<a>.*)\$|\\\((?P<b>.*)\\\))\s*", re.DOTALL)


def with_formulas_and_sounds(html: str) -> str:
    """Turn Anki's formulas and `[sound:…]` into the elements that `finishing` reads."""
    if "[" not in html and "\\" not in html:
        return html
    return _PIECE.sub(_piece, html)


def _piece(match: re.Match[str]) -> str:
    if match["sound"] is not None:
        return f'<code class="sound">{match["sound"].strip()}</code>'
    formula = match["formula"]
    if formula is None:
        return match[0]
    opening = next(o for o, c, _ in _DELIMITERS if formula.startswith(o) and formula.endswith(c))
    closing = next(c for o, c, _ in _DELIMITERS if o == opening)
    latex = _latex(formula[len(opening) : len(formula) - len(closing)])
    if latex is None:
        return formula
    display = _IS_DISPLAY[opening]
    if opening == "[latex]":
        latex, display = _without_dollars(latex)
    return maths_element(latex, display)


def _latex(html: str) -> str | None:
    """The formula without its HTML, or None where the HTML is more than decoration."""
    open_tags: list[str] = []
    for closing, name in _ANY_TAG.findall(html):
        if name not in _WITHIN_FORMULA:
            return None
        if closing:
            if not open_tags or open_tags.pop() != name:
                return None
        elif name != "br":
            open_tags.append(name)
    if open_tags:
        return None
    html = _HINTED_GAP.sub(cloze.GAP_OPEN + cloze.GAP_CLOSE, html)
    html = _ANSWER.sub(lambda m: cloze.SHOWN_OPEN + m[1] + cloze.SHOWN_CLOSE, html)
    html = _BREAK.sub("\n", html)
    return unescape(_ANY_TAG.sub("", html)).replace("\xa0", " ")


def _without_dollars(latex: str) -> tuple[str, bool]:
    """`[latex]` holds a piece of a document: the formula is within its own delimiters, if any."""
    for pattern, display in ((_DISPLAY_MATHS, True), (_INLINE_MATHS, False)):
        found = pattern.fullmatch(latex)
        if found is not None:
            return found["a"] if found["a"] is not None else found["b"], display
    return latex, False
