"""The story bank: stories against the nine competencies, and the form for one of them."""

from __future__ import annotations

import uuid
from collections import Counter

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..core.interviews.competencies import (
    COMPETENCIES,
    QUESTIONS,
    known_competencies,
    known_questions,
)
from ..core.interviews.spoken_length import BANDS, WORDS_PER_MINUTE, spoken_length
from ..errors import InterviewPrepError, Invalid
from ..services import stories
from ..services.stories import LONGEST_TITLE, SPOKEN, TEXTS, KeptStory, StoryText
from .forms import form_page, go_to, local_path
from .login import login_required, person
from .transactions import now, reading_core, writing

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories")
@login_required
def page() -> ResponseReturnValue:
    with reading_core() as connection:
        kept = stories.list_stories(connection, person.id)
    counts = Counter({one.key: 0 for one in COMPETENCIES})
    counts.update(key for one in kept for key in one.text.competencies)
    return render_template(
        "stories/page.html",
        stories=kept,
        competencies=COMPETENCIES,
        gaps=[one for one in COMPETENCIES if not counts[one.key]],
        counts=counts,
        questions=[
            (one, [story for story in kept if one.key in story.text.questions]) for one in QUESTIONS
        ],
        spoken_length=spoken_length,
    )


@blueprint.get("/stories/new")
@login_required
def write() -> ResponseReturnValue:
    """Show an empty form, with what the gap that led here asks for ticked."""
    text = StoryText(
        competencies=tuple(known_competencies(request.args.getlist("competency"))),
        questions=tuple(known_questions(request.args.getlist("question"))),
    )
    return _form(text)


@blueprint.post("/stories/new")
@login_required
def do_write() -> ResponseReturnValue:
    text = _sent()
    try:
        with writing() as db:
            stories.write_story(db, person.id, text, now())
    except Invalid as error:
        return _form(text, error=error)
    flash(f"Saved. {spoken_length(text.words)}", "success")
    return _back()


@blueprint.get("/stories/<uuid:story_id>")
@login_required
def edit(story_id: uuid.UUID) -> ResponseReturnValue:
    kept = _get(story_id)
    return _form(kept.text, kept=kept)


@blueprint.post("/stories/<uuid:story_id>")
@login_required
def do_edit(story_id: uuid.UUID) -> ResponseReturnValue:
    text = _sent()
    seen = request.form.get("version", default=0, type=int)
    try:
        with writing() as db:
            stories.edit_story(db, person.id, story_id, text, now(), seen_version=seen)
    except Invalid as error:
        return _form(text, kept=_get(story_id), error=error)
    flash(f"Saved. {spoken_length(text.words)}", "success")
    return _back()


@blueprint.get("/stories/<uuid:story_id>/delete")
@login_required
def delete(story_id: uuid.UUID) -> ResponseReturnValue:
    return render_template("stories/delete.html", story=_get(story_id))


@blueprint.post("/stories/<uuid:story_id>/delete")
@login_required
def do_delete(story_id: uuid.UUID) -> ResponseReturnValue:
    with writing() as db:
        stories.delete_story(db, person.id, story_id)
    flash("The story is gone.", "success")
    return go_to("stories.page")


def _get(story_id: uuid.UUID) -> KeptStory:
    with reading_core() as connection:
        return stories.get_story(connection, person.id, story_id)


def _sent() -> StoryText:
    form = request.form
    return StoryText(
        title=form.get("title", ""),
        competencies=tuple(known_competencies(form.getlist("competencies"))),
        questions=tuple(known_questions(form.getlist("questions"))),
        **{name: form.get(name, "") for name in TEXTS},
    )


def _form(
    text: StoryText, *, kept: KeptStory | None = None, error: InterviewPrepError | None = None
) -> Response:
    """Return the form with `text` in it: what is stored, or what was typed."""
    return form_page(
        "stories/form.html",
        error=error,
        text=text,
        kept=kept,
        back=local_path(request.values.get("next")) or "",
        competencies=COMPETENCIES,
        questions=QUESTIONS,
        longest_title=LONGEST_TITLE,
        spoken=SPOKEN,
        bands=BANDS,
        words_per_minute=WORDS_PER_MINUTE,
        length=spoken_length(text.words),
    )


def _back() -> Response:
    """Go on to where the writer came from, or to the story bank."""
    back = local_path(request.form.get("next"))
    return make_response(redirect(back, 303)) if back else go_to("stories.page")
