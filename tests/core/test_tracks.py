"""The order of a track's decks, and what is refused in a file of tracks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.levels import LEVELS, end_of, level_of, position_in
from interviewprep.core.tracks import missing_prerequisites, parse_tracks, study_order
from interviewprep.errors import Invalid

PHASES = [["sets", "limits"], ["series", "groups"]]


def test_a_deck_comes_after_those_it_requires_whatever_its_phase() -> None:
    requires = {"sets": ["series"], "series": ["limits"], "limits": []}
    assert study_order(requires, PHASES, {}) == ["limits", "series", "sets"]


@pytest.mark.parametrize(
    ("depths", "order"),
    [
        ({}, ["sets", "limits", "series", "groups", "other"]),
        ({"limits": 3, "sets": 1, "groups": 3}, ["limits", "sets", "groups", "series", "other"]),
        ({"other": 3}, ["sets", "limits", "series", "groups", "other"]),
    ],
)
def test_a_free_choice_goes_by_phase_then_depth_then_the_phase_s_own_order(
    depths: dict[str, int], order: list[str]
) -> None:
    free: dict[str, list[str]] = {
        deck: [] for deck in ("groups", "other", "series", "limits", "sets")
    }
    assert study_order(free, PHASES, depths) == order


def test_what_is_not_there_is_no_obstacle_and_a_circle_comes_last() -> None:
    requires = {"sets": ["limits"], "limits": ["sets"], "series": ["gone"]}
    assert study_order(requires, PHASES, {}) == ["series", "sets", "limits"]


@given(st.dictionaries(st.integers(0, 20), st.sets(st.integers(0, 20)), max_size=20))
def test_every_deck_comes_once_and_never_before_an_earlier_one_it_requires(
    graph: dict[int, set[int]],
) -> None:
    # Each requires only smaller ones, so there is no circle.
    requires = {
        str(deck): [str(one) for one in needs if one < deck] for deck, needs in graph.items()
    }
    order = study_order(requires, PHASES, {})
    assert sorted(order) == sorted(requires)
    place = {deck: n for n, deck in enumerate(order)}
    assert all(place[one] < place[deck] for deck in order for one in requires[deck] if one in place)


def test_a_prerequisite_outside_the_choice_is_named() -> None:
    requires = {"sets": ["limits"], "limits": [], "groups": ["sets"]}
    assert missing_prerequisites(["sets", "groups"], requires) == {"sets": {"limits"}}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (["mle"], "the file is no mapping"),
        ({"mle": "everything"}, "The track mle cannot be read"),
        ({"mle": {"mocks": [20]}}, "The track mle cannot be read"),
        ({"mle": {"mocks": {"dsa": "a lot"}}}, "a share that is no number: a lot"),
        ({"mle": {"mocks": {"dsa": -1}}}, "a share that is no number"),
        ({"mle": {"depth-1": ["sets"], "depth-3": ["sets"]}}, "names sets twice"),
    ],
)
def test_a_file_of_another_form_is_refused(file: Any, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        parse_tracks(file)


def test_a_track_has_its_code_for_a_name_until_it_says_another() -> None:
    tracks = parse_tracks({"mle": {"depth-2": ["sets"]}, "ds": {"name": "Data Scientist"}})
    assert [(one.name, dict(one.depths)) for one in tracks.values()] == [
        ("mle", {"sets": 2}),
        ("Data Scientist", {}),
    ]


@pytest.mark.parametrize(
    ("details", "level"),
    [({}, 1), ({"level": 2}, 2), ({"level": 9}, 3), ({"level": 0}, 1), ({"level": "3"}, 1)],
)
def test_a_level_that_cannot_be_used_is_core_or_deep(details: dict[str, Any], level: int) -> None:
    assert level_of(details) == level


def test_every_card_of_a_level_stands_before_every_card_of_the_next() -> None:
    for level in LEVELS:
        assert position_in(level, 99_999) < end_of(level) == position_in(level + 1, 0)
