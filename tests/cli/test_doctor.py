"""`interviewprep doctor`: one line a check, and an exit code for scripts."""

from __future__ import annotations

from interviewprep.storage import Database

from ..torture.running import run_command
from .ready import Ready


def test_where_all_is_well_every_check_says_ok(ready: Ready) -> None:
    done = run_command(ready.environment, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    names = [line.partition(",")[0] for line in done.stdout.splitlines()]
    assert names[:4] == ["ok: settings", "ok: schema", "ok: integrity", "ok: mail"]
    assert all(name.startswith("ok: ") for name in names)


def test_postgresql_is_asked_too(ready: Ready, clean_postgresql: Database) -> None:
    url = clean_postgresql.url.render_as_string(hide_password=False)
    done = run_command(ready.environment | {"INTERVIEWPREP_DATABASE_URL": url}, "doctor")
    assert done.returncode == 0, done.stdout
    assert "ok: integrity, the database answers" in done.stdout


def test_an_empty_database_is_named_with_what_to_do(ready: Ready) -> None:
    ready.file.unlink()
    done = run_command(ready.environment, "doctor")
    assert done.returncode == 1
    assert "wrong: schema: The database is empty" in done.stdout
    assert "run 'interviewprep upgrade' first" in done.stdout
    assert done.stderr.startswith("error: ") and len(done.stderr.splitlines()) == 1


def test_a_file_that_is_no_database_is_refused_with_a_sentence(ready: Ready) -> None:
    ready.file.write_bytes(b"This was a database once. " * 400)
    done = run_command(ready.environment, "doctor")
    assert done.returncode == 1
    assert done.stderr.startswith("error: The database does not answer: file is not a database")
    assert len(done.stderr.splitlines()) == 1


def test_a_damaged_database_is_found(ready: Ready) -> None:
    held = bytearray(ready.file.read_bytes())
    middle = len(held) // 2 // 4096 * 4096
    held[middle : middle + 8192] = b"\xff" * 8192
    ready.file.write_bytes(held)
    done = run_command(ready.environment, "doctor")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "ok: integrity" not in done.stdout


def test_an_unusable_setting_is_named(ready: Ready) -> None:
    done = run_command(ready.environment | {"INTERVIEWPREP_SIGN_UP": "perhaps"}, "doctor")
    assert done.returncode == 1
    assert done.stderr == (
        "error: INTERVIEWPREP_SIGN_UP must be closed, invite or open, not 'perhaps'.\n"
    )
