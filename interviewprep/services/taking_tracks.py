"""A learner follows a role track: its decks, to its depths, in its order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.study_settings import TRACK, DeckOptions, StudySettings
from ..storage import Enrolment, User
from .locking import lock_user
from .tracks import (
    PlannedDeck,
    TrackPlan,
    built_in_shelf,
    get_track,
    plan_track,
    read_phases,
    read_tracks,
)


@dataclass(frozen=True, slots=True)
class TrackChange:
    """What taking a track does to a learner's decks: those it adds, those that would rest if only
    its own are kept, and those the learner chose alone, which stay as they are."""

    plan: TrackPlan
    added: tuple[PlannedDeck, ...]
    only_before: tuple[int, ...]
    by_hand: tuple[PlannedDeck, ...]


def preview_track(session: Session, user_id: int, code: str) -> TrackChange:
    """Return what `take_track` would do.

    :raise NotFound: where there is no such track.
    """
    shelf = built_in_shelf(session)
    plan = plan_track(get_track(code), shelf)
    return _change(plan, _held(session, user_id), {deck.id for deck in shelf})


def take_track(
    session: Session, user_id: int, code: str, now: datetime, *, only: bool = False
) -> TrackChange:
    """Follow a track from now on: enrol in its decks, to its depths, in its order.

    Decks and depths that the learner chose alone stay as they are, and so does all memory. What
    came with an earlier track stays too, unless `only` is set: then decks that this one does not
    have rest, and depths become its own. Taking the same track again adds what is new in it.

    :raise NotFound: where there is no such track.
    """
    track = get_track(code)
    lock_user(session.connection(), user_id)
    shelf = built_in_shelf(session)
    plan = plan_track(track, shelf)
    held = _held(session, user_id)
    change = _change(plan, held, {deck.id for deck in shelf})
    by_id = {one.deck_id: one for one in held}
    for deck in plan.decks:
        one = by_id.get(deck.id)
        if one is not None and _is_of_a_track(one):
            before = DeckOptions.from_mapping(one.options).depth or 0
            depth = deck.depth if only else max(before, deck.depth)
            one.options = {**one.options, "depth": depth, TRACK: code}
    if only:
        for deck_id in change.only_before:
            session.delete(by_id[deck_id])
        held = [one for one in held if one.deck_id not in change.only_before]
    is_other = _follow(session, user_id, code)
    added = _enrolled(session, user_id, code, change.added, now)
    if is_other:
        _put_in_order(_with_block(held, added, plan))
    elif added:
        _put_in_order(_with_each_in_place(held, added, plan))
    session.flush()
    return change


def leave_track(session: Session, user_id: int) -> None:
    """Follow no track any more; all decks stay as they are."""
    lock_user(session.connection(), user_id)
    _follow(session, user_id, "")


def follow_tracks(session: Session, folder: Path, begun: Collection[int], now: datetime) -> None:
    """Enrol who follows a track in those decks of it that an edition has just brought.

    Decks that a learner left are not among `begun`, and so stay left.
    """
    tracks = read_tracks(folder)
    if not tracks:
        return
    users = session.execute(select(User.id, User.settings)).all()
    followed = {row.id: StudySettings.from_mapping(row.settings).track for row in users}
    wanted = {user_id: code for user_id, code in followed.items() if code in tracks}
    if not wanted:
        return
    shelf, phases = built_in_shelf(session), read_phases(folder)
    plans = {code: plan_track(tracks[code], shelf, phases=phases) for code in set(wanted.values())}
    for user_id, code in wanted.items():
        held = _held(session, user_id)
        known = {one.deck_id for one in held}
        new = [deck for deck in plans[code].decks if deck.id in begun and deck.id not in known]
        if new:
            added = _enrolled(session, user_id, code, new, now)
            _put_in_order(_with_each_in_place(held, added, plans[code]))
            session.flush()


def _held(session: Session, user_id: int) -> list[Enrolment]:
    """Return what the learner studies, in their order."""
    query = select(Enrolment).where(Enrolment.user_id == user_id)
    return list(session.scalars(query.order_by(Enrolment.position, Enrolment.deck_id)))


def _is_of_a_track(one: Enrolment) -> bool:
    return bool(DeckOptions.from_mapping(one.options).track)


def _change(plan: TrackPlan, held: Sequence[Enrolment], built_in: Collection[int]) -> TrackChange:
    by_id = {one.deck_id: one for one in held if one.deck_id in built_in}
    wanted = {deck.id for deck in plan.decks}
    chosen_alone = {deck_id for deck_id, one in by_id.items() if not _is_of_a_track(one)}
    return TrackChange(
        plan=plan,
        added=tuple(deck for deck in plan.decks if deck.id not in by_id),
        only_before=tuple(
            deck_id for deck_id in by_id if deck_id not in wanted and deck_id not in chosen_alone
        ),
        by_hand=tuple(deck for deck in plan.decks if deck.id in chosen_alone),
    )


def _follow(session: Session, user_id: int, code: str) -> bool:
    """Store the track; return whether it is another one."""
    user = session.get_one(User, user_id, populate_existing=True)
    before = StudySettings.from_mapping(user.settings).track
    if before != code:
        user.settings = {**user.settings, TRACK: code}
        session.flush()
    return before != code


def _enrolled(
    session: Session, user_id: int, code: str, decks: Sequence[PlannedDeck], now: datetime
) -> list[Enrolment]:
    made = [
        Enrolment(
            user_id=user_id,
            deck_id=deck.id,
            options=DeckOptions(depth=deck.depth, track=code).as_dict(),
            created_at=now,
        )
        for deck in decks
    ]
    session.add_all(made)
    return made


def _with_block(
    held: Sequence[Enrolment], added: Sequence[Enrolment], plan: TrackPlan
) -> list[Enrolment]:
    """Return the order with the track's decks together, where the first of them stood; those the
    learner chose alone keep their places around them."""
    place = {deck.id: number for number, deck in enumerate(plan.decks)}
    moving = [one for one in held if one.deck_id in place and _is_of_a_track(one)]
    rest = [one for one in held if one not in moving]
    at = next((n for n, one in enumerate(held) if _is_of_a_track(one)), len(rest))
    block = sorted([*moving, *added], key=lambda one: place[one.deck_id])
    return [*rest[:at], *block, *rest[at:]]


def _with_each_in_place(
    held: Sequence[Enrolment], added: Sequence[Enrolment], plan: TrackPlan
) -> list[Enrolment]:
    """Return the learner's order with each new deck behind those that precede it in the track."""
    order = list(held)
    place = {deck.id: number for number, deck in enumerate(plan.decks)}
    for one in added:
        others = [
            (place[other.deck_id], n) for n, other in enumerate(order) if other.deck_id in place
        ]
        before = [n + 1 for at, n in others if at < place[one.deck_id]]
        after = [n for at, n in others if at > place[one.deck_id]]
        order.insert(max(before) if before else min(after, default=len(order)), one)
    return order


def _put_in_order(order: Sequence[Enrolment]) -> None:
    for position, one in enumerate(order):
        one.position = position
