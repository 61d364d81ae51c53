"""Note types as rows: one of a kind stands once for each owner, whoever brings it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.content_hashes import fingerprint
from ..core.notes import NoteType
from ..storage import NoteType as NoteTypeRow


def stored_note_type(session: Session, owner_id: int | None, value: NoteType) -> NoteTypeRow:
    """Return the owner's row of this note type, made if need be."""
    mark = fingerprint(value)
    found = session.scalars(
        select(NoteTypeRow).where(
            NoteTypeRow.owner_id.is_not_distinct_from(owner_id), NoteTypeRow.fingerprint == mark
        )
    ).one_or_none()
    if found is not None:
        return found
    row = NoteTypeRow(
        owner_id=owner_id,
        name=value.name,
        kind=str(value.kind),
        markup=str(value.markup),
        fields=list(value.fields),
        templates=[asdict(template) for template in value.templates],
        fingerprint=mark,
    )
    session.add(row)
    session.flush()
    return row
