"""Passwords: which are taken, and how they are kept.

Hashing is slow on purpose, so none of this touches the database: it runs outside of transactions.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import Invalid

SHORTEST = 10
LONGEST = 1_000
FEWEST_DIFFERENT = 4
# argon2id as OWASP's password storage sheet gives it: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)

# Only what is long enough to be taken at all; the rest of the usual lists is too short anyway.
_TRIED_FIRST = """
    0123456789 1234567890 12345678910 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    123456789a 123456789q a123456789 q123456789 1234567891 123123123123 qwertyuiop qwerty12345
    qwerty123456 qwertyuiop123 asdfghjkl123 zxcvbnm123 1qazxsw23edc password12 password123
    password1234 password12345 passwordpassword mypassword mypassword1 letmeinplease iloveyou12
    iloveyou123 iloveyouforever administrator administrator1 admin123456 adminadmin welcome123
    welcome1234 changeme123 changemenow trustno1trustno1 football123 baseball123 princess123
    sunshine123 superman123 michael123 computer123 interview123 interviewprep interview-prep
"""
COMMON = frozenset(_TRIED_FIRST.split())


@cache
def _dummy_hash() -> str:
    return HASHER.hash(secrets.token_bytes(32))


def _encoded(password: str) -> bytes:
    # One spelling for one set of keys, whichever way this keyboard composes accents.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def check_password(password: str, email: str) -> None:
    """Let a new password pass, or say what is wrong with it.

    :raise Invalid: with the field `password`.
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        problem = f"A password has at least {SHORTEST} characters; a few words are easy to keep."
    elif len(password) > LONGEST:
        problem = f"A password has at most {LONGEST} characters."
    elif folded in (email, email.partition("@")[0]):
        problem = "The password is the address itself; choose one that others cannot guess."
    elif folded in COMMON or len(set(folded)) < FEWEST_DIFFERENT:
        problem = "This is one of the passwords that are tried first; choose another."
    else:
        return
    raise Invalid(problem, field="password")


def hash_password(password: str) -> str:
    """Return an argon2id hash with its parameters and salt, as stored."""
    return HASHER.hash(_encoded(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether this is the password; None for the hash takes as long and is never right."""
    if len(password) > LONGEST:
        password, password_hash = "", None
    try:
        found = HASHER.verify(password_hash or _dummy_hash(), _encoded(password))
    except (VerificationError, InvalidHashError):
        return False
    return found and bool(password_hash)


def outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)
