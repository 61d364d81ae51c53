"""Decks go out: choose, gather, write.

`choose_decks` (by name) or `choose_tree` (by id) says which decks, as far as the learner may see
them; `write_export` puts their notes into a file of the format that is wanted.
"""

from .choosing import ChosenDecks, choose_decks, choose_own, choose_tree
from .writing import ExportFormat, ExportReport, file_name, write_export

__all__ = [
    "ChosenDecks",
    "ExportFormat",
    "ExportReport",
    "choose_decks",
    "choose_own",
    "choose_tree",
    "file_name",
    "write_export",
]
