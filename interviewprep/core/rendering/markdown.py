"""Markdown becomes HTML that is *not* yet safe: lists, tables, code, strike-through, maths.

A formula leaves here as `<code class="maths-inline">` or `maths-display` with its LaTeX inside, and
becomes MathML only after sanitising. HTML in the text counts only where it is one of a few harmless
elements; `vector<int>` stays what its author wrote.
"""

from __future__ import annotations

import re
from html import escape
from threading import local
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from interviewprep.core.rendering import markdown_inline
from interviewprep.core.rendering.code import highlighted
from interviewprep.core.rendering.markdown_lines import Fence, Formula, arranged
from interviewprep.core.rendering.maths import mark_clozes

_parsers = local()


def markdown_html(text: str) -> str:
    """Return unsafe HTML; the caller sanitises it. Text too deep to parse is shown as it is."""
    parser: Markdown | None = getattr(_parsers, "parser", None)
    if parser is None:
        parser = _parsers.parser = _build()
    try:
        return parser.reset().convert(text)
    except RecursionError:
        return f"<p>{escape(text)}</p>"


def maths_element(latex: str, display: bool) -> str:
    """The element in which a formula travels through the sanitiser."""
    kind = "display" if display else "inline"
    return f'<code class="maths-{kind}">{escape(mark_clozes(latex), quote=False)}</code>'


class _Blocks(Preprocessor):
    """Puts fences and display formulas aside, and lays out lists as the library reads them."""

    def run(self, lines: list[str]) -> list[str]:
        return list(arranged(lines, self._put_aside))

    def _put_aside(self, block: Fence | Formula) -> str:
        if isinstance(block, Formula):
            html = f"<p>{maths_element(block.latex, display=True)}</p>"
        else:
            words = block.info.split()
            if words[1:2] == ["check"]:  # for machines, never shown
                return ""
            inside = highlighted(block.code, words[0] if words else "")
            html = f'<pre class="code"><code>{inside}</code></pre>'
        return self.md.htmlStash.store(html)


class _Cells(Treeprocessor):
    """The alignment of a cell is a class, for styles are not allowed; code blocks get theirs."""

    def run(self, root: Element) -> None:
        for cell in root.iter():
            if cell.tag in ("td", "th") and (side := cell.attrib.pop("align", None)):
                cell.set("class", f"align-{side}")
            elif cell.tag == "pre":
                cell.set("class", "code")


class _Headings(HashHeaderProcessor):
    """A heading needs a space: `#include` is text. Blanks are read once (`++`), however many."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})[ \t]++"
        r"(?P<header>[^ \t\n]*+(?:[ \t]++(?!#*+[ \t]*+(?:\n|$))[^ \t\n]++)*)"
        r"(?:[ \t]++#++)?[ \t]*+(?:\n|$)"
    )


class _OurMarkdown(Extension):
    """The library's Markdown, with our rules for blocks, links, HTML and formulas."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_Blocks(md), "our_blocks", 20)
        md.parser.blockprocessors.deregister("reference")
        md.parser.blockprocessors.register(_Headings(md.parser), "hashheader", 70)
        md.treeprocessors.register(_Cells(md), "our_cells", 5)
        markdown_inline.register(md)


def _build() -> Markdown:
    return Markdown(
        extensions=[TableExtension(use_align_attribute=True), SaneListExtension(), _OurMarkdown()],
        output_format="html",
    )
