"""The zip: its entries by safe names, and their bytes within limits."""

from __future__ import annotations

import lzma
import unicodedata
import zipfile
import zlib
from pathlib import Path

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import shown
from interviewprep.formats.damage import in_brackets

MOST_ENTRIES = 50_000
_LONGEST_NAME, _DEEPEST = 500, 30
_ENCRYPTED, _SYMLINK, _KINDS = 0x1, 0o120000, 0o170000
_PIECE_BYTES = 64 * 1024
_JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")


class OpenedZip:
    """A zip whose entries are found by their paths; `unsafe` are names that may not be used.

    Folders, links and what file managers leave are passed over. Raises `UnreadableDeck`.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise UnreadableDeck(
                f"The file is not a whole zip{in_brackets(error)}; download it or pack it again."
            ) from None
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise UnreadableDeck(
                f"The zip has {len(entries):,} entries and {MOST_ENTRIES:,} are allowed; pack fewer"
                " files into it."
            )
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self.unsafe: list[str] = []
        for entry in entries:
            self._add(entry)

    def _add(self, entry: zipfile.ZipInfo) -> None:
        name = unicodedata.normalize("NFC", entry.filename)
        parts = name.split("/")
        hidden = any(part in _JUNK or part.startswith(".") for part in parts if part)
        if hidden or name.endswith("/"):
            if ".." in parts:
                self.unsafe.append(name)
            return
        is_link = (entry.external_attr >> 16) & _KINDS == _SYMLINK
        if is_link or not is_safe(name):
            self.unsafe.append(name)
            return
        if name in self._entries:
            raise UnreadableDeck(f"The zip has two entries called {shown(name)}; pack it again.")
        self._entries[name] = entry

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size_bytes(self, name: str) -> int:
        """What the zip claims; `read` counts for itself."""
        return self._entries[name].file_size

    def read(self, name: str, most_bytes: int) -> bytes:
        """The bytes of an entry. Raises `UnreadableDeck` where it is damaged or too large."""
        entry = self._entries[name]
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableDeck(
                f"{shown(name)} in the zip is encrypted; pack it again without a password."
            )
        pieces, size_bytes = [], 0
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_PIECE_BYTES):
                    size_bytes += len(piece)
                    if size_bytes > most_bytes:
                        raise UnreadableDeck(
                            f"{shown(name)} in the zip holds more than {most_bytes:,} bytes, which"
                            " is more than is allowed; pack smaller files."
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError) as error:
            reason = str(error).rstrip(".") or "it ends too early"
            raise UnreadableDeck(
                f"{shown(name)} in the zip is damaged ({shown(reason)}); pack it again."
            ) from None
        except (NotImplementedError, RuntimeError, OSError) as error:
            raise UnreadableDeck(
                f"{shown(name)} in the zip is packed in a way that is not read here"
                f" ({shown(str(error))}); pack it again."
            ) from None
        return b"".join(pieces)


def is_safe(name: str) -> bool:
    """Whether a name is a plain path downwards that every system can have."""
    parts = name.split("/")
    return (
        len(name) <= _LONGEST_NAME
        and len(parts) <= _DEEPEST
        and not any(part in ("", ".", "..") or len(part) > 255 for part in parts)
        and not any(sign in name for sign in '\\:*?"<>|')
        and not any(unicodedata.category(sign).startswith("C") for sign in name)
    )
