"""The queries by which thousands of notes are compared, for each engine."""

from __future__ import annotations

# Notes that one import brought have neighbouring ids, in the order of their file. So a file that
# comes again meets its notes in that order, and reading along costs half of looking each one up.
# The sign before `owner_id` keeps SQLite from taking the index on owners instead of the ids.
FIRST = {
    "sqlite": "SELECT id FROM note WHERE owner_id = ? AND guid = ?",
    "postgresql": "SELECT id FROM note WHERE owner_id = %s AND guid = %s",
}
ALONG = {
    "sqlite": (
        "SELECT group_concat(content_hash || guid, char(30)) FROM (SELECT content_hash, guid"
        " FROM note WHERE id >= ? AND id < ? AND +owner_id = ? AND retired_at IS NULL ORDER BY id)"
    ),
    "postgresql": (
        "SELECT string_agg(content_hash || guid, chr(30) ORDER BY id) FROM note"
        " WHERE id >= %s AND id < %s AND owner_id = %s AND retired_at IS NULL"
    ),
}
# Guid and hash of the file's notes go in; out come only those that differ from what is stored, and
# whether the guid is known. The driver is asked directly: rows of the ORM's kind cost more than
# the query does.
DIFFERENT = {
    "sqlite": (
        "SELECT j.key, n.id FROM json_each(?) j"
        " LEFT JOIN note n ON n.owner_id = ? AND n.guid = j.key"
        " WHERE n.content_hash IS NOT j.value OR n.retired_at IS NOT NULL"
    ),
    "postgresql": (
        "SELECT j.guid, n.id FROM unnest(%s::text[], %s::text[]) AS j (guid, hash)"
        " LEFT JOIN note n ON n.owner_id = %s AND n.guid = j.guid"
        " WHERE n.content_hash IS DISTINCT FROM j.hash OR n.retired_at IS NOT NULL"
    ),
}
