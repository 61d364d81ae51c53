"""Zips: cut off, encrypted, ambiguous, bombs, and names that lead elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from ...packages import PICTURE, collection
from .case import TORTURE, Cases, Make, sized
from .made import (
    CENTRAL,
    CSV,
    END,
    GOOD,
    LOCAL,
    MODERN_META,
    account_archive,
    apkg,
    box,
    field,
    modern,
    modern_collection,
    modern_with_media,
    number,
    old,
    patched,
    with_media,
    zipped,
    zstd,
)

MIB = 1024 * 1024
ZIPS: list[tuple[str, Make, str, str]] = [
    ("package", old, "deck.apkg", "The package is not a whole zip file"),
    ("modern package", modern, "deck.colpkg", "The package is not a whole zip file"),
    ("zip of texts", box, "box.zip", "The file is not a whole zip"),
    ("account", account_archive, "account.zip", "The archive is not a whole zip file"),
]


def _damage() -> Cases:
    cases = Cases("truncated and wrong magic")
    for what, make, name, said in ZIPS:
        for share in (3, 6, 9):
            cases.refused(f"{what}, {share} tenths of it", _cut(make, share), said, name)
    cases.refused("a package without its end", _without_end(old), "not a whole zip file")
    for what, data in (
        ("nothing", b""),
        ("a RAR file", b"Rar!\x1a\x07\x00" + b"x" * 900),
        ("a gzip", b"\x1f\x8b\x08" + b"\0" * 900),
        ("a page", b"<!doctype html><title>Sign in</title>"),
        ("an ELF", b"\x7fELF" + b"\0" * 900),
    ):
        said = "is empty" if not data else "not a whole zip file"
        cases.refused(f"{what} that is called a package", _just(data), said)
        said = "is empty" if not data else "in no format that can be read here"
        cases.refused(f"{what} that is called .bin", _just(data), said, "file.bin")
    cases.refused("a zip whose mark is wrong", _wrong_mark, "not a whole zip file")
    return cases


def _cut(make: Make, share: int) -> Make:
    def cut(folder: Path) -> bytes:
        data = make(folder)
        return data[: len(data) * share // 10]

    return cut


def _without_end(make: Make) -> Make:
    return lambda folder: make(folder)[:-22]


def _just(data: bytes) -> Make:
    return lambda folder: data


def _wrong_mark(folder: Path) -> bytes:
    return patched(old(folder), END, 0, b"XX")


def _ambiguous() -> Cases:
    cases = Cases("encrypted, twice and mismatching")
    cases.refused("a whole package encrypted", _encrypted(old), "collection.anki2")
    cases.refused("a text encrypted", _encrypted(box), "is encrypted", "box.zip")
    cases.refused("an account encrypted", _encrypted(account_archive), "encrypted", "a.zip")
    media_only = "0 in the package"
    cases.refused("media encrypted", _encrypted_media, media_only)
    twice = [("collection.anki2", b"x"), ("collection.anki2", b"y"), ("media", b"{}")]
    cases.refused("two collections", _just(zipped(twice)), "two entries called collection.anki2")
    texts = [("a.md", b"x::y\n"), ("a.md", b"z::y\n")]
    cases.refused("two texts", _just(zipped(texts)), "two entries called a.md", "box.zip")
    cases.refused("two headers", _account_twice, "two entries of one name", "a.zip")
    cases.refused("another name inside", _renamed_inside(old), "collection.anki2", "deck.apkg")
    cases.refused("another name in a zip of texts", _renamed_text, "damaged", "box.zip")
    cases.refused("another size inside", _sized_inside, "collection.anki2 in the package")
    cases.refused("another way inside", _method(99), "collection.anki2 in the package")
    cases.refused("a checksum that is wrong", _checksum, "collection.anki2 in the package")
    cases.refused("a directory far away", _far_directory, "collection.anki2 in the package")
    cases.refused("more entries said than there are", _more_entries, "not a whole zip file")
    cases.refused("two entries, one place", _overlapping, "in the package")
    return cases


def _encrypted(make: Make) -> Make:
    def spoil(folder: Path) -> bytes:
        data = patched(make(folder), LOCAL, 6, b"\x01", every=True)
        return patched(data, CENTRAL, 8, b"\x01", every=True)

    return spoil


def _encrypted_media(folder: Path) -> bytes:
    data = with_media(folder, {"0": "p.png"})
    at = data.rindex(CENTRAL)
    return data[: at + 8] + b"\x01" + data[at + 9 :]


def _account_twice(folder: Path) -> bytes:
    header = b'{"format": "interviewprep-archive", "version": 1}'
    return zipped([("interviewprep-archive.json", header)] * 2)


def _renamed_inside(make: Make) -> Make:
    return lambda folder: patched(make(folder), LOCAL, 30, b"kollection.anki2")


def _renamed_text(folder: Path) -> bytes:
    return patched(zipped({"a.md": b"x::y\n"}), LOCAL, 30, b"b")


def _sized_inside(folder: Path) -> bytes:
    data = patched(old(folder), LOCAL, 22, number(7))
    return patched(data, CENTRAL, 24, number(7))


def _method(way: int) -> Make:
    def spoil(folder: Path) -> bytes:
        return patched(old(folder), CENTRAL, 10, number(way, "<H"))

    return spoil


def _checksum(folder: Path) -> bytes:
    return patched(old(folder), CENTRAL, 16, b"abcd")


def _far_directory(folder: Path) -> bytes:
    return patched(old(folder), END, 16, number(2**31))


def _more_entries(folder: Path) -> bytes:
    return patched(old(folder), END, 12, number(2**31))


def _overlapping(folder: Path) -> bytes:
    """Two entries that claim the same bytes, as the bombs of entries on top of each other do."""
    data = with_media(folder, {"0": "a.png", "1": "b.png"})
    first = data.index(LOCAL)
    at = data.rindex(CENTRAL)
    return data[: at + 42] + number(first) + data[at + 46 :]


def _polyglots() -> Cases:
    cases = Cases("polyglots")
    cases.harmless("a picture with a package behind it", _behind(PICTURE, old))
    cases.refused("a picture with texts behind it", _behind(PICTURE, box), "no format", "p.png")
    cases.harmless("a package with a page in front", _behind(b"<script>alert(1)</script>", old))
    cases.harmless("a package with a program behind it", _before(old, b"\x7fELF" * 99))
    cases.harmless("a text that is a database, too", _before(_small_box, b"\0" * 9), "box.zip")
    cases.refused("a database called a package", _database, "not a whole zip file")
    cases.harmless("a package called a text", old, "deck.md")
    cases.harmless("a package called a zip", _package_in_a_zip, "deck.zip")
    cases.harmless("a table called a text", _just(CSV.encode()), "deck.txt")
    cases.harmless("an account with a package in it", _account_and_package, "deck.zip")
    return cases


def _behind(first: bytes, make: Make) -> Make:
    return lambda folder: first + make(folder)


def _before(make: Make, last: bytes) -> Make:
    return lambda folder: make(folder) + last


def _small_box(folder: Path) -> bytes:
    return zipped({"a.md": b"x::y\n"})


def _database(folder: Path) -> bytes:
    return collection(folder / "c", GOOD)


def _package_in_a_zip(folder: Path) -> bytes:
    return zipped({"0": b"", "collection.anki2": collection(folder / "c", GOOD), "media": b"{}"})


def _account_and_package(folder: Path) -> bytes:
    return account_archive(folder, **{"collection.anki2": collection(folder / "c", GOOD)})


def _bombs() -> Cases:
    """Small on the disk and large in memory, whatever they claim. Whole sizes with TORTURE."""
    cases = Cases("bombs")
    large = sized(3 * 1024 * MIB, 80 * MIB)
    said = "collection.anki2 in the package"
    cases.refused("a collection of zeros", _zeros("collection.anki2", large), said)
    cases.refused("one that claims ten bytes", _claims(large, 10), said)
    cases.refused("one that claims nothing", _claims(large, 0), "no table col")
    cases.refused("one that claims 4 GiB", _claims(4096, 2**32 - 2), said)
    modern_said = "collection.anki21b in the package"
    large_said = modern_said if TORTURE else "The collection in the package"
    cases.refused("zstandard without a size", _frames(large, 1), large_said)
    cases.refused("zstandard in many frames", _frames(large, 50), large_said)
    cases.refused("zstandard that claims too little", _zstd_claims(1), modern_said)
    cases.refused("zstandard that claims too much", _zstd_claims(2**50), modern_said)
    cases.refused("zstandard with a huge window", _window, modern_said)
    cases.refused("zstandard in zstandard", _nested_zstd, "The collection in the package")
    cases.refused("a list of media", _media_list(sized(2048 * MIB, 40 * MIB)), "media in the")
    cases.refused("a media file", _media_bomb(sized(1024 * MIB, 300 * MIB)), "0 in the package")
    cases.refused("many media files", _many_media, "in the package")
    cases.refused("a text", _zeros("a.md", large), "a.md", "box.zip")
    cases.refused("a text that claims little", _claims(large, 10, "a.md"), "a.md", "box.zip")
    cases.reported("texts that are large together", _large_texts, "left-out-file", "box.zip")
    cases.refused("a zip in a zip in a zip", _nested(4), "The zip holds no deck", "box.zip")
    cases.refused("pictures of a zip of texts", _picture_bomb, "p.png", "box.zip")
    cases.refused("a .cards file", _zeros("cards.xml", large), "cards.xml", "deck.cards")
    name = "interviewprep-archive.json"
    cases.refused("the header of an account", _account(name, large), name, "a.zip")
    notes = "content/notes.jsonl"
    cases.refused("the notes of an account", _account(notes, large), notes, "a.zip")
    cases.refused(
        "a file of an account", _account("media/p.png", sized(large, 257 * MIB)), "p.png", "a.zip"
    )
    bare = "more memory than is allowed" if TORTURE else "The collection in the package"
    cases.refused("bzip2", _other_way(zipfile.ZIP_BZIP2, large), bare)
    cases.refused("LZMA", _other_way(zipfile.ZIP_LZMA, sized(large, 20 * MIB)), bare)
    cases.refused("LZMA with a huge dictionary", _lzma_dictionary, "more memory than is allowed")
    return cases


def deflated_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = b"\0" * min(size, 16 * MIB)
    parts = [packer.compress(piece) for _ in range(size // len(piece))]
    return b"".join([*parts, packer.flush()])


def _entry(name: str, packed: bytes, claims: int, crc: int = 0) -> bytes:
    """A zip of one entry, with sizes as somebody claims them."""
    raw = name.encode()
    common = struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 33, crc, len(packed), claims, len(raw))
    local = LOCAL + common + b"\0\0" + raw + packed
    central = CENTRAL + b"\x14\0" + common + struct.pack("<HHHHII", 0, 0, 0, 0, 0, 0) + raw
    end = END + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def _zeros(name: str, size: int) -> Make:
    return lambda folder: _entry(name, deflated_zeros(size), min(size, 2**32 - 2))


def _claims(size: int, claims: int, name: str = "collection.anki2") -> Make:
    return lambda folder: _entry(name, deflated_zeros(size), claims)


def _modern(collection_bytes: bytes, media: bytes = b"", **entries: bytes) -> bytes:
    packed = {"meta": MODERN_META, "collection.anki21b": collection_bytes, "media": media}
    return zipped({**packed, **entries})


def zstd_zeros(size: int) -> bytes:
    """As a stream, so that no size is said."""
    packer = zstd.ZstdCompressor()
    parts = [packer.compress(b"\0" * (8 * MIB)) for _ in range(size // (8 * MIB))]
    return b"".join([*parts, packer.flush()])


def _frames(size: int, count: int) -> Make:
    return lambda folder: _modern(zstd_zeros(max(8 * MIB, size // count)) * count)


def _zstd_claims(size: int) -> Make:
    """A frame whose header says another size than there is."""

    def make(folder: Path) -> bytes:
        block = zstd.compress(b"\0" * 100_000)[-8:]
        head = b"\x28\xb5\x2f\xfd" + bytes([0b11000000]) + b"\x58" + number(size, "<Q")
        return _modern(head + block)

    return make


def _window(folder: Path) -> bytes:
    """Window log 41: two tebibytes."""
    return _modern(b"\x28\xb5\x2f\xfd\x00" + bytes([(41 - 10) << 3]) + b"\x01\0\0")


def _nested_zstd(folder: Path) -> bytes:
    return _modern(zstd.compress(zstd.compress(modern_collection(folder))))


def _media_list(size: int) -> Make:
    def make(folder: Path) -> bytes:
        data = modern_collection(folder)
        return _modern(zstd.compress(data), zstd_zeros(size))

    return make


def _media_bomb(size: int) -> Make:
    def make(folder: Path) -> bytes:
        return modern_with_media(folder, b"p.png", zstd_zeros(size))

    return make


def _many_media(folder: Path) -> bytes:
    """Each is as large as one may be, and together they are too large."""
    each, count = sized(250 * MIB, 264 * MIB), sized(9, 1)
    bomb = zstd_zeros(each)
    listed = b"".join(field(1, field(1, b"%d.png" % n)) for n in range(count))
    data = zstd.compress(modern_collection(folder))
    return _modern(data, zstd.compress(listed), **{str(n): bomb for n in range(count)})


def _large_texts(folder: Path) -> bytes:
    each = b"q::a\n" + sized(b" ", b"x") * (30 * MIB)
    return zipped({f"{n}.md": each for n in range(sized(40, 3))})


def _nested(depth: int) -> Make:
    def make(folder: Path) -> bytes:
        data = zipped({"a.md": b"x::y\n" * 99})
        for _ in range(depth):
            data = zipped({f"{n}.zip": data for n in range(10)})
        return data

    return make


def _picture_bomb(folder: Path) -> bytes:
    size = sized(1024 * MIB, 260 * MIB)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "x ![](p.png)::y\n")
        with archive.open(zipfile.ZipInfo("p.png"), "w", force_zip64=True) as file:
            for _ in range(size // (4 * MIB)):
                file.write(b"\0" * (4 * MIB))
    return packed.getvalue()


def _account(name: str, size: int) -> Make:
    def make(folder: Path) -> bytes:
        packed = io.BytesIO(account_archive(folder, **{name: b"x"}))
        with zipfile.ZipFile(packed) as archive:
            entries = {each: archive.read(each) for each in archive.namelist()}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, data in entries.items():
                with archive.open(zipfile.ZipInfo(each), "w", force_zip64=True) as file:
                    if each != name:
                        file.write(data)
                        continue
                    for _ in range(size // MIB):
                        file.write(b" " * MIB)
        return out.getvalue()

    return make


def _other_way(way: int, size: int) -> Make:
    def make(folder: Path) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", way) as archive:
            info = zipfile.ZipInfo("collection.anki2")
            info.compress_type = way
            with archive.open(info, "w", force_zip64=True) as file:
                for _ in range(size // (4 * MIB)):
                    file.write(b"\0" * (4 * MIB))
        return packed.getvalue()

    return make


def _lzma_dictionary(folder: Path) -> bytes:
    """LZMA that wants a dictionary of 4 GiB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("collection.anki2", collection(folder / "c", GOOD))
    data = packed.getvalue()
    at = data.index(b"collection.anki2") + len("collection.anki2")
    return data[: at + 5] + number(2**32 - 1) + data[at + 9 :]


def _entries() -> Cases:
    cases = Cases("tens of thousands of entries")
    few, many = sized(49_000, 4_000), 50_100
    cases.refused("a package", _empty_entries(many, old), "entries")
    cases.refused("a zip of texts", _empty_entries(many, _small_box), "entries", "box.zip")
    cases.refused("an account", _empty_entries(61_000, account_archive), "entries", "a.zip")
    cases.harmless("a package with nearly as many", _empty_entries(few, old))
    cases.harmless("a list of media that are not there", _listed(few))
    cases.refused("a longer list", _listed(many), "media files")
    cases.harmless("texts, each a deck", _many_texts(sized(20_000, 300)), "box.zip")
    return cases


def _empty_entries(count: int, make: Make) -> Make:
    def fill(folder: Path) -> bytes:
        packed = io.BytesIO(make(folder))
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
            for n in range(count):
                archive.writestr(zipfile.ZipInfo(f"x{n}"), b"")
        return packed.getvalue()

    return fill


def _listed(count: int) -> Make:
    def make(folder: Path) -> bytes:
        listed = b"{" + b",".join(b'"%d":"%d.png"' % (n, n) for n in range(count)) + b"}"
        return apkg(collection(folder / "c", GOOD), media=listed)

    return make


def _many_texts(count: int) -> Make:
    return lambda folder: zipped({f"d{n}.md": b"q%d::a\n" % n for n in range(count)})


def _symlinks() -> Cases:
    cases = Cases("symlinks")
    cases.refused("a collection", _linked("collection.anki2", old), "is a link")
    cases.reported("a text", _link_beside, "unsafe-name", "box.zip")
    cases.reported("a folder", _linked_folder, "unsafe-name", "box.zip")
    cases.harmless("media", _linked_media)
    cases.refused("the whole of a zip", _only_link, "holds no deck", "box.zip")
    return cases


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info


def _with_link(data: bytes, name: str, target: str) -> bytes:
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(_link(name), target)
    return packed.getvalue()


def _linked(name: str, make: Make) -> Make:
    return lambda folder: _with_link(zipped({"media": b"{}"}), name, "/etc/passwd")


def _link_beside(folder: Path) -> bytes:
    return _with_link(zipped({"ok.md": b"x::y\n"}), "a.md", "/etc/passwd")


def _linked_folder(folder: Path) -> bytes:
    data = _with_link(zipped({"ok.md": b"x::y\n"}), "d", "/etc")
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("d/passwd.md", b"x::z\n")
    return packed.getvalue()


def _linked_media(folder: Path) -> bytes:
    """In a package the bytes of a link are a file like any other, which is no picture."""
    notes = [(1, "a", 1, "", '<img src="p.png">\x1fA')]
    data = apkg(collection(folder / "c", notes), media=b'{"0": "p.png"}')
    return _with_link(data, "0", "/etc/passwd")


def _only_link(folder: Path) -> bytes:
    return _with_link(zipped({}), "a.md", "/etc/passwd")


CASES = [
    each
    for cases in (_damage(), _ambiguous(), _polyglots(), _bombs(), _entries(), _symlinks())
    for each in cases.all
]
