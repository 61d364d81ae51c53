"""Large imports on the real server: cancelled in the middle, and killed in the middle, all of it,
or one of its two processes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from interviewprep.services.import_jobs import LOST
from interviewprep.storage import Card, Deck, MediaFile, Note, NoteMedia

from ..cli.ready import Ready, ready, upgraded_folder
from ..packages import large_package
from ..torture.running import Running, free_port

__all__ = ["ready", "upgraded_folder"]
NOTES, PICTURES = 80_000, 30
DEADLINE_S = 60.0
OURS = (Note, Card, NoteMedia, MediaFile, Deck)


class Api:
    """The API of a running server, as a script uses it."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if kind:
            headers["Content-Type"] = kind
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as wire:
            wire.request(method, f"/api/v1/imports{path}", body, headers)
            answer = wire.getresponse()
            return answer.status, json.loads(answer.read())

    def send(self, file: bytes, **fields: str) -> int:
        """Upload a deck file; return the id of its job."""
        edge = b"--edge-of-a-part"
        parts = [
            b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (n.encode(), v.encode())
            for n, v in fields.items()
        ]
        parts.append(
            b'Content-Disposition: form-data; name="file"; filename="big.apkg"\r\n\r\n' + file
        )
        body = b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"
        kind = "multipart/form-data; boundary=edge-of-a-part"
        status, job = self.ask("POST", "", body, kind)
        assert status == 202, job
        return int(job["id"])

    def until(self, job_id: int, *states: str, done: int = 0) -> Any:
        """The job, once it is in one of these states and has done so many notes."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            _, job = self.ask("GET", f"/{job_id}")
            if job["state"] in states and job["progress"]["done"] >= done:
                return job
            assert job["state"] in ("reading", "storing", *states), job
            time.sleep(0.01)
        raise AssertionError(f"it never came to {states}: {job}")


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("big") / "big.apkg"
    return large_package(path, NOTES, PICTURES).read_bytes()


@pytest.fixture
def running(ready: Ready, tmp_path: Path) -> Iterator[Running]:
    server = Running(ready.environment, port=free_port(), log=tmp_path / "server.log")
    server.start()
    yield server
    server.kill()


def stored(ready: Ready) -> list[int]:
    database = ready.database()
    with database.reading() as session:
        found = [
            session.execute(select(func.count()).select_from(table)).scalar_one() for table in OURS
        ]
    database.close()
    return found


def visible_notes(ready: Ready) -> int:
    """How many notes of somebody's lie in decks that can be seen."""
    seen = (
        select(func.count())
        .select_from(Note)
        .join(Deck, Deck.id == Note.deck_id)
        .where(Note.owner_id.is_not(None), Deck.retired_at.is_(None))
    )
    database = ready.database()
    with database.reading() as session:
        found = session.execute(seen).scalar_one()
    database.close()
    return int(found)


def files(ready: Ready) -> list[str]:
    """What lies in the folders of media and uploads, down to the last journal. A folder may go
    while it is looked into."""
    folders = (ready.folder / "media", ready.folder / "uploads")
    return [name for folder in folders for _, _, names in os.walk(folder) for name in names]


def wait_for_files(ready: Ready, count: int) -> None:
    """What is unpacked, and the journals, go a moment after the end of a job is known."""
    deadline = time.monotonic() + DEADLINE_S
    while len(files(ready)) != count:
        assert time.monotonic() < deadline, files(ready)
        time.sleep(0.02)


def test_an_import_cancelled_while_it_is_stored_leaves_nothing(
    ready: Ready, running: Running, big: bytes
) -> None:
    token, _ = ready.add_learner(1)
    before = stored(ready)
    api = Api(running.port, token)
    job_id = api.send(big)
    api.until(job_id, "storing", done=1)
    status, job = api.ask("POST", f"/{job_id}/cancel")
    assert (status, job["state"], job["report"]) == (200, "cancelled", None)
    assert (stored(ready), files(ready)) == (before, [])
    assert api.ask("POST", f"/{job_id}/retry")[0] == 409
    again = api.send(big)
    report = api.until(again, "done")["report"]
    assert (report["notes"]["added"], report["media"]["added"]) == (NOTES, PICTURES)


def test_an_import_whose_server_is_killed_is_tried_again_without_a_second_upload(
    ready: Ready, running: Running, big: bytes
) -> None:
    token, _ = ready.add_learner(1)
    before = stored(ready)
    api = Api(running.port, token)
    job_id = api.send(big)
    api.until(job_id, "storing", done=1)
    running.kill()
    assert visible_notes(ready) == 1
    running.start()
    job = api.until(job_id, "failed")
    assert job["error"] == (
        "The import was broken off on the server, so nothing was stored; try it again."
    )
    assert job["can_retry"] is True
    wait_for_files(ready, 2)  # the upload, and how far it had come
    deadline = time.monotonic() + DEADLINE_S
    while stored(ready) != before:  # what was hidden is swept by the worker
        assert time.monotonic() < deadline, stored(ready)
        time.sleep(0.02)
    status, job = api.ask("POST", f"/{job_id}/retry")
    assert (status, job["error"]) == (202, None)
    report = api.until(job_id, "done")["report"]
    assert (report["notes"]["added"], report["media"]["added"]) == (NOTES, PICTURES)
    wait_for_files(ready, PICTURES)


def importing_process(server: Running) -> int:
    """The process that a large import runs in, as the system knows it."""
    assert server.process is not None
    listed = ["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)]
    said = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    (found,) = [line for line in said.splitlines() if "interviewprep.worker.import_process" in line]
    return int(found.split()[0])


def is_alive(process: int) -> bool:
    """Whether it runs; one that has ended and nobody has asked about has no command any more."""
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_import_whose_own_process_is_killed_leaves_nothing_and_can_be_tried_again(
    ready: Ready, running: Running, big: bytes
) -> None:
    token, _ = ready.add_learner(1)
    before = stored(ready)
    api = Api(running.port, token)
    job_id = api.send(big)
    api.until(job_id, "storing", done=1)
    os.kill(importing_process(running), signal.SIGKILL)
    job = api.until(job_id, "failed")
    assert (job["error"], job["can_retry"]) == (LOST, True)
    deadline = time.monotonic() + DEADLINE_S
    while stored(ready) != before:
        assert time.monotonic() < deadline, stored(ready)
        time.sleep(0.02)
    assert api.ask("POST", f"/{job_id}/retry")[0] == 202
    assert api.until(job_id, "done")["report"]["notes"]["added"] == NOTES


def test_the_process_of_an_import_ends_with_its_server(
    ready: Ready, running: Running, big: bytes
) -> None:
    token, _ = ready.add_learner(1)
    api = Api(running.port, token)
    job_id = api.send(big)
    api.until(job_id, "storing", done=1)
    child = importing_process(running)
    assert running.process is not None
    running.process.kill()  # it alone, not its group
    running.process.wait()
    deadline = time.monotonic() + DEADLINE_S
    while is_alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert visible_notes(ready) == 1
    running.start()
    assert api.until(job_id, "failed")["can_retry"] is True
