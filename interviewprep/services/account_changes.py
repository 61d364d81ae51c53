"""What people change about their own account, once they have shown who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..core.study_settings import TRACK, StudySettings
from ..core.studyday import load_zone
from ..errors import Invalid, NotFound
from ..storage import LoginSession, User
from .accounts import find_user, lock_accounts
from .mailed_links import Purpose, end_links, use_link
from .reminding.settings import look_again
from .sessions import close_all_sessions

THEMES = ("system", "light", "dark")
TAKEN = "There is an account with this address already; use another."


def set_password(session: Session, user_id: int, password_hash: str, now: datetime) -> None:
    """Store a new password, end all sessions and all open links; the caller opens a new session.

    API tokens stay: they were made on purpose and are revoked on their own page.
    """
    _update(session, user_id, password_hash=password_hash)
    close_all_sessions(session, user_id)
    end_links(session, user_id, now)


def reset_password(session: Session, token: str, password_hash: str, now: datetime) -> int:
    """Use a link up to set a new password, end all sessions, and return whose it was.

    :raise NotFound: where the link is no longer good.
    """
    link = use_link(session, token, Purpose.PASSWORD, now)
    set_password(session, link.user_id, password_hash, now)
    return link.user_id


def change_address(session: Session, user_id: int, email: str, now: datetime) -> None:
    """Store another address; open links, sent to the old one, end.

    :raise Invalid: with the field `email`, where it has an account.
    """
    lock_accounts(session)
    check_free(session, user_id, email)
    _update(session, user_id, email=email)
    end_links(session, user_id, now)


def confirm_address(session: Session, token: str, now: datetime) -> tuple[str, str]:
    """Use a link up that was sent to a new address; return the old one and the new one.

    :raise NotFound: where the link is no longer good.
    :raise Invalid: where somebody took the address in the meantime.
    """
    link = use_link(session, token, Purpose.ADDRESS, now)
    before = session.scalar(select(User.email).where(User.id == link.user_id))
    if link.new_email is None or before is None:
        raise NotFound("This link changes nothing.")
    change_address(session, link.user_id, link.new_email, now)
    return before, link.new_email


def check_free(session: Session, user_id: int, email: str) -> None:
    """:raise Invalid: where the address is another account's, or this one's already."""
    found = find_user(session, email)
    if found is not None:
        own = "This is the address of your account already."
        raise Invalid(own if found.id == user_id else TAKEN, field="email")


def set_time(
    session: Session, user_id: int, time_zone: str, rollover_hour: str, now: datetime
) -> None:
    """Store the learner's zone and the hour at which their day begins; reminders follow.

    :raise Invalid: with the field, for a zone or an hour that cannot be used.
    """
    try:
        zone = load_zone(time_zone.strip()).key
    except Invalid:
        raise Invalid(
            "This is not a time zone that the server knows; choose one like Europe/Berlin.",
            field="time_zone",
        ) from None
    if rollover_hour.strip() not in {str(hour) for hour in range(24)}:
        raise Invalid("The day begins at a whole hour from 0 to 23.", field="rollover_hour")
    _update(session, user_id, time_zone=zone, rollover_hour=int(rollover_hour))
    look_again(session, user_id, now)


def set_theme(session: Session, user_id: int, theme: str) -> None:
    """:raise Invalid: for a theme that is not offered."""
    if theme not in THEMES:
        raise Invalid("Choose one of the themes offered.", field="theme")
    _update(session, user_id, theme=theme)


def set_study_settings(session: Session, user_id: int, chosen: StudySettings) -> None:
    """Store the study settings but for the track, which `take_track` changes with the decks;
    whatever else is kept beside them stays."""
    kept = session.scalar(select(User.settings).where(User.id == user_id).with_for_update()) or {}
    track = {TRACK: kept.get(TRACK, "")}
    _update(session, user_id, settings={**kept, **chosen.as_dict(), **track})


def list_sessions(session: Session, user_id: int, now: datetime) -> list[LoginSession]:
    """Return the browsers in which this person is signed in, the latest used first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(LoginSession.user_id == user_id, LoginSession.expires_at > now)
            .order_by(LoginSession.extended_at.desc(), LoginSession.created_at.desc())
        )
    )


def _update(session: Session, user_id: int, **values: object) -> None:
    session.execute(update(User).where(User.id == user_id).values(**values))
