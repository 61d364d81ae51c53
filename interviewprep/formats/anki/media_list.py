"""The media of a package: which entry has which name, and the bytes behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import protobuf
from interviewprep.formats.anki.container import Package, damaged
from interviewprep.formats.anki.names import clean

LIST_NAME = "media"
_SMALL_BYTES, _SHARED_BYTES = 64 * 1024, 16 * 1024 * 1024
_LEGACY_ENTRY_NAME = 255


def media_names(package: Package) -> list[tuple[str, str]]:
    """Entry and name of each file, in the order of the list. Names are labels, never paths."""
    if not package.has(LIST_NAME):
        return []
    is_modern = package.vintage == "anki21b"
    data = package.read(LIST_NAME, package.limits.media_list_bytes, zstandard=is_modern)
    names = _modern(data) if is_modern else _legacy(data)
    if len(names) > package.limits.entries:
        raise UnreadableDeck(
            f"The package lists {len(names):,} media files and {package.limits.entries:,} are"
            " allowed; split the deck and export it in parts."
        )
    return names


def unpack_media(
    package: Package, names: list[tuple[str, str]], folder: Path | None
) -> Iterator[tuple[str, int, str, str]]:
    """Yield name, size, SHA-256 (hex) and where in `folder` its bytes are, as `staged_media` reads
    it ("" without a folder).

    Entries that the zip does not hold are passed over: their names will be found missing.
    """
    if not names:
        return
    import hashlib  # with all of OpenSSL behind it, which most packages need not load

    limits, staging = package.limits, _Staging(folder)
    left = limits.media_bytes
    seen: set[str] = set()
    try:
        for number, (entry, name) in enumerate(names):
            if not package.has(entry) or name in seen:
                continue
            seen.add(name)
            digest, size_bytes = hashlib.sha256(), 0
            staging.begin(number)
            for piece in package.pieces(
                entry, min(limits.media_file_bytes, left), zstandard=package.vintage == "anki21b"
            ):
                digest.update(piece)
                size_bytes += len(piece)
                staging.add(piece)
            left -= size_bytes
            yield name, size_bytes, digest.hexdigest(), staging.end()
    finally:
        staging.close()


class _Staging:
    """Writes media into a folder: small ones behind each other, others each by itself. Files are
    called by the number of the first that lies in them."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._shared: IO[bytes] | None = None
        self._shared_number = 0
        self._shared_bytes = 0
        self._number = 0
        self._small: list[bytes] = []
        self._small_bytes = 0
        self._large: IO[bytes] | None = None

    def begin(self, number: int) -> None:
        self._number = number

    def add(self, piece: bytes) -> None:
        if self._folder is None:
            return
        if self._large is not None:
            self._large.write(piece)
            return
        self._small.append(piece)
        self._small_bytes += len(piece)
        if self._small_bytes > _SMALL_BYTES:
            self._large = _new(self._folder / str(self._number))
            self._large.writelines(self._small)
            self._forget()

    def end(self) -> str:
        if self._folder is None:
            return ""
        if self._large is not None:
            self._large.close()
            self._large = None
            return str(self._number)
        if self._shared is None or self._shared_bytes > _SHARED_BYTES:
            self.close()
            self._shared_number, self._shared_bytes = self._number, 0
            self._shared = _new(self._folder / str(self._number))
        at = self._shared_bytes
        self._shared.writelines(self._small)
        self._shared_bytes += self._small_bytes
        self._forget()
        return f"{self._shared_number}+{at}"

    def close(self) -> None:
        """Write out what is shared; more may follow."""
        for file in (self._shared, self._large):
            if file is not None:
                file.close()
        self._shared = self._large = None

    def _forget(self) -> None:
        self._small, self._small_bytes = [], 0


def _new(path: Path) -> IO[bytes]:
    return path.open("xb")


def _legacy(data: bytes) -> list[tuple[str, str]]:
    """JSON, from the entry's name to the file's."""
    try:
        listed: Any = json.loads(data) if data.strip() else {}
    except (ValueError, RecursionError) as error:
        raise damaged(LIST_NAME, error) from None
    if not isinstance(listed, dict):
        raise damaged(LIST_NAME, ValueError("it is not a list of names"))
    return [(key, clean(name)) for key, name in listed.items() if isinstance(name, str)]


def _modern(data: bytes) -> list[tuple[str, str]]:
    """A protobuf list; an entry is called by its number in it, unless it says otherwise."""
    names = []
    try:
        entries = [value for number, value in protobuf.fields(data) if number == 1]
        for number, entry in enumerate(entries):
            if isinstance(entry, int):
                raise protobuf.Malformed("a number in the place of a name")
            name, zip_name = "", str(number)
            for tag, value in protobuf.fields(entry):
                if tag == 1:
                    name = clean(protobuf.text(value))
                elif tag == _LEGACY_ENTRY_NAME and isinstance(value, int):
                    zip_name = str(value)
            names.append((zip_name, name))
    except protobuf.Malformed as error:
        raise damaged(LIST_NAME, error) from None
    return names
