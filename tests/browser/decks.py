"""An Anki package with what real ones hold: nested decks, both directions, clozes, a picture."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import genanki

DECKS = ("Calculus", "Calculus::Limits", "Calculus::Limits::By rule")
PICTURE_NAME = "parabola.png"


@dataclass(frozen=True, slots=True)
class Held:
    """What the report of an import should say of a file."""

    notes: int
    cards: int
    media: int


PACKAGE = Held(notes=27, cards=12 + 6 + 21, media=1)


def write_package(path: Path) -> Path:
    """Write 12 questions, 3 terms in both directions and 12 clozes with a gap or two."""
    decks = [genanki.Deck(9_000 + place, name) for place, name in enumerate(DECKS)]
    for number in range(12):
        picture = f'<br><img src="{PICTURE_NAME}">' if number == 0 else ""
        fields = [f"What is the derivative of x<sup>{number + 2}</sup>?{picture}"]
        fields.append(f"\\({number + 2}x^{{{number + 1}}}\\)")
        decks[0].add_note(
            genanki.Note(genanki.BASIC_MODEL, fields, tags=["derivatives"], guid=f"power-{number}")
        )
    for term, meaning in (("ε", "how close"), ("δ", "how near"), ("N", "from where on")):
        kind = genanki.BASIC_AND_REVERSED_CARD_MODEL
        decks[1].add_note(genanki.Note(kind, [term, meaning], guid=f"term-{term}"))
    for number in range(12):
        text = f"The limit of {{{{c1::1/n^{number + 1}}}}} is zero"
        if number % 4 != 3:
            text += f", and that of n^{number + 1} is {{{{c2::infinity}}}}"
        decks[2].add_note(genanki.Note(genanki.CLOZE_MODEL, [text, ""], guid=f"limit-{number}"))
    picture_file = path.parent / PICTURE_NAME
    picture_file.write_bytes(parabola())
    genanki.Package(decks, media_files=[str(picture_file)]).write_to_file(str(path))
    return path


def parabola(width: int = 900, height: int = 420) -> bytes:
    """Draw a parabola, wider than a phone, as a PNG of eight-bit greys."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff" * width)
        for x in range(width):
            at = height - 20 - ((x - width / 2) / (width / 2)) ** 2 * (height - 40)
            if abs(y - at) < 3 or y == height - 20:
                row[x] = 60
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
