"""Media by names that lead elsewhere, and pictures that are none."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

from ...packages import PICTURE, collection
from .case import Cases, Make, sized
from .made import (
    apkg,
    box,
    deck_json,
    modern,
    modern_with_media,
    with_media,
    zipped,
    zstd,
)

NAMES = {
    "above": "../../escaped.png",
    "far above": "../" * 40 + "tmp/escaped.png",
    "absolute": "/tmp/escaped.png",
    "of a drive": "C:\\Windows\\escaped.png",
    "with backslashes": "..\\..\\escaped.png",
    "of a share": "\\\\host\\share\\escaped.png",
    "reserved": "CON.png",
    "reserved, too": "NUL",
    "of a stream": "a.png:stream",
    "a dot": ".",
    "two dots": "..",
    "hidden": ".htaccess",
    "with a new line": "a\nb.png",
    "with an escape": "a\x1b[2Jb.png",
    "with a NUL": "a\0b.png",
    "turned around": "a\u202egnp.exe",
    "of 5,000 letters": "x" * 5_000 + ".png",
    "of 5,000 folders": "a/" * 5_000 + "b.png",
    "with quotes": "a' onerror='alert(1).png",
    "that is an address": "https://example.invalid/a.png",
    "that is code": "javascript:alert(1)",
    "with percent signs": "%2e%2e%2fescaped.png",
    "of blanks": "   ",
    "of nothing": "",
    "of a dollar": "$(touch escaped).png",
}


def _names() -> Cases:
    cases = Cases("media names")
    for what, name in NAMES.items():
        cases.either(f"a name {what}", _named(name))
    cases.harmless("names that differ by case", _colliding("A.png", "a.png"))
    cases.harmless("names that differ by form", _colliding("e\u0301.png", "\u00e9.png"))
    cases.harmless("one name twice", _colliding("a.png", "a.png"))
    cases.harmless("one entry by two names", _one_entry)
    cases.harmless("a name of bytes, modern", _modern_name(b"\xff\xfe\xfd.png"))
    cases.harmless("a name above, modern", _modern_name(b"../../../escaped.png"))
    cases.refused("a list that is no protobuf", _media_list_modern(b"\xff" * 30), "media in the")
    cases.refused("a list of numbers", _media_list_modern(b"\x08\x01"), "media in the package")
    for what, listed in (
        ("a list", b"[1, 2]"),
        ("cut off", b'{"0": '),
        ("nested", b"[" * 200_000),
        ("no text", b"\xff\xfe\x00"),
    ):
        cases.refused(f"media that are {what}", _listing(listed), "media in the package is damaged")
    cases.harmless("media that are numbers", _listing(b'{"0": 7, "1": null, "2": ["x"]}'))
    cases.harmless("the collection as a picture", _listing(b'{"collection.anki2": "p.png"}'))
    cases.harmless("an entry above", _listing(b'{"../../x": "p.png"}'))
    for name in ("../../escaped.md", "/tmp/escaped.md", "c:\\escaped.md", "a\u202e.md", "a\nb.md"):
        cases.reported(f"{name!r} in a zip of texts", _unsafe(name), "unsafe-name", "box.zip")
    cases.harmless("a picture above a text", _picture_above, "box.zip")
    for name in ("../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd"):
        text = f"x ![]({name})::y\n".encode()
        cases.either(f"{name} in a text", lambda folder, text=text: text, "a.md")
    return cases


def _named(name: str) -> Make:
    return lambda folder: with_media(folder, {"0": name})


def _colliding(*names: str) -> Make:
    def make(folder: Path) -> bytes:
        listed = {str(n): name for n, name in enumerate(names)}
        data = {str(n): PICTURE + bytes([n]) for n in range(len(names))}
        return with_media(folder, listed, data)

    return make


def _one_entry(folder: Path) -> bytes:
    notes = [(1, "a", 1, "", '<img src="a.png"><img src="b.png">\x1fA')]
    listed = b'{"0": "a.png", "0": "b.png"}'
    return apkg(collection(folder / "c", notes), media=listed, **{"0": PICTURE})


def _modern_name(name: bytes) -> Make:
    return lambda folder: modern_with_media(folder, name, zstd.compress(PICTURE))


def _media_list_modern(data: bytes) -> Make:
    return lambda folder: modern(folder, media=data)


def _listing(data: bytes) -> Make:
    return lambda folder: apkg(collection(folder / "c"), media=data, **{"0": PICTURE})


def _unsafe(name: str) -> Make:
    return lambda folder: zipped({"ok.md": b"x::y\n", name: b"a::b\n"})


def _picture_above(folder: Path) -> bytes:
    return zipped({"d/a.md": b"x ![](../../../../../etc/passwd)::y\n"})


def png(width: int, height: int) -> bytes:
    """A picture that is small on the disk and as large as it says in a browser."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * min(1 + (width + 7) // 8, 10_000)
    body = b"".join(packer.compress(row) for _ in range(min(height, 2_000))) + packer.flush()
    return PICTURE[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
ACTIVE = {
    "an SVG": ("a.svg", SVG),
    "an SVG called PNG": ("a.png", SVG),
    "a page": ("a.html", b"<!doctype html><script>alert(1)</script>"),
    "a page called PNG": ("a.png", b"<!doctype html><script>alert(1)</script>"),
    "a page behind a picture": ("a.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)<script>"),
    "XML with a style": ("a.xml", b"<?xml-stylesheet href='javascript:alert(1)'?><a/>"),
    "a PDF": ("a.pdf", b"%PDF-1.7 /OpenAction /JavaScript"),
    "a program": ("a.exe", b"MZ" + b"\0" * 99),
    "JavaScript called JPEG": ("a.jpg", b"\xff\xd8\xff\xe0/*\0*/=1;alert(1)"),
    "a style": ("a.css", b"@import url(https://example.invalid/x)"),
    "a font": ("a.woff2", b"wOF2" + b"\0" * 99),
    "Flash": ("a.swf", b"CWS\x08" + b"\0" * 99),
    "a list of films": ("a.m3u8", b"#EXTM3U\nhttps://example.invalid/x.ts"),
    "nothing": ("a.png", b""),
    "an icon": ("a.ico", b"\0\0\1\0\1\0" + b"\xff" * 16),
}


def _pictures() -> Cases:
    cases = Cases("picture bombs and active media")
    side = sized(60_000, 30_000)
    cases.harmless("a picture of very many dots", lambda folder: _picture(folder, png(side, side)))
    cases.harmless(
        "a picture that says it is larger",
        lambda folder: _picture(folder, png(2**31 - 1, 2**31 - 1)),
    )
    cases.harmless("a broken picture", _showing("a.png", PICTURE[:30]))
    for what, (name, data) in ACTIVE.items():
        cases.harmless(what, _showing(name, data))
    cases.harmless("an SVG in JSON", _svg_in_json, "deck.json")
    cases.refused("no base64 in JSON", _media_json("!!"), "media, entry 1", "deck.json")
    cases.refused("a number in JSON", _media_json(7), "media, entry 1", "deck.json")
    cases.harmless("a box of pictures", box, "box.zip")
    return cases


def _showing(name: str, data: bytes) -> Make:
    return lambda folder: with_media(folder, {"0": name}, {"0": data})


def _picture(folder: Path, data: bytes) -> bytes:
    return with_media(folder, {"0": "a.png"}, {"0": data})


def _svg_in_json(folder: Path) -> bytes:
    return _media_json("PHN2Zz48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+PC9zdmc+")(folder)


def _media_json(data: object) -> Make:
    def make(folder: Path) -> bytes:
        whole = json.loads(deck_json(folder))
        whole["notes"][0]["fields"][0] = "q ![](../a.svg)"
        return deck_json(folder, notes=whole["notes"], media=[{"name": "../a.svg", "data": data}])

    return make


CASES = [each for cases in (_names(), _pictures()) for each in cases.all]
