"""Program text becomes HTML with Pygments' short classes, and a style sheet for them."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from interviewprep.core import cloze

LONGEST_HIGHLIGHTED_CHARS = 20_000
CODE_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
"""The classes Pygments uses, which decks highlighted elsewhere use too."""

_formatter = HtmlFormatter(nowrap=True)


def highlighted(source: str, language: str) -> str:
    """Return `source` as HTML for a `<code>` element. Unknown languages are only escaped.

    Text with cloze marks is not highlighted, so that a mark never cuts a token's element in two.
    """
    lexer = _lexer(language.lower()) if language else None
    marked = any(mark in source for mark in cloze.MARKS)
    if lexer is None or marked or len(source) > LONGEST_HIGHLIGHTED_CHARS:
        return escape(source)
    return pygments_highlight(source, lexer, _formatter)


def code_styles(light: str = "default", dark: str = "github-dark") -> str:
    """The style sheet for code, from two Pygments styles; every selector begins with `.code`.

    Dark rules apply where the system asks for dark, unless `data-theme="light"` is set on the root
    element, and always under `data-theme="dark"`.
    """
    return "\n".join(
        [
            _rules(light, ".code"),
            "@media (prefers-color-scheme: dark) {",
            _rules(dark, ':root:not([data-theme="light"]) .code'),
            "}",
            _rules(dark, ':root[data-theme="dark"] .code'),
            "",
        ]
    )


def _rules(style: str, scope: str) -> str:
    rules: str = HtmlFormatter(style=style).get_style_defs(scope)  # type: ignore[no-untyped-call]
    return "\n".join(line for line in rules.splitlines() if line.startswith(scope))


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
