"""Accounts: signing up, in and out, and everything people change about their own account."""

from . import (
    address,
    forgotten,
    leaving,
    password,
    sessions,
    set_up,
    settings,
    signing_in,
    signing_up,
    tokens,
)
from .blueprint import blueprint

__all__ = [
    "address",
    "blueprint",
    "forgotten",
    "leaving",
    "password",
    "sessions",
    "set_up",
    "settings",
    "signing_in",
    "signing_up",
    "tokens",
]
