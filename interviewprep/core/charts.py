"""Charts as SVG, drawn on the server: marks with classes, so that the style sheet gives colours.

Whatever is given as text is escaped. A chart repeats what a table beside it says, so its marks are
hidden from screen readers behind one description.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

WIDTH, HEIGHT = 320.0, 136.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 20.0, 20.0, 26.0
DOT, SMALL_DOT, MANY = 4.0, 2.5, 20
BAR_WIDTH, BAR_HEIGHT = 160.0, 14.0


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One value at one moment; `says` is what resting on the point tells."""

    at: datetime
    value: float
    says: str = ""


def line_chart(
    points: Sequence[ChartPoint], *, low: float, high: float, step: float, describes: str
) -> str:
    """Return a line through `points` in the order of time, between the values `low` and `high`.

    Lines of the grid stand `step` apart. Of no points nothing is drawn: the answer is empty. One
    moment alone stands in the middle; a value beyond the range is drawn at its edge.
    """
    if not points:
        return ""
    ordered = sorted(points, key=lambda point: point.at)
    first, last = ordered[0].at, ordered[-1].at
    span_s = (last - first).total_seconds()

    def x(point: ChartPoint) -> float:
        share = (point.at - first).total_seconds() / span_s if span_s else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [*_grid(y, low, high, step), *_days(first, last, is_one=not span_s)]
    places = [(x(point), y(point.value)) for point in ordered]
    if len(places) > 1:
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
        parts.append(f'<polyline class="chart-line" points="{line}"/>')
    radius = SMALL_DOT if len(places) > MANY else DOT
    for point, (across, down) in zip(ordered, places, strict=True):
        title = f"<title>{escape(point.says)}</title>" if point.says else ""
        parts.append(
            f'<circle class="chart-dot" cx="{across:.1f}" cy="{down:.1f}" r="{radius:g}">'
            f"{title}</circle>"
        )
    across, down = places[-1]
    parts.append(_text(across, down - 8, _number(ordered[-1].value), "chart-value", "middle"))
    return _svg(WIDTH, HEIGHT, "chart", describes, parts)


def time_bar(planned_s: float, taken_s: float, longest_s: float, describes: str) -> str:
    """Return a bar for the time something took, beside what was planned for it.

    `longest_s` is the time that fills the whole width, the same for all bars of a table. What goes
    beyond the plan is a part of its own, and a line marks the plan.
    """
    scale = BAR_WIDTH / longest_s if longest_s > 0 else 0.0
    within, over = min(taken_s, planned_s) * scale, max(taken_s - planned_s, 0.0) * scale
    mark = min(planned_s * scale, BAR_WIDTH - 1)
    parts = [_rect(planned_s * scale, 0, "bar-plan"), _rect(within, 0, "bar-taken")]
    if over:
        parts.append(_rect(over, within, "bar-over"))
    parts.append(
        f'<line class="bar-mark" x1="{mark:.1f}" x2="{mark:.1f}" y1="0" y2="{BAR_HEIGHT:g}"/>'
    )
    return _svg(BAR_WIDTH, BAR_HEIGHT, "bar", describes, parts)


def _grid(y: Callable[[float], float], low: float, high: float, step: float) -> list[str]:
    parts = []
    for place in range(int((high - low) / step + 1e-9) + 1):
        value = low + place * step
        down = y(value)
        parts.append(
            f'<line class="chart-grid" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}"'
            f' y1="{down:.1f}" y2="{down:.1f}"/>'
        )
        parts.append(_text(LEFT - 8, down + 4, _number(value), "chart-mark", "end"))
    return parts


def _days(first: datetime, last: datetime, *, is_one: bool) -> list[str]:
    down = HEIGHT - 6
    if is_one or first.date() == last.date():
        return [_text((LEFT + WIDTH - RIGHT) / 2, down, _day(last), "chart-mark", "middle")]
    return [
        _text(LEFT, down, _day(first), "chart-mark", "start"),
        _text(WIDTH - RIGHT, down, _day(last), "chart-mark", "end"),
    ]


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(width: float, left: float, name: str) -> str:
    return (
        f'<rect class="{name}" x="{left:.1f}" y="2" width="{width:.1f}"'
        f' height="{BAR_HEIGHT - 4:g}"/>'
    )


def _text(across: float, down: float, words: str, name: str, anchor: str) -> str:
    return (
        f'<text class="{name}" x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _svg(width: float, height: float, name: str, describes: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" role="img"'
        f' aria-label="{escape(describes)}" focusable="false">{"".join(parts)}</svg>'
    )
