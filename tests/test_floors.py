"""Imports point down, and only what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "interviewprep"
FLOORS = {"core": 1, "formats": 1, "storage": 2, "services": 3, "web": 4, "cli": 4, "worker": 4}
EVERYWHERE = {"errors", "config", "bundled_files"}
NEWER_STDLIB = {"compression"}  # 3.14; imported where it is there
KEPT_TO = {
    "flask": {"web"},
    "flask_login": {"web"},
    "flask_wtf": {"web"},
    "werkzeug": {"web"},
    "sqlalchemy": {"storage", "services", "web", "cli", "worker"},
    "click": {"cli"},
    "apscheduler": {"worker"},
}
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not {"bundled", "frontend"} & set(path.relative_to(PACKAGE).parts)
)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and absolute dotted name of everything a module imports, at any depth."""
    here = ("interviewprep", *path.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level]
            if node.module:
                yield node.lineno, ".".join((*base, node.module))
            else:
                yield from ((node.lineno, ".".join((*base, a.name))) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            if node.module == "interviewprep":
                yield from ((node.lineno, f"interviewprep.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    if len(parts) == 1:
        return  # the factory and what every floor may use
    floor, wrong = FLOORS[parts[0]], []
    for line, name in imports(path):
        if name.split(".")[0] == "interviewprep" and len(name.split(".")) > 1:
            to = name.split(".")[1]
            if to in EVERYWHERE:
                continue
            if FLOORS.get(to, 4 if to == "create_app" else 5) > floor:
                wrong.append(f"line {line} imports {name}")
        elif parts[0] not in KEPT_TO.get(name.split(".")[0], {parts[0]}):
            wrong.append(f"line {line} imports {name}, which does not belong on this floor")
    assert wrong == []


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.relative_to(PACKAGE).parts[0] == "core"], ids=name_of
)
def test_rules_read_no_clock_and_open_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    forbidden = re.compile(r"(^|\.)(now|utcnow|today|open|urlopen|read_text|read_bytes|getenv)$")
    assert [call for call in calls if forbidden.search(call)] == []


def test_only_declared_packages_are_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = (line for name in ("scale", "push", "chat") for line in extras[name])
    declared = [*project["dependencies"], *optional]
    names = {re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0].lower() for line in declared}
    owners = packages_distributions()
    wrong = []
    for path in MODULES:
        for line, name in imports(path):
            top = name.split(".")[0]
            if top == "interviewprep" or top in sys.stdlib_module_names | NEWER_STDLIB:
                continue
            known = {owner.lower().replace("_", "-") for owner in owners.get(top, ())}
            if top in ("werkzeug", "jinja2", "itsdangerous", "markupsafe"):
                continue  # what flask is made of, and part of its own interface
            if not known & names:
                wrong.append(f"{name_of(path)}:{line} imports {name}, which is not declared")
    assert wrong == []


def test_what_runs_in_browsers_imports_the_standard_library_alone() -> None:
    folder = PACKAGE / "frontend/src/runner-frame/python"
    modules = sorted(folder.glob("*.py"))
    assert modules
    own = {path.stem for path in modules}
    found = {name.split(".")[0] for path in modules for _line, name in imports(path)}
    assert found - own <= sys.stdlib_module_names
