"""What imports leave when a process dies: jobs nobody works on, files no row speaks of, notes that
search does not find."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..config import Settings
from ..services import import_jobs
from ..services.importing import remove_hidden_left, sweep_abandoned, sweep_media
from ..services.search_index import index_missing
from ..storage import Database
from ..storage.media_store import MediaStore
from ..storage.uploads import Uploads, remove_unused

UNUSED_KEPT = timedelta(days=1)


def sweep_imports(settings: Settings, database: Database, now: datetime) -> None:
    """Sweep everything; looks at every note and every file, so once in a while is enough."""
    sweep_jobs(settings, database, now)
    index_missing(database.reading_core, database.writing_behind)
    with database.reading_core() as connection:
        store = MediaStore(settings.media_dir)
        sweep_media(connection, store, (now - UNUSED_KEPT).timestamp())


def sweep_jobs(settings: Settings, database: Database, now: datetime) -> None:
    """Fail jobs that were lost, take back their media, and remove uploads of no use any more."""
    folder = settings.uploads_dir
    with database.writing() as session:
        import_jobs.sweep_jobs(session, now, Uploads(folder))
    with database.reading() as session:
        in_use = import_jobs.uploads_in_use(session, now)
    remove_unused(folder, in_use, (now - UNUSED_KEPT).timestamp())
    remove_hidden_left(database)
    sweep_abandoned(MediaStore(settings.media_dir), database.reading_core)
