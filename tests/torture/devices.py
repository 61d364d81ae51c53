"""Eight clients that share one pile of requests, repeat what got no answer, and keep what they
were told."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .chains import Chain, Post

CLIENTS = 8
WAIT_FOR_SERVER_S = 90.0
RETRY_AFTER_S = 0.02


@dataclass(frozen=True, slots=True)
class Job:
    chain: int
    step: int
    post: Post


class Devices:
    """Sends every copy of every step of all chains; `statuses` is what each id was told."""

    def __init__(
        self, chains: Sequence[Chain], tokens: Sequence[str], port: int, chance: random.Random
    ) -> None:
        self.chains, self.tokens, self.port, self.chance = chains, tokens, port, chance
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.undo_statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.failures: list[str] = []
        self.answered = self.broken_off = self.busy = 0
        self._lock = threading.Lock()
        self._pile: list[Job] = []
        self._open = 0  # requests in the pile or on their way
        self._asked: set[tuple[int, int, int]] = set()
        self._reached = [0] * len(chains)
        for number in range(len(chains)):
            self._put(number, 0)
        self.total = sum(
            copies for chain in chains for step in chain.steps for _, copies in step.posts
        )

    def run(self, beside: Callable[[Devices], None]) -> None:
        """Send everything; `beside` runs in this thread meanwhile."""
        clients = [threading.Thread(target=self._client, daemon=True) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        beside(self)
        for client in clients:
            client.join()

    @property
    def finished(self) -> bool:
        return bool(self.failures) or not self._open

    def _put(self, number: int, step: int) -> None:
        """Lay all copies of a step somewhere into the pile. The lock is held, or nobody runs."""
        for post, copies in self.chains[number].steps[step].posts:
            for _ in range(copies):
                place = self.chance.randint(0, len(self._pile))
                self._pile.append(Job(number, step, post))
                self._pile[place], self._pile[-1] = self._pile[-1], self._pile[place]
                self._open += 1

    def _take(self) -> Job | None:
        with self._lock:
            return self._pile.pop() if self._pile else None

    def _client(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            while not self.finished:
                job = self._take()
                if job is None:
                    time.sleep(RETRY_AFTER_S)
                    continue
                self._settle(job, self._send(connection, job))
        except Exception as error:
            self.failures.append(repr(error))
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, job: Job) -> bytes:
        """Return the body of the answer, however often the server dies before it comes."""
        token = self.tokens[self.chains[job.chain].learner]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if job.post.undoes is not None:
            path, body = f"/api/v1/reviews/{job.post.undoes}/undo", ""
        else:
            path, body = "/api/v1/reviews", json.dumps({"answers": job.post.answers})
        deadline = time.monotonic() + WAIT_FOR_SERVER_S
        while True:
            try:
                connection.request("POST", path, body, headers)
                response = connection.getresponse()
                found = response.read()
            except (OSError, http.client.HTTPException):
                with contextlib.suppress(OSError):
                    connection.close()
                with self._lock:
                    self.broken_off += 1
                assert time.monotonic() < deadline, "the server stayed away"
                time.sleep(RETRY_AFTER_S)
                continue
            if response.status == 200:
                return found
            assert response.status == 503, f"{response.status} for {job}: {found!r}"
            with self._lock:
                self.busy += 1

    def _settle(self, job: Job, body: bytes) -> None:
        told = json.loads(body)
        with self._lock:
            self.answered += 1
            if job.post.undoes is not None:
                self.undo_statuses[job.post.undoes][told["status"]] += 1
            for result in told.get("results", ()):
                self.statuses[result["id"]][result["status"]] += 1
            self._asked.add((job.chain, job.step, id(job.post)))
            posts = self.chains[job.chain].steps[job.step].posts
            done = all((job.chain, job.step, id(post)) in self._asked for post, _ in posts)
            if done and self._reached[job.chain] == job.step:
                self._reached[job.chain] += 1
                if self._reached[job.chain] < len(self.chains[job.chain].steps):
                    self._put(job.chain, self._reached[job.chain])
            self._open -= 1
