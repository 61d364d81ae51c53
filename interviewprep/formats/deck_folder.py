"""The folder of built-in decks and the lists beside them, read for checking.

A folder of decks holds `tags.yaml`, `RETIRED`, `ids.lock` and one folder a category. Several at
once are checked one after another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from interviewprep.core.deck_lint.coverage import Topic, read_plan
from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.front_matter import CATEGORIES
from interviewprep.core.deck_lint.lock import LockedItem, lock_text, read_lock, read_retired
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile, passages_of, starts_of
from interviewprep.core.deck_lint.surroundings import Surroundings
from interviewprep.errors import Invalid, UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import FrontMatter, ParsedCard
from interviewprep.formats.markdown_deck.refusals import UnusableFence, UnusableId
from interviewprep.formats.markdown_deck.tolerant import Mistake, parse_tolerantly

TAGS, RETIRED, LOCK, CURRICULUM = "tags.yaml", "RETIRED", "ids.lock", "curriculum.yaml"
_SUFFIX = ".md"
_NO_DECKS = frozenset(["README.md", "LICENSE.md", "CHANGELOG.md"])
_LINE = re.compile(r"line (?P<line>\d+): (?P<rest>.*)", re.DOTALL)


def read_folders(paths: Sequence[Path], today: date) -> list[Surroundings]:
    """Read the decks at these paths (files or folders), each with all decks of its folder.

    Findings name a file as its path was given. Raises `UnreadableDeck` with the name of a list
    beside the decks that cannot be read.
    """
    given: dict[Path, dict[Path, str]] = {}
    for path in paths:
        root = root_of(path)
        named = given.setdefault(root, {})
        for file in _files_below(path) if path.is_dir() else [path]:
            named.setdefault(file.resolve(), str(file))
    return [_read_folder(root, named, paths, today) for root, named in given.items()]


def root_of(path: Path) -> Path:
    """The folder of decks to which a path belongs: the nearest with a `tags.yaml`."""
    whole = path.resolve()
    for folder in [whole, *whole.parents] if whole.is_dir() else whole.parents:
        if (folder / TAGS).is_file():
            return folder
    folder = whole if whole.is_dir() else whole.parent
    return folder.parent if folder.name in CATEGORIES else folder


def read_deck(path: Path, name: str, deck_id: str) -> LintedFile:
    """Read one file, card by card; `name` is how findings call it."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise UnreadableDeck(f"{name} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8 text"
        finding = Finding(name, line, "S01", ERROR, message, "save the file as UTF-8")
        return LintedFile(name, deck_id, (), None, (), (finding,))
    return linted_file(text, name, deck_id)


def linted_file(text: str, name: str, deck_id: str) -> LintedFile:
    """Take in the text of one file, card by card, with what the parser refuses of it."""
    problems = _bytes_problems(text, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    deck, mistakes = parse_tolerantly(text)
    lines = tuple(text.split("\n"))
    starts = starts_of(deck.cards, lines)
    front_matter = deck.front_matter
    cards = tuple(
        LintedCard(
            name, deck_id, card, front_matter or FrontMatter(), passages_of(card, lines, starts)
        )
        for card in deck.cards
    )
    problems += [finding_of(mistake, name) for mistake in mistakes]
    broken = frozenset(mistake.card_id for mistake in mistakes if mistake.card_id)
    return LintedFile(name, deck_id, lines, front_matter, cards, tuple(problems), broken)


def read_tags(root: Path) -> frozenset[str] | None:
    """The controlled list of tags, None where the folder has none."""
    path = root / TAGS
    if not path.is_file():
        return None
    values = read_yaml(path)
    if not isinstance(values, dict):
        raise UnreadableDeck(f"{path}: the tags must be lines of the form `tag: what it is about`.")
    return frozenset(map(str, values))


def read_curriculum(root: Path) -> tuple[Topic, ...]:
    """The plan of the decks. Raises `UnreadableDeck` where there is none or it is no plan."""
    path = root / CURRICULUM
    if not path.is_file():
        raise UnreadableDeck(f"{path} is not there; coverage needs the plan of the decks.")
    try:
        return read_plan(read_yaml(path))
    except Invalid as error:
        raise UnreadableDeck(f"{path}: {error.message}") from None


def write_lock(root: Path, cards: Iterable[ParsedCard]) -> Path:
    """Write what the decks hold, for the next check to compare with; it is there whole or not."""
    path = root / LOCK
    beside = path.with_name(f"{LOCK}.new")
    beside.write_text(lock_text(cards), encoding="utf-8", newline="")
    beside.replace(path)
    return path


def read_yaml(path: Path) -> object:
    """What a YAML file holds. Raises `UnreadableDeck` with file and line."""
    import yaml  # here, because the program starts without it

    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = "" if mark is None else f", line {mark.line + 1}"
        raise UnreadableDeck(f"{path}{place}: this is not YAML; mend the line.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableDeck(f"{path} cannot be read ({error}); mend it.") from None


def all_files(root: Path) -> list[Path]:
    """Every deck file below a folder, sorted."""
    return sorted(_files_below(root))


def deck_id_of(path: Path, root: Path) -> str:
    """A deck's id: its path below the folder of decks without the ending."""
    whole = path.resolve()
    inside = whole.relative_to(root) if whole.is_relative_to(root) else Path(whole.name)
    return inside.with_suffix("").as_posix()


def named_from_here(path: Path) -> str:
    """A path as a person would write it from the working directory."""
    here = Path.cwd()
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)


def _read_folder(
    root: Path, named: dict[Path, str], paths: Sequence[Path], today: date
) -> Surroundings:
    every = {path.resolve(): named_from_here(path) for path in all_files(root)} | named
    files = [read_deck(path, name, deck_id_of(path, root)) for path, name in every.items()]
    folders = {name: path.parent for path, name in every.items()}

    def picture_bytes(path: str, name: str) -> int | None:
        picture = (folders[path] / name).resolve()
        if not picture.is_relative_to(root) or not picture.is_file():
            return None
        return picture.stat().st_size

    retired, lock = root / RETIRED, root / LOCK
    return Surroundings(
        files=files,
        given=frozenset(named.values()),
        today=today,
        tags=read_tags(root),
        retired=read_retired(_text(retired)) if retired.is_file() else {},
        locked=_locked(lock),
        retired_path=named_from_here(retired),
        lock_path=named_from_here(lock),
        has_whole_folder=any(path.resolve() == root for path in paths),
        root=named_from_here(root),
        picture_bytes=picture_bytes,
    )


def _locked(path: Path) -> dict[str, LockedItem]:
    if not path.is_file():
        return {}
    try:
        return read_lock(_text(path))
    except Invalid as error:
        raise UnreadableDeck(f"{path}, {error.message}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        raise UnreadableDeck(f"{path} cannot be read as UTF-8 text; restore it.") from None


def _files_below(folder: Path) -> Iterable[Path]:
    return (
        path
        for path in sorted(folder.rglob(f"*{_SUFFIX}"))
        if path.is_file()
        and path.name not in _NO_DECKS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _bytes_problems(text: str, name: str) -> list[Finding]:
    found = []
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        message = "the lines do not end in LF alone"
        found.append(
            Finding(name, line, "S01", ERROR, message, "save the file with Unix line ends")
        )
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark"
        found.append(Finding(name, 1, "S01", ERROR, message, "save it as UTF-8 without one"))
    return found


def finding_of(mistake: Mistake, name: str) -> Finding:
    """What the parser refused, under the rule to which it belongs."""
    error = mistake.error
    rule = "S03"
    if mistake.is_front_matter:
        rule = "S01"
    elif isinstance(error, UnusableId):
        rule = "S02"
    elif isinstance(error, UnusableFence):
        rule = "S04"
    found = _LINE.fullmatch(error.message)
    line, rest = (int(found["line"]), found["rest"]) if found else (1, error.message)
    message, _, fix = rest.rstrip(".").rpartition("; ")
    if not message:
        message, _, fix = rest.rstrip(".").partition(". ")
    return Finding(name, line, rule, ERROR, message, fix or "mend the line", mistake.card_id)
