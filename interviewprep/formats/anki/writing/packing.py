"""An Anki package: a collection and its media in a zip, of today's kind or for old programs."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path
from unicodedata import normalize

from interviewprep.core.compact import compact_json
from interviewprep.core.media_names import names_of
from interviewprep.core.outgoing import Outgoing
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.anki.writing import messages
from interviewprep.formats.anki.writing.collection import write_collection
from interviewprep.formats.anki.writing.kinds import kinds_of
from interviewprep.formats.anki.writing.rows import Rows, created_at, deck_ids_of
from interviewprep.formats.anki.writing.schemas import About, write_schema_11, write_schema_18

SUFFIX = ".apkg"
_UNUSABLE = re.compile(r"[\x00-\x1f/\\:*?\"<>|^\[\]]+")
_MODERN = ("collection.anki21b", messages.number(1, 3))
_LEGACY = ("collection.anki21", messages.number(1, 2))
_ZSTD_LEVEL = 1


def write(outgoing: Outgoing, path: Path, warnings: WarningLog, *, legacy: bool = False) -> None:
    """Write a package to `path`: schema 18 and zstd, or with `legacy` schema 11 and deflate."""
    media = names_of(outgoing.media, media_name)
    kinds = kinds_of(outgoing.note_types.values())
    infos = {info.name: info for info in outgoing.decks}
    at, calendar = created_at(outgoing)
    decks = deck_ids_of([*infos], int(outgoing.now.timestamp() * 1000))
    about = About(at, outgoing.now, outgoing.calendar, kinds, decks, infos)
    write_schema = write_schema_11 if legacy else write_schema_18

    def schema(connection: sqlite3.Connection) -> None:
        write_schema(connection, about)

    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        collection = Path(folder) / "collection"
        write_collection(collection, Rows(outgoing, kinds, decks, media, calendar), schema)
        by_name = {name: pair[1] for pair, name in sorted(media.items())}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
            if legacy:
                _pack_legacy(package, collection, by_name, outgoing)
            else:
                _pack_modern(package, collection, by_name, outgoing)


def media_name(label: str) -> str:
    """A name that Anki takes for a file: composed, and without the signs that some disks forbid."""
    return _UNUSABLE.sub("-", normalize("NFC", label)).strip(" ")


def _pack_modern(
    package: zipfile.ZipFile, collection: Path, media: Mapping[str, str], outgoing: Outgoing
) -> None:
    from backports import zstd  # here: whoever exports no package does not need it

    name, meta = _MODERN
    package.writestr("meta", meta)
    compressor = zstd.ZstdCompressor(level=_ZSTD_LEVEL)
    with collection.open("rb") as file, package.open(name, "w") as entry:
        while piece := file.read(1 << 20):
            entry.write(compressor.compress(piece))
        entry.write(compressor.flush())
    entries = []
    for number, (label, sha256) in enumerate(media.items()):
        data = outgoing.file_of(sha256).read_bytes()
        package.writestr(str(number), zstd.compress(data, level=_ZSTD_LEVEL))
        digest = sha1(data, usedforsecurity=False).digest()
        said = messages.text(1, label) + messages.number(2, len(data)) + messages.block(3, digest)
        entries.append(messages.block(1, said))
    package.writestr("media", zstd.compress(b"".join(entries), level=_ZSTD_LEVEL))


def _pack_legacy(
    package: zipfile.ZipFile, collection: Path, media: Mapping[str, str], outgoing: Outgoing
) -> None:
    name, meta = _LEGACY
    package.writestr("meta", meta)
    package.write(collection, name, zipfile.ZIP_DEFLATED)
    for number, sha256 in enumerate(media.values()):
        package.write(outgoing.file_of(sha256), str(number))
    package.writestr("media", compact_json({str(n): label for n, label in enumerate(media)}))
