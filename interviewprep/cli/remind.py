"""`interviewprep remind`: one tick of the reminders, or a look at what it would do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from ..core.reminders import Slot
from ..services.reminding.explaining import Due, Outlook, explain
from ..worker.reminding import Outcome, make_transports, send_due
from .context import now, open_database, settings

Outcomes = dict[tuple[Slot, str], tuple[str, str]]
ANOTHERS = ("not sent", "Another process has it.")


def read_instant(text: str) -> datetime:
    """Return the instant written as ISO 8601; without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"“{text}” is not an instant; write it like 2026-11-20T18:00:00Z."
        ) from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if not 2000 <= at.year < 2200:
        raise click.BadParameter("the year lies between 2000 and 2199.")
    return at.astimezone(UTC)


@click.command()
@click.option("--now", "at", metavar="INSTANT", type=read_instant, help="Act as if it were then.")
@click.option("--dry-run", is_flag=True, help="Say who would get what; send and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def remind(at: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Send the reminders that are due: one tick."""
    at = at or now()
    with open_database() as database:
        transports = make_transports(settings(), database)
        try:
            with database.reading_core() as connection:
                outlooks = explain(connection, at, transports.keys())
            outcomes = [] if dry_run else send_due(settings(), database, at, transports)
        finally:
            for transport in transports.values():
                transport.close()
    said = _said(at, outlooks, None if dry_run else outcomes)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for learner in said["learners"]:
        for delivery in learner["deliveries"]:
            state = "would get" if dry_run else delivery["state"]
            click.echo(
                f"{learner['email']}: {state}: {delivery['subject']}"
                f" ({delivery['kind']}, {delivery['channel']})"
            )
        if learner["why_not"]:
            click.echo(f"{learner['email']}: nothing: {learner['why_not']}")
    if not said["learners"]:
        click.echo("There is nobody to remind.")


def _said(at: datetime, outlooks: list[Outlook], outcomes: list[Outcome] | None) -> dict[str, Any]:
    """Return what `--json` prints; without outcomes it was a dry run."""
    found = {
        (one.claimed.as_slot, one.claimed.destination): (one.state, one.reason)
        for one in outcomes or ()
    }
    said: dict[str, Any] = {"now": _instant(at), "dry_run": outcomes is None}
    if outcomes is None:
        said["would_send"] = sum(len(one.messages) for one in outlooks)
    else:
        states = [one.state for one in outcomes]
        said |= {state: states.count(state) for state in ("sent", "skipped", "failed")}
    said["learners"] = [_as_json(one, None if outcomes is None else found) for one in outlooks]
    return said


def _as_json(outlook: Outlook, outcomes: Outcomes | None) -> dict[str, Any]:
    return {
        "email": outlook.email,
        "time_zone": outlook.time_zone,
        "deliveries": [_delivery(one, outcomes) for one in outlook.messages],
        "why_not": outlook.why_not,
        "next_at": None if outlook.next_at is None else _instant(outlook.next_at),
    }


def _delivery(due: Due, outcomes: Outcomes | None) -> dict[str, Any]:
    said = {
        "kind": due.slot.kind,
        "study_day": due.slot.study_day.isoformat(),
        "slot": due.slot.slot,
        "due_at": _instant(due.slot.due_at),
        "channel": due.channel,
        "destination": due.destination,
        "subject": due.subject,
    }
    if outcomes is None:
        return said
    state, reason = outcomes.get((due.slot, due.destination), ANOTHERS)
    return said | {"state": state, "reason": reason}


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
