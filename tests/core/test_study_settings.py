from __future__ import annotations

from typing import Any

import pytest

from interviewprep.core.study_settings import DeckOptions, StudySettings
from interviewprep.errors import Invalid

WHOLE_FORM = {
    "new_per_day": "20",
    "reviews_per_day": "0",
    "new_order": "random",
    "mix": "after",
    "leech_suspends": "1",
    "longest_interval_days": " 180 ",
    "leech_at": "6",
}


def test_nothing_stored_means_the_defaults() -> None:
    for stored in (None, {}):
        assert StudySettings.from_mapping(stored) == StudySettings()
        assert DeckOptions.from_mapping(stored) == DeckOptions()


@pytest.mark.parametrize(
    "stored",
    [
        {"new_per_day": -1},
        {"new_per_day": True},
        {"new_per_day": "15"},
        {"new_per_day": 10_000},
        {"new_order": "newest"},
        {"new_order": None},
        {"new_order": ["deck"]},
        {"bury_siblings": 0},
        {"leech_at": 1},
        {"a_setting_of_next_year": 7},
    ],
)
def test_a_stored_value_that_cannot_be_used_falls_back_to_its_default(
    stored: dict[str, Any],
) -> None:
    assert StudySettings.from_mapping(stored) == StudySettings()


def test_settings_come_back_as_they_were_stored() -> None:
    chosen = StudySettings(new_per_day=3, mix="before", late_credit=False, leech_at=99)
    assert StudySettings.from_mapping(chosen.as_dict()) == chosen
    options = DeckOptions(reviews_per_day=50, typed_answers=True)
    assert options.as_dict() == {"reviews_per_day": 50, "typed_answers": True}
    assert DeckOptions.from_mapping(options.as_dict()) == options


def test_depth_track_and_parts_left_out_come_back_and_unusable_ones_do_not() -> None:
    options = DeckOptions(depth=2, track="mle", without=("finance", "e-commerce"))
    assert options.as_dict() == {
        "depth": 2,
        "track": "mle",
        "without": ["finance", "e-commerce"],
    }
    assert DeckOptions.from_mapping(options.as_dict()) == options
    assert StudySettings.from_mapping({"track": "mle"}).track == "mle"
    for stored in (
        {"depth": 0},
        {"depth": 4},
        {"depth": True},
        {"track": 7},
        {"track": "no such code"},
        {"without": "finance"},
        {"without": [["finance"]]},
        {"without": ["%"]},
    ):
        assert DeckOptions.from_mapping(stored) == DeckOptions()
    assert StudySettings.from_mapping({"track": ["mle"]}) == StudySettings()


def test_a_deck_may_allow_no_new_cards_at_all() -> None:
    options = DeckOptions.parse_form({"new_per_day": "0", "reviews_per_day": ""})
    assert options == DeckOptions(new_per_day=0)
    assert DeckOptions.from_mapping(options.as_dict()) == options


def test_a_form_is_read_whole_and_an_absent_switch_is_off() -> None:
    assert StudySettings.parse_form(WHOLE_FORM) == StudySettings(
        new_per_day=20,
        reviews_per_day=0,
        new_order="random",
        mix="after",
        bury_siblings=False,
        leech_suspends=True,
        late_credit=False,
        repeat_every_hard=False,
        longest_interval_days=180,
        leech_at=6,
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("new_per_day", ""),
        ("new_per_day", "-1"),
        ("new_per_day", "1.5"),
        ("new_per_day", "10000"),
        ("new_per_day", "9" * 5000),
        ("reviews_per_day", "²"),
        ("longest_interval_days", "0"),
        ("leech_at", "1"),
        ("new_order", "newest"),
        ("mix", ""),
    ],
)
def test_a_form_value_that_cannot_be_used_is_refused_with_its_field(field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        StudySettings.parse_form({**WHOLE_FORM, field: text})
    assert refused.value.field == field


def test_the_scheduler_gets_its_four_options() -> None:
    options = StudySettings(repeat_every_hard=True, longest_interval_days=90).scheduling
    assert (options.repeat_every_hard, options.longest_interval_days) == (True, 90)
    assert options.late_credit is StudySettings().late_credit
