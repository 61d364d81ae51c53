"""Pictures that notes show from other servers: which hosts, and a yes to fetch from them."""

from __future__ import annotations

import threading

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ..errors import Conflict, Invalid
from ..services.remote_pictures import Fetched, fetch_picture, fetch_pictures, remote_hosts
from ..storage.media_store import MediaStore
from .forms import form_page
from .login import login_required, person
from .transactions import database, now, reading_core, settings

SECONDS = 25.0
"""How long one request goes on asking; what is left then is fetched by the next."""

blueprint = Blueprint("remote_pictures", __name__)
_busy: set[int] = set()
_busy_lock = threading.Lock()


@blueprint.get("/imports/pictures")
@login_required
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/imports/pictures")
@login_required
def fetch() -> ResponseReturnValue:
    hosts = request.form.getlist("host")
    if not hosts:
        return _page(Invalid("Tick the servers that may be asked.", field="host"))
    with _busy_lock:
        if person.id in _busy:
            raise Conflict("Pictures are being fetched for you already; wait until that is done.")
        _busy.add(person.id)
    try:
        store = MediaStore(settings().media_dir)
        fetched = fetch_pictures(
            database(), store, person.id, hosts, now(), seconds=SECONDS, fetch=fetch_picture
        )
    finally:
        with _busy_lock:
            _busy.discard(person.id)
    return _page(fetched=fetched)


def _page(error: Invalid | None = None, fetched: Fetched | None = None) -> Response:
    with reading_core() as connection:
        hosts = remote_hosts(connection, person.id)
    chosen = request.form.getlist("host") if request.method == "POST" else []
    return form_page(
        "imports/pictures.html", error=error, hosts=hosts, fetched=fetched, chosen=chosen
    )
