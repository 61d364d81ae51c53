"""Runs a learner's Python and its tests, one after another, and reports each as it ends."""

from __future__ import annotations

import ast
import builtins
import io
import linecache
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from prep_asserts import HELPER, Explaining, prep_compared
from prep_output import Output
from prep_traces import HIDDEN, OWN, VISIBLE, line_in, remember_source, shown_trace, summary

Report = Callable[[dict[str, Any]], object]
NO_INPUT = "nobody can type here: the function gets all it needs as arguments"
OUT_OF_MEMORY = "Your code asked for more memory than a run may have (512 MB)."


@dataclass(frozen=True)
class Case:
    """One test function, by the block it stands in."""

    name: str
    label: str
    hidden: bool
    function: Callable[[], object]


class CannotRun(Exception):
    """No test can be run; the message says why."""

    def __init__(self, sentence: str, trace: str = "", kind: str = "broken") -> None:
        super().__init__(sentence)
        self.trace = trace
        self.kind = kind


def run(request: dict[str, Any], report: Report) -> None:
    """Report `stage`, `output` and `outcome` as they come, and one `end`.

    `request` has `code`, `visible`, and may have `hidden`, `entry` and `only_visible_output`.
    """
    output = Output(lambda text: report({"type": "output", "text": text}))
    sys.stdout = sys.stderr = output
    builtins.input = no_input
    sys.stdin = NobodyThere()
    try:
        end = _judged(request, report, output)
    except CannotRun as reason:
        end = {"kind": reason.kind, "sentence": str(reason), "traceback": reason.trace}
    output.send_held()
    if output.is_cut:
        end["sentence"] += " It printed more than is shown."
    report({"type": "end", **end})


class NobodyThere(io.TextIOBase):
    """Standard input where nobody types."""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> NoReturn:
        raise RuntimeError(NO_INPUT)

    def readline(self, size: int = -1, /) -> NoReturn:  # type: ignore[override]
        raise RuntimeError(NO_INPUT)


def no_input(prompt: object = "") -> NoReturn:
    raise RuntimeError(NO_INPUT)


def _judged(request: dict[str, Any], report: Report, output: Output) -> dict[str, str]:
    report({"type": "stage", "label": ""})
    space = load_own(request["code"])
    entry = request.get("entry")
    if entry and entry not in space:
        raise CannotRun(f"The tests call `{entry}`, which your code does not define.")
    space, cases = load_cases(request["visible"], space, VISIBLE)
    cases += load_cases(request.get("hidden") or "", space, HIDDEN)[1]
    passed, first_failed, trace = 0, "", ""
    for case in cases:
        report({"type": "stage", "label": case.label, "name": case.name, "hidden": case.hidden})
        output.is_muted = case.hidden and bool(request.get("only_visible_output"))
        began = time.perf_counter()
        error = outcome_of(case.function)
        duration_ms = (time.perf_counter() - began) * 1000
        output.send_held()
        message = told(case, error)
        report(
            {
                "type": "outcome",
                "name": case.name,
                "label": case.label,
                "passed": error is None,
                "message": message,
                "hidden": case.hidden,
                "duration_ms": duration_ms,
            }
        )
        if error is None:
            passed += 1
            continue
        first_failed = first_failed or case.label
        if not case.hidden and not isinstance(error, AssertionError):
            trace = trace or shown_trace(error, {OWN, VISIBLE})
        if isinstance(error, MemoryError):
            return {"kind": "memory", "sentence": OUT_OF_MEMORY, "traceback": trace}
    return {
        "kind": "finished",
        "sentence": summed_up(passed, len(cases), first_failed),
        "traceback": trace,
    }


def summed_up(passed: int, number: int, first_failed: str) -> str:
    if number == 0:
        return "The code ran; there are no tests."
    if passed == number:
        return f"All {number} tests pass." if number > 1 else "The test passes."
    return f"{passed} of {number} tests pass. The first that fails: {first_failed}."


def load_own(code: str) -> dict[str, Any]:
    """Return the names that the learner's code defines, run as `__main__` from `your_code.py`.

    :raise CannotRun: if it does not parse, raises, or leaves.
    """
    remember_source(OWN, code)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(code, OWN, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    except MemoryError as error:
        raise CannotRun(OUT_OF_MEMORY, shown_trace(error, {OWN}), "memory") from None
    except SystemExit:
        raise CannotRun("Your code ends the program while it loads: remove the exit.") from None
    except BaseException as error:
        where = line_in(error, OWN)
        place = f" in line {where}" if where else ""
        raise CannotRun(
            f"Your code does not load: {summary(error)}{place}.", shown_trace(error, {OWN})
        ) from None
    return module.__dict__


def load_cases(source: str, space: dict[str, Any], file: str) -> tuple[dict[str, Any], list[Case]]:
    """Return the names and the functions `test_…` of a block, which sees the names in `space`.

    What it defines changes nothing for the learner's code, which keeps names of its own.

    :raise CannotRun: if the block itself does not load.
    """
    own = dict(space)
    try:
        tree = ast.parse(source, file)
        if file == VISIBLE:
            remember_source(file, source)
            tree = Explaining().visit(tree)
            own[HELPER] = prep_compared
        exec(compile(tree, file, "exec", dont_inherit=True), own)  # noqa: S102
    except BaseException as error:
        raise CannotRun(f"The tests do not load: {type(error).__name__}.") from None
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            label = (ast.get_docstring(node) or node.name).strip().splitlines()[0]
            found[node.name] = Case(node.name, label, file == HIDDEN, own[node.name])
    return own, list(found.values())


def outcome_of(function: Callable[[], object]) -> BaseException | None:
    """Return what the test raised; None says that it passed."""
    try:
        function()
    except BaseException as error:
        return error
    return None


def told(case: Case, error: BaseException | None) -> str:
    """Return what the learner is told of a failed test: of a hidden one no value and no code."""
    if error is None:
        return ""
    where = line_in(error, OWN)
    place = f" (your line {where})" if where else ""
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    if isinstance(error, SystemExit):
        return f"The code ends the program{place}."
    if case.hidden:
        if isinstance(error, AssertionError):
            return "Failed."
        return f"Failed: {type(error).__name__}{place}."
    if isinstance(error, AssertionError) and not where:
        return asserted(error)
    return f"{summary(error)}{place}"


def asserted(error: AssertionError) -> str:
    """Return the assert's own line, and under it what it compared."""
    line = linecache.getline(VISIBLE, line_in(error, VISIBLE) or 0).strip()
    return "\n".join(part for part in (line, str(error)[:500]) if part)
