"""`interviewprep serve`: upgrade once, then answer requests until told to stop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from dataclasses import replace

import click

from ..config import Settings, read_settings
from ..errors import InterviewPrepError
from ..services.setup_code import prepare_setup_code
from ..services.upgrading import is_current, upgrade
from ..storage import Database
from .context import any_database, now
from .upgrade import sentence

LOOPBACK = ("127.0.0.1", "localhost", "::1")
THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Do not tick; a separate worker does.")
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
def serve(host: str, port: int, workers: int, no_worker: bool, no_browser: bool) -> None:
    """Start the app; with several workers gunicorn serves, else waitress."""
    settings = read_settings()
    require_free(host, port)
    if "INTERVIEWPREP_BASE_URL" not in os.environ:
        name = f"[{host}]" if ":" in host else host
        settings = replace(settings, base_url=f"http://{name}:{port}")
    with any_database() as database:
        if not is_current(database):
            report = upgrade(settings, database, now())
            if report.changed:
                click.echo(sentence(report))
        code = prepare_setup_code(settings, database)
    if code is not None:
        click.echo("There is no account yet: the first one made is the administrator's.")
        if host not in LOOPBACK or is_published(settings):
            click.echo(f"From another machine, making it needs this code: {code}")
    if workers > 1:
        serve_many(settings, host, port, workers, ticks=not no_worker)
    else:
        serve_one(settings, host, port, ticks=not no_worker, browser=not no_browser)


def is_published(settings: Settings) -> bool:
    """Return whether others may reach a server that listens on this machine only: by a proxy."""
    return bool(settings.trusted_proxies) or "INTERVIEWPREP_BASE_URL" in os.environ


def announce(settings: Settings, address: str) -> None:
    click.echo(f"Interview Prep is at {address}")
    click.echo(f"Data is in {settings.data_dir}. Stop with Ctrl-C.")
    sys.stdout.flush()


def require_free(host: str, port: int) -> None:
    """Refuse a port or host that cannot be listened on, before anything is done.

    :raise InterviewPrepError: with the reason the system gives.
    """
    try:
        for family, kind, _, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
                probe.listen(1)
    except socket.gaierror as error:
        raise InterviewPrepError(
            f"There is no host {host!r} to listen on ({error.strerror}); name another with --host."
        ) from error
    except OSError as error:
        raise InterviewPrepError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
        ) from error


def settle() -> None:
    """Put what start-up made out of the collector's sight, and let it look less often.

    A full collection walks every object of every module and stops all requests for 30 ms and more:
    it was most of the slowest hundredth of all answers.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def serve_one(settings: Settings, host: str, port: int, *, ticks: bool, browser: bool) -> None:
    """Serve from this process with waitress, and let requests finish before it ends."""
    from waitress.server import create_server

    from .. import create_app
    from ..web.factory import LARGEST_UPLOAD_BYTES
    from ..worker.ticking import start_ticking
    from .draining import listeners_of, run_until_stopped

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    app = create_app(settings)
    database: Database = app.extensions["database"]
    server = create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_UPLOAD_BYTES + 1024 * 1024,
        clear_untrusted_proxy_headers=False,
    )
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listeners_of(server)[0].effective_port}"
    settle()
    announce(settings, address)
    scheduler = start_ticking(settings, database, ticks=ticks)
    if browser and sys.stdout.isatty() and host in LOOPBACK:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    try:
        run_until_stopped(server)
    finally:
        scheduler.shutdown(wait=False)
        database.close()


def serve_many(settings: Settings, host: str, port: int, workers: int, *, ticks: bool) -> None:
    """Serve with gunicorn's processes; ticking, if wanted, is a process of its own."""
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError as error:
        raise InterviewPrepError(
            "Several workers need gunicorn: pip install 'interviewprep[scale]'."
        ) from error
    environment = os.environ | {"INTERVIEWPREP_BASE_URL": settings.base_url}

    class Server(BaseApplication):  # type: ignore[misc]  # the library is untyped
        def load_config(self) -> None:
            self.cfg.set("bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            self.cfg.set("workers", workers)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", THREADS)
            self.cfg.set("proc_name", "interviewprep")
            self.cfg.set("forwarded_allow_ips", "")
            if "control_socket_disable" in self.cfg.settings:  # one for all servers of a user
                self.cfg.set("control_socket_disable", True)

        def load(self) -> object:
            from .. import create_app

            app = create_app(settings)
            settle()
            return app

    parent, ticker = os.getpid(), None
    if ticks:
        command = [sys.executable, "-m", "interviewprep", "worker"]
        ticker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    announce(settings, f"http://{host}:{port}")
    try:
        Server().run()
    finally:
        if ticker is not None and os.getpid() == parent:  # workers end up here, too
            ticker.send_signal(signal.SIGTERM)
            ticker.wait(10)
