"""Markdown becomes HTML that is *not* yet safe: CommonMark, tables, strike-through, maths.

A formula leaves here as `<code class="maths-inline">` or `maths-display` with its LaTeX inside, and
becomes MathML only after sanitising. HTML in the text counts only where it is one of a few harmless
elements; `vector<int>` stays what its author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from interviewprep.core.rendering.code import highlighted
from interviewprep.core.rendering.maths import mark_clozes

_ELEMENT_NAMES = (
    "b br code dd del details div dl dt em hr i img ins kbd li mark ol p pre s small span strong "
    "sub summary sup table tbody td tfoot th thead tr u ul var samp q abbr blockquote"
)
HTML_ELEMENTS = frozenset(_ELEMENT_NAMES.split())

_ELEMENT = re.compile(r"\s*</?([A-Za-z][A-Za-z0-9]*)")


def markdown_html(text: str) -> str:
    """Return unsafe HTML; the caller sanitises it."""
    html: str = _parser.render(text)
    return html


def maths_element(latex: str, display: bool) -> str:
    """The element in which a formula travels through the sanitiser."""
    kind = "display" if display else "inline"
    return f'<code class="maths-{kind}">{escape(mark_clozes(latex), quote=False)}</code>'


class _Renderer(RendererHTML):
    """Our own HTML for fences, raw HTML, table cells and formulas."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """Highlighted code; a `check` block is for machines and never shown."""
        words = tokens[idx].info.split()
        if words[1:2] == ["check"]:
            return ""
        inside = highlighted(tokens[idx].content, words[0] if words else "")
        return f'<pre class="code"><code>{inside}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """Indented code, whose language nobody said."""
        return f'<pre class="code"><code>{escape(tokens[idx].content)}</code></pre>\n'

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """A harmless element as it is, anything else as text."""
        return _known_or_text(tokens[idx].content)

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """The same for a block."""
        shown = _known_or_text(tokens[idx].content)
        return shown if shown == tokens[idx].content else f"<p>{shown}</p>\n"

    def maths_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
    ) -> str:
        """A formula within a line."""
        return maths_element(tokens[idx].content, display=bool(tokens[idx].meta["display"]))

    def maths_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """A formula on lines of its own."""
        return f"<p>{maths_element(tokens[idx].content, display=True)}</p>\n"

    def renderInlineAsText(  # noqa: N802 - the library's name
        self, tokens: Sequence[Token] | None, options: OptionsDict, env: Any
    ) -> str:
        """The alternative text of a picture, formulas and code as they were written."""
        return "".join(
            self.renderInlineAsText(token.children, options, env)
            if token.type == "image"
            else " "
            if token.type in ("softbreak", "hardbreak")
            else token.content
            for token in tokens or ()
        )

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """A heading cell; alignment is a class, for styles are not allowed."""
        return _cell("th", tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """A cell."""
        return _cell("td", tokens[idx])


def _cell(name: str, token: Token) -> str:
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{name} class="align-{side}">' if side else f"<{name}>"


def _known_or_text(html: str) -> str:
    if html.lstrip().startswith("<!--"):
        return ""
    name = _ELEMENT.match(html)
    return html if name and name[1].lower() in HTML_ELEMENTS else escape(html, quote=False)


def _maths_inline(state: StateInline, silent: bool) -> bool:
    """`$…$`, by Pandoc's rule: no space inside the dollars, no digit after the second.

    So "costs $5 and $6" stays a price. `$$…$$` within a line is a display formula.
    """
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    fence = "$$" if source.startswith("$$", start) else "$"
    end = _closing(source, start + len(fence), fence, state.posMax)
    if end is None:
        return False
    if not silent:
        token = state.push("maths_inline", "", 0)
        token.content = source[start + len(fence) : end]
        token.meta = {"display": fence == "$$"}
    state.pos = end + len(fence)
    return True


def _closing(source: str, start: int, fence: str, limit: int) -> int | None:
    if start >= limit or (fence == "$" and source[start].isspace()):
        return None
    at = start
    while (at := source.find("$", at, limit)) != -1:
        if _is_escaped(source, at, start):
            at += 1
            continue
        if fence == "$$":
            if source.startswith("$$", at) and at + 2 <= limit and source[start:at].strip():
                return at
            return None
        follows = source[at + 1 : at + 2]
        if at == start or source[at - 1].isspace() or follows.isdigit() or follows == "$":
            return None
        return at
    return None


def _is_escaped(source: str, at: int, start: int) -> bool:
    backslashes = 0
    while at - backslashes - 1 >= start and source[at - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def _maths_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """`$$` at the start of a line, to the next line that ends with `$$`."""
    if state.is_code_block(start_line):
        return False
    first = state.src[
        state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]
    ]
    if not first.startswith("$$"):
        return False
    lines = [first[2:].rstrip()]
    line = start_line
    while not lines[-1].endswith("$$"):
        line += 1
        if line >= end_line or state.sCount[line] < state.blkIndent:
            return False
        lines.append(
            state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        )
    latex = "\n".join(lines)[:-2]
    if "$$" in latex or not latex.strip():
        return False
    if silent:
        return True
    token = state.push("maths_block", "", 0)
    token.content = latex
    token.map = [start_line, line + 1]
    state.line = line + 1
    return True


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "maths_inline", _maths_inline)
    parser.block.ruler.before(
        "fence",
        "maths_block",
        _maths_block,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    return parser


_parser = _build()
