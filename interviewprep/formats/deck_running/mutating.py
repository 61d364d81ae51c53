"""Small mistakes put into a reference solution, one at a time, as a tired programmer makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_DROPPED = (
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Continue, ast.Break),
    *(ast.Raise, ast.Delete),
)
_WHERE_TEXT_MATTERS = (
    *(ast.Compare, ast.Return, ast.IfExp, ast.Subscript, ast.Dict, ast.Set, ast.Tuple, ast.List),
)
"""What a text stands in directly where it decides something, rather than being shown."""
_SKIPPED_FIELDS = frozenset(["annotation", "returns", "decorator_list", "type_params", "bases"])
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Mutant:
    """A solution with one change. `line` counts from 1 within the block."""

    line: int
    change: str
    code: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """One node to be replaced: the field of its parent, and the place in it if it is a list."""

    line: int
    parent: ast.AST
    field: str
    place: int | None
    before: ast.AST
    after: ast.AST


def mutants_of(code: str) -> list[Mutant]:
    """Return every mutant of a block that differs from it, in order of lines. Raises `SyntaxError`.

    Docstrings, annotations, decorators, error messages and texts for display stay as they are.
    """
    tree = ast.parse(code)
    seen = {ast.unparse(tree)}
    found = []
    for edit in list(_edits(tree)):
        _put(edit, edit.after)
        mutated = ast.unparse(tree)
        _put(edit, edit.before)
        if mutated not in seen:
            seen.add(mutated)
            found.append(Mutant(edit.line, _described(edit), mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _put(edit: _Edit, node: ast.AST) -> None:
    if edit.place is None:
        setattr(edit.parent, edit.field, node)
    else:
        getattr(edit.parent, edit.field)[edit.place] = node


def _described(edit: _Edit) -> str:
    after = "nothing" if isinstance(edit.after, ast.Pass) else f"`{_short(edit.after)}`"
    return f"`{_short(edit.before)}` became {after}"


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def _edits(parent: ast.AST) -> Iterator[_Edit]:
    """Yield the edits below a node, outermost first."""
    for field, value in ast.iter_fields(parent):
        if field in _SKIPPED_FIELDS:
            continue
        for place, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST) or _is_for_people(node):
                continue
            for after in (*_replacements(node), *_in_its_place(parent, field, node)):
                line = getattr(node, "lineno", 0)
                yield _Edit(line, parent, field, place, node, after)
            if not isinstance(node, ast.Raise):
                yield from _edits(node)


def _is_for_people(node: ast.AST) -> bool:
    """Whether this is a docstring, a text with values in it, or a list of attribute names."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return any(isinstance(name, ast.Name) and name.id == "__slots__" for name in node.targets)
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _in_its_place(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand for a node because of where it stands."""
    if field in ("body", "orelse", "finalbody") and isinstance(node, _DROPPED):
        yield ast.Pass()
    if (
        isinstance(parent, _WHERE_TEXT_MATTERS)
        and isinstance(node, ast.Constant)
        and isinstance(node.value, str)
    ):
        yield ast.Constant(node.value + "?")
    is_condition = field == "test" or (field == "ifs" and isinstance(parent, ast.comprehension))
    if is_condition and isinstance(node, ast.expr) and not _has_own_opposite(node):
        yield ast.UnaryOp(ast.Not(), node)
    if (
        field == "args"
        and isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id == "range"
        and isinstance(node, ast.expr)
        and not isinstance(node, ast.Constant | ast.Starred)
        and node is parent.args[min(1, len(parent.args) - 1)]
    ):
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _has_own_opposite(node: ast.expr) -> bool:
    """Whether another edit makes the opposite of this condition, or it is `while True`."""
    if isinstance(node, ast.Compare):
        return len(node.ops) == 1 and isinstance(node.ops[0], _OPPOSITES)
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand for a node wherever it stands."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            ops = [*node.ops[:place], _COMPARISONS[type(operator)](), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
        yield ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not | ast.USub | ast.Invert):
            yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    elif isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _FUNCTIONS:
            other = ast.Name(_FUNCTIONS[node.func.id], ast.Load())
            yield ast.Call(other, node.args, node.keywords)
        elif node.func.id in ("sorted", "reversed", "abs") and len(node.args) == 1:
            yield node.args[0]


def _other_constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1) if value else ast.UnaryOp(ast.USub(), ast.Constant(1))
    elif isinstance(value, float):
        yield ast.Constant(value * 2 if value else 1.0)
