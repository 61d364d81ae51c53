"""What happens in the child: code and tests of one variant, or a query, one after another."""

from __future__ import annotations

import ast
import io
import sqlite3
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

Tell = Callable[..., None]
MOST_PRINTED = 200_000
MOST_ROWS = 10_000
_MOST_SHOWN = 300


class Printed(io.StringIO):
    """Standard output, up to a length."""

    def write(self, text: str, /) -> int:
        if self.tell() + len(text) > MOST_PRINTED:
            raise ValueError(f"a block may print {MOST_PRINTED:,} characters")
        return super().write(text)


def run(request: dict[str, Any], tell: Tell) -> None:
    """Run the request's pieces, or its query, and tell what it is at and how it ended."""
    printed = sys.stdout = sys.stderr = Printed()
    sys.stdin = io.StringIO()
    try:
        if request["kind"] == "sql":
            _query(request, tell)
        else:
            _pieces(request["pieces"], tell)
    except BaseException as error:
        tell(ended="raised", printed=printed.getvalue(), **_told(error, request["name"]))
    else:
        tell(ended="done", printed=printed.getvalue())


def _pieces(pieces: list[dict[str, Any]], tell: Tell) -> None:
    """Run code in a module of its own, then tests with names of their own over the code's."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    tests: dict[str, Any] | None = None
    for piece in pieces:
        name = piece["name"]
        tree = ast.parse(piece["code"], name)
        if not piece["is_test"]:
            tell(at="load")
            exec(compile(tree, name, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
            continue
        tell(at="tests")
        tests = dict(module.__dict__) if tests is None else tests
        exec(compile(tree, name, "exec", dont_inherit=True), tests)  # noqa: S102
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                tell(at=node.name)
                tests[node.name]()
                tell(passed_too=[node.name])


def _query(request: dict[str, Any], tell: Tell) -> None:
    connection = sqlite3.connect(":memory:")
    tell(at="schema")
    connection.executescript(request["schema"])
    tell(at="query")
    cursor = connection.execute(request["query"])
    rows = cursor.fetchmany(MOST_ROWS + 1)
    if cursor.description is None:
        raise ValueError("the query returns no rows; write one SELECT statement")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"the query returns more than {MOST_ROWS:,} rows")
    tell(rows=[[_as_text(value) for value in row] for row in rows])


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)


def _told(error: BaseException, name: str) -> dict[str, Any]:
    """Return the last line of the traceback, and the last line of the deck that it names."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == name]
    if isinstance(error, SyntaxError) and error.filename == name and error.lineno:
        lines.append(error.lineno)
    try:
        last = traceback.format_exception_only(error)[-1].strip()
    except Exception:
        last = type(error).__name__
    return {"error": last[:_MOST_SHOWN], "line": lines[-1] if lines else 0}
