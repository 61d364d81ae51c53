"""What the HTML of other programs says by their own classes and styles, said by ours.

Code that was highlighted keeps its colours, as ours; bold, italic and underlined stay. All other
styles are the deck's, and go with the sanitiser.
"""

from __future__ import annotations

import re
from colorsys import rgb_to_hls
from html import unescape

from interviewprep.core.rendering.code import CODE_CLASSES

EMPHASIS_CLASSES = frozenset({"bold", "italic", "underlined"})

# Attributes are bounded, so that openings without an end cost little.
_ATTRIBUTES = r"(?:[^<>\"']|\"[^\"<]{0,2000}\"|'[^'<]{0,2000}'){0,4000}+"
_PIECE = re.compile(
    rf"<(?P<end>/?)(?P<name>pre|code|span)(?P<said>(?=[\s>/]){_ATTRIBUTES})>", re.IGNORECASE
)
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_BOLD = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b", re.IGNORECASE)
_ITALIC = re.compile(r"(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)\b", re.IGNORECASE)
_UNDERLINED = re.compile(
    r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]{0,40}\bunderline\b", re.IGNORECASE
)
_COLOUR = re.compile(
    r"(?:^|;)\s*color\s*:\s*(?:#([0-9a-f]{6}|[0-9a-f]{3})\b"
    r"|rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3}))",
    re.IGNORECASE,
)
# highlight.js (`hljs-…`) and Prism (`token …`), as Pygments' short classes.
_TOKENS = {
    "keyword": "k",
    "selector-tag": "k",
    "boolean": "kc",
    "literal": "kc",
    "atrule": "k",
    "built_in": "nb",
    "builtin": "nb",
    "type": "kt",
    "class": "nc",
    "class-name": "nc",
    "title": "nf",
    "function": "nf",
    "section": "nf",
    "params": "n",
    "variable": "nv",
    "template-variable": "nv",
    "symbol": "ss",
    "attr": "na",
    "attribute": "na",
    "attr-name": "na",
    "property": "na",
    "selector-class": "nc",
    "selector-id": "nl",
    "selector": "nt",
    "tag": "nt",
    "name": "nt",
    "string": "s",
    "attr-value": "s",
    "char": "s",
    "subst": "si",
    "regexp": "sr",
    "regex": "sr",
    "link": "s",
    "number": "m",
    "comment": "c",
    "doctag": "c",
    "quote": "c",
    "prolog": "cp",
    "doctype": "cp",
    "meta": "cp",
    "decorator": "nd",
    "operator": "o",
    "punctuation": "p",
    "constant": "no",
    "addition": "gi",
    "inserted": "gi",
    "deletion": "gd",
    "deleted": "gd",
    "emphasis": "ge",
    "important": "k",
    "strong": "gs",
    "bold": "gs",
    "italic": "ge",
}
_GITHUB = {
    "pl-k": "k",
    "pl-s": "s",
    "pl-pds": "s",
    "pl-sr": "sr",
    "pl-c": "c",
    "pl-c1": "m",
    "pl-en": "nf",
    "pl-e": "nf",
    "pl-ent": "nt",
    "pl-v": "nv",
    "pl-smi": "n",
    "pl-s1": "n",
}
# The commonest styles of Pygments, editors and web pages, by the colour of their tokens.
_COLOURS = {
    "ba2121": "s", "408080": "c", "3d7b7b": "c", "aa22ff": "ow", "bc7a00": "cp", "b00040": "kt",
    "666666": "m", "19177c": "nv", "bb6688": "si", "880000": "no",
    "569cd6": "k", "c586c0": "k", "ce9178": "s", "6a9955": "c", "b5cea8": "m", "dcdcaa": "nf",
    "4ec9b0": "nc", "9cdcfe": "nv", "a31515": "s", "098658": "m", "795e26": "nf", "267f99": "nc",
    "001080": "nv", "af00db": "k",
    "f92672": "k", "66d9ef": "kd", "a6e22e": "nf", "e6db74": "s", "75715e": "c", "ae81ff": "m",
    "d73a49": "k", "032f62": "s", "6f42c1": "nf", "005cc5": "m", "6a737d": "c", "22863a": "nt",
    "cc7832": "k", "6a8759": "s", "808080": "c", "6897bb": "m", "ffc66d": "nf",
}  # fmt: skip


def with_our_classes(html: str) -> str:
    """The HTML of a deck, before it is sanitised, with our classes for what its own mean."""
    if "<span" not in html and "<SPAN" not in html:
        return html
    depth = 0

    def piece(match: re.Match[str]) -> str:
        nonlocal depth
        if match["name"].lower() != "span":
            depth = max(0, depth + (-1 if match["end"] else 1))
            return match[0]
        if match["end"] or "=" not in match["said"]:
            return match[0]
        ours = _ours(match["said"], is_code=depth > 0)
        return match[0] if ours is None else f'<span class="{ours}">'

    return _PIECE.sub(piece, html)


def _ours(said: str, *, is_code: bool) -> str | None:
    """Our class for a span with these attributes; None where it is to stay as it is."""
    found = _CLASS.search(said)
    names = unescape(found[1] or found[2] or found[3] or "").split() if found else []
    for name in names:
        if name.startswith("hljs-") and name[5:] in _TOKENS:
            return _TOKENS[name[5:]]
        if name in _GITHUB:
            return _GITHUB[name]
    if "token" in names:
        return next((_TOKENS[name] for name in names if name in _TOKENS), None)
    styled = _STYLE.search(said)
    if styled is None or not CODE_CLASSES.isdisjoint(names):
        return None
    style = unescape(styled[1] or styled[2] or "")
    if is_code:
        return _token(style)
    marks = (("bold", _BOLD), ("italic", _ITALIC), ("underlined", _UNDERLINED))
    return " ".join(name for name, pattern in marks if pattern.search(style)) or None


def _token(style: str) -> str | None:
    """The kind of token by its colour: as in a style that is known, else by what such a hue mostly
    stands for."""
    found = _COLOUR.search(style)
    if found is None:
        return None
    if found[1]:
        text = found[1].lower()
        text = "".join(sign * 2 for sign in text) if len(text) == 3 else text
    else:
        text = "".join(f"{min(int(found[n]), 255):02x}" for n in (2, 3, 4))
    if text == "008000":  # keywords of Pygments, comments of others
        return "k" if _BOLD.search(style) else "c"
    if text in _COLOURS:
        return _COLOURS[text]
    hue, light, full = rgb_to_hls(*(int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    if full < 0.15:
        return "c" if 0.3 < light < 0.8 else None
    for end, token in ((0.12, "s"), (0.2, "nf"), (0.45, "s"), (0.55, "nc"), (0.72, "k")):
        if hue < end:
            return token
    return "m"
