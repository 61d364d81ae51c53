"""From chosen decks to a file in the format that is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from ...core.notes import ReadWarning
from ...core.outgoing import Outgoing
from ...core.read_warnings import WarningLog
from ...formats import account_archive, deck_json
from ...formats.anki.writing import collection
from ...formats.anki.writing import packing as package_writing
from ...formats.csv_text import writing as csv_writing
from ...formats.deck_json import writing as json_writing
from ...formats.markdown_deck import writing as markdown_writing
from ...storage.media_store import MediaStore
from ..archive.writing import write_archive
from ..learner import Learner
from .attached import AttachedFill
from .choosing import ChosenDecks
from .gathering import Gathering

_UNUSABLE_IN_NAMES = '/\\:*?"<>|'


class ExportFormat(StrEnum):
    """What a deck can be written as."""

    ANKI = "apkg"
    CSV = "csv"
    MARKDOWN = "markdown"
    JSON = "json"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: `suffix` is the ending that a name of the file should have. `warnings` say
    what stayed here, and of which note (by its guid)."""

    format: ExportFormat
    suffix: str
    notes: int
    media: int
    warnings: list[ReadWarning] = field(default_factory=list)


def write_export(
    connection: Connection,
    learner: Learner,
    chosen: ChosenDecks,
    store: MediaStore,
    path: Path,
    wanted: ExportFormat,
    now: datetime,
    *,
    with_progress: bool = True,
    legacy: bool = False,
    as_zip: bool = False,
) -> ExportReport:
    """Write the notes of these decks to `path`, which is made or overwritten.

    `with_progress` and `legacy` (the older schema) matter to Anki packages only, `as_zip` to
    Markdown, of which one deck without pictures is a plain file else. For an archive `chosen` is
    what `choose_own` returns.
    """
    warnings = WarningLog()
    is_archive = wanted is ExportFormat.ARCHIVE
    gathering = Gathering(
        connection,
        learner,
        chosen,
        now,
        with_progress=with_progress and not is_archive,
        whole=is_archive,
    )
    outgoing = gathering.outgoing(store, warnings)
    if is_archive:
        write_archive(connection, learner.id, outgoing, path, now, warnings)
        suffix = account_archive.SUFFIX
    else:
        suffix = _write(gathering, outgoing, path, wanted, warnings, legacy=legacy, as_zip=as_zip)
    return ExportReport(wanted, suffix, outgoing.note_count, len(outgoing.media), warnings.all())


def file_name(name: str, suffix: str) -> str:
    """What to call a file of this deck: no sign that some system forbids in names."""
    plain = name.replace("::", " - ")
    kept = "".join(
        sign if sign.isprintable() and sign not in _UNUSABLE_IN_NAMES else "-" for sign in plain
    )
    return f"{kept.strip(' .-')[:120] or 'deck'}{suffix}"


def _write(
    gathering: Gathering,
    outgoing: Outgoing,
    path: Path,
    wanted: ExportFormat,
    warnings: WarningLog,
    *,
    legacy: bool,
    as_zip: bool,
) -> str:
    match wanted:
        case ExportFormat.ANKI:
            fill = AttachedFill.of(gathering) or collection.fill
            package_writing.write(outgoing, path, warnings, legacy=legacy, fill=fill)
            return package_writing.SUFFIX
        case ExportFormat.CSV:
            csv_writing.write(outgoing, path, warnings)
            return csv_writing.SUFFIX
        case ExportFormat.JSON:
            json_writing.write(outgoing, path, warnings)
            return deck_json.SUFFIX
        case ExportFormat.MARKDOWN:
            return markdown_writing.write(outgoing, path, warnings, as_zip=as_zip)
        case ExportFormat.ARCHIVE:
            raise ValueError("an archive is more than notes")
