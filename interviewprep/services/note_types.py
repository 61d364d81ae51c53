"""Note types as rows: one of a kind stands once for each owner, whoever brings it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.content_hashes import fingerprint
from ..core.notes import Markup, NoteKind, NoteType, Template
from ..core.own_types import own_type
from ..storage import NoteType as NoteTypeRow
from ..storage.types import AnyRow


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


def type_of(row: AnyRow) -> NoteType:
    """Return what a row of `note_type` says, as the value that readers make and writers take."""
    kind, markup = NoteKind(row.kind), Markup(row.markup)
    if not row.templates:
        return own_type(kind, markup)
    return NoteType(
        key=row.fingerprint,
        name=row.name,
        kind=kind,
        markup=markup,
        fields=tuple(row.fields),
        templates=tuple(Template(**part) for part in row.templates),
    )
