"""Image occlusion as Anki writes it: `{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:…}}`.

Lengths are fractions of the picture's width and height. With `oi=1` a shape covers its part while
another one is asked for, too. Number 0 is for texts that are drawn into the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape

_SHAPE = re.compile(r"\{\{c(\d{1,6}(?:,\d{1,6})*)::image-occlusion:([a-z]{1,20}):?([^{}]*)\}\}")
_VALUE = re.compile(r"(?:^|:)([a-z]{1,20})=([^:]*)")
_NUMBER = re.compile(r"-?(?:\d{1,6}(?:\.\d{0,12})?|\.\d{1,12})")
_LINE = re.compile(r"(asked|other|shown) (rect|ellipse|polygon)((?: -?[0-9.]{1,20}){4,400})")
_SIDES = {"rect": ("left", "top", "width", "height"), "ellipse": ("left", "top", "rx", "ry")}
_TEXT = "text "
MOST_SHAPES = 200


def is_occlusion(text: str) -> bool:
    """Whether the text of a field is a list of shapes over a picture."""
    return "::image-occlusion:" in text and _SHAPE.search(text) is not None


def masks(text: str, number: int, *, answered: bool) -> str:
    """What covers the picture on one side of card `number`, line by line, for `masks_svg`."""
    lines = []
    for match in list(_SHAPE.finditer(text))[:MOST_SHAPES]:
        numbers = [int(each) for each in match[1].split(",")]
        values = dict(_VALUE.findall(match[3]))
        if match[2] == "text":
            lines.append(_TEXT + " ".join(unescape(values.get("text", "")).split()))
            continue
        if number in numbers:
            state = "shown" if answered else "asked"
        elif values.get("oi") == "1" and 0 not in numbers:
            state = "other"
        else:
            continue
        lengths = list(_lengths(match[2], values))
        if lengths:
            lines.append(f"{state} {match[2]} {' '.join(lengths)}")
    return "\n".join(lines)


def masks_svg(said: str) -> str:
    """The drawing to lie over the picture. Nothing of it comes from the deck but numbers."""
    shapes = []
    for line in said.splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            lengths = [float(each) for each in match[3].split() if _NUMBER.fullmatch(each)]
            shapes.append(_drawn(match[2], lengths, match[1]))
    return (
        '<svg class="occlusion-masks" viewBox="0 0 1 1" preserveAspectRatio="none" role="img"'
        f' aria-label="A part of the picture is covered">{"".join(shapes)}</svg>'
        if any(shapes)
        else ""
    )


def drawn_texts(said: str) -> str:
    """The texts that stood in the picture, as HTML to stand below it."""
    texts = [line[len(_TEXT) :] for line in said.splitlines() if line.startswith(_TEXT)]
    return "".join(f"<br><small>{escape(text)}</small>" for text in texts if text)


def _lengths(kind: str, values: Mapping[str, str]) -> Iterator[str]:
    """The lengths of a shape; none where one is no number."""
    if kind == "polygon":
        found = values.get("points", "").replace(",", " ").split()
        is_whole = len(found) % 2 == 0
    else:
        found = [values.get(side, "") for side in _SIDES.get(kind, ())]
        is_whole = True
    if is_whole and all(_NUMBER.fullmatch(each) for each in found):
        yield from found


def _drawn(kind: str, lengths: list[float], state: str) -> str:
    how = f'class="mask-{state}"'
    if kind == "polygon":
        pairs = zip(lengths[::2], lengths[1::2], strict=False)
        return f'<polygon {how} points="{" ".join(f"{x:g},{y:g}" for x, y in pairs)}"/>'
    if len(lengths) != 4 or min(lengths[2:]) < 0:
        return ""
    left, top, width, height = lengths
    if kind == "ellipse":
        cx, cy = left + width, top + height
        return f'<ellipse {how} cx="{cx:g}" cy="{cy:g}" rx="{width:g}" ry="{height:g}"/>'
    return f'<rect {how} x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}"/>'
