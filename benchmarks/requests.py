"""One answer over HTTP, alone and with eight clients at once, and the review page."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .filling import Size, fill, new_database
from .measuring import Figure, Turns, in_ms, in_turns, ratio
from .servers import Client, cookies_for, hello_server, our_server

SIZE = Size(cards=5_000, begun=3_000, due=600, reviews=20_000)
ROUNDS, REQUESTS, CLIENTS = 9, 60, 8
ALONE = 4
"""Learners of the single client: a learner's day has its limits, so they take turns."""
P99 = 0.99


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database = new_database(folder)
        learners = range(1, 1 + ALONE + 3 * CLIENTS)
        for number in learners:
            fill(database, SIZE, number=number)
        cookies = cookies_for(folder, database, learners)
        database.close()
        with our_server(folder) as port, hello_server() as hello_port:
            return _measured(port, cookies, hello_port)


def _measured(port: int, cookies: Sequence[str], hello_port: int) -> list[Figure]:
    hello = Client(hello_port)
    alone = [Reviewer(port, cookie) for cookie in cookies[:ALONE]]
    turn = iter(range(1_000_000))
    one = in_turns(
        {
            "POST": lambda: alone[next(turn) % ALONE].answers(REQUESTS),
            "GET": lambda: [alone[0].page() for _ in range(REQUESTS)],
            "hello": lambda: [_timed_get(hello, "/") for _ in range(REQUESTS)],
        },
        rounds=ROUNDS,
    )
    crowds = [
        [Reviewer(port, cookie) for cookie in cookies[start : start + CLIENTS]]
        for start in range(ALONE, len(cookies), CLIENTS)
    ]
    greeters = [Client(hello_port) for _ in range(CLIENTS)]
    many = in_turns(
        {
            "POST": lambda: _together([one.answers for one in crowds[next(turn) % len(crowds)]]),
            "hello": lambda: _together(
                [
                    lambda count, greeter=greeter: [  # type: ignore[misc]
                        _timed_get(greeter, "/") for _ in range(count)
                    ]
                    for greeter in greeters
                ]
            ),
        },
        rounds=ROUNDS,
    )
    every = [seconds for seconds_of_turn in one["POST"].turns for seconds in seconds_of_turn]
    own = Turns([every])
    return [
        Figure(
            "POST /api/v1/reviews with one answer and the next card, against hello: median",
            ratio(one["POST"], one["hello"]),
            5,
            in_ms(ours=one["POST"], hello=one["hello"]),
        ),
        Figure(
            "its 99th percentile, against its own median",
            own.quantile_s(P99) / own.median_s,
            4,
            f"{own.quantile_s(P99) * 1000:.2f} ms of {len(every)} answers",
        ),
        Figure(
            "the same with eight clients, 99th percentile against that of hello with eight",
            many["POST"].quantile_s(P99) / many["hello"].quantile_s(P99),
            5,
            f"ours {many['POST'].quantile_s(P99) * 1000:.1f} ms,"
            f" hello {many['hello'].quantile_s(P99) * 1000:.1f} ms, no error",
        ),
        Figure(
            "GET /review, signed in, against hello: median",
            ratio(one["GET"], one["hello"]),
            3,
            in_ms(ours=one["GET"], hello=one["hello"]),
        ),
    ]


class Reviewer:
    """A learner who answers the card that the last reply brought. Raises on any error."""

    def __init__(self, port: int, cookie: str) -> None:
        self._client = Client(port, cookie)
        self._client.sign_in()
        self._card: dict[str, Any] = {}

    def answers(self, count: int) -> list[float]:
        """Give so many answers and return the seconds of each."""
        if not self._card:
            [self._card] = self._client.get("/api/v1/reviews/queue?limit=1").json["cards"]
        return [self._answer() for _ in range(count)]

    def page(self) -> float:
        return _timed_get(self._client, "/review")

    def _answer(self) -> float:
        card = self._card
        answer = {
            "id": str(uuid.uuid4()),
            "card_id": card["card_id"],
            "version": card["version"],
            "grade": "good",
            "answered_at": datetime.now(UTC).isoformat(),
            "duration_ms": 4_000,
            "promised_due_day": card["outcomes"]["good"]["due_day"],
        }
        start = time.perf_counter()
        reply = self._client.post("/api/v1/reviews", {"answers": [answer], "next": 1})
        seconds = time.perf_counter() - start
        if reply.status != 200 or reply.json["results"][0]["status"] != "stored":
            raise RuntimeError(f"an answer was not stored: {reply.status} {reply.body[:300]!r}")
        [self._card] = reply.json["cards"]
        return seconds


def _timed_get(client: Client, path: str) -> float:
    start = time.perf_counter()
    reply = client.get(path)
    seconds = time.perf_counter() - start
    if reply.status != 200:
        raise RuntimeError(f"{path} answered {reply.status}")
    return seconds


def _together(works: Sequence[Callable[[int], list[float]]]) -> list[float]:
    """Let all of them send their requests at once; return the seconds of all requests."""
    found: list[list[float]] = [[] for _ in works]
    failures: list[BaseException] = []

    def run(place: int, work: Callable[[int], list[float]]) -> None:
        try:
            found[place] = work(REQUESTS // 3)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [seconds for one in found for seconds in one]
