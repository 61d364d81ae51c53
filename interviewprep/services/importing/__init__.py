"""Deck files come in: read, compare, preview, store.

`open_deck_file` reads, `prepare_media` puts what notes show into the store, and inside the caller's
transaction `plan_import` says what would change and `store_import` changes it. After the commit
comes `index_imported`.
"""

from .indexing import index_imported
from .media import PreparedMedia, prepare_media, sweep_abandoned, sweep_media, taken_in
from .opening import TEXT_FORM, open_deck_file
from .planning import ImportPlan, plan_import
from .report import Decisions, ImportReport, OnConflict, OnMissing, failed_as_json
from .storing import store_import
from .turns import in_turns, remove_hidden_left

__all__ = [
    "TEXT_FORM",
    "Decisions",
    "ImportPlan",
    "ImportReport",
    "OnConflict",
    "OnMissing",
    "PreparedMedia",
    "failed_as_json",
    "in_turns",
    "index_imported",
    "open_deck_file",
    "plan_import",
    "prepare_media",
    "remove_hidden_left",
    "store_import",
    "sweep_abandoned",
    "sweep_media",
    "taken_in",
]
