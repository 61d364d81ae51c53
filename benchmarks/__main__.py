"""Run the benchmarks named, or all of them; exit code 1 where a figure does not hold."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from .measuring import Figure

# One line for each: its name, and the module here that has `figures()`.
BENCHMARKS: dict[str, str] = {
    "answer": "answer",
    "export": "export_bench",
    "import": "import_bench",
    "queue": "due_queue",
    "reviews": "requests",
    "run": "run_start",
    "start": "start",
    "while-importing": "while_importing",
    "key-press": "key_press",
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"error: there is no benchmark {unknown[0]}; choose from: {', '.join(BENCHMARKS)}.")
        return 2
    failed = 0
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    for name in names or BENCHMARKS:
        for figure in import_module(f"{__package__}.{BENCHMARKS[name]}").figures():
            print(line(figure), flush=True)
            failed += not figure.holds
    return 1 if failed else 0


def line(figure: Figure) -> str:
    verdict = "ok  " if figure.holds else "FAIL"
    limit = f"at most {figure.limit:g} {figure.unit}"
    return (
        f"{verdict} {figure.seen:7.2f} {figure.unit} ({limit})  {figure.what}\n     {figure.detail}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
