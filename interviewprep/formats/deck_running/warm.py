"""The warm process: it has Python loaded, and forks once for every request.

A request is a line of JSON on standard input, its reply one on standard output. The child tells
what it is at, line by line, so that what it did is known however it ends; see `inside.py`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from interviewprep.formats.deck_running import guards, inside

_OFTEN_IMPORTED = (
    *("array", "bisect", "collections", "contextlib", "copy", "csv", "dataclasses", "datetime"),
    *("decimal", "enum", "fractions", "functools", "heapq", "io", "itertools", "math", "operator"),
    *("queue", "random", "re", "sqlite3", "statistics", "string", "threading", "traceback"),
    *("typing", "unicodedata"),
)
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_LONGEST_ANSWER = 4_000_000


def main(folder: str, packages: list[str]) -> None:
    """Serve requests until standard input ends. `folder` is where empty folders are made."""
    _stand_alone()
    readable = guards.readable_folders(_load(packages))
    nothing = os.open(os.devnull, os.O_RDWR)
    requests, replies = os.dup(0), os.dup(1)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for name in [name for name in sys.modules if name.partition(".")[0] == "interviewprep"]:
        del sys.modules[name]
    gc.collect()
    gc.freeze()
    with os.fdopen(requests, encoding="utf-8") as lines, os.fdopen(replies, "w") as out:
        for number, line in enumerate(lines):
            own = (requests, replies)
            reply = _served(json.loads(line), Path(folder) / str(number), readable, own)
            out.write(json.dumps(reply) + "\n")
            out.flush()


def _load(packages: list[str]) -> list[str]:
    """Import what blocks often want; return the folders of packages from outside the library.

    Their place is taken off the path again, so that nothing else that is installed can be had.
    """
    for name in _OFTEN_IMPORTED:
        importlib.import_module(name)
    folders = []
    for entry in packages:
        place, _, name = entry.rpartition(":")
        sys.path.append(place)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(name)
        sys.path.remove(place)
        folders += [str(Path(str(module.__file__)).parent)]
    return folders


def _stand_alone() -> None:
    """On Linux: take in orphans, die with the parent, and have a network without any interface."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if system.unshare(_NEW_NETWORK):
        system.unshare(_NEW_NETWORK | _NEW_USER)


def _served(
    request: dict[str, Any], folder: Path, readable: tuple[str, ...], own: tuple[int, int]
) -> dict[str, Any]:
    """Run one request in a child and return what became of it, in words of `Outcome`.

    The child may read from `readable` and does not get the descriptors that are our `own`.
    """
    folder.mkdir()
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            for descriptor in (reading, *own):
                os.close(descriptor)
            _be_child(request, folder, readable, writing, parent)
        finally:
            os._exit(0)
    os.close(writing)
    said, is_over = _heard(reading, request["waiting_s"])
    os.close(reading)
    usage, status = _ended(child)
    with suppress(OSError):
        folder.rmdir()
    reply: dict[str, Any] = {"ended": "", "at": "", "passed": []}
    for line in said.split(b"\n")[:-1]:
        told = json.loads(line)
        reply["passed"] += told.pop("passed_too", [])
        reply |= told
    reply["processor_s"] = usage.ru_utime + usage.ru_stime
    if not reply["ended"]:
        out_of_time = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (
            signal.SIGPROF,
            signal.SIGXCPU,
        )
        reply["ended"] = "time" if out_of_time or not is_over else "died"
    return reply


def _be_child(
    request: dict[str, Any], folder: Path, readable: tuple[str, ...], writing: int, parent: int
) -> None:
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            return
    os.chdir(folder)
    warnings.simplefilter("error")
    guards.limit(request["processor_s"], request["memory_bytes"])
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, request["processor_s"])
    guards.forbid(readable)

    def tell(**said: Any) -> None:
        line = json.dumps(said).encode() + b"\n"
        while line:
            line = line[os.write(writing, line) :]

    inside.run(request, tell)


def _heard(reading: int, waiting_s: float) -> tuple[bytes, bool]:
    """Return what the child says until it ends, and whether it did so in time."""
    until = time.monotonic() + waiting_s
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    said = bytearray()
    while len(said) < _LONGEST_ANSWER:
        left_ms = (until - time.monotonic()) * 1000
        if left_ms <= 0 or not poll.poll(left_ms):
            return bytes(said), False
        part = os.read(reading, 65536)
        if not part:
            return bytes(said), True
        said += part
    return bytes(said), False


def _ended(child: int) -> tuple[resource.struct_rusage, int]:
    """See the child off with all it left behind; return its own resources and status."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _pid, status, usage = os.wait4(child, 0)
    orphans = _children()
    while orphans:
        for orphan in orphans:
            with suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(orphan, 0)
        orphans = _children()
    return usage, status


def _children() -> list[int]:
    with suppress(OSError):
        own = Path(f"/proc/self/task/{os.getpid()}/children")
        return [int(each) for each in own.read_text(encoding="ascii").split()]
    return []
