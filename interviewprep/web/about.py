"""What this is and whose work it carries; for developers, every component on one page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from .assets import licences, service_worker

blueprint = Blueprint("about", __name__)
LICENCE_KEYS = ("License-Expression", "License")
NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Library:
    """A Python package the program is made of."""

    name: str
    version: str
    licence: str
    summary: str


@cache
def python_libraries() -> list[Library]:
    """Return the packages that the installed program requires, by name."""
    found = []
    for line in distribution("interviewprep").requires or ():
        name = NAME.match(line)
        if name is None or "extra ==" in line:
            continue
        try:
            meta = distribution(name.group()).metadata
        except PackageNotFoundError:
            continue  # only needed on other versions of Python
        licence = next((meta[key] for key in LICENCE_KEYS if key in meta), "")
        if not licence or "\n" in licence or len(licence) > 60:
            classifiers = [
                value for value in meta.get_all("Classifier") or () if "License" in value
            ]
            licence = classifiers[0].rpartition("::")[2].strip() if classifiers else "see its files"
        found.append(
            Library(
                meta["Name"],
                meta["Version"],
                licence,
                meta["Summary"].strip() if "Summary" in meta else "",
            )
        )
    return sorted(found, key=lambda library: library.name.lower())


@blueprint.get("/about")
def page() -> ResponseReturnValue:
    return render_template(
        "about.html",
        version=version("interviewprep"),
        libraries=python_libraries(),
        assets=licences(),
    )


@blueprint.get("/about/components")
def components() -> ResponseReturnValue:
    return render_template("components.html")


@blueprint.get("/sw.js")
def worker_script() -> ResponseReturnValue:
    """The service worker stands at the root: its scope reaches no higher than its address."""
    answer = Response(service_worker(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'self'"
    return answer
