"""`interviewprep serve`, as a process: how it starts, refuses to start, and ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from waitress.server import create_server

from interviewprep.cli.draining import close_the_door
from interviewprep.storage import Review

from ..torture.running import LOOK_EVERY_S, Running, free_port, run_command
from .ready import Ready

DEADLINE_S = 20.0
needs_proc = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="looks at processes and sockets in /proc"
)


@contextmanager
def started(ready: Ready, *options: str, port: int = 0, host: str = "") -> Iterator[Running]:
    log = ready.folder.parent / "server.log"
    running = Running(ready.environment, *options, port=port or free_port(), log=log, host=host)
    running.start()
    try:
        yield running
    finally:
        running.kill()


@contextmanager
def nobody_else_writes(file: Path) -> Iterator[sqlite3.Connection]:
    """Hold the write lock, so that a request that writes has to wait."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def answer_to(card_id: int, token: str) -> bytes:
    """Return the bytes of a request that answers a card."""
    answer = {
        "id": str(uuid.uuid4()),
        "card_id": card_id,
        "version": 0,
        "grade": "good",
        "answered_at": datetime.now(UTC).isoformat(),
    }
    body = json.dumps({"answers": [answer]}).encode()
    head = (
        "POST /api/v1/reviews HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def status_of(connection: socket.socket) -> str:
    """Return the status of the one answer in the next response."""
    connection.settimeout(DEADLINE_S)
    response = http.client.HTTPResponse(connection)
    response.begin()
    body = response.read()
    assert response.status == 200, body
    return str(json.loads(body)["results"][0]["status"])


def wait_until_refused(port: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            return
        time.sleep(LOOK_EVERY_S)
    raise AssertionError("new connections are still taken")


def stored(ready: Ready) -> int:
    database = ready.database()
    with database.reading() as session:
        found = session.execute(select(func.count()).select_from(Review)).scalar_one()
    database.close()
    return int(found)


def test_requests_in_flight_are_answered_when_the_server_is_told_to_stop(ready: Ready) -> None:
    token, cards = ready.add_learner(2)
    requests = [answer_to(card, token) for card in cards]
    with started(ready, "--no-worker") as running:
        assert running.process is not None
        opened = [socket.create_connection(("127.0.0.1", running.port)) for _ in requests]
        with nobody_else_writes(ready.file) as lock:
            opened[0].sendall(requests[0])
            opened[1].sendall(requests[1][:-20])  # the rest comes while the server is ending
            running.process.terminate()
            wait_until_refused(running.port)
            assert running.process.poll() is None
            opened[1].sendall(requests[1][-20:])
            lock.execute("COMMIT")
        found = [status_of(one) for one in opened]
        for one in opened:
            one.close()
        assert running.process.wait(DEADLINE_S) == 0
    assert found == ["stored", "stored"]
    assert stored(ready) == 2


def test_who_was_knocking_is_let_in_and_who_comes_later_is_not() -> None:
    def greet(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    server = create_server(greet, host="127.0.0.1", port=0, threads=1)
    sockets = server._map
    with socket.create_connection(("127.0.0.1", server.effective_port)) as early:
        early.sendall(b"GET / HTTP/1.0\r\n\r\n")
        close_the_door(server)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.effective_port))
        early.settimeout(LOOK_EVERY_S)
        found, deadline = b"", time.monotonic() + DEADLINE_S
        while not found.endswith(b"hello") and time.monotonic() < deadline:
            server.asyncore.loop(timeout=LOOK_EVERY_S, map=sockets, count=1)
            with suppress(TimeoutError):
                found += early.recv(4096)
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(sockets)
    assert found.startswith(b"HTTP/1.0 200 OK") and found.endswith(b"hello")


@needs_proc
def test_several_workers_answer_what_they_have_begun_to_read(ready: Ready) -> None:
    token, (card,) = ready.add_learner(1)
    with started(ready, "--no-worker", "--workers", "2") as running:
        assert running.process is not None
        with socket.create_connection(("127.0.0.1", running.port)) as opened:
            with nobody_else_writes(ready.file) as lock:
                opened.sendall(answer_to(card, token))
                wait_until_read(running.port)
                running.process.terminate()
                wait_until_said(running, "Handling signal: term")
                lock.execute("COMMIT")
            assert status_of(opened) == "stored"
        assert running.process.wait(DEADLINE_S) == 0
    assert stored(ready) == 1


def wait_until_said(running: Running, words: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while words not in running.said():
        assert time.monotonic() < deadline, running.said()
        time.sleep(LOOK_EVERY_S)


def wait_until_read(port: int) -> None:
    """Wait until no byte of the clients lies unread at the server, as the kernel sees it."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        mine = [row for row in rows if int(row[1].split(":")[1], 16) == port]
        if all(row[4].endswith(":00000000") for row in mine):
            return
        time.sleep(LOOK_EVERY_S)
    raise AssertionError("the server does not read")


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["waitress", "gunicorn"])
def test_it_answers_stops_cleanly_with_its_ticker_and_starts_again_on_the_same_port(
    ready: Ready, options: tuple[str, ...]
) -> None:
    port = free_port()
    for _ in range(2):
        with started(ready, *options, port=port) as running:
            assert running.is_healthy()
            assert running.stop() == 0
            assert running.group_is_gone()
    assert "Traceback" not in running.said()
    assert f"Interview Prep is at http://127.0.0.1:{port}" in running.said()


@needs_proc
def test_a_worker_that_ends_is_replaced_and_the_ticker_goes_on(ready: Ready) -> None:
    with started(ready, "--workers", "2") as running:
        ticker = [pid for pid, words in group_of(running) if words[-1] == "worker"]
        served = [pid for pid, words in group_of(running) if words[-1] != "worker"]
        assert running.process is not None
        ended = max(pid for pid in served if pid != running.process.pid)
        os.kill(ended, signal.SIGTERM)
        deadline = time.monotonic() + DEADLINE_S
        while running.said().count("Booting worker") < 3 or not running.is_healthy():
            assert time.monotonic() < deadline, running.said()
            time.sleep(LOOK_EVERY_S)
        now = dict(group_of(running))
        assert len(ticker) == 1 and ticker[0] in now and ended not in now
        assert running.stop() == 0


def group_of(running: Running) -> list[tuple[int, list[str]]]:
    """Return the processes of the server's group that still live, each with its words."""
    assert running.process is not None
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_text().split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[2]) == running.process.pid and after_name[0] != "Z":
            found.append((int(folder.name), words))
    return found


def test_a_host_name_with_several_addresses_is_served_and_drained(ready: Ready) -> None:
    with started(ready, "--no-worker", host="localhost") as running:
        assert running.is_healthy()
        assert running.stop() == 0
    assert "Traceback" not in running.said()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_busy_port_is_refused_with_a_sentence(ready: Ready, workers: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run_command(
            ready.environment, "serve", "--no-browser", "--port", port, "--workers", workers
        )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"error: Port {port} on 127.0.0.1 cannot be used (Address already in use);"
        " choose another with --port.\n"
    )


def test_a_host_that_is_not_here_is_refused_with_a_sentence(ready: Ready) -> None:
    refused = run_command(ready.environment, "serve", "--no-browser", "--host", "no such host")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: There is no host 'no such host' to listen on (")


def test_an_unknown_setting_stops_the_program_by_name(ready: Ready) -> None:
    environment = ready.environment | {"INTERVIEWPREP_DATABSE_URL": "sqlite:////tmp/x.db"}
    refused = run_command(environment, "serve", "--no-browser")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: INTERVIEWPREP_DATABSE_URL is not a setting")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://x/y", "INTERVIEWPREP_DATABASE_URL must begin with sqlite:/// or postgresql://"),
        ("postgresql://127.0.0.1:1/x", "The database does not answer: "),
        ("postgresql://host:port/x", "INTERVIEWPREP_DATABASE_URL cannot be read"),
        ("sqlite:////no/such/folder/x.db", "The database does not answer: unable to open"),
    ],
)
def test_a_database_out_of_reach_is_refused_with_a_sentence(
    ready: Ready, url: str, sentence: str
) -> None:
    port = str(free_port())
    environment = ready.environment | {"INTERVIEWPREP_DATABASE_URL": url}
    refused = run_command(environment, "serve", "--no-browser", "--port", port)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"error: {sentence}"), refused.stderr
    assert len(refused.stderr.splitlines()) == 1
