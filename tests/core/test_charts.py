"""Charts hold every value they are given, inside their frame, and say what they show."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest

from interviewprep.core.charts import HEIGHT, LEFT, RIGHT, WIDTH, ChartPoint, line_chart, time_bar

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def points(*values: float) -> list[ChartPoint]:
    return [
        ChartPoint(NOW + timedelta(days=3 * n), value, f"{value:g}")
        for n, value in enumerate(values)
    ]


def drawn(given: list[ChartPoint]) -> ET.Element:
    return ET.fromstring(line_chart(given, low=1, high=4, step=1, describes="Scores"))


def test_nothing_is_drawn_of_no_points() -> None:
    assert line_chart([], low=1, high=4, step=1, describes="Scores") == ""


def test_one_point_stands_in_the_middle_without_a_line() -> None:
    chart = drawn(points(3))
    [dot] = chart.iter("circle")
    assert float(dot.attrib["cx"]) == pytest.approx((LEFT + WIDTH - RIGHT) / 2)
    assert chart.find("polyline") is None
    assert [text.text for text in chart.iter("text")] == ["1", "2", "3", "4", "4 May 2026", "3"]


@pytest.mark.parametrize("count", [2, 50])
def test_every_point_is_drawn_inside_the_frame_in_the_order_of_time(count: int) -> None:
    chart = drawn(points(*(1 + n % 4 for n in range(count)))[::-1])
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in chart.iter("circle")]
    assert len(dots) == count
    assert [across for across, _ in dots] == sorted(across for across, _ in dots)
    assert dots[0][0] == LEFT and dots[-1][0] == WIDTH - RIGHT
    assert all(0 < down < HEIGHT for _, down in dots)
    assert dots[0][1] > dots[1][1]  # 1 lies below 2
    line = chart.find("polyline")
    assert line is not None and len(line.attrib["points"].split()) == count


def test_a_value_beyond_the_range_stays_at_its_edge() -> None:
    low, high, beyond = drawn(points(1, 4, 9)).iter("circle")
    assert beyond.attrib["cy"] == high.attrib["cy"] != low.attrib["cy"]


def test_words_are_escaped_and_the_whole_is_described() -> None:
    given = [ChartPoint(NOW, 2, "<b>&\"'")]
    chart = ET.fromstring(line_chart(given, low=1, high=4, step=1, describes='a "<b>" & b'))
    assert chart.attrib["aria-label"] == 'a "<b>" & b' and chart.attrib["role"] == "img"
    [title] = chart.iter("title")
    assert title.text == "<b>&\"'"


@pytest.mark.parametrize(
    ("planned", "taken", "widths"),
    [
        (100, 50, {"bar-plan": 80, "bar-taken": 40}),
        (100, 150, {"bar-plan": 80, "bar-taken": 80, "bar-over": 40}),
        (0, 0, {"bar-plan": 0, "bar-taken": 0}),
        (0, 200, {"bar-plan": 0, "bar-taken": 0, "bar-over": 160}),
    ],
)
def test_a_bar_shows_what_was_taken_within_and_beyond_the_plan(
    planned: float, taken: float, widths: dict[str, float]
) -> None:
    bar = ET.fromstring(time_bar(planned, taken, 200, "Clarify"))
    assert {one.attrib["class"]: float(one.attrib["width"]) for one in bar.iter("rect")} == widths
    assert bar.find("line") is not None


def test_a_bar_of_no_time_at_all_has_no_width() -> None:
    bar = ET.fromstring(time_bar(0, 0, 0, "Clarify"))
    assert {one.attrib["width"] for one in bar.iter("rect")} == {"0.0"}
