"""One hostile file, and what must become of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

TORTURE = os.environ.get("TORTURE") == "1"
T = TypeVar("T")
Make = Callable[[Path], bytes]
"""Makes the bytes of a file; the folder is for what has to be made on the way."""

REFUSED, REPORTED, HARMLESS, EITHER = "refused", "reported", "harmless", "either"


@dataclass(frozen=True)
class Case:
    """`said` is part of the refusal, or the code of a warning; of what comes in without a word it
    is empty, because nothing of it was lost. `kind` is the class that it belongs to. Where `end` is
    `EITHER` the file is refused or comes in as it likes, and only must not do harm."""

    kind: str
    name: str
    file_name: str
    make: Make
    end: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class Cases:
    """Collects the cases of one class."""

    def __init__(self, kind: str, file_name: str = "deck.apkg") -> None:
        self._kind = kind
        self._file_name = file_name
        self.all: list[Case] = []

    def refused(self, name: str, make: Make, said: str, file_name: str = "") -> None:
        self._add(name, make, REFUSED, said, file_name)

    def reported(self, name: str, make: Make, code: str, file_name: str = "") -> None:
        self._add(name, make, REPORTED, code, file_name)

    def harmless(self, name: str, make: Make, file_name: str = "") -> None:
        self._add(name, make, HARMLESS, "", file_name)

    def either(self, name: str, make: Make, file_name: str = "") -> None:
        self._add(name, make, EITHER, "", file_name)

    def _add(self, name: str, make: Make, end: str, said: str, file_name: str) -> None:
        known = file_name or self._file_name
        self.all.append(Case(self._kind, name, known, make, end, said))


def sized(whole: T, small: T) -> T:
    """What is large only in the long proofs."""
    return whole if TORTURE else small
