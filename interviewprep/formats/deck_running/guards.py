"""What a block may do to the machine: compute, and nothing else.

The limits are the system's own. The list of refused acts is for honest mistakes: a deck whose
author means harm is not to be run at all.
"""

from __future__ import annotations

import os
import resource
import socket
import sys
import sysconfig
import zoneinfo
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

_PROCESSES = frozenset(
    [
        *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system"),
        *("subprocess.Popen", "pty.spawn", "os.kill", "os.killpg"),
    ]
)
_NETWORK = frozenset(
    [
        *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"),
        *("socket.getaddrinfo", "socket.getnameinfo"),
        *("socket.gethostbyname", "socket.gethostbyaddr"),
    ]
)
_FILES = frozenset(
    [
        *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink"),
        *("os.truncate", "os.chmod", "os.chown", "os.utime", "os.chdir"),
        *("tempfile.mkstemp", "tempfile.mkdtemp"),
    ]
)
_BEYOND = frozenset(["ctypes.dlopen", "resource.setrlimit", "resource.prlimit"])
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NO_PROCESSES = "a block may not start or end processes"
_NO_NETWORK = "a block may not use the network"
_NO_FILES = "a block may not open or change files"


def limit(processor_s: float, memory_bytes: int) -> None:
    """Let the system end this process where it wants too much; nothing can be written to disk."""
    most_bytes = _size_bytes() + memory_bytes
    with suppress(ValueError, OSError):  # no such limit on this system
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    seconds = int(processor_s) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _size_bytes() -> int:
    """Return the address space that this process has already, as far as the system says."""
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as said:  # noqa: PTH123
        return int(said.read().split()[0]) * resource.getpagesize()
    return 0


def readable_folders(packages: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that code is imported from and time zones are read from."""
    paths = sysconfig.get_paths()
    return tuple(
        os.path.join(os.path.realpath(folder), "")  # noqa: PTH118 - an audit hook gets texts
        for folder in {paths["stdlib"], paths["platstdlib"], *zoneinfo.TZPATH, *packages}
    )


def forbid(folders: tuple[str, ...]) -> None:
    """Refuse processes, network and files to this process, for as long as it lives."""

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            _look_at_open(folders, *given)
        elif event in _PROCESSES:
            raise PermissionError(_NO_PROCESSES)
        elif event in _NETWORK:
            raise PermissionError(_NO_NETWORK)
        elif event == "socket.__new__":
            if given[1] != socket.AF_UNIX:  # an event loop makes a pair of these for itself
                raise PermissionError(_NO_NETWORK)
        elif event in _FILES or event.startswith("shutil."):
            raise PermissionError(_NO_FILES)
        elif event == "sqlite3.connect":
            if given[0] not in (":memory:", b":memory:"):
                raise PermissionError(_NO_FILES)
        elif event in _BEYOND:
            raise PermissionError("a block may not reach beyond Python")

    sys.addaudithook(refuse)


def _look_at_open(folders: tuple[str, ...], path: object, mode: object, flags: int) -> None:
    if isinstance(path, int):
        return
    if flags & _WRITING or not isinstance(path, str | bytes):
        raise PermissionError(_NO_FILES)
    name = os.fsdecode(path)
    if not name.startswith(folders) and not os.path.realpath(name).startswith(folders):
        raise PermissionError(_NO_FILES)
