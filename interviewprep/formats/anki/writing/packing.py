"""An Anki package: a collection and its media in a zip, of today's kind or for old programs."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha1
from pathlib import Path
from typing import TypeAlias
from unicodedata import normalize

from interviewprep.core.compact import compact_json
from interviewprep.core.media_names import names_of
from interviewprep.core.outgoing import Outgoing
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.anki.writing import messages
from interviewprep.formats.anki.writing.collection import fill, new_collection
from interviewprep.formats.anki.writing.kinds import kinds_of
from interviewprep.formats.anki.writing.rows import Rows, created_at, deck_ids_of
from interviewprep.formats.anki.writing.schemas import About, write_schema_11, write_schema_18

SUFFIX = ".apkg"
_UNUSABLE = re.compile(r"[\x00-\x1f/\\:*?\"<>|^\[\]]+")
_MODERN = ("collection.anki21b", messages.number(1, 3))
_LEGACY = ("collection.anki21", messages.number(1, 2))
_ZSTD_LEVEL = 1
_PIECE_BYTES = 1 << 20
Fill: TypeAlias = Callable[[sqlite3.Connection, Rows], None]
FileOf: TypeAlias = Callable[[str], Path]


def write(
    outgoing: Outgoing,
    path: Path,
    warnings: WarningLog,
    *,
    legacy: bool = False,
    fill: Fill = fill,
) -> None:
    """Write a package to `path`: schema 18 and zstd, or with `legacy` schema 11 and deflate.

    `fill` stores notes, cards and reviews; who knows a shorter way than row by row brings it along.
    Media are packed by a thread of their own meanwhile.
    """
    media = names_of(outgoing.media, media_name)
    kinds = kinds_of(outgoing.note_types.values())
    infos = {info.name: info for info in outgoing.decks}
    at, calendar = created_at(outgoing)
    decks = deck_ids_of([*infos], int(outgoing.now.timestamp() * 1000))
    about = About(at, outgoing.now, outgoing.calendar, kinds, decks, infos)
    write_schema = write_schema_11 if legacy else write_schema_18
    name, meta = _LEGACY if legacy else _MODERN
    by_name = {name: pair[1] for pair, name in sorted(media.items())}

    def schema(connection: sqlite3.Connection) -> None:
        write_schema(connection, about)

    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package,
    ):
        package.writestr("meta", meta)
        collection = Path(folder) / "collection"
        with ThreadPoolExecutor(1) as beside:
            pack_media = _pack_media_legacy if legacy else _pack_media
            packed = beside.submit(pack_media, package, by_name, outgoing.file_of)
            with new_collection(collection, schema) as connection:
                fill(connection, Rows(outgoing, kinds, decks, media, calendar))
            packed.result()
        if legacy:
            package.write(collection, name, zipfile.ZIP_DEFLATED)
        else:
            _pack_collection(package, name, collection)


def media_name(label: str) -> str:
    """A name that Anki takes for a file: composed, and without the signs that some disks forbid."""
    return _UNUSABLE.sub("-", normalize("NFC", label)).strip(" ")


def _pack_collection(package: zipfile.ZipFile, name: str, collection: Path) -> None:
    from backports import zstd  # here: whoever exports no package does not need it

    compressor = zstd.ZstdCompressor(level=_ZSTD_LEVEL)
    with collection.open("rb") as file, package.open(name, "w", force_zip64=True) as entry:
        while piece := file.read(_PIECE_BYTES):
            entry.write(compressor.compress(piece))
        entry.write(compressor.flush())


def _pack_media(package: zipfile.ZipFile, media: Mapping[str, str], file_of: FileOf) -> None:
    from backports import zstd

    entries = []
    for number, (label, sha256) in enumerate(media.items()):
        data = file_of(sha256).read_bytes()
        package.writestr(str(number), zstd.compress(data, level=_ZSTD_LEVEL))
        digest = sha1(data, usedforsecurity=False).digest()
        said = messages.text(1, label) + messages.number(2, len(data)) + messages.block(3, digest)
        entries.append(messages.block(1, said))
    package.writestr("media", zstd.compress(b"".join(entries), level=_ZSTD_LEVEL))


def _pack_media_legacy(package: zipfile.ZipFile, media: Mapping[str, str], file_of: FileOf) -> None:
    for number, sha256 in enumerate(media.values()):
        package.write(file_of(sha256), str(number))
    package.writestr("media", compact_json({str(n): label for n, label in enumerate(media)}))
