"""What we read within a line in our own way: formulas, links, pictures, HTML, strike-through.

The library's links look for their end over the whole paragraph from every bracket, which takes
minutes on 50,000 brackets; ours are bounded. Links by reference are left as text.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.util import AtomicString, code_escape

from interviewprep.core.rendering.formula_patterns import DISPLAY_FORMULA, FORMULA
from interviewprep.core.rendering.maths import mark_clozes

_ELEMENT_NAMES = (
    "b br code dd del details div dl dt em hr i img ins kbd li mark ol p pre s small span strong "
    "sub summary sup table tbody td tfoot th thead tr u ul var samp q abbr blockquote"
)
_ADDRESS = (
    r"\(\s*+(?:<(?P<angled>[^<>\n]{0,2000})>|(?P<bare>(?:[^\s()<>]|\([^\s()<>]{0,200}\)){0,2000}))"
)
_TITLE = r"(?:\s++(?:\"(?P<title>[^\"]{0,500})\"|'(?P<other>[^']{0,500})'))?\s*+\)"
_LINK = rf"\[(?P<text>[^\[\]]{{0,1000}})\]{_ADDRESS}{_TITLE}"
_HTML = rf"</?(?:{'|'.join(_ELEMENT_NAMES.split())})\b[^<>]{{0,2000}}>"
_COMMENT = r"<!--(?:(?!<!--)[\s\S]){0,5000}?-->"
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_REPLACED = (
    *("link", "image_link", "image_reference", "reference", "short_reference"),
    *("short_image_ref", "html", "automail"),
)


def register(md: Markdown) -> None:
    """Replace what the library has by what stands here."""
    for name in _REPLACED:
        md.inlinePatterns.deregister(name)
    md.ESCAPED_CHARS = list(_PUNCTUATION)
    patterns = md.inlinePatterns
    patterns.register(_Maths(DISPLAY_FORMULA, md, "display"), "display_maths", 187)
    patterns.register(_Maths(FORMULA, md, "inline"), "inline_maths", 185)
    patterns.register(_Break(r"\\\n", md), "backslash_break", 182)
    patterns.register(_Picture("!" + _LINK, md), "our_picture", 165)
    patterns.register(_Link(_LINK, md), "our_link", 160)
    patterns.register(_Comment(_COMMENT, md), "our_comment", 95)
    patterns.register(_Html(_HTML, md), "our_html", 90)
    patterns.register(SimpleTagInlineProcessor(r"(~~)([^~\n]{1,2000})~~", "s"), "strike", 50)


def _is_escaped(data: str, at: int) -> bool:
    before = at
    while before > 0 and data[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


class _Maths(InlineProcessor):
    """`$…$`, by Pandoc's rule: no space inside the dollars, no digit after the second.

    So "costs $5 and $6" stays a price. `$$…$$` within a line is a display formula.
    """

    def __init__(self, pattern: str, md: Markdown, kind: str) -> None:
        super().__init__(pattern, md)
        self._kind = kind

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        latex = m["latex"]
        if _is_escaped(data, m.start()) or not latex.strip():
            return None, None, None
        element = Element("code", {"class": f"maths-{self._kind}"})
        element.text = AtomicString(code_escape(mark_clozes(self.unescape(latex))))
        return element, m.start(), m.end()


class _Break(InlineProcessor):
    """A backslash at the end of a line."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        return Element("br"), m.start(), m.end()


class _Link(InlineProcessor):
    """`[text](address "title")`."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("a", {"href": self._address(m)})
        element.text = m["text"]
        self._add_title(element, m)
        return element, m.start(), m.end()

    def _address(self, m: re.Match[str]) -> str:
        address = m["angled"] if m["angled"] is not None else m["bare"]
        return str(self.unescape(address)).strip()

    def _add_title(self, element: Element, m: re.Match[str]) -> None:
        title = m["title"] if m["title"] is not None else m["other"]
        if title:
            element.set("title", str(self.unescape(title)))


class _Picture(_Link):
    """`![alternative text](name "title")`."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        alt = str(self.unescape(m["text"]))
        element = Element("img", {"src": self._address(m), "alt": alt})
        self._add_title(element, m)
        return element, m.start(), m.end()


class _Comment(InlineProcessor):
    """A comment is not shown."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return "", m.start(), m.end()


class _Html(InlineProcessor):
    """A tag of a harmless element stays a tag; every other `<` is text."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return self.md.htmlStash.store(str(self.unescape(m[0]))), m.start(), m.end()
