"""Hashes by which an import knows a note again: of a note type, and of all that a note says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from interviewprep.core.notes import NoteType


@lru_cache(maxsize=256)
def fingerprint(note_type: NoteType) -> str:
    """A hash of all that matters about a note type: the same in every file that carries it."""
    templates = [(part.name, part.question, part.answer) for part in note_type.templates]
    whole = [note_type.name, note_type.kind, note_type.markup, note_type.fields, templates]
    return blake2b(_json(whole).encode("utf-8", "replace"), digest_size=24).hexdigest()


def content_hash(
    text: str,
    tags: str,
    type_fingerprint: str,
    ordinals: Sequence[int] | None = None,
    media: Iterable[tuple[str, str]] = (),
    details: Mapping[str, Any] | None = None,
) -> str:
    """A hash of what an import would store: the fields (joined by `FIELD_SEPARATOR`), tags as
    stored, note type, cards, label and hash of each file, details. Stable between releases."""
    begun = hash_begun(type_fingerprint, ordinals, tags)
    return hash_of_text(begun, text.encode("utf-8", "replace"), media, details)


def hash_begun(type_fingerprint: str, ordinals: Sequence[int] | None, tags: str) -> blake2b:
    """The beginning of `content_hash`, which many notes of a file share."""
    known = f"{type_fingerprint}\x1e{ordinals or ''}\x1e{tags}\x1e"
    return blake2b(known.encode("utf-8", "replace"), digest_size=16)


def hash_of_text(
    begun: blake2b,
    text: bytes,
    media: Iterable[tuple[str, str]] = (),
    details: Mapping[str, Any] | None = None,
) -> str:
    """The `content_hash` of a note, from `hash_begun`, which stays as it is, and the UTF-8 of its
    fields."""
    going_on = begun.copy()
    going_on.update(text)
    if media or details:
        more = "\x1e".join(("", *(f"{label}\x1f{sha256}" for label, sha256 in media)))
        if details:
            more += "\x1e" + _json(details)
        going_on.update(more.encode("utf-8", "replace"))
    return going_on.hexdigest()


def hashes_of_texts(begun: Iterable[blake2b], texts: Iterable[bytes]) -> list[str]:
    """What `hash_of_text` says of each of many, sooner."""
    hashes = []
    for beginning, text in zip(begun, texts, strict=True):
        going_on = beginning.copy()
        going_on.update(text)
        hashes.append(going_on.hexdigest())
    return hashes


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
