"""Answers given while 100,000 notes are imported, against answers given while nothing is.

Both over HTTP and on one SQLite file: a learner uploads the package, others answer. An answer falls
due every `PACE_S`, whether or not the last ones have come back, and its time counts from then: so a
second in which nobody gets through is as many slow answers as it would be for learners.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .filling import Size, fill, new_database
from .import_bench import LARGE, packaged
from .measuring import Figure, quantile
from .requests import Reviewer
from .servers import Client, cookies_for, our_server

SIZE = Size(cards=2_000, begun=1_500, due=400, reviews=8_000)
REVIEWERS, ROUNDS, QUIET_S = 24, 3, 20.0
NEWCOMER = Size(cards=20, begun=10, due=5, reviews=40)
PACE_S = 0.05
P99 = 0.99
LIMIT = 3
_ASKED_EVERY_S = 0.5


def figures(package: Path | None = None) -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as name:
        found = package or packaged(Path(name), LARGE)
        rounds = [_round(found) for _ in range(ROUNDS)]
    rounds.sort(key=lambda one: one[0])
    ratio, detail = rounds[len(rounds) // 2]
    return [
        Figure(
            f"an answer while {LARGE:,} notes are imported, against one while nothing is:"
            " 99th percentile",
            ratio,
            LIMIT,
            detail,
        )
    ]


def _round(package: Path) -> tuple[float, str]:
    """A server of its own, answers before the import and during it; the ratio, and what it was
    made of."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database = new_database(folder)
        for number in range(1, REVIEWERS + 1):
            fill(database, SIZE, number=number)
        fill(database, NEWCOMER, number=REVIEWERS + 1)
        cookies = cookies_for(folder, database, range(1, REVIEWERS + 2))
        database.close()
        with our_server(folder) as port:
            reviewers = [Reviewer(port, cookie) for cookie in cookies[:REVIEWERS]]
            for reviewer in reviewers:
                reviewer.answers(2)  # nobody's first answer counts
            quiet = _answers(reviewers, _for_seconds(QUIET_S))
            job = _Import(port, cookies[-1], package)
            busy = _answers(reviewers, job.goes_on)
            _wait_for_search(folder / "interviewprep.db")
    seen, usual = quantile(busy, P99), quantile(quiet, P99)
    return seen / usual, (
        f"{seen * 1000:.0f} ms of {len(busy)} answers, else {usual * 1000:.1f} ms of {len(quiet)};"
        f" medians {quantile(busy, 0.5) * 1000:.1f} ms and {quantile(quiet, 0.5) * 1000:.1f} ms;"
        f" the slowest {max(busy):.1f} s; import {job.seconds:.0f} s"
    )


def _wait_for_search(file: Path) -> None:
    """Let the index of the search be made, so that the server ends with nothing left to do."""
    newest = "SELECT (SELECT max(rowid) FROM note_search) >= (SELECT max(id) FROM note)"
    with closing(sqlite3.connect(file)) as connection:
        while not connection.execute(newest).fetchone()[0]:
            time.sleep(_ASKED_EVERY_S)


def _for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end


def _answers(reviewers: Sequence[Reviewer], goes_on: Callable[[], bool]) -> list[float]:
    """Let an answer fall due every `PACE_S` as long as it goes on; return the seconds of each."""
    free: queue.SimpleQueue[Reviewer] = queue.SimpleQueue()
    due: queue.SimpleQueue[float | None] = queue.SimpleQueue()
    for reviewer in reviewers:
        free.put(reviewer)
    seconds: list[float] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while (at := due.get()) is not None:
                reviewer = free.get()
                reviewer.answers(1)
                seconds.append(time.perf_counter() - at)
                free.put(reviewer)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(len(reviewers) // 3)]
    for thread in threads:
        thread.start()
    at = time.perf_counter()
    while goes_on() and not failures:
        due.put(at)
        at += PACE_S
        time.sleep(max(0.0, at - time.perf_counter()))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return seconds


class _Import:
    """An upload, on its way from when this is made."""

    def __init__(self, port: int, cookie: str, package: Path) -> None:
        self._client = Client(port, cookie)
        self._client.sign_in()
        self._begun = time.perf_counter()
        self._is_over = False
        self._failures: list[BaseException] = []
        self.seconds = 0.0
        threading.Thread(target=self._run, args=(package,), daemon=True).start()

    def goes_on(self) -> bool:
        if self._failures:
            raise self._failures[0]
        return not self._is_over

    def _run(self, package: Path) -> None:
        try:
            reply = self._client.upload("/api/v1/imports", package)
            if reply.status != 202:
                raise RuntimeError(f"the upload was answered {reply.status}: {reply.body[:300]!r}")
            job: Any = reply.json
            while job["state"] in ("reading", "storing"):
                time.sleep(_ASKED_EVERY_S)
                job = self._client.get(f"/api/v1/imports/{job['id']}").json
            if job["state"] != "done" or job["report"]["notes"]["added"] < 1:
                raise RuntimeError(f"the import ended as {job['state']}: {job['error']}")
            self.seconds = time.perf_counter() - self._begun
        except Exception as failure:
            self._failures.append(failure)
        self._is_over = True


if __name__ == "__main__":
    from .__main__ import line

    for figure in figures(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(line(figure))
