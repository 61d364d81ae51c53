"""Import of a package, and the same again, by our service and by the `anki` package.

Each side runs in a process of its own, so that its peak memory is its own; ours is the sum of the
service's process and of the child that reads the package, which waits beforehand as it does in a
server. What both map of the same files (the interpreter, SQLite) is there once and counts once.
The packages are written by Anki.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import Figure, Side, Turns, in_ms, in_turns, ratio

SMALL, LARGE = 10_000, 100_000
ROUNDS, ROUNDS_LARGE = 5, 3
NOTES_A_PICTURE, REVIEWS_A_CARD = 20, 7
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)
_MIB = 1024 * 1024
_MODULE = "benchmarks.import_bench"


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        small, large = packaged(folder, SMALL), packaged(folder, LARGE)
        seen = _seen(small, ROUNDS)
        seen_large = _seen(large, ROUNDS_LARGE)
    ours, theirs, ours_again, theirs_again = seen.turns
    growth = seen_large.turns[0].median_s / ours.median_s
    return [
        Figure(
            f"import of {SMALL:,} notes, against Anki",
            ratio(ours, theirs),
            1.0,
            in_ms(ours=ours, Anki=theirs),
        ),
        Figure(
            f"import of {LARGE:,} notes, against {SMALL:,}",
            growth,
            11,
            in_ms(**{f"{LARGE:,}": seen_large.turns[0], f"{SMALL:,}": ours}),
        ),
        Figure(
            f"import of {LARGE:,} notes, against Anki",
            ratio(seen_large.turns[0], seen_large.turns[1]),
            1.0,
            in_ms(ours=seen_large.turns[0], Anki=seen_large.turns[1]),
        ),
        Figure(
            f"the same {SMALL:,} notes again, against Anki",
            ratio(ours_again, theirs_again),
            0.5,
            in_ms(ours=ours_again, Anki=theirs_again),
        ),
        Figure(
            f"the same {LARGE:,} notes again, against Anki",
            ratio(seen_large.turns[2], seen_large.turns[3]),
            0.5,
            in_ms(ours=seen_large.turns[2], Anki=seen_large.turns[3]),
        ),
        _memory(SMALL, seen),
        _memory(LARGE, seen_large),
    ]


class _Seen:
    """What both sides took: seconds of import and re-import, and the highest peak of memory."""

    def __init__(self) -> None:
        self.again: dict[str, list[float]] = {"ours": [], "anki": []}
        self.peaks: dict[str, int] = {"ours": 0, "anki": 0}
        self.turns: tuple[Turns, Turns, Turns, Turns]


def _seen(package: Path, rounds: int) -> _Seen:
    seen = _Seen()

    def side(name: str) -> Side:
        def turn() -> Sequence[float]:
            command = [sys.executable, "-m", _MODULE, name, str(package)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            seen.again[name].append(said["again_s"])
            seen.peaks[name] = max(seen.peaks[name], said["peak_bytes"])
            return [said["first_s"]]

        return turn

    turns = in_turns({"ours": side("ours"), "anki": side("anki")}, rounds=rounds)
    again = [Turns([[value] for value in seen.again[name][1:]]) for name in ("ours", "anki")]
    seen.turns = (turns["ours"], turns["anki"], again[0], again[1])
    return seen


def _memory(notes: int, seen: _Seen) -> Figure:
    ours, theirs = seen.peaks["ours"], seen.peaks["anki"]
    return Figure(
        f"peak memory of importing {notes:,} notes twice, against Anki",
        ours / theirs,
        0.5,
        f"ours {ours // _MIB} MiB with the reader's process, Anki {theirs // _MIB} MiB",
    )


def packaged(folder: Path, notes: int) -> Path:
    """Write a package of so many notes, in a process of its own."""
    path = folder / f"{notes}.apkg"
    subprocess.run([sys.executable, "-m", _MODULE, "write", str(path), str(notes)], check=True)
    return path


def write(path: Path, count: int, reviews_a_card: int = REVIEWS_A_CARD) -> None:
    """Notes of three types in ten decks, with tags, HTML, clozes, pictures and a history of years,
    as people write and learn them."""
    from anki.collection import AddNoteRequest, Collection, ExportAnkiPackageOptions

    with TemporaryDirectory() as folder:
        collection = Collection(f"{folder}/collection.anki2")
        pictures = [
            collection.media.write_data(f"plot {n}.png", PICTURE + bytes([n % 256, n // 256]))
            for n in range(count // NOTES_A_PICTURE)
        ]
        kinds = [
            collection.models.by_name(name)
            for name in ("Basic", "Basic", "Basic", "Basic (and reversed card)", "Cloze")
        ]
        decks = [collection.decks.id(f"Bench::Part {number}") for number in range(10)]
        requests = []
        for n in range(count):
            note = collection.new_note(kinds[n % 5])
            if n % 5 == 4:
                note["Text"] = (
                    f"Case {n}: {{{{c1::precision}}}} is TP over {{{{c2::TP + FP::what}}}}"
                )
                note["Back Extra"] = "Compare with recall. " * 4
            else:
                note["Front"] = f"What does quantity {n} measure, and when does it mislead?"
                note["Back"] = (
                    f'<img src="{pictures[n // NOTES_A_PICTURE]}">'
                    if n % NOTES_A_PICTURE == 0
                    else ""
                ) + (
                    f"It measures <b>the share {n}</b> of cases.<ul><li>first {n}</li>"
                    f"<li>second</li></ul>{'More words here. ' * 8}"
                )
            note.tags = ["bench", f"topic::{n % 37}"]
            requests.append(AddNoteRequest(note, decks[n % 10]))
        collection.add_notes(requests)
        _learn(collection, reviews_a_card)
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_media=True, legacy=False, with_deck_configs=False
        )
        collection.export_anki_package(out_path=str(path), options=options, limit=None)
        collection.close()


def _learn(collection: Any, reviews_a_card: int) -> None:
    """Four cards in five have been begun, and every one of those answered `reviews_a_card` times;
    straight into Anki's tables, because its own way takes an hour."""
    begun = [n for n in collection.db.list("SELECT id FROM cards ORDER BY id") if n % 5]
    first_ms = (int(time.time()) - 3 * 365 * 86_400) * 1000
    step_ms = 2 * 365 * 86_400_000 // (len(begun) * reviews_a_card)
    cards, reviews = [], []
    for place, card_id in enumerate(begun):
        interval = 10 + place % 300
        cards.append((2, 2, 30 + place % 400, interval, 1300 + place % 1500, 7, place % 3, card_id))
        for turn in range(reviews_a_card):
            at_ms = first_ms + (turn * len(begun) + place) * step_ms
            reviews.append((at_ms, card_id, 3, 2**turn, 2**turn // 2, 2500, 4_000, min(turn, 1)))
    collection.db.executemany(
        "UPDATE cards SET type=?, queue=?, due=?, ivl=?, factor=?, reps=?, lapses=? WHERE id=?",
        cards,
    )
    collection.db.executemany(
        "INSERT INTO revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type)"
        " VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)",
        reviews,
    )


def ours(package: Path) -> tuple[list[float], int]:
    from interviewprep.formats.anki.process import keep_ready, release
    from interviewprep.services.importing import (
        in_turns,
        open_deck_file,
        prepare_media,
        store_import,
        taken_in,
    )
    from interviewprep.storage import Database, User
    from interviewprep.storage.media_store import MediaStore

    seconds, child_peak, shared = [], 0, 0
    with TemporaryDirectory() as folder:
        file = f"{folder}/interviewprep.db"
        command = "from benchmarks.import_bench import migrated; import sys; migrated(sys.argv[1])"
        subprocess.run([sys.executable, "-c", command, file], check=True)
        database, store = Database(f"sqlite:///{file}"), MediaStore(Path(folder) / "media")
        now = datetime.now(UTC)
        with database.writing() as session:
            user = User(email="a@example.org", password_hash="!", created_at=now)
            session.add(user)
            session.flush()
            user_id = user.id
        for _ in range(2):
            keep_ready()
            time.sleep(0.4)  # as in a server, where it waits since the page was opened
            shared = _shared_with_child_bytes()
            start = time.perf_counter()
            with (
                open_deck_file(package, package.name, store, with_progress=True) as deck_file,
                taken_in(store, database.reading_core) as intake,
            ):
                media = prepare_media(deck_file, intake)
                with in_turns(database) as turns:
                    report = store_import(
                        turns.connection, user_id, deck_file, media, now, turns=turns
                    )
            seconds.append(time.perf_counter() - start)
            child_peak = max(child_peak, deck_file.notes.peak_bytes)  # type: ignore[attr-defined]
        if report.added or not report.unchanged:
            raise RuntimeError("the second import should have found every note unchanged")
        database.close()
        release()
    return seconds, child_peak - shared


def migrated(file: str) -> None:
    """Make an empty database, in a process of its own: its memory is no part of an import."""
    from interviewprep.storage import Database
    from interviewprep.storage.migrating import migrate

    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()


def anki(package: Path) -> tuple[list[float], int]:
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    seconds = []
    with TemporaryDirectory() as folder:
        collection = Collection(f"{folder}/collection.anki2")
        request = ImportAnkiPackageRequest(
            package_path=str(package), options=ImportAnkiPackageOptions(with_scheduling=True)
        )
        for _ in range(2):
            start = time.perf_counter()
            collection.import_anki_package(request)
            seconds.append(time.perf_counter() - start)
        collection.close()
    return seconds, 0


def main(side: str, path: Path, *rest: str) -> None:
    if side == "write":
        write(path, int(rest[0]))
        return
    (first_s, again_s), child_bytes = (ours if side == "ours" else anki)(path)
    peak_bytes = _own_peak_bytes() + child_bytes
    print(json.dumps({"first_s": first_s, "again_s": again_s, "peak_bytes": peak_bytes}))


def _own_peak_bytes() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _shared_with_child_bytes() -> int:
    """What this process and its one child hold of the same files; 0 where that cannot be seen."""
    try:
        (child,) = Path("/proc/thread-self/children").read_text(encoding="ascii").split()
        ours, theirs = _file_pages("self"), _file_pages(child)
    except (OSError, ValueError):
        return 0
    return sum(min(size, theirs[path]) for path, size in ours.items() if path in theirs)


def _file_pages(process: str) -> Counter[str]:
    """Bytes in memory of each file a process maps, without pages it has changed for itself."""
    found: Counter[str] = Counter()
    path = ""
    for line in Path(f"/proc/{process}/smaps").read_text(encoding="utf-8").splitlines():
        words = line.split(maxsplit=5)
        if "-" in words[0]:
            path = words[5] if len(words) == 6 and words[5].startswith("/") else ""
        elif path and words[0] in ("Rss:", "Anonymous:"):
            size_bytes = int(words[1]) * 1024
            found[path] += size_bytes if words[0] == "Rss:" else -size_bytes
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
