"""`interviewprep worker`: ticks, and nothing else."""

from __future__ import annotations

import signal
import threading

import click

from ..worker.ticking import start_ticking
from .context import open_database, settings


@click.command()
def worker() -> None:
    """Tick once a minute: sweep what has run out, and whatever else is due."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with open_database() as database:
        scheduler = start_ticking(settings(), database, ticks=True)
        click.echo("Ticking once a minute. Stop with Ctrl-C.")
        stop.wait()
        scheduler.shutdown()
