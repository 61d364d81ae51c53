"""Starting a child process that reads a file, and keeping one ready for packages.

A process takes some tens of milliseconds to start. A server that expects uploads calls
`keep_ready`, and the next read finds its reader waiting.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames

# The registry of formats would load every other reader; the child needs its own part only.
_BOOT = """
import json, sys, types
sys.path[:] = json.loads(sys.argv[1])
formats = types.ModuleType("interviewprep.formats")
formats.__path__ = [sys.argv[2]]
sys.modules["interviewprep.formats"] = formats
from importlib import import_module
import_module(sys.argv[3]).main()
"""
_PACKAGES = "interviewprep.formats.anki.child"
_PIPE_BYTES = 1024 * 1024
_SIGXCPU = 24


class Child:
    """One child process, which reads one file with the `main` of a module.

    `what` and `again` are words for its refusals: what it reads, and what to do about it.
    """

    def __init__(
        self,
        module: str = _PACKAGES,
        *,
        what: str = "package",
        again: str = "export the deck in parts",
    ) -> None:
        self._what, self._again = what, again
        root = Path(__file__).parents[2]
        path = json.dumps([str(root.parent), *(entry for entry in sys.path if entry)])
        # Isolated, without site and environment: it needs none of it, and no secret reaches it.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-I", "-S", "-c", _BOOT, path, str(root / "formats"), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
            cwd="/",
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frames.packed(request) + b"\n")
            self._process.stdin.close()
        except BrokenPipeError:
            raise self._ended() from None
        _widen(self._stdout())

    def next_frame(self, silence_s: float) -> tuple[bytes, bytearray]:
        """Kind and payload of the next frame.

        Raises `UnreadableDeck` when the child has died or says nothing for `silence_s` seconds.
        """
        try:
            kind, length = frames.head(self._exactly(frames.HEAD_BYTES, silence_s))
        except ValueError:
            self._process.kill()  # it may go on talking, to nobody
            raise self._ended() from None
        return kind, self._exactly(length, silence_s)

    def close(self) -> None:
        """End the process, whatever it is doing, without waiting until it is gone."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        _leaving.append(self._process)

    def _stdout(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def _exactly(self, count: int, silence_s: float) -> bytearray:
        descriptor = self._stdout()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        data = bytearray(count)
        view, at = memoryview(data), 0
        while at < count:
            if not poll.poll(silence_s * 1000):
                self._process.kill()
                raise UnreadableDeck(
                    f"Reading the {self._what} was stopped after {silence_s:.0f} seconds without"
                    f" progress; {self._again}."
                )
            got = os.readv(descriptor, [view[at:]])
            if not got:
                raise self._ended()
            at += got
        return data

    def _ended(self) -> UnreadableDeck:
        code = self._process.wait()
        if code == -_SIGXCPU:
            return UnreadableDeck(
                f"Reading the {self._what} took longer than is allowed; {self._again}."
            )
        return UnreadableDeck(
            f"The {self._what} made its reader fail, so nothing was taken from it; export it again"
            " where it came from."
        )


_lock = threading.Lock()
_spare: list[Child] = []
_leaving: list[subprocess.Popen[bytes]] = []
"""Processes that were ended; whoever needs the next one sees the last ones off."""


def keep_ready() -> None:
    """See to it that one child waits for the next file."""
    with _lock:
        _see_off()
        if _spare and not _spare[0].is_alive:
            _spare.pop().close()
        if not _spare:
            _spare.append(Child())


def take() -> Child:
    """A child for one file: the one that waits, else a new one."""
    with _lock:
        _see_off()
        child = _spare.pop() if _spare else None
    if child is not None:
        if child.is_alive:
            return child
        child.close()
    return Child()


@atexit.register
def release() -> None:
    """End the child that waits, if any, and see all others off."""
    with _lock:
        while _spare:
            _spare.pop().close()
        _see_off()


def _see_off() -> None:
    while _leaving:
        _leaving.pop().wait()


def _after_fork() -> None:
    """What waits or leaves is the parent's; a process forked later starts its own."""
    for process in (*(child._process for child in _spare), *_leaving):
        process.returncode = 0  # or its own garbage collection would wait for a stranger
    _spare.clear()
    _leaving.clear()


os.register_at_fork(after_in_child=_after_fork)


def _widen(descriptor: int) -> None:
    """Let the child run ahead of us, where the system can."""
    if sys.platform == "linux":
        import fcntl
        from contextlib import suppress

        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
