"""What a block may not do, and that nothing of it is left behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from interviewprep.formats.deck_running.limits import MIB
from interviewprep.formats.deck_running.pool import Outcome, Piece, Pool, Request, is_installed

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the system must be Linux for this")


def request(code: str, *, seconds: float = 2.0, needs: str = "", hash_seed: int = 0) -> Request:
    return Request(
        name="small.md",
        processor_s=seconds,
        waiting_s=seconds + 1,
        memory_bytes=256 * MIB,
        pieces=(Piece(code, 10),),
        needs=needs,
        hash_seed=hash_seed,
    )


def outcome(code: str, *, seconds: float = 2.0, needs: str = "") -> Outcome:
    with Pool(1) as pool:
        return pool.submit(request(code, seconds=seconds, needs=needs)).result()


def children() -> set[int]:
    """Return the processes whose parent this one is."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        found |= {int(each) for each in (thread / "children").read_text().split()}
    return found


NETWORK, FILES, PROCESSES = (
    "a block may not use the network",
    "a block may not open or change files",
    "a block may not start or end processes",
)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("import socket\nsocket.create_connection(('127.0.0.1', 9), 1)", NETWORK),
        ("import socket\nsocket.socket()", NETWORK),
        ("import socket\nsocket.getaddrinfo('localhost', 80)", NETWORK),
        ("import socket\na, b = socket.socketpair()\na.connect('/run/some')", NETWORK),
        ("from urllib.request import urlopen\nurlopen('http://127.0.0.1:9')", NETWORK),
        ("open('note.txt', 'w')", FILES),
        ("open('/etc/passwd')", FILES),
        ("import os\nos.open('note.txt', os.O_CREAT | os.O_WRONLY)", FILES),
        ("import os\nos.mkdir('folder')", FILES),
        ("from pathlib import Path\nPath('note.txt').write_text('x')", FILES),
        ("import sqlite3\nsqlite3.connect('own.db')", FILES),
        ("import os\nos.fork()", PROCESSES),
        ("import subprocess\nsubprocess.run(['true'])", PROCESSES),
        ("import os\nos.system('true')", PROCESSES),
        ("import os\nos.kill(os.getppid(), 9)", PROCESSES),
        ("import multiprocessing\nmultiprocessing.Process(target=print).start()", PROCESSES),
        ("import ctypes\nctypes.CDLL(None)", "a block may not reach beyond Python"),
    ],
)
def test_network_files_and_processes_are_refused(code: str, refusal: str) -> None:
    ended = outcome(code)
    assert ended.ended == "raised"
    assert refusal in ended.error
    assert ended.line == 10 + len(code.split("\n"))


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import os\nprint(os.listdir())", "[]"),
        ("import asyncio\n\nasync def f():\n    return 3\n\nprint(asyncio.run(f()))", "3"),
        ("import zoneinfo, difflib, xml.dom.minidom\nprint(1)", "1"),
        (
            "import threading\nt = threading.Thread(target=print, args=(4,))\nt.start()\nt.join()",
            "4",
        ),
        (
            "import os\nprint(sorted(name for name in os.environ if 'L' not in name))",
            "['PYTHONHASHSEED']",
        ),
        (
            "import sqlite3\nprint(sqlite3.connect(':memory:').execute('SELECT 1').fetchone())",
            "(1,)",
        ),
        ("print(__name__)", "__main__"),
        ("import sys\nprint(repr(sys.stdin.read()), sys.flags.dont_write_bytecode)", "'' 1"),
    ],
)
def test_the_standard_library_works_and_the_surroundings_are_empty(code: str, printed: str) -> None:
    ended = outcome(code)
    assert (ended.ended, ended.error, ended.printed.strip()) == ("done", "", printed)


@pytest.mark.parametrize("package", ["numpy", "yaml", "interviewprep", "click"])
def test_only_the_standard_library_can_be_imported(package: str) -> None:
    assert outcome(f"import {package}").error.startswith("ModuleNotFoundError")


@pytest.mark.skipif(not is_installed("numpy"), reason="numpy is not installed")
def test_numpy_can_be_had_by_who_needs_it_and_nothing_else_with_it() -> None:
    code = "import numpy as np\nprint(np.linalg.norm(np.random.default_rng(0).normal(size=9)) > 0)"
    assert outcome(code, needs="numpy").printed == "True\n"
    assert outcome("import yaml", needs="numpy").error.startswith("ModuleNotFoundError")


def test_computing_without_end_is_ended_and_so_is_waiting() -> None:
    busy = outcome("while True:\n    pass", seconds=0.3)
    idle = outcome("import time\ntime.sleep(60)", seconds=0.3)
    deaf = outcome(
        "import signal\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\nwhile 1: pass", seconds=0.3
    )
    assert [each.ended for each in (busy, idle, deaf)] == ["time", "time", "time"]
    assert 0.2 < busy.processor_s < 2


@on_linux
def test_too_much_memory_is_refused() -> None:
    assert outcome("block = bytearray(300 * 1024 * 1024)").error == "MemoryError"
    assert outcome("block = bytearray(100 * 1024 * 1024)").ended == "done"


def test_printing_without_end_is_refused() -> None:
    assert "a block may print 200,000 characters" in outcome("while True:\n    print('on')").error


def test_a_process_that_ends_itself_is_told_and_the_next_block_runs() -> None:
    with Pool(1) as pool:
        died, alive = pool.run([request("import os\nos._exit(3)"), request("print(1)")])
    assert (died.ended, alive.ended) == ("died", "done")


def test_a_block_leaves_nothing_to_the_next() -> None:
    with Pool(1) as pool:
        _, after = pool.run(
            [
                request("import builtins, math\nbuiltins.left = math.pi = 3"),
                request("import math\nprint(math.pi, 'left' in dir(__builtins__))"),
            ]
        )
    assert after.printed == "3.141592653589793 False\n"


@on_linux
def test_a_process_started_behind_our_back_is_ended() -> None:
    script = 'setsid sh -c "echo up >&9; exec sleep 4321" & sleep 4321'
    ended = outcome(f"""
from multiprocessing.util import spawnv_passfds
import os
reading, writing = os.pipe()
os.dup2(writing, 9)
spawnv_passfds(b"/bin/sh", [b"sh", b"-c", {script.encode()!r}], [9])
print(os.read(reading, 2))
""")
    assert ended.printed == "b'up'\n", ended
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [line for line in lines if b"4321" in line]


@on_linux
def test_no_process_and_no_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = children()
    with Pool(3) as pool:
        list(pool.run([request("x = 1", hash_seed=n % 2) for n in range(20)]))
        assert len(children() - before) >= 2
    assert children() == before
    assert list(tmp_path.iterdir()) == []


@on_linux
def test_an_interrupted_run_ends_what_is_running() -> None:
    before, began = children(), time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(2) as pool:
        for _ in range(6):
            pool.submit(request("while True:\n    pass", seconds=60))
        while len(children() - before) < 2:
            os.sched_yield()
        raise KeyboardInterrupt
    assert children() == before
    assert time.monotonic() - began < 20
