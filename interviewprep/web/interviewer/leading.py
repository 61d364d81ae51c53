"""The interviewer's live page: watched by polling, every button a form of its own."""

from __future__ import annotations

from flask import jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...errors import Invalid
from ...services.interviews import interviewing
from ...services.interviews.links import Seat
from ...services.interviews.sheets import Given
from ...services.interviews.watching import Interview, current_round, load_interview, mark_of
from ..forms import go_to, without_trace
from ..refusals import reads_json
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .parts import live_parts, shown_items
from .seat import the_seat

NOT_MODIFIED = 304


@blueprint.get("/interviewing")
def page() -> ResponseReturnValue:
    with reading() as db:
        seat = the_seat(db.connection())
        interview = load_interview(db, seat, _round(db, seat), now())
    return without_trace(
        make_response(
            render_template(
                "interviewer/page.html", interview=interview, items=shown_items(interview)
            )
        )
    )


@blueprint.get("/interviewing/state")
def state() -> ResponseReturnValue:
    """Answer with what has moved since the mark `since`, or with 304 where nothing has."""
    with reading() as db:
        seat = the_seat(db.connection())
        position = _round(db, seat)
        if request.args.get("since") == mark_of(db, seat, position):
            return without_trace(make_response("", NOT_MODIFIED))
        interview = load_interview(db, seat, position, now())
    return _state(interview)


@blueprint.post("/interviewing/give")
def give() -> ResponseReturnValue:
    """Give a fact, a hint, a follow-up or the change of requirement."""
    item, n = _number("item"), _number("n")
    what = request.form.get("what", "")
    with writing() as db:
        seat = the_seat(db.connection())
        position = _round(db, seat)
        if what == "fact":
            interviewing.give_fact(db, seat, position, item, n)
        elif what == "hint":
            interviewing.give_hint(db, seat, position, item, n)
        elif what == "follow-up":
            interviewing.ask_follow_up(db, seat, position, item, n)
        elif what == "change":
            interviewing.inject_change(db, seat, position, item, now())
        else:
            raise Invalid("There is nothing of that kind to give.", field="what")
        interview = load_interview(db, seat, position, now())
    return _done(interview, "Given; it stands on the candidate's page now.")


@blueprint.post("/interviewing/answered")
def answered() -> ResponseReturnValue:
    was_answered = request.form.get("answered") == "1"
    with writing() as db:
        seat = the_seat(db.connection())
        position = _round(db, seat)
        interviewing.mark_answered(
            db, seat, position, _number("item"), _number("n"), answered=was_answered
        )
        interview = load_interview(db, seat, position, now())
    return _done(interview, "Marked as answered." if was_answered else "Marked as missed.")


@blueprint.post("/interviewing/scores")
def scores() -> ResponseReturnValue:
    """Store the interviewer's scores of one prompt: `level-0`, `evidence-0` and so on."""
    with writing() as db:
        seat = the_seat(db.connection())
        position = _round(db, seat)
        interviewing.save_interviewer_scores(
            db, seat, position, _number("item"), _sent_scores(), now()
        )
        interview = load_interview(db, seat, position, now())
    return _done(interview, "Your scores are saved.")


def _round(db: Session, seat: Seat) -> int:
    """Return the round that was asked for, else the one in hand."""
    asked = request.values.get("round", "")
    if not asked:
        return current_round(db, seat)
    return int(asked) if asked.isdecimal() and len(asked) <= 3 else -1


def _number(name: str) -> int:
    return request.form.get(name, default=-1, type=int)


def _sent_scores() -> dict[int, Given]:
    found: dict[int, Given] = {}
    for name in request.form:
        kind, _, row = name.partition("-")
        if kind == "evidence" and row.isdecimal() and len(row) <= 3:
            level = request.form.get(f"level-{row}", type=int)
            found[int(row)] = Given(level, request.form[name])
    return found


def _done(interview: Interview, said: str) -> ResponseReturnValue:
    if reads_json():
        return _state(interview, said)
    return go_to("interviewer.page", round=interview.held.round.position)


def _state(interview: Interview, said: str = "") -> ResponseReturnValue:
    return without_trace(jsonify(mark=interview.mark, parts=live_parts(interview), said=said))
