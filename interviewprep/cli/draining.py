"""A waitress that finishes what it has begun.

By itself waitress drops requests when it is told to stop. Here a signal only stops it from taking
new ones; it ends once every answer has gone out, or after half a minute.
"""

from __future__ import annotations

import signal
import time
from typing import Any

LONGEST_FAREWELL_S = 30.0
LOOK_EVERY_S = 0.1


def run_until_stopped(server: Any) -> None:
    """Serve until SIGTERM or SIGINT, then drain. A second signal ends it at once."""
    stopping: list[float] = []

    def stop(_signal: int, _frame: object) -> None:
        if stopping:
            raise SystemExit(1)
        stopping.append(time.monotonic())
        server.pull_trigger()

    previous = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopping:
            server.asyncore.loop(timeout=1.0, map=server._map, count=1)
        server.accepting = False
        while busy(server) and time.monotonic() - stopping[0] < LONGEST_FAREWELL_S:
            server.asyncore.loop(timeout=LOOK_EVERY_S, map=server._map, count=1)
    finally:
        for name, handler in previous.items():
            signal.signal(name, handler)
        server.task_dispatcher.shutdown()
        server.close()


def busy(server: Any) -> bool:
    """Return whether a request is being read, worked on, or its answer not yet sent."""
    return any(
        channel.requests or channel.request is not None or channel.total_outbufs_len
        for channel in server.active_channels.values()
    )
