"""How many small mistakes in a reference solution its tests notice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.deck_folder import read_deck
from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.mutating import Mutant, mutants_of
from interviewprep.formats.deck_running.pool import Outcome, Piece, Pool, Request, processors
from interviewprep.formats.deck_running.query_judging import gives_other_rows
from interviewprep.formats.deck_running.running import OnProgress
from interviewprep.formats.deck_running.sql_mutating import sql_mutants_of
from interviewprep.formats.deck_running.tasks import Task, tasks_of, tests_of

FEWEST_KILLED, FEWEST_KILLED_OF_ONE = 0.90, 0.75
MOST_MUTANTS = 60
_SEED = "mutants"
_LEAST_S, _TIMES_SLOWER = 0.5, 4.0


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that passes every test. `line` is the line in the deck file."""

    line: int
    change: str


@dataclass(frozen=True, slots=True)
class MutantReport:
    """What the tests of one exercise made of the mutants of its solution."""

    path: str
    line: int
    card: str
    killed: int
    total: int
    survivors: tuple[Survivor, ...]

    @property
    def share(self) -> float:
        return self.killed / self.total if self.total else 1.0

    @property
    def is_enough(self) -> bool:
        return self.share >= FEWEST_KILLED_OF_ONE


def share_killed(reports: Sequence[MutantReport]) -> float:
    """Return the share over all exercises; 1 where there is no mutant."""
    total = sum(report.total for report in reports)
    return sum(report.killed for report in reports) / total if total else 1.0


def run_mutants(
    files: Sequence[Path],
    *,
    jobs: int | None = None,
    limits: RunLimits | None = None,
    most: int = MOST_MUTANTS,
    on_progress: OnProgress | None = None,
) -> list[MutantReport]:
    """Run mutants of every reference solution in the files: at most so `many` each, drawn by a
    fixed seed.

    A mutant that runs out of time is killed. Cards that cannot be parsed are passed over. Raises
    `UnreadableDeck` where a solution does not pass its tests as it stands.
    """
    limits = limits or RunLimits()
    tasks = [
        task
        for path in files
        for linted in read_deck(path, str(path), path.stem).cards
        for task in tasks_of(str(path), linted.card, limits)
        if task.purpose in ("solution", "query")
    ]
    with Pool(jobs or processors()) as pool:
        originals = [pool.submit(task.request) for task in tasks]
        running = [
            (task, _started(pool, task, original.result(), limits, most))
            for task, original in zip(tasks, originals, strict=True)
        ]
        of = sum(len(started) for _task, started in running)
        reports, done = [], 0
        for task, started in running:
            survivors = []
            for mutant, future in started:
                if not _is_killed(task, future.result()):
                    survivors.append(Survivor(task.fence.line + mutant.line, mutant.change))
                done += 1
                if on_progress is not None:
                    on_progress(done, of)
            total = len(started)
            reports.append(
                MutantReport(
                    path=task.path,
                    line=task.fence.line,
                    card=task.card.id,
                    killed=total - len(survivors),
                    total=total,
                    survivors=tuple(survivors),
                )
            )
    return reports


def _started(
    pool: Pool, task: Task, original: Outcome, limits: RunLimits, most: int
) -> list[tuple[Mutant, Future[Outcome]]]:
    """Set the mutants of one solution going, within a few times what the solution itself takes."""
    if _is_killed(task, original):
        raise UnreadableDeck(
            f"{task.path}, line {task.fence.line}: the solution of {task.card.id} does not pass its"
            " own tests; run the file without --mutants first."
        )
    seconds = min(_LEAST_S + _TIMES_SLOWER * original.processor_s, task.request.processor_s)
    request = replace(task.request, processor_s=seconds, waiting_s=limits.waiting_s(seconds))
    return [(mutant, pool.submit(_mutated(task, request, mutant))) for mutant in _drawn(task, most)]


def _mutated(task: Task, request: Request, mutant: Mutant) -> Request:
    if task.purpose == "query":
        return replace(request, query=mutant.code)
    pieces = (Piece(mutant.code, task.fence.line), *tests_of(task.card))
    return replace(request, pieces=pieces)


def _drawn(task: Task, most: int) -> list[Mutant]:
    make = sql_mutants_of if task.purpose == "query" else mutants_of
    every = make(task.fence.code)
    if len(every) <= most:
        return every
    drawn = random.Random(f"{_SEED} {task.card.id}").sample(every, most)  # noqa: S311
    return sorted(drawn, key=lambda mutant: mutant.line)


def _is_killed(task: Task, outcome: Outcome) -> bool:
    if not outcome.is_done:
        return True
    return task.purpose == "query" and gives_other_rows(task.card, outcome)


def lines_of(reports: Sequence[MutantReport]) -> Iterator[str]:
    """Yield what a person reads: an exercise and below it each survivor, and the total."""
    for report in reports:
        mark = "" if report.is_enough else " (fix: add tests that fail on what survived)"
        yield (
            f"{report.path}:{report.line}: {report.card}: {report.killed} of {report.total}"
            f" mutants killed ({report.share:.0%}){mark}"
        )
        for survivor in report.survivors:
            yield f"  {report.path}:{survivor.line}: survived: {survivor.change}"
    killed, total = (sum(getattr(each, name) for each in reports) for name in ("killed", "total"))
    yield f"{killed} of {total} mutants killed ({share_killed(reports):.0%})"
