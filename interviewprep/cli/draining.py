"""A waitress that finishes what it has begun.

By itself waitress drops requests when it is told to stop. Here a signal only stops it from taking
new ones; it ends once every answer has gone out, or after half a minute.
"""

from __future__ import annotations

import select
import signal
import time
from typing import Any

LONGEST_FAREWELL_S = 30.0
LOOK_EVERY_S = 0.1
QUIET_LOOKS = 2
"""So often nothing may be on its way before the end: bytes can be here that nobody has read yet."""


def listeners_of(server: Any) -> list[Any]:
    """Return what listens: one for each address, where a host name has several."""
    return [one for one in sockets_of(server).values() if hasattr(one, "active_channels")]


def sockets_of(server: Any) -> dict[int, Any]:
    found: dict[int, Any] = server.map if hasattr(server, "map") else server._map
    return found


def run_until_stopped(server: Any) -> None:
    """Serve until SIGTERM or SIGINT, then drain. A second signal ends it at once."""
    listeners, sockets = listeners_of(server), sockets_of(server)
    stopping: list[float] = []

    def stop(_signal: int, _frame: object) -> None:
        if stopping:
            raise SystemExit(1)
        stopping.append(time.monotonic())
        listeners[0].pull_trigger()

    previous = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopping:
            server.asyncore.loop(timeout=1.0, map=sockets, count=1)
        for listener in listeners:
            close_the_door(listener)
        quiet = 0
        while quiet < QUIET_LOOKS and time.monotonic() - stopping[0] < LONGEST_FAREWELL_S:
            server.asyncore.loop(timeout=LOOK_EVERY_S, map=sockets, count=1)
            quiet = 0 if any(busy(listener) for listener in listeners) else quiet + 1
    finally:
        for name, handler in previous.items():
            signal.signal(name, handler)
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(sockets)


def close_the_door(listener: Any) -> None:
    """Let in who was knocking already, then refuse new connections."""
    for _ in range(listener.adj.backlog):
        if not select.select([listener.socket], [], [], 0)[0]:
            break
        listener.handle_accept()
    listener.asyncore.dispatcher.close(listener)


def busy(listener: Any) -> bool:
    """Return whether a request is being read, worked on, or its answer not yet sent."""
    return any(
        channel.requests or channel.request is not None or channel.total_outbufs_len
        for channel in list(listener.active_channels.values())
    )
