"""The real command, running as a process group of its own that can be killed whole."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from interviewprep.storage import Database

STARTED_WITHIN_S = 60.0
LOOK_EVERY_S = 0.02


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def clean_environment(**settings: str) -> dict[str, str]:
    """Return this environment without settings of the program, but for those given."""
    kept = {name: value for name, value in os.environ.items() if "INTERVIEWPREP_" not in name}
    return kept | {f"INTERVIEWPREP_{name}": value for name, value in settings.items()}


def run_command(
    environment: Mapping[str, str], *arguments: str, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run `interviewprep` to its end and return what it said and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "interviewprep", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@contextlib.contextmanager
def own_database(server_url: str, name: str) -> Iterator[str]:
    """Make an empty database on a PostgreSQL server, give its URL, and drop it."""
    _outside_a_transaction(
        server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"
    )
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    _outside_a_transaction(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _outside_a_transaction(url: str, *statements: str) -> None:
    database = Database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


class Running:
    """`interviewprep serve`, as often as it is started again; its output goes to one file."""

    def __init__(
        self, environment: Mapping[str, str], *options: str, port: int, log: Path, host: str = ""
    ) -> None:
        self.environment = dict(environment)
        self.port, self.log = port, log
        where = ["--host", host] if host else []
        self.command = [sys.executable, "-m", "interviewprep", "serve", "--no-browser", *where]
        self.command += ["--port", str(port), *options]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for the first answer of `/healthz`."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self.is_healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.said()}")
            time.sleep(LOOK_EVERY_S)

    def is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def kill(self) -> None:
        """Kill every process of the group, as a power cut would."""
        process = self._started()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def stop(self, seconds: float = 40) -> int:
        """Ask the first process to end, as a service manager does, and return its exit code."""
        process = self._started()
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def group_is_gone(self) -> bool:
        try:
            os.killpg(self._started().pid, 0)
        except ProcessLookupError:
            return True
        return False

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def _started(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, "it was never started"
        return self.process
