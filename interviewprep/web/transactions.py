"""How views reach the database: one `with` to read, one to write, which commits at its end."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ..config import Settings
from ..storage import Database


def database() -> Database:
    found: Database = current_app.extensions["database"]
    return found


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def reading() -> AbstractContextManager[Session]:
    return database().reading()


def writing() -> AbstractContextManager[Session]:
    return database().writing()


def reading_core() -> AbstractContextManager[Connection]:
    return database().reading_core()


def writing_core() -> AbstractContextManager[Connection]:
    return database().writing_core()


def now() -> datetime:
    """Return the moment, in UTC. Floor 4 is the only place that looks at a clock."""
    return datetime.now(UTC)
