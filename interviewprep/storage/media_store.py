"""Media as files named after the SHA-256 of their bytes: written once, never changed.

A file is there whole or not at all: written aside, synced, then renamed. Files come before the rows
that speak of them, so that a crash leaves at most files nobody speaks of; `sweep` removes those.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .syncing import sync, sync_all

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORK = "work"
_BATCH = 500
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
_SOUNDS_AND_FILMS = (
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_IN_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"avif": "image/avif", b"M4A ": "audio/mp4"}
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 32


def content_type_of(head: bytes) -> str:
    """What the first bytes of a file say it is, whatever it is called."""
    for mark, content_type in (*_PICTURES, *_SOUNDS_AND_FILMS):
        if head.startswith(mark):
            return content_type
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return UNKNOWN


def is_picture(content_type: str) -> bool:
    """Whether a browser may show it in place: raster pictures only, nothing that can act."""
    return content_type.startswith("image/")


def is_sha256(text: str) -> bool:
    """Whether a text can be the name of a stored file; nothing else goes to a query or a path."""
    return _SHA256.fullmatch(text) is not None


class MediaStore:
    """The files below one folder, in 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Where a file lies or would lie. Raises `ValueError` for what is no SHA-256 in hex."""
        if not is_sha256(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.folder / sha256[:2] / sha256

    def put_bytes(self, data: bytes) -> str:
        """Store bytes; return their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path_of(sha256)
        if not self._is_there(path):
            aside = self._aside()
            aside.write_bytes(data)
            self._settle(aside, path)
        return sha256

    def take_file(self, file: Path, sha256: str) -> None:
        """Move a file whose SHA-256 is known into the store."""
        path = self.path_of(sha256)
        if self._is_there(path):
            file.unlink()
            return
        aside = self._aside()
        shutil.move(file, aside)
        self._settle(aside, path)

    def take_many(self, files: Mapping[str, Callable[[], Path]]) -> Taking:
        """Begin to move many files into the store, each by its SHA-256; they are there when
        `Taking.finish` has returned. What `files` holds gives the path of the file to move, and is
        only called for files that are not stored."""
        return Taking(
            self.folder,
            [(find(), self.path_of(name)) for name, find in files.items() if not self.touch(name)],
        )

    def touch(self, sha256: str) -> bool:
        """Whether a file is stored; touches it, so that nobody sweeps it away meanwhile."""
        return self._is_there(self.path_of(sha256))

    def head(self, sha256: str) -> bytes:
        with self.path_of(sha256).open("rb") as file:
            return file.read(HEAD_BYTES)

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        """An empty folder on the same disk, removed with all it holds at the end.

        It is locked as long as this process lives, so that `sweep_work` knows what was left.
        """
        base = self.folder / _WORK
        base.mkdir(parents=True, exist_ok=True)
        while True:
            folder = Path(tempfile.mkdtemp(dir=base))
            with _locked(folder) as is_mine:
                if not is_mine:  # swept away before it was locked
                    continue
                try:
                    yield folder
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
                return

    def sweep_work(self) -> None:
        """Remove the work folders of processes that have died."""
        for folder in self._left_overs():
            if folder.is_dir():
                with _locked(folder) as is_mine:
                    if is_mine:
                        shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, known: Callable[[list[str]], Iterable[str]], untouched_since_s: float) -> int:
        """Remove files of which `known` (asked in batches) knows nothing; return how many.

        Only those not touched since the instant `untouched_since_s` (seconds since 1970): younger
        ones may belong to an import that is still going on. The same holds for work folders.
        """
        removed = 0
        for batch in _in_batches(self._files()):
            kept = set(known([path.name for path in batch]))
            for path in batch:
                if path.name not in kept and _is_old(path, untouched_since_s):
                    path.unlink(missing_ok=True)
                    removed += 1
        for left in self._left_overs():
            if _is_old(left, untouched_since_s):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
        return removed

    def _files(self) -> Iterator[Path]:
        for folder in sorted(self.folder.glob("??")):
            yield from (path for path in folder.iterdir() if _SHA256.fullmatch(path.name))

    def _left_overs(self) -> Iterator[Path]:
        base = self.folder / _WORK
        if base.is_dir():
            yield from base.iterdir()

    def _is_there(self, path: Path) -> bool:
        """Whether the file is stored; touches it, so that nobody sweeps it away meanwhile."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _aside(self) -> Path:
        base = self.folder / _WORK
        base.mkdir(parents=True, exist_ok=True)
        return base / secrets.token_hex(16)

    def _settle(self, aside: Path, path: Path) -> None:
        sync(aside)
        aside.chmod(0o600)
        path.parent.mkdir(exist_ok=True)
        os.utime(aside)
        aside.replace(path)
        sync(path.parent)


class Taking:
    """Files on their way into the store, written and not yet named. The disk works beside whoever
    began it: waiting for each file alone takes a hundred times as long as for all of them."""

    def __init__(self, folder: Path, moves: list[tuple[Path, Path]]) -> None:
        self._folder = folder
        self._moves = moves
        self._errors: list[OSError] = []
        self._waiting = threading.Thread(target=self._wait, name="media-sync", daemon=True)
        if moves:
            self._waiting.start()

    def finish(self) -> None:
        """Wait for the disk, and give each file its name in the store. Raises `OSError`."""
        if not self._moves:
            return
        self._waiting.join()
        if self._errors:
            raise self._errors[0]
        moves, self._moves = self._moves, []
        for file, path in moves:
            file.chmod(0o600)
            path.parent.mkdir(exist_ok=True)
            file.replace(path)
        sync_all(self._folder, {path.parent for _, path in moves})

    def _wait(self) -> None:
        try:
            sync_all(self._folder, [file for file, _ in self._moves])
        except OSError as error:
            self._errors.append(error)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock a folder; give False where it is gone, or somebody has it."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield folder.is_dir()
    finally:
        os.close(opened)


def _in_batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_old(path: Path, untouched_since_s: float) -> bool:
    try:
        return path.stat().st_mtime <= untouched_since_s
    except FileNotFoundError:
        return False
