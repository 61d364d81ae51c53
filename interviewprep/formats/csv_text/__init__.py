"""Separated text: CSV, TSV and Anki's "notes in plain text"."""

from functools import partial

from interviewprep.formats.contained import read_contained_if_large
from interviewprep.formats.csv_text.reader import read, recognises
from interviewprep.formats.reading import Format

FORMAT = Format(
    name="csv",
    label="CSV, TSV and plain text with columns",
    suffixes=(".csv", ".tsv", ".txt"),
    recognises=recognises,
    read=partial(read_contained_if_large, "interviewprep.formats.csv_text.reader", read=read),
)

__all__ = ["FORMAT", "read"]
