"""Signs that no database and no page holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.storable import storable

texts = st.text(st.characters(), max_size=40)


@given(st.recursive(texts | st.none() | st.integers(), st.lists, max_leaves=12))
def test_what_is_stored_can_be_written_and_has_no_zero_byte(value: object) -> None:
    found = json.dumps(storable(value), ensure_ascii=False)
    assert "\\u0000" not in found and found.encode()


def test_nothing_else_changes() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert storable({"a\0": ["\ud83d", 1, None, ("é\n𝒙",)], "at": at}) == {
        "a�": ["�", 1, None, ["é\n𝒙"]],
        "at": at,
    }
