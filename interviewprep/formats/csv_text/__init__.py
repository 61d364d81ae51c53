"""Separated text: CSV, TSV and Anki's "notes in plain text"."""

from interviewprep.formats.csv_text.reader import read, recognises
from interviewprep.formats.reading import Format

FORMAT = Format(
    name="csv",
    label="CSV, TSV and plain text with columns",
    suffixes=(".csv", ".tsv", ".txt"),
    recognises=recognises,
    read=read,
)

__all__ = ["FORMAT", "read"]
