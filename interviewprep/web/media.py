"""Files that cards show, at one address for everyone who may see them.

The bytes come from decks, and decks from anyone: raster pictures are shown by what their bytes are,
everything else is a download, and nothing in either may run or reach out.
"""

from __future__ import annotations

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..services.media_access import VisibleMedia, find_media, find_media_of_mock
from ..storage.media_store import MediaStore, is_picture
from .headers import MEDIA_POLICY
from .interviewer.seat import has_cookie, the_seat
from .login import login_required, person
from .transactions import reading_core, settings

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<sha256>/<path:label>")
def file(sha256: str, label: str) -> ResponseReturnValue:
    found = _for_interviewer(sha256)
    return _file_of_learner(sha256, label) if found is None else _send(found, label)


def _for_interviewer(sha256: str) -> VisibleMedia | None:
    """Return a file of the mock that this browser is the interviewer of, if it is."""
    if not has_cookie():
        return None
    with reading_core() as connection:
        try:
            seat = the_seat(connection)
            return find_media_of_mock(connection, seat.user_id, seat.mock_id, sha256)
        except NotFound:
            return None


@login_required
def _file_of_learner(sha256: str, label: str) -> ResponseReturnValue:
    with reading_core() as connection:
        return _send(find_media(connection, person.id, sha256), label)


def _send(found: VisibleMedia, label: str) -> ResponseReturnValue:
    path = MediaStore(settings().media_dir).path_of(found.sha256)
    if not path.is_file():
        raise NotFound("There is no such file, or it is not yours to see.")
    answer = send_file(
        path,
        mimetype=found.content_type,
        as_attachment=not is_picture(found.content_type),
        download_name=_file_name(label),
        etag=found.sha256,
        conditional=True,
    )
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = MEDIA_POLICY
    return answer


def _file_name(label: str) -> str:
    """Return what a download is called: without folders, and without signs that hide its ending
    (a right-to-left override shows `exe.png` for `gnp.exe`)."""
    last = label.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip(". ") or "file"
