"""Pages about the account itself: for a signed-in browser, and never for a token.

A token that could change the password or make another token could outlive its own end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from ..errors import NotAllowed
from .login import login_required, person

P = ParamSpec("P")
R = TypeVar("R")


def browser_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only people who signed in with a browser reach the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if person.account.session_hash is None:
            raise NotAllowed("A token cannot do this; sign in with a browser.")
        return view(*args, **kwargs)

    return login_required(guarded)


def session_hash() -> bytes:
    """Return the hash of the session behind this request, in a view for browsers."""
    found = person.account.session_hash
    if found is None:  # pragma: no cover - `browser_required` has seen to it
        raise NotAllowed("Sign in with a browser.")
    return found
