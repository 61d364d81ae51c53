"""A message as HTML that mail programs show: inline styles only, nothing fetched, light and dark.

Each colour is said twice, the plain one for programs that do not know `light-dark()`. Tables hold
the columns, as there is nothing else that all programs lay out alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

PAPER, SHEET = ("#f2ede2", "#171613"), ("#fffdf9", "#1f1e1a")
INK, SOFT = ("#211f1a", "#e9e4d8"), ("#565146", "#b8b1a2")
LINE = ("#e3dccd", "#35322b")
ACCENT, ON_ACCENT = ("#1c5a48", "#8ccbb0"), ("#fffdf9", "#10241c")
FONT = "font-family:'Segoe UI',system-ui,-apple-system,Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Button:
    """A link and what stands on it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A name with its figure."""

    name: str
    figure: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a message shows, from top to bottom; plain text throughout."""

    title: str
    rows: Sequence[Row]
    button: Button
    asides: Sequence[tuple[str, Button]] = ()
    footnotes: Sequence[tuple[str, Button]] = ()
    foot: str = ""
    foot_links: Sequence[Button] = field(default_factory=tuple)


def render(page: Page) -> str:
    """Return the whole document."""
    return (
        '<!DOCTYPE html>\n<html lang="en" style="color-scheme:light dark">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(page.title)}</title>\n</head>\n"
        f'<body style="margin:0;padding:0;{_back(PAPER)}">\n'
        f'<div style="{_back(PAPER)};padding:24px 12px">\n'
        f'<div style="max-width:480px;margin:0 auto;padding:24px;border-radius:8px;{_back(SHEET)};'
        f"border:1px solid {LINE[0]};border-color:{_both(LINE)};{_ink(INK)};{FONT};"
        'font-size:16px;line-height:1.5">\n'
        f'<h1 style="margin:0 0 16px;font-size:22px;line-height:1.25;{_ink(INK)}">'
        f"{escape(page.title)}</h1>\n{_table(page.rows)}{_button(page.button)}"
        f"{''.join(map(_aside, page.asides))}{''.join(map(_aside, page.footnotes))}</div>\n"
        f"{_foot(page)}</div>\n</body>\n</html>\n"
    )


def _table(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    cell = f"padding:6px 0;border-bottom:1px solid {LINE[0]};border-bottom-color:{_both(LINE)}"
    lines = "".join(
        f'<tr><td style="{cell};{_ink(INK)};overflow-wrap:anywhere">{escape(row.name)}</td>'
        f'<td style="{cell};{_ink(SOFT)};text-align:right;padding-left:16px;white-space:nowrap">'
        f"{escape(row.figure)}</td></tr>\n"
        for row in rows
    )
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        'style="width:100%;border-collapse:collapse;font-size:15px;margin:0 0 20px">\n'
        f"{lines}</table>\n"
    )


def _button(button: Button) -> str:
    return (
        f'<p style="margin:0"><a href="{escape(button.url)}" '
        f'style="display:block;text-align:center;'
        f"padding:12px 20px;border-radius:6px;font-weight:600;text-decoration:none;"
        f'{_back(ACCENT)};{_ink(ON_ACCENT)}">{escape(button.text)}</a></p>\n'
    )


def _aside(aside: tuple[str, Button]) -> str:
    sentence, button = aside
    return (
        f'<p style="margin:20px 0 0;{_ink(SOFT)};font-size:15px">{escape(sentence)}<br>'
        f"{_link(button)}</p>\n"
    )


def _foot(page: Page) -> str:
    links = " · ".join(map(_link, page.foot_links))
    return (
        f'<p style="max-width:480px;margin:16px auto 0;text-align:center;{_ink(SOFT)};{FONT};'
        f'font-size:13px;line-height:1.6">{escape(page.foot)}<br>{links}</p>\n'
    )


def _link(button: Button) -> str:
    return f'<a href="{escape(button.url)}" style="{_ink(ACCENT)}">{escape(button.text)}</a>'


def _both(colour: tuple[str, str]) -> str:
    return f"light-dark({colour[0]},{colour[1]})"


def _ink(colour: tuple[str, str]) -> str:
    return f"color:{colour[0]};color:{_both(colour)}"


def _back(colour: tuple[str, str]) -> str:
    return f"background-color:{colour[0]};background-color:{_both(colour)}"
