"""`interviewprep user`: accounts from the command line."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from interviewprep.core.addresses import clean_address
from interviewprep.core.studyday import load_zone
from interviewprep.errors import Invalid
from interviewprep.services.account_changes import set_password
from interviewprep.services.accounts import add_account, find_user, require_user
from interviewprep.services.administration import list_accounts, set_disabled
from interviewprep.services.passwords import check_password, hash_password
from interviewprep.services.setup_code import discard_setup_code

from .context import open_database, settings


@click.group()
def user() -> None:
    """Add, list and disable accounts, and set passwords."""


@user.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make the account an administrator's.")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Europe/Berlin.")
def add(email: str, admin: bool, time_zone: str) -> None:
    """Add an account; the password is read from standard input, or asked for.

    The first account is the administrator's in any case.
    """
    email, zone = clean_address(email), load_zone(time_zone).key
    with open_database() as database:
        with database.reading() as session:
            if find_user(session, email) is not None:
                raise Invalid(f"There is an account with the address {email} already.")
        password_hash = hash_password(_new_password(email))
        with database.writing() as session:
            added = add_account(
                session, email, password_hash, datetime.now(UTC), time_zone=zone, is_admin=admin
            )
    discard_setup_code(settings())
    click.echo(f"Added {email}{', an administrator' if added.is_admin else ''}.")


@user.command("list")
def list_() -> None:
    """List all accounts: address, and what is special about it."""
    with open_database() as database, database.reading() as session:
        accounts = list_accounts(session)
    width = max((len(account.email) for account in accounts), default=0)
    for account in accounts:
        marks = ["administrator"] * account.is_admin + ["disabled"] * account.is_disabled
        click.echo(f"{account.email:<{width}}  {', '.join(marks)}".rstrip())


@user.command()
@click.argument("email")
def password(email: str) -> None:
    """Set a password, read from standard input or asked for; ends all sessions."""
    email = clean_address(email)
    with open_database() as database:
        with database.reading() as session:
            user_id = require_user(session, email).id
        password_hash = hash_password(_new_password(email))
        with database.writing() as session:
            set_password(session, user_id, password_hash, datetime.now(UTC))
    click.echo(f"The password of {email} is set, and all browsers are signed out.")


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Disable an account: nobody signs in with it, and all its sessions end."""
    _switch(email, is_disabled=True)


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Enable an account that was disabled."""
    _switch(email, is_disabled=False)


def _switch(email: str, *, is_disabled: bool) -> None:
    email = clean_address(email)
    with open_database() as database, database.writing() as session:
        found = require_user(session, email)
        set_disabled(session, found.id, datetime.now(UTC), is_disabled=is_disabled)
    click.echo(f"{email} is {'disabled' if is_disabled else 'enabled'}.")


def _new_password(email: str) -> str:
    """Return a password that may be used: asked for twice, or the first line of standard input.

    :raise Invalid: for one that may not.
    """
    if sys.stdin.isatty():
        found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    check_password(found, email)
    return found
