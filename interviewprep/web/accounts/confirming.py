"""Asking for the password once more, before something that a borrowed browser must not do."""

from __future__ import annotations

from sqlalchemy import select

from ...errors import Invalid
from ...services.passwords import matches
from ...services.throttling import begin_attempt, by_browser, succeeded
from ...storage import User
from ..login import person
from ..own_browser import session_hash
from ..transactions import now, writing


def confirm_password(password: str) -> None:
    """Let the signed-in person pass who knows their password.

    Counted per session, so that a copied cookie cannot guess, nor make the owner wait elsewhere.

    :raise Invalid: with the field `current_password`.
    :raise TooManyAttempts: after too many wrong ones in this session.
    """
    counters = [by_browser("confirm", session_hash().hex())]
    with writing() as db:
        begin_attempt(db, counters, now())
        stored = db.scalar(select(User.password_hash).where(User.id == person.id))
    if not matches(stored, password):
        raise Invalid("This is not your password.", field="current_password")
    with writing() as db:
        succeeded(db, clear=counters, give_back=())
