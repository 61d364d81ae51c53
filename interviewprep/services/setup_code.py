"""The one-time code for the first account, where the first visitor comes from elsewhere.

`serve` makes a fresh one while there is no account and prints it. Its hash lies in the data folder,
readable by this user alone, where every process of this server finds it; it goes with the first
account.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from sqlalchemy import exists, select

from ..config import Settings
from ..storage import Database, User
from .sessions import hash_token

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read as something else
GROUPS, GROUP_LENGTH = 4, 4  # 80 bits, and attempts are slowed down besides


def code_file(settings: Settings) -> Path:
    return settings.data_dir / "set-up-code"


def prepare_setup_code(settings: Settings, database: Database) -> str | None:
    """Return a new code to print while there is no account, else None; an earlier one is void."""
    with database.reading() as session:
        if session.scalar(select(exists(select(User.id)))):
            discard_setup_code(settings)
            return None
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    code = "-".join(groups)
    path = code_file(settings)
    fresh = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(hash_token(code))
    fresh.replace(path)
    return code


def is_setup_code(settings: Settings, text: str) -> bool:
    """Return whether this is the code; small letters, and any blanks or dashes, do not matter."""
    letters = "".join(letter for letter in text.upper() if letter in ALPHABET)[
        : GROUPS * GROUP_LENGTH
    ]
    code = "-".join(
        letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH)
    )
    try:
        stored = code_file(settings).read_bytes()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(stored, hash_token(code))


def has_setup_code(settings: Settings) -> bool:
    """Return whether a code has been printed for this server."""
    return code_file(settings).exists()


def discard_setup_code(settings: Settings) -> None:
    code_file(settings).unlink(missing_ok=True)
