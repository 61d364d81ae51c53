"""Ten thousand good files with bits turned: each is read or refused in a sentence."""

from __future__ import annotations

import json
import random
import select
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .case import sized
from .flips import kinds
from .one_reader import CRASHED, READ, REFUSED

FLIPS = sized(10_000, 500)
PATIENCE_S = 60.0
DIED, HUNG = "died", "hung"


class LongLivedReader:
    """A process that reads one file after the other, and another one when it has died."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.started = 0
        self._start()

    def _start(self) -> None:
        self.started += 1
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.one_reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def read(self, data: bytes, name: str) -> tuple[str, str]:
        path = self._folder / "turned"
        path.write_bytes(data)
        asked = {"path": str(path), "name": name, "work": str(self._folder / "work")}
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_S)
        line = self._process.stdout.readline() if ready else ""
        if line:
            end, said = json.loads(line)
            return end, said
        self.close()
        self._start()
        return (DIED, str(self._process.returncode)) if ready else (HUNG, "")

    def close(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()


@pytest.mark.torture
def test_a_good_file_with_bits_turned_is_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    every = list(kinds(tmp_path))
    folder = tmp_path / "reading"
    folder.mkdir()
    dice, ends = random.Random(20261120), Counter[tuple[str, str]]()
    failed: list[str] = []
    reader = LongLivedReader(folder)
    try:
        for number in range(FLIPS):
            kind = every[number % len(every)]
            end, said = reader.read(kind.turned(dice), kind.file_name)
            ends[kind.name, end] += 1
            is_sentence = said.endswith(".") and said.isprintable() and len(said) < 600
            if end != READ and not (end == REFUSED and is_sentence):
                failed.append(f"{kind.name}, number {number}, {end}: {said[-1500:]}")
    finally:
        reader.close()
    assert failed == []
    totals = Counter[str]()
    for (_, end), count in ends.items():
        totals[end] += count
    print(f"{FLIPS} files with bits turned: {dict(totals)}; readers started: {reader.started}")
    assert totals[READ] + totals[REFUSED] == FLIPS == sum(totals.values())
    assert {name for name, _ in ends} == {kind.name for kind in every}
    assert totals[READ] > 0 and totals[REFUSED] > 0
    assert CRASHED not in totals and list(folder.iterdir()) == [folder / "turned"]
