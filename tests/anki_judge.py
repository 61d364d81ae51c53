"""Anki itself as the judge: it makes collections, writes packages, and says what it reads.

Anki runs in a process of its own, one for all tests of a process; see `anki_worker`.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_WORKER = Path(__file__).with_name("anki_worker.py")
_TEXTS = [
    *("alpha", "<b>bold</b>", "a &lt; b", "\\(x^2\\)", "süß", "数学", "🙂", "e\u0301"),
    *("''", "a\\b", "<div>x</div>", "&nbsp;", "=1+1"),
]
_DECKS = ["Top", "Top::Sub", "Top::Sub::Ünder", "Other"]
_NAMES = ["plot 1.png", "ü.png", "a&b.png", "c%20d.png"]
_STATES = ["review"] * 4 + ["learning", "relearning by day"] + ["new"] * 4
FIRST_MS = 1_760_000_000_000


def read_by_anki(package: Path) -> dict[str, Any]:
    """What a new collection of Anki's holds after it has imported a package."""
    with tempfile.TemporaryDirectory() as folder:
        said: dict[str, Any] = _ask(do="read", folder=folder, package=str(package))
    return said


def make(wanted: dict[str, Any], packages: dict[Path, bool]) -> list[str]:
    """Let Anki make the collection that is wanted (see `anki_worker.make`) and write packages of
    it, legacy or not; return the guids of its notes."""
    paths = {str(path): legacy for path, legacy in packages.items()}
    with tempfile.TemporaryDirectory() as folder:
        said: list[str] = _ask(do="make", folder=folder, wanted=wanted, packages=paths)
    return said


def made_by_anki(folder: Path, seed: int, *, notes: int = 25, legacy: bool = False) -> Path:
    """A package of a collection in which all is left to chance, with its schedule and history."""
    path = folder / f"made-{seed}.apkg"
    make(_by_chance(Random(seed), notes), {path: legacy})
    return path


def _by_chance(chance: Random, notes: int) -> dict[str, Any]:
    def text() -> str:
        return " ".join(chance.choice(_TEXTS) for _ in range(chance.randint(1, 5)))

    own = "Own “type”"
    kinds = {"Basic": 2, "Basic (and reversed card)": 2, "Cloze": 2, own: 3}

    def note(number: int) -> dict[str, Any]:
        kind = chance.choice(list(kinds))
        fields = [text(), text(), chance.choice(["", text()])][: kinds[kind]]
        if kind == "Cloze":
            fields[0] += " {{c1::" + text() + "}} {{c3::x::hint}}"
        if chance.random() < 0.3:
            fields[1] += f"⟦{chance.randrange(len(_NAMES))}⟧"
        return {
            "type": kind,
            "guid": f"guid {number}",
            "fields": fields,
            "tags": chance.sample(["one", "Two", "three::four", "ü"], chance.randint(0, 3)),
            "deck": chance.choice(_DECKS),
            "place": number + 1,
            "cards": [_card_by_chance(chance) for _ in range(2)],
        }

    return {
        "first_ms": FIRST_MS,
        "media": [
            {"name": name, "data": [*b"\x89PNG\r\n\x1a\n", n], "is_sound": False}
            for n, name in enumerate(_NAMES)
        ],
        "types": [
            {
                "name": own,
                "is_cloze": False,
                "fields": ["Expression", "Meaning", "Notes here"],
                "templates": [
                    ["{{Expression}}", "{{FrontSide}}<hr id=answer>{{Meaning}}"],
                    ["{{#Notes here}}{{Notes here}}{{/Notes here}}", "{{Expression}}"],
                ],
            }
        ],
        "notes": [note(number) for number in range(notes)],
    }


def _card_by_chance(chance: Random) -> dict[str, Any]:
    return {
        "state": chance.choice(_STATES),
        "due": chance.randint(-400, 400),
        "ivl": chance.randint(1, 900),
        "factor": chance.choice([1300, 2500, 2570, 2135]),
        "reps": chance.randint(1, 50),
        "lapses": chance.randint(0, 9),
        "left": chance.choice([1001, 2002]),
        "flag": chance.choice([0, 0, 0, 1, 7]),
        "is_suspended": chance.random() < 0.1,
        "is_buried": False,
        "deck": "",
        "reviews": [
            [
                chance.randint(1, 40_000_000),
                chance.randint(1, 4),
                chance.choice([-600, 1, 30]),
                chance.choice([-60, 0, 9]),
                chance.choice([0, 2500, 1300]),
                chance.randint(100, 60_000),
                chance.randint(0, 3),
            ]
            for _ in range(chance.randint(0, 4))
        ],
    }


@cache
def _worker() -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", str(_WORKER)]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end() -> None:
        worker.communicate()

    atexit.register(end)
    return worker


def _ask(**task: Any) -> Any:
    worker = _worker()
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(task) + "\n")
    worker.stdin.flush()
    answer = json.loads(worker.stdout.readline())
    assert "error" not in answer, answer["error"]
    return answer["said"]
