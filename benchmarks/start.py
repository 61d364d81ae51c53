"""From `interviewprep serve` to the first answer of /healthz, against two imports."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from .measuring import Figure, in_ms, in_turns, ratio, timed
from .servers import environment

ROUNDS = 7
LIMIT, LIMIT_S = 4, 2
GIVE_UP_S = 60
LOOK_EVERY_S = 0.002


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as name:
        environ = environment(Path(name))
        ours = [sys.executable, "-m", "interviewprep"]
        subprocess.run([*ours, "upgrade"], env=environ, check=True, stdout=subprocess.DEVNULL)
        imports = [sys.executable, "-c", "import flask, sqlalchemy"]
        seen = in_turns(
            {
                "serve": lambda: [_start([*ours, "serve", "--no-browser"], environ)],
                "imports": lambda: [timed(lambda: subprocess.run(imports, check=True))],
            },
            rounds=ROUNDS,
        )
    detail = in_ms(serve=seen["serve"], imports=seen["imports"])
    return [
        Figure(
            "`interviewprep serve` to the first answer of /healthz,"
            " against `python -c 'import flask, sqlalchemy'`",
            ratio(seen["serve"], seen["imports"]),
            LIMIT,
            detail,
        ),
        Figure("the same by the clock", seen["serve"].median_s, LIMIT_S, detail, unit="s"),
    ]


def _start(command: list[str], environ: dict[str, str]) -> float:
    """Start the server, wait for its first answer, stop it; return the seconds to the answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        while not _is_well(port):
            if process.poll() is not None or time.perf_counter() - begun > GIVE_UP_S:
                raise RuntimeError("the server did not start")
            time.sleep(LOOK_EVERY_S)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(30)


def _is_well(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
