"""`interviewprep token`: API tokens from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from interviewprep.core.addresses import clean_address
from interviewprep.errors import Invalid, NotFound
from interviewprep.services.accounts import require_user
from interviewprep.services.tokens import (
    PREFIX,
    create_token,
    end_of_day,
    find_token,
    list_all_tokens,
    revoke_token,
)

from .context import open_database


@click.group()
def token() -> None:
    """Create, list and revoke API tokens."""


@token.command()
@click.option("--user", "email", required=True, help="The address of the account.")
@click.option("--name", default="", help="What the token is for.")
@click.option("--read-only", is_flag=True, help="The token may read, and change nothing.")
@click.option("--expires", default="", metavar="DATE", help="The last day, such as 2027-01-31.")
def create(email: str, name: str, read_only: bool, expires: str) -> None:
    """Create a token and print it, this once, alone on the last line."""
    scope = "read" if read_only else "write"
    with open_database() as database, database.writing() as session:
        user = require_user(session, clean_address(email))
        if user.is_disabled:
            raise Invalid(f"The account {user.email} is disabled; enable it first.")
        expires_at = end_of_day(expires, user.time_zone)
        made = create_token(
            session, user.id, datetime.now(UTC), name=name, scope=scope, expires_at=expires_at
        )
    until = f"through {expires.strip()}" if expires_at else "until it is revoked"
    click.echo(f"Token {made.id} for {user.email} may {scope}, {until}.", err=True)
    click.echo(made.token)


@token.command("list")
@click.option("--user", "email", help="Only the tokens of this account.")
def list_(email: str | None) -> None:
    """List tokens: number, account, scope, end and name; never the token itself."""
    with open_database() as database, database.reading() as session:
        if email is not None:
            email = require_user(session, clean_address(email)).email
        rows = [row for row in list_all_tokens(session) if email in (None, row[0])]
    for owner, row in rows:
        until = f"until {row.expires_at:%Y-%m-%d %H:%M} UTC" if row.expires_at else "no end"
        click.echo(f"{row.id}  {owner}  {row.scope}  {until}  {row.name}".rstrip())


@token.command()
@click.argument("token")
def revoke(token: str) -> None:
    """Revoke a token, given by its number in the list or by itself."""
    now = datetime.now(UTC)
    with open_database() as database, database.writing() as session:
        if token.startswith(PREFIX):
            token_id = find_token(session, token)
        elif token.isascii() and token.isdigit() and len(token) < 19:
            token_id = int(token)
        else:
            raise NotFound("Give the number of a token from `interviewprep token list`.")
        revoke_token(session, token_id, now)
    click.echo(f"Token {token_id} is revoked.")
