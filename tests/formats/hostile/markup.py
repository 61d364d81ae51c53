"""Markup that wants to run: it comes in as text, and what shows it leaves it without power."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...packages import collection
from .case import Cases, Make
from .made import apkg, old
from .payloads import PAYLOADS


def _fields() -> Cases:
    cases = Cases("scripts, handlers, styles, frames, addresses")
    every = list(PAYLOADS.items())
    for at in range(0, len(every), 30):
        some = every[at : at + 30]
        cases.harmless(f"in fields, from {some[0][0]} on", _in_fields(some))
    for where in ("deck", "type", "field", "template", "tags", "css"):
        cases.harmless(f"as {where}", _in(where))
    return cases


def _in_fields(some: list[tuple[str, str]]) -> Make:
    notes = [
        (n, f"x-{name}", 1, "", f"{n} {text}\x1f{text}") for n, (name, text) in enumerate(some, 1)
    ]
    return lambda folder: old(folder, notes)


SCRIPT = PAYLOADS["attribute-end"]


def _in(where: str) -> Make:
    """A package in which a name of the structure is markup."""
    kind: dict[str, Any] = {
        "name": SCRIPT if where == "type" else "T",
        "type": 0,
        "css": "@import url(https://elsewhere.invalid/css);" if where == "css" else "",
        "flds": [
            {"name": SCRIPT if where == "field" else "Front", "ord": 0},
            {"name": "Back", "ord": 1},
        ],
        "tmpls": [
            {
                "name": SCRIPT if where == "template" else "Card 1",
                "ord": 0,
                "qfmt": "{{Back}}" + (PAYLOADS["script"] + SCRIPT if where == "template" else ""),
                "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            }
        ],
    }
    tags = SCRIPT.replace(" ", "/") if where == "tags" else ""
    name = f"{SCRIPT}::{PAYLOADS['script']}" if where == "deck" else "Default"

    def make(folder: Path) -> bytes:
        notes = [(1, "a", 1, tags, "Q\x1fA")]
        return apkg(
            collection(folder / "c", notes, models={"1": kind}, decks={"1": {"name": name}})
        )

    return make


CASES = _fields().all
