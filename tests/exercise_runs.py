"""Running the code of an exercise, in a process of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from typing import Any

from interviewprep.formats.markdown_deck.grammar import Fence, ParsedCard

_HARNESS = """
import inspect, json, signal, sys, time, traceback

def out_of_time(signum, frame):
    raise TimeoutError("out of time")

def parameters(thing):
    if not inspect.isclass(thing):
        return list(inspect.signature(thing).parameters)
    methods = {name: list(inspect.signature(value).parameters)
               for name, value in vars(thing).items() if inspect.isfunction(value)}
    return {name: names for name, names in methods.items()
            if name == "__init__" or not name.startswith("_")}

def run(variant, tests, entry):
    space = {"__name__": "exercise"}
    outcome = {"loads": False, "passed": [], "failed": "", "trace": "", "parameters": None}
    started = time.perf_counter()
    try:
        exec(compile(variant, "code", "exec"), space)
        outcome["loads"] = True
        outcome["parameters"] = parameters(space[entry]) if entry in space else None
        exec(compile(tests, "tests", "exec"), space)
        for name in [name for name in space if name.startswith("test_")]:
            outcome["failed"] = name
            signal.setitimer(signal.ITIMER_REAL, 4)
            space[name]()
            signal.setitimer(signal.ITIMER_REAL, 0)
            outcome["failed"] = ""
            outcome["passed"].append(name)
    except Exception:
        outcome["trace"] = traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    outcome["seconds"] = time.perf_counter() - started
    return outcome

signal.signal(signal.SIGALRM, out_of_time)
job = json.load(sys.stdin)
json.dump([run(code, job["tests"], job["entry"]) for code in job["variants"]], sys.stdout)
"""


def fences(card: ParsedCard, role: str) -> list[Fence]:
    return [fence for block in card.sections for fence in block.fences if fence.role == role]


def code_of(card: ParsedCard, role: str) -> str:
    (fence,) = fences(card, role)
    return fence.code


def run_all(card: ParsedCard) -> dict[str, list[dict[str, Any]]]:
    """Run every version of an exercise against all its tests, in one process of its own."""
    roles = ["solution", "alt", "wrong", "starter"]
    variants = [(role, fence.code) for role in roles for fence in fences(card, role)]
    job = {
        "entry": card.meta["entry"],
        "tests": code_of(card, "tests") + "\n" + code_of(card, "hidden"),
        "variants": [code for _, code in variants],
    }
    done = subprocess.run(
        [sys.executable, "-I", "-c", _HARNESS],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: dict[str, list[dict[str, Any]]] = {role: [] for role in roles}
    for (role, _), outcome in zip(variants, json.loads(done.stdout), strict=True):
        outcomes[role].append(outcome)
    return outcomes


def rows_of(card: ParsedCard, query: str) -> list[list[str]]:
    """Return what a query finds in the tables of a card, as texts."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(code_of(card, "schema"))
    found = connection.execute(query).fetchall()
    connection.close()
    return [["" if value is None else str(value) for value in row] for row in found]
