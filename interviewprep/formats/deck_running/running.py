"""All of some deck files, run side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.formats.deck_folder import read_deck
from interviewprep.formats.deck_running.judging import judged, structure
from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.pool import Outcome, Pool, is_installed, processors
from interviewprep.formats.deck_running.tasks import Task, tasks_of

OnProgress = Callable[[int, int], None]
EXECUTED_RULES = frozenset(["X01", "X03", "X04", "X07"])


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `blocks` counts what was executed, `passed` those without a finding."""

    findings: tuple[Finding, ...]
    files: int
    blocks: int
    passed: int
    seconds: float


def run_files(
    files: Sequence[Path],
    *,
    jobs: int | None = None,
    limits: RunLimits | None = None,
    on_progress: OnProgress | None = None,
) -> Report:
    """Run everything executable of deck files; `on_progress` hears how many of how many are done.

    What cannot be parsed is a finding, too, and hides nothing else.
    """
    limits = limits or RunLimits()
    began = time.monotonic()
    opened = [read_deck(path, str(path), path.stem) for path in files]
    cards = [(file.path, linted.card) for file in opened for linted in file.cards]
    findings = [found for file in opened for found in file.problems]
    findings += [found for path, card in cards for found in structure(path, card)]
    tasks = [task for path, card in cards for task in tasks_of(path, card, limits)]
    tasks, unable = _that_can_run(tasks)
    findings += unable
    passed = 0
    with Pool(jobs or processors()) as pool:
        running = [[pool.submit(request) for request in task.requests] for task in tasks]
        for number, (task, futures) in enumerate(zip(tasks, running, strict=True), 1):
            outcomes: list[Outcome] = [future.result() for future in futures]
            found = list(judged(task, outcomes, limits))
            passed += not found
            findings += found
            if on_progress is not None:
                on_progress(number, len(tasks))
    order = {str(path): place for place, path in enumerate(files)}
    findings.sort(key=lambda finding: (order[finding.path], finding.line, finding.rule))
    return Report(tuple(findings), len(files), len(tasks), passed, time.monotonic() - began)


def run_findings(files: Sequence[Path], *, jobs: int | None = None) -> list[Finding]:
    """Return what running the files says by X01, X03, X04 and X07, in order of file and line.

    What cannot be parsed is passed over: the linter says so in its own words.
    """
    found = run_files(files, jobs=jobs).findings
    return [finding for finding in found if finding.rule in EXECUTED_RULES]


def _that_can_run(tasks: Sequence[Task]) -> tuple[list[Task], list[Finding]]:
    """Set aside what needs a package that is not installed here, with a finding for each."""
    wanted = {task.request.needs for task in tasks} - {""}
    missing = {name for name in wanted if not is_installed(name)}
    unable = [
        Finding(
            task.path,
            task.fence.line,
            "X01",
            ERROR,
            f"the block needs {task.request.needs}, which is not installed here",
            f"pip install {task.request.needs}",
            task.card.id,
        )
        for task in tasks
        if task.request.needs in missing
    ]
    return [task for task in tasks if task.request.needs not in missing], unable
