"""Runs a learner's SQL query against the tables of an exercise and compares the rows, in order."""

from __future__ import annotations

import csv
import io
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any

from prep_output import Output

Report = Callable[[dict[str, Any]], object]
MOST_ROWS = 10_000
SHOWN_ROWS = 50
NAME = "expected_rows"
LABEL = "returns the expected rows, in order"
RELATIVE_TOLERANCE = 1e-9


def run(request: dict[str, Any], report: Report) -> None:
    """Report `stage`, `output` (the rows as a table), one `outcome` and one `end`.

    `request` has `code`, `schema` and `expected`, CSV without a header.
    """
    output = Output(lambda text: report({"type": "output", "text": text}))
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(request["schema"])
    except sqlite3.Error as error:
        sentence = f"The tables of this exercise cannot be made: {error}."
        report({"type": "end", "kind": "broken", "sentence": sentence, "traceback": ""})
        return
    report({"type": "stage", "label": LABEL, "name": NAME, "hidden": False})
    began = time.perf_counter()
    message = answered(connection, request["code"], request["expected"], output)
    duration_ms = (time.perf_counter() - began) * 1000
    output.send_held()
    report(
        {
            "type": "outcome",
            "name": NAME,
            "label": LABEL,
            "passed": not message,
            "message": message,
            "hidden": False,
            "duration_ms": duration_ms,
        }
    )
    sentence = message or "The query returns the expected rows."
    report({"type": "end", "kind": "finished", "sentence": sentence, "traceback": ""})


def answered(connection: sqlite3.Connection, code: str, expected: str, output: Output) -> str:
    """Run the query, print its rows, and return what is wrong with them; "" says nothing is."""
    try:
        cursor = connection.execute(code)
        rows = cursor.fetchmany(MOST_ROWS + 1)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return f"SQLite says: {str(error).rstrip('.')}."
    if cursor.description is None:
        return "The query returns no rows: write one SELECT statement."
    names = [column[0] for column in cursor.description]
    output.write(table(names, rows))
    if len(rows) > MOST_ROWS:
        return f"The query returns more than {MOST_ROWS:,} rows."
    return first_difference([[text(value) for value in row] for row in rows], read_csv(expected))


def first_difference(rows: list[list[str]], wanted: list[list[str]]) -> str:
    """Return one sentence about the first row that differs, "" if all are the same."""
    for number, (row, other) in enumerate(zip(rows, wanted, strict=False), 1):
        if len(row) != len(other):
            return f"A row has {columns(len(row))}; expected {columns(len(other))}."
        if not all(map(same, row, other)):
            return f"Row {number} is {shown(row)}; expected {shown(other)}."
    if len(rows) < len(wanted):
        missing = shown(wanted[len(rows)])
        return f"Row {len(rows) + 1} is missing: expected {missing}."
    if len(rows) > len(wanted):
        return f"Row {len(wanted) + 1} is one too many: {shown(rows[len(wanted)])}."
    return ""


def read_csv(source: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(source.strip())) if row]


def text(value: object) -> str:
    """Return a value of SQLite as CSV would hold it: NULL is empty."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def same(one: str, other: str) -> bool:
    """Say whether two values are the same, as numbers where both are numbers."""
    if one == other:
        return True
    try:
        first, second = float(one), float(other)
    except ValueError:
        return one.strip() == other.strip()
    return abs(first - second) <= RELATIVE_TOLERANCE * max(1.0, abs(first), abs(second))


def columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"


def shown(row: Sequence[str]) -> str:
    return "(" + ", ".join(value[:60] or "NULL" for value in row) + ")"


def table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the first rows as text in columns, for the learner to look at."""
    lines = [[name[:40] for name in names]]
    lines += [["NULL" if v is None else text(v)[:40] for v in row] for row in rows[:SHOWN_ROWS]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    told = [
        "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    told.insert(1, "  ".join("-" * width for width in widths))
    if len(rows) > SHOWN_ROWS:
        told.append(f"… and {len(rows) - SHOWN_ROWS:,} more rows")
    return "\n".join(told) + "\n"
