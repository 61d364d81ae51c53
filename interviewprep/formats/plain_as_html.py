"""Plain text as HTML that looks like it."""

from __future__ import annotations

import re
from html import escape

_TAG = re.compile(
    r"</?(?:br|b|i|u|em|strong|div|p|span|img|ul|ol|li|code|pre|sub|sup|table|tr|td|th)\b[^<>]*>"
    r"|&(?:nbsp|lt|gt|amp|quot);",
    re.IGNORECASE,
)


def html_of_plain(text: str) -> str:
    """Line ends and indentation stay; nothing in the text is markup."""
    html = escape(text.strip("\n"), quote=False).replace("  ", "&nbsp; ")
    return html.replace("\n", "<br>")


def html_of_code(text: str) -> str:
    """A block of code."""
    return f"<pre><code>{escape(text, quote=False)}</code></pre>"


def looks_like_html(text: str) -> bool:
    """Whether a text has tags or entities that nobody writes by accident."""
    return _TAG.search(text) is not None
