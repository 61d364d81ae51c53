"""The interviewer's page in parts: what stands still, and what the script replaces as it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup as SafeHtml

from ...services.interviews.markup import html_of, html_of_code
from ...services.interviews.watching import Interview, Interviewed


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question of a concepts round with the answer a candidate should give."""

    question_html: SafeHtml
    answer_html: SafeHtml
    step: str
    is_shown: bool
    grade: str | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One prompt with its texts as safe HTML."""

    of: Interviewed

    @property
    def position(self) -> int:
        return self.of.item.position

    def html(self, text: str) -> SafeHtml:
        return _safe(html_of(text, self.of.media))

    def code_html(self, code: str) -> SafeHtml:
        return _safe(html_of_code(code, self.of.prompt.language))

    @property
    def questions(self) -> Sequence[ShownQuestion]:
        return [_question(one) for one in self.of.item.questions]


def shown_items(interview: Interview) -> list[ShownItem]:
    return [ShownItem(one) for one in interview.items]


def live_parts(interview: Interview) -> dict[str, str]:
    """Return the HTML of every part that may have moved, by the name of its place in the page.

    Without tokens of forms, so that a part that did not move reads the same: the script has one.
    """
    parts = {"status": render_template("interviewer/_status.html", interview=interview)}
    for one in shown_items(interview):
        values: dict[str, Any] = {"interview": interview, "one": one, "csrf": ""}
        parts[f"giving-{one.position}"] = render_template("interviewer/_giving.html", **values)
        if not interview.is_watched:
            continue
        parts[f"work-{one.position}"] = render_template("interviewer/_work.html", **values)
    return parts


def _question(stored: dict[str, Any]) -> ShownQuestion:
    markup = stored["markup"]
    return ShownQuestion(
        _safe(html_of(stored["question"], {}, markup)),
        _safe(html_of(stored["answer"], {}, markup)),
        stored["step"],
        bool(stored["is_shown"]),
        stored["grade"],
    )


def _safe(html: str) -> SafeHtml:
    return SafeHtml(html)  # noqa: S704 - `html_of` has sanitised it
