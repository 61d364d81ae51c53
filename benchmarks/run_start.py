"""From the click to the first test's result in the browser, against the same test under CPython."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from interviewprep.formats.markdown_deck import parse_deck
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.trials import Trial, opened_trial
from tests.exercise_code import code_of, fences

from .measuring import Figure, Turns, in_ms, in_turns, ratio

ROOT = Path(__file__).parent.parent
DECK = ROOT / "cards/coding/exercises-intervals.md"
HARNESS = ROOT / "interviewprep/frontend/src/runner-frame/python"
CARD = "total-covered-time"
ROUNDS, RUNS = 5, 3
THINKING_MS = 2_500
"""Between two runs, while the next worker gets ready; a learner takes longer to read a result."""
AGAINST_A_PROCESS, FIRST_RESULT_MS = 2, 50

# The harness that runs in the browser, from its request to its first outcome.
IN_PROCESS = f"""
import json, sys, time
sys.path.insert(0, {str(HARNESS)!r})
import prep_python
request, runs = json.load(sys.stdin), []
for _ in range({RUNS}):
    begun, first, real = time.perf_counter(), [], sys.stdout
    def report(told):
        if told["type"] == "outcome" and not first:
            first.append(time.perf_counter() - begun)
    prep_python.run(request, report)
    sys.stdout = sys.stderr = real
    runs += first
print(json.dumps(runs))
"""


def figures() -> list[Figure]:
    (card,) = [one for one in parse_deck(DECK.read_text("utf-8")).cards if one.id == CARD]
    request = {
        "code": fences(card, "solution")[0].code,
        "visible": code_of(card, "tests"),
        "hidden": code_of(card, "hidden"),
    }
    script = request["code"] + request["visible"] + "\ntest_example()\nprint('passed')\n"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with opened_trial(browser, Path(folder)) as trial:
            seen = in_turns(
                {
                    "browser": lambda: [_warm_s(trial, request) for _ in range(RUNS)],
                    "process": lambda: [_process_s(script) for _ in range(RUNS)],
                    "in process": lambda: _in_process_s(request),
                },
                rounds=ROUNDS,
            )
            at_once = Turns([[_first_s(trial, request)] for _ in range(ROUNDS)])
        browser.close()
    warm, process, inside = seen["browser"], seen["process"], seen["in process"]
    detail = in_ms(browser=warm, process=process, inside=inside)
    return [
        Figure(
            "click to the first test's result, a worker ready, against"
            " `python -I -c` until the same test has passed",
            ratio(warm, process),
            AGAINST_A_PROCESS,
            detail,
        ),
        Figure(
            "the same by the clock",
            warm.median_s * 1000,
            FIRST_RESULT_MS,
            f"{ratio(warm, inside):.0f} × the same harness in a Python that runs already;"
            f" {at_once.median_s * 1000:.0f} ms where the next run follows at once",
            unit="ms",
        ),
    ]


def _warm_s(trial: Trial, request: dict[str, str]) -> float:
    trial.page.wait_for_timeout(THINKING_MS)
    return _first_s(trial, request)


def _first_s(trial: Trial, request: dict[str, str]) -> float:
    ran = trial.run(request["code"], request["visible"], request["hidden"])
    assert ran.kind == "finished" and all(ran.passed), ran.sentence
    return float(ran.result["first_result_ms"]) / 1000


def _process_s(script: str) -> float:
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "passed\n"
        return time.perf_counter() - begun


def _in_process_s(request: dict[str, str]) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", IN_PROCESS],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
    )
    runs: list[float] = json.loads(done.stdout)
    return runs
