"""Export of a collection as an Anki package, by our service and by the `anki` package.

Both sides hold the same notes: Anki writes a package, and each side imports it beforehand. What is
timed is the call within a running process; what a process costs that has just started (imports of
modules, first use) is said beside it. Anki reads back what we wrote, and every note, card and
review has to be there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.import_bench import write
from benchmarks.measuring import Figure, Side, in_ms, in_turns, ratio

NOTES, REVIEWS_A_CARD = 10_000, 9
"""Nine answers to each card that has been begun make 100,800 reviews."""
ROUNDS, EXPORTS = 5, 5
_MODULE = "benchmarks.export_bench"


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _run("prepare", folder)
        cold: dict[str, list[float]] = {"ours": [], "anki": []}

        def side(which: str) -> Side:
            def turn() -> Sequence[float]:
                seconds: list[float] = json.loads(_run(which, folder))
                first_s = seconds.pop(0)
                cold[which].append(first_s)
                return seconds

            return turn

        turns = in_turns({"ours": side("ours"), "anki": side("anki")}, rounds=ROUNDS)
        read = json.loads(_run("read", folder))
        sizes = [(folder / f"{which}.apkg").stat().st_size / 1e6 for which in ("ours", "anki")]
    if read["ours"] != read["anki"]:
        raise RuntimeError(f"Anki reads {read['ours']} from ours and {read['anki']} from its own")
    first = {which: sorted(seconds)[len(seconds) // 2] * 1000 for which, seconds in cold.items()}
    notes, _, reviews, media = read["ours"]
    return [
        Figure(
            f"export of {notes:,} notes, {reviews:,} reviews and {media:,} media, against Anki",
            ratio(turns["ours"], turns["anki"]),
            0.5,
            in_ms(ours=turns["ours"], Anki=turns["anki"])
            + f"; first of a process {first['ours']:.0f} ms, {first['anki']:.0f} ms;"
            + f" {sizes[0]:.1f} MB, {sizes[1]:.1f} MB; Anki read back all of both",
        )
    ]


def prepare(folder: Path) -> None:
    """The same collection on both sides, out of one package that Anki wrote."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    from interviewprep.services.importing import open_deck_file, prepare_media, store_import
    from interviewprep.storage import User
    from interviewprep.storage.media_store import MediaStore
    from interviewprep.storage.migrating import migrate

    package = folder / "made.apkg"
    write(package, NOTES, REVIEWS_A_CARD)
    database, store = _database(folder), MediaStore(folder / "media")
    migrate(database)
    with database.writing() as session:
        user = User(email="a@example.org", password_hash="!", created_at=datetime.now(UTC))
        session.add(user)
        session.flush()
        user_id = user.id
    with open_deck_file(package, package.name, store, with_progress=True) as deck_file:
        media = prepare_media(deck_file, store)
        with database.writing_core() as connection:
            store_import(connection, user_id, deck_file, media, datetime.now(UTC))
    database.close()
    collection = Collection(str(folder / "collection.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(package), options=options)
    )
    collection.close()


def _database(folder: Path) -> Any:
    from interviewprep.storage import Database

    return Database(f"sqlite:///{folder}/interviewprep.db")


def ours(folder: Path) -> list[float]:
    from interviewprep.services.exporting import ExportFormat, choose_own, write_export
    from interviewprep.services.learner import load_learner
    from interviewprep.storage.media_store import MediaStore

    database, store, seconds = _database(folder), MediaStore(folder / "media"), []
    for _ in range(EXPORTS + 1):
        start = time.perf_counter()
        with database.reading() as session:
            connection = session.connection()
            write_export(
                connection,
                load_learner(connection, 1),
                choose_own(session, 1),
                store,
                folder / "ours.apkg",
                ExportFormat.ANKI,
                datetime.now(UTC),
            )
        seconds.append(time.perf_counter() - start)
    database.close()
    return seconds


def anki(folder: Path) -> list[float]:
    from anki.collection import Collection, ExportAnkiPackageOptions

    collection, seconds = Collection(str(folder / "collection.anki2")), []
    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_media=True, legacy=False, with_deck_configs=True
    )
    for _ in range(EXPORTS + 1):
        start = time.perf_counter()
        collection.export_anki_package(
            out_path=str(folder / "anki.apkg"), options=options, limit=None
        )
        seconds.append(time.perf_counter() - start)
    collection.close()
    return seconds


def read(folder: Path) -> dict[str, list[int]]:
    """How many notes, cards, reviews and media Anki finds in the package of each side."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    found = {}
    for which in ("ours", "anki"):
        into = folder / f"read-{which}"
        into.mkdir()
        collection = Collection(str(into / "collection.anki2"))
        collection.import_anki_package(
            ImportAnkiPackageRequest(
                package_path=str(folder / f"{which}.apkg"),
                options=ImportAnkiPackageOptions(with_scheduling=True),
            )
        )
        counts = [
            int(collection.db.scalar(f"SELECT count(*) FROM {table}"))  # type: ignore[union-attr]
            for table in ("notes", "cards", "revlog")
        ]
        found[which] = [*counts, len(list(Path(collection.media.dir()).iterdir()))]
        collection.close()
    return found


def _run(what: str, folder: Path) -> str:
    command = [sys.executable, "-W", "ignore", "-m", _MODULE, what, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1] if done.stdout else ""


if __name__ == "__main__":
    works: dict[str, Any] = {"prepare": prepare, "ours": ours, "anki": anki, "read": read}
    print(json.dumps(works[sys.argv[1]](Path(sys.argv[2]))))
