"""The zip around a collection: which vintage it is, and its entries as bytes, within limits."""

from __future__ import annotations

import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import protobuf
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.names import shown
from interviewprep.formats.damage import in_brackets

# In the standard library from 3.14 on, and from the same hands before that.
zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

NEWEST_PACKAGE = 3
VINTAGES = {3: "anki21b", 2: "anki21", 1: "anki2"}
_PIECE_BYTES = 64 * 1024
_LARGEST_WINDOW_LOG = 27  # what Anki's own reader accepts: 128 MiB
_ENCRYPTED = 0x1
_SYMLINK = 0o120000


@dataclass(frozen=True, slots=True)
class Package:
    """An opened package. `vintage` is the collection's suffix, which also names the format."""

    zip: zipfile.ZipFile
    vintage: str
    limits: Limits

    @property
    def collection_name(self) -> str:
        return f"collection.{self.vintage}"

    def pieces(self, name: str, most_bytes: int, *, zstandard: bool) -> Iterator[bytes]:
        """Yield an entry's bytes, decompressed, never more than `most_bytes` altogether.

        Raises `UnreadableDeck` naming the entry where it is damaged or too large.
        """
        try:
            with self.zip.open(name) as file:
                total = 0
                for piece in _unpacked(file, name) if zstandard else _read(file):
                    total += len(piece)
                    if total > most_bytes:
                        raise UnreadableDeck(
                            f"{name} in the package holds more than {most_bytes:,} bytes, which is"
                            " more than is allowed; split the deck and export it in parts."
                        )
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise damaged(name, error) from None
        except (NotImplementedError, RuntimeError) as error:
            raise UnreadableDeck(
                f"{name} in the package is packed in a way that Anki does not use ({error});"
                " export the deck from Anki again."
            ) from None

    def read(self, name: str, most_bytes: int, *, zstandard: bool) -> bytes:
        return b"".join(self.pieces(name, most_bytes, zstandard=zstandard))

    def has(self, name: str) -> bool:
        return name in self.zip.NameToInfo


def open_package(path: Path, limits: Limits) -> Package:
    """Open a package and choose its collection. Raises `UnreadableDeck`."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableDeck(
            f"The package is not a whole zip file{in_brackets(error)}; download or export it again."
        ) from None
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise UnreadableDeck(
            f"The package has {len(entries):,} entries and {limits.entries:,} are allowed;"
            " split the deck and export it in parts."
        )
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        twice = Counter(entry.filename for entry in entries).most_common(1)[0][0]
        raise UnreadableDeck(f"The package has two entries called {shown(twice)}; export it again.")
    package = Package(archive, "", limits)
    package = Package(archive, _vintage(package, names), limits)
    info = archive.NameToInfo[package.collection_name]
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableDeck(
            f"{package.collection_name} in the package is encrypted; export the deck from Anki"
            " without a password."
        )
    if (info.external_attr >> 16) & 0o170000 == _SYMLINK:
        raise UnreadableDeck(f"{package.collection_name} in the package is a link, not a file.")
    return package


def damaged(name: str, error: Exception) -> UnreadableDeck:
    reason = str(error).rstrip(".") or "it ends too early"
    return UnreadableDeck(
        f"{shown(name)} in the package is damaged ({shown(reason)}); download or export it again."
    )


def _vintage(package: Package, names: set[str]) -> str:
    """Beside the real collection may lie a dummy for old programs, so the newest name wins."""
    if "meta" in names:
        version = _meta_version(package)
        if version > NEWEST_PACKAGE:
            raise UnreadableDeck(
                f"The package is of version {version}, newer than this program knows; export it"
                " from Anki with 'Support older Anki versions' ticked."
            )
    for vintage in VINTAGES.values():
        if f"collection.{vintage}" in names:
            return vintage
    raise UnreadableDeck(
        "The zip file holds no Anki collection (collection.anki21b, .anki21 or .anki2); choose a"
        " package that Anki exported."
    )


def _meta_version(package: Package) -> int:
    try:
        for number, value in protobuf.fields(package.read("meta", 4096, zstandard=False)):
            if number == 1 and isinstance(value, int):
                return value
    except protobuf.Malformed as error:
        raise damaged("meta", error) from None
    return 1


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece


def _unpacked(file: IO[bytes], name: str) -> Iterator[bytes]:
    """Decompress frame after frame; a frame that does not end is damage, its size no promise."""
    options = {int(zstd.DecompressionParameter.window_log_max): _LARGEST_WINDOW_LOG}
    unpacker = zstd.ZstdDecompressor(options=options)
    fresh = True
    try:
        while packed := file.read(_PIECE_BYTES):
            while packed:
                if unpacker.eof:
                    unpacker = zstd.ZstdDecompressor(options=options)
                yield unpacker.decompress(packed, _PIECE_BYTES)
                fresh = False
                while not unpacker.eof and not unpacker.needs_input:
                    yield unpacker.decompress(b"", _PIECE_BYTES)
                packed = unpacker.unused_data if unpacker.eof else b""
    except zstd.ZstdError as error:
        raise damaged(name, error) from None
    if fresh or not unpacker.eof:
        raise UnreadableDeck(
            f"{name} in the package is cut off before its end; download or export it again."
        )
