"""Our server and a page that says hello, each in a process of its own, and a client for both."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from interviewprep import create_app
from interviewprep.config import read_settings
from interviewprep.services.sessions import open_session
from interviewprep.storage import Database

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
HELLO = """
import logging
from flask import Flask
from waitress.server import create_server
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
app = Flask("hello")
@app.get("/")
def hello():
    return "<p>Hello</p>"
server = create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
print(f"http://127.0.0.1:{server.effective_port}", flush=True)
server.run()
"""


@contextmanager
def hello_server() -> Iterator[int]:
    """Run the page that says hello, on waitress as `serve` sets it up; give its port."""
    with _process([sys.executable, "-c", HELLO], os.environ) as port:
        yield port


@contextmanager
def our_server(folder: Path) -> Iterator[int]:
    """Run `interviewprep serve` with the data in this folder; give its port."""
    command = [sys.executable, "-m", "interviewprep", "serve", "--port", "0", "--no-browser"]
    with _process(command, environment(folder)) as port:
        yield port


def environment(folder: Path) -> dict[str, str]:
    others = {name: text for name, text in os.environ.items() if "INTERVIEWPREP" not in name}
    return others | {"INTERVIEWPREP_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}


@contextmanager
def _process(command: list[str], environ: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for said in process.stdout:
            if found := ADDRESS.search(said):
                yield int(found.group(1))
                break
        else:
            raise RuntimeError(f"{command[-1]} ended without saying its address")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def cookies_for(folder: Path, database: Database, user_ids: range) -> list[str]:
    """Sign these learners in; return the Cookie header of each."""
    app = create_app(read_settings(environment(folder)))
    sign = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = []
    with database.writing() as session:
        for user_id in user_ids:
            token = open_session(session, user_id, datetime.now(UTC))
            cookies.append(f"interviewprep={sign.dumps({'token': token, '_permanent': True})}")
    app.extensions["database"].close()
    return cookies


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    cookie: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One kept-alive connection of the standard library's client."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._headers = {"Cookie": cookie} if cookie else {}

    def sign_in(self) -> None:
        """Fetch a CSRF token, as a browser does, with the cookie that goes with it."""
        reply = self.get("/api/v1/session")
        self._headers["X-CSRFToken"] = reply.json["csrf"]
        if reply.cookie:
            self._headers["Cookie"] = reply.cookie.partition(";")[0]

    def get(self, path: str) -> Reply:
        return self._send("GET", path, None, self._headers)

    def post(self, path: str, value: Any) -> Reply:
        headers = self._headers | {"Content-Type": "application/json"}
        return self._send("POST", path, json.dumps(value).encode(), headers)

    def upload(self, path: str, file: Path) -> Reply:
        """Send a file as the field `file` of a form."""
        mark = "bench-part"
        named = f'form-data; name="file"; filename="{file.name}"'
        head = f"--{mark}\r\nContent-Disposition: {named}\r\n\r\n"
        body = head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        return self._send("POST", path, body, self._headers | {"Content-Type": kind})

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.getheader("Set-Cookie", ""), answer.read())
