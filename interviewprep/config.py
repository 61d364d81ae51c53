"""The environment, read once into typed settings.

Every setting has a default that works on a laptop. Anything that starts with `INTERVIEWPREP_` and
is not listed here is refused, so that a misspelt name never passes for a default.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from .errors import UnusableSetting

PREFIX = "INTERVIEWPREP_"
KNOWN = frozenset(
    PREFIX + name
    for name in (
        "DATA_DIR",
        "DATABASE_URL",
        "SECRET_KEY",
        "BASE_URL",
        "SMTP_URL",
        "SIGN_UP",
        "TRUSTED_PROXIES",
        "TEST_DECKS",
    )
)
SMALLEST_SECRET_LENGTH = 16

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SignUp(StrEnum):
    """Who may make an account, once the administrator has one."""

    CLOSED = "closed"
    INVITE = "invite"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program was told. `base_url` has no slash at its end."""

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    sign_up: SignUp = SignUp.CLOSED
    trusted_proxies: tuple[Network, ...] = ()

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def uploads_dir(self) -> Path:
        return self.data_dir / "uploads"

    @property
    def backups_dir(self) -> Path:
        return self.data_dir / "backups"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this environment; data folder and secret key are made if absent.

    Raises `UnusableSetting`, whose message names the setting and says what it takes.
    """
    environ = os.environ if environ is None else environ
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        known = ", ".join(sorted(KNOWN))
        raise UnusableSetting(f"{unknown[0]} is not a setting of this program; known are {known}.")
    data_dir = _data_dir(environ.get(PREFIX + "DATA_DIR"))
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(environ.get(PREFIX + "DATABASE_URL"), data_dir),
        secret_key=_secret_key(environ.get(PREFIX + "SECRET_KEY"), data_dir),
        base_url=_base_url(environ.get(PREFIX + "BASE_URL")),
        smtp_url=_smtp_url(environ.get(PREFIX + "SMTP_URL")),
        sign_up=_sign_up(environ.get(PREFIX + "SIGN_UP")),
        trusted_proxies=_proxies(environ.get(PREFIX + "TRUSTED_PROXIES")),
    )


def _data_dir(value: str | None) -> Path:
    if value:
        folder = Path(value).expanduser()
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "interviewprep"
    else:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        folder = Path(home) / "interviewprep"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnusableSetting(
            f"INTERVIEWPREP_DATA_DIR: {folder} cannot be made or used ({error.strerror});"
            " name a folder this user may write to."
        ) from error
    if not os.access(folder, os.W_OK):
        raise UnusableSetting(
            f"INTERVIEWPREP_DATA_DIR: {folder} is not writable; name another folder."
        )
    return folder.resolve()


def _database_url(value: str | None, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'interviewprep.db'}"
    scheme = value.partition(":")[0]
    if scheme in ("postgresql", "postgres"):
        return "postgresql+psycopg:" + value.partition(":")[2]
    if scheme in ("sqlite", "postgresql+psycopg"):
        return value
    raise UnusableSetting(
        "INTERVIEWPREP_DATABASE_URL must begin with sqlite:/// or postgresql://, not "
        f"with {scheme or 'nothing'}."
    )


def _secret_key(value: str | None, data_dir: Path) -> str:
    if value is not None:
        if len(value) < SMALLEST_SECRET_LENGTH:
            raise UnusableSetting(
                f"INTERVIEWPREP_SECRET_KEY must have at least {SMALLEST_SECRET_LENGTH} characters;"
                " leave it unset and one is made and kept in the data folder."
            )
        return value
    path = data_dir / "secret-key"
    try:
        # Written aside and linked, so that of two processes that start at once both read one key.
        fresh = data_dir / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise UnusableSetting(
            f"The secret key in {path} cannot be read or made ({error.strerror});"
            " mend its permissions or set INTERVIEWPREP_SECRET_KEY."
        ) from error


def _base_url(value: str | None) -> str:
    if not value:
        return "http://127.0.0.1:8000"
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment:
        raise UnusableSetting(
            "INTERVIEWPREP_BASE_URL must be like https://prep.example.org, without a path,"
            f" not {value!r}."
        )
    return value.rstrip("/")


def _smtp_url(value: str | None) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UnusableSetting(
            "INTERVIEWPREP_SMTP_URL must be like smtp://user:password@mail.example.org:587"
            " (STARTTLS) or smtps://… (TLS)."
        )
    return value


def _sign_up(value: str | None) -> SignUp:
    try:
        return SignUp(value) if value else SignUp.CLOSED
    except ValueError:
        raise UnusableSetting(
            f"INTERVIEWPREP_SIGN_UP must be closed, invite or open, not {value!r}."
        ) from None


def _proxies(value: str | None) -> tuple[Network, ...]:
    networks = []
    for part in (value or "").replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise UnusableSetting(
                "INTERVIEWPREP_TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1 or"
                f" 10.0.0.0/8, separated by commas; {part!r} is neither."
            ) from None
    return tuple(networks)
