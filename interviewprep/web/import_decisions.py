"""What the form below a preview says about notes on which a deck and its file disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import Invalid
from ..services.importing import OnConflict, OnMissing

PROGRESS = ("keep", "new")
SOME = "some"
"""Chosen instead of a value of `OnMissing`: those that are ticked go."""


def decided(form: MultiDict[str, str], preview: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an import, as they were chosen for this preview.

    :raise Invalid: for what is none of the choices.
    """
    progress = form.get("progress", PROGRESS[0])
    if progress not in PROGRESS:
        raise Invalid("Choose whether the cards keep their progress or are new.", field="progress")
    conflicts = {}
    for number, conflict in enumerate(preview.get("conflict_list", ())):
        choice = form.get(f"conflict-{number}", "")
        if choice:
            conflicts[conflict["guid"]] = _conflict(choice).value
    return {
        "progress": progress,
        "on_conflict": _conflict(form.get("on_conflict", OnConflict.MINE.value)).value,
        "conflicts": conflicts,
        **_missing(form, preview),
    }


def _conflict(said: str) -> OnConflict:
    if said not in list(OnConflict):
        raise Invalid("Choose which text counts: yours, the file's, or both.", field="on_conflict")
    return OnConflict(said)


def _missing(form: MultiDict[str, str], preview: Mapping[str, Any]) -> dict[str, Any]:
    said = form.get("on_missing", OnMissing.KEEP.value)
    if said == SOME:
        shown = {str(note["note_id"]): note["note_id"] for note in preview.get("missing_list", ())}
        ticked = form.getlist("missing")
        if not shown.keys() >= set(ticked):
            raise Invalid("Tick notes of the list only.", field="on_missing")
        chosen = [shown[note_id] for note_id in ticked]
        return {"on_missing": OnMissing.RETIRE.value, "only_missing": chosen}
    if said not in list(OnMissing):
        raise Invalid(
            "Choose whether notes that are not in the file stay or go.", field="on_missing"
        )
    return {"on_missing": said}
