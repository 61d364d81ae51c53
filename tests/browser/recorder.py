"""Listens where nobody should knock: in front of a server, or alone as a canary."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

REQUEST = re.compile(rb"([A-Z]{3,7}) (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n", re.DOTALL)


@dataclass
class Recorder:
    """Takes connections on a port of its own and keeps what is sent, in the order of its coming.

    With `target` it hands everything on to that port; without, it hangs up after the first bytes.
    """

    target: int | None = None
    sent: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _socket: socket.socket | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def requests(self) -> list[tuple[str, str, str]]:
        """Return method, path and the headers' text of every request so far."""
        return [
            (method.decode(), path.decode(), head.decode("latin-1"))
            for one in list(self.sent)
            for method, path, head in REQUEST.findall(one)
        ]

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._socket is not None
        self._socket.close()

    def _listen(self) -> None:
        assert self._socket is not None
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            if self.target is None:
                client.settimeout(2)
                _pump(client, self.sent.append, once=True)
                return
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                back = threading.Thread(
                    target=_pump, args=(server, client.sendall, False, client), daemon=True
                )
                back.start()

                def forward(data: bytes) -> None:
                    self.sent.append(data)
                    server.sendall(data)

                _pump(client, forward, end=server)
                back.join(5)


def _pump(
    source: socket.socket,
    take: Callable[[bytes], object],
    once: bool = False,
    end: socket.socket | None = None,
) -> None:
    try:
        with suppress(OSError):
            while data := source.recv(65_536):
                take(data)
                if once:
                    return
    finally:
        if end is not None:
            with suppress(OSError):
                end.shutdown(socket.SHUT_WR)
