"""Addresses of the built front end: logical names become the hashed names of one build."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import cast

from interviewprep.errors import InterviewPrepError

DIST = Path(__file__).parent / "static" / "dist"
URL_PREFIX = "/static/dist/"


class FrontEndNotBuilt(InterviewPrepError):
    """The package was started from a checkout whose front end has not been built."""

    code = "front-end-not-built"

    def __init__(self, detail: str) -> None:
        super().__init__(f"{detail} Build the front end with `python hatch_build.py`.")


class UnknownAsset(LookupError):
    """A template asks for a name that no build makes: a mistake in the code."""


@cache
def manifest(dist: Path = DIST) -> dict[str, str]:
    """Return logical name → file name below `dist`, read once per process.

    :raise FrontEndNotBuilt: if there is no readable manifest.
    """
    try:
        found = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FrontEndNotBuilt("The front end is not built.") from None
    except ValueError:
        raise FrontEndNotBuilt("The front end's manifest.json is broken.") from None
    return cast("dict[str, str]", found)


def asset(name: str, dist: Path = DIST) -> str:
    """Return the address of one built file, such as `asset("review.js")`, for `url`s in pages.

    The name holds a hash of the bytes, so the answer may be cached for ever.
    """
    try:
        return URL_PREFIX + manifest(dist)[name]
    except KeyError:
        raise UnknownAsset(f"no build makes {name!r}") from None


@cache
def licences(dist: Path = DIST) -> list[dict[str, str]]:
    """Return name, version, licence and text of every npm package inside the built files."""
    try:
        found = json.loads((dist / "licences.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FrontEndNotBuilt("The front end is not built.") from None
    return cast("list[dict[str, str]]", found)


def service_worker(dist: Path = DIST) -> bytes:
    """Return the service worker's script, for `/sw.js`, with `Cache-Control: no-cache`."""
    try:
        return (dist / "sw.js").read_bytes()
    except FileNotFoundError:
        raise FrontEndNotBuilt("The front end is not built.") from None
