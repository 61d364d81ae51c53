"""Asserts of visible tests that say what they compared."""

from __future__ import annotations

import ast
import reprlib
from collections.abc import Callable

HELPER = "prep_compared"
_short = reprlib.Repr()
_short.maxstring = _short.maxother = 160
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = _short.maxdict = 12
_short.maxlevel = 4

TESTS: dict[type[ast.cmpop], Callable[[object, object], object]] = {
    ast.Eq: lambda got, wanted: got == wanted,
    ast.NotEq: lambda got, wanted: got != wanted,
    ast.Lt: lambda got, wanted: got < wanted,  # type: ignore[operator]
    ast.LtE: lambda got, wanted: got <= wanted,  # type: ignore[operator]
    ast.Gt: lambda got, wanted: got > wanted,  # type: ignore[operator]
    ast.GtE: lambda got, wanted: got >= wanted,  # type: ignore[operator]
    ast.Is: lambda got, wanted: got is wanted,
    ast.IsNot: lambda got, wanted: got is not wanted,
    ast.In: lambda got, wanted: got in wanted,  # type: ignore[operator]
    ast.NotIn: lambda got, wanted: got not in wanted,  # type: ignore[operator]
}
WORDS: dict[type[ast.cmpop], str] = {
    ast.Eq: "",
    ast.NotEq: "anything but ",
    ast.Lt: "less than ",
    ast.LtE: "at most ",
    ast.Gt: "more than ",
    ast.GtE: "at least ",
    ast.Is: "",
    ast.IsNot: "anything but ",
    ast.In: "one of ",
    ast.NotIn: "none of ",
}
BY_NAME = {operator.__name__: operator for operator in TESTS}


class Explaining(ast.NodeTransformer):
    """Turns `assert a == b` into a call that compares once and remembers both sides."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        found = node.test
        if node.msg is not None or not isinstance(found, ast.Compare) or len(found.ops) != 1:
            return node
        call = ast.Call(
            func=ast.Name(HELPER, ast.Load()),
            args=[found.left, ast.Constant(type(found.ops[0]).__name__), found.comparators[0]],
            keywords=[],
        )
        node.test = ast.copy_location(call, found)
        return ast.fix_missing_locations(node)


def prep_compared(got: object, operator: str, wanted: object) -> object:
    """Return what the comparison says; where it is false, raise with both sides in the message."""
    kind = BY_NAME[operator]
    answer = TESTS[kind](got, wanted)
    if not answer:
        raise AssertionError(f"got {shown(got)}, expected {WORDS[kind]}{shown(wanted)}")
    return answer


def shown(value: object) -> str:
    try:
        return _short.repr(value)
    except Exception:
        return f"something of type {type(value).__name__}"
