"""The parent's side: warm processes that are asked one thing at a time, a few side by side."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

# The child has our modules of this folder, and nothing else of this program.
_BOOT = """
import json, sys, types
for name, path in json.loads(sys.argv[1]):
    package = types.ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package
from importlib import import_module
warm = import_module("interviewprep.formats.deck_running.warm")
warm.main(sys.argv[2], json.loads(sys.argv[3]))
"""
_HASH_SEEDS = ("0", "1")


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to run: pieces of Python in order, or a query.

    `hash_seed` is 0 or 1: what is run under both must come out the same.
    """

    name: str
    processor_s: float
    waiting_s: float
    memory_bytes: int
    pieces: tuple[Piece, ...] = ()
    schema: str = ""
    query: str = ""
    needs: str = ""
    hash_seed: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "python" if self.pieces else "sql",
            "name": self.name,
            "pieces": [
                {"name": self.name, "code": each.code_in_place, "is_test": each.is_test}
                for each in self.pieces
            ],
            "schema": self.schema,
            "query": self.query,
            "processor_s": self.processor_s,
            "waiting_s": self.waiting_s,
            "memory_bytes": self.memory_bytes,
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """One fence of Python. `line` is that of its opening marks in the file."""

    code: str
    line: int
    is_test: bool = False

    @property
    def code_in_place(self) -> str:
        """The code below as many empty lines as stand above it in the file."""
        return "\n" * self.line + self.code


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request.

    `ended` is done, raised, time or died. `at` says where: load, tests, the name of a test, schema
    or query. `line` is the deck's own line that raised, 0 where none did.
    """

    ended: str
    at: str = ""
    passed: tuple[str, ...] = ()
    printed: str = ""
    error: str = ""
    line: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    processor_s: float = 0.0

    @property
    def is_done(self) -> bool:
        return self.ended == "done"


class WarmProcess:
    """One process that forks for every request. Not to be used by two threads at once."""

    def __init__(self, folder: str, hash_seed: int, needs: str) -> None:
        here = Path(__file__).parent
        packages = {
            "interviewprep": here.parents[1],
            "interviewprep.formats": here.parent,
            "interviewprep.formats.deck_running": here,
        }
        self._folder = tempfile.mkdtemp(dir=folder)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [
                *(sys.executable, "-P", "-s", "-S", "-B", "-c", _BOOT),
                json.dumps([[name, str(path)] for name, path in packages.items()]),
                self._folder,
                json.dumps([_place_of(needs)] if needs else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # `-I` would forget the seed; this environment holds nothing else to be isolated from.
            env={"PYTHONHASHSEED": _HASH_SEEDS[hash_seed], "OPENBLAS_NUM_THREADS": "1"},
            cwd="/",
            start_new_session=True,
        )

    def ask(self, request: Request) -> Outcome:
        """Run one request; a process that dies of it says so."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request.as_json()).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            return Outcome("died")
        said = json.loads(line)
        said["passed"] = tuple(said["passed"])
        said["rows"] = tuple(map(tuple, said.get("rows", ())))
        return Outcome(**said)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it whatever it does; whoever waits for an answer hears that it died."""
        self._process.kill()

    def close(self) -> None:
        """End it, and see it off."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def is_installed(package: str) -> bool:
    """Say whether a package that a block may need can be had here."""
    return importlib.util.find_spec(package) is not None


def _place_of(package: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    return f"{Path(spec.origin).parents[1]}:{package}"


@dataclass
class Pool:
    """Warm processes for `jobs` requests side by side, started when they are first wanted."""

    jobs: int
    _threads: ThreadPoolExecutor = field(init=False)
    _folder: tempfile.TemporaryDirectory[str] = field(init=False)
    _waiting: dict[tuple[str, int], queue.SimpleQueue[WarmProcess]] = field(init=False)
    _started: list[WarmProcess] = field(init=False, default_factory=list)
    _starting: threading.Lock = field(init=False, default_factory=threading.Lock)
    _is_given_up: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.jobs)
        self._folder = tempfile.TemporaryDirectory(prefix="interviewprep-run-")
        self._waiting = {
            (needs, seed): queue.SimpleQueue() for needs in ("", "numpy") for seed in (0, 1)
        }

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:  # nobody waits any longer for what is running
            self._threads.shutdown(wait=False, cancel_futures=True)
            with self._starting:
                self._is_given_up = True
                for process in self._started:
                    process.kill()
        self._threads.shutdown()
        for process in self._started:
            process.close()
        self._folder.cleanup()

    def submit(self, request: Request) -> Future[Outcome]:
        return self._threads.submit(self._run, request)

    def run(self, requests: Sequence[Request]) -> Iterator[Outcome]:
        """Yield the outcomes in the order of the requests."""
        for future in [self.submit(request) for request in requests]:
            yield future.result()

    def _run(self, request: Request) -> Outcome:
        with self._process(request.needs, request.hash_seed) as process:
            return process.ask(request)

    @contextmanager
    def _process(self, needs: str, hash_seed: int) -> Iterator[WarmProcess]:
        waiting = self._waiting[needs, hash_seed]
        try:
            process = waiting.get_nowait()
        except queue.Empty:
            with self._starting:
                process = WarmProcess(self._folder.name, hash_seed, needs)
                self._started.append(process)
                if self._is_given_up:
                    process.kill()
        yield process
        if process.is_alive:
            waiting.put(process)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
