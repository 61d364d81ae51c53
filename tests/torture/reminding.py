"""Worker processes of reminders, for the proofs: each ticks over and over until it is stopped.

Run as `python -m tests.torture.reminding DATABASE SMTP NOW LEASE_S GO`: it waits until the file GO
exists, so that all processes begin at once. NOW is the moment at which GO appears.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from interviewprep.config import Settings
from interviewprep.core.reminders import ReminderSettings
from interviewprep.storage import Database, Enrolment, Reminder, ReminderDelivery, User
from interviewprep.worker.mail import Mailer
from interviewprep.worker.reminding import send_due

from ..services.conftest import add_deck
from .running import clean_environment

WORKERS = 6
DEADLINE_S = 900.0


def settings_of(database_url: str, smtp_url: str) -> Settings:
    return Settings(
        data_dir=Path("/nowhere"),
        database_url=database_url,
        secret_key="a secret of tests, long enough",
        base_url="https://prep.example.org",
        smtp_url=smtp_url,
    )


def add_people(database: Database, count: int, begun: datetime) -> None:
    """Add learners in Berlin, reminded at six, who all study one built-in deck."""
    deck_id, _ = add_deck(database, None, cards=3)
    chosen = ReminderSettings(is_on=True).as_dict()
    with database.writing_core() as connection:
        people = [
            {
                "email": f"p{number}@example.org",
                "password_hash": "!",
                "time_zone": "Europe/Berlin",
                "settings": {},
                "created_at": begun,
            }
            for number in range(count)
        ]
        connection.execute(insert(User), people)
        ids = connection.execute(select(User.id)).scalars().all()
        connection.execute(
            insert(Reminder),
            [
                {"user_id": each, "settings": chosen, "changed_at": begun, "next_at": begun}
                for each in ids
            ],
        )
        connection.execute(
            insert(Enrolment),
            [
                {"user_id": each, "deck_id": deck_id, "position": 0, "created_at": begun}
                for each in ids
            ],
        )


def start(database: Database, smtp_url: str, now: datetime, lease_s: float, go: Path) -> Worker:
    url = database.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.torture.reminding"),
            *(url, smtp_url, now.isoformat(), str(lease_s), str(go)),
        ],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )


Worker = subprocess.Popen[str]


@contextlib.contextmanager
def workers(
    database: Database, smtp_url: str, now: datetime, lease_s: float, go: Path
) -> Iterator[list[Worker]]:
    """Run six of them from the moment on that all are ready; whatever still runs is stopped."""
    running = [start(database, smtp_url, now, lease_s, go) for _ in range(WORKERS)]
    try:
        for one in running:
            assert one.stdout is not None and one.stdout.readline() == "ready\n"
        go.touch()
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()
            assert one.stdout is not None
            one.stdout.close()


def wait_until_sent(database: Database, count: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while True:
        with database.reading() as session:
            query = select(func.count()).where(ReminderDelivery.state == "sent")
            sent = session.scalar(query) or 0
        if sent == count:
            return
        assert time.monotonic() < deadline, f"only {sent} of {count} were sent"
        time.sleep(0.1)


def main(database_url: str, smtp_url: str, now: str, lease_s: str, go: str) -> None:
    database, settings = Database(database_url), settings_of(database_url, smtp_url)
    print("ready", flush=True)
    while not Path(go).exists():
        time.sleep(0.005)
    begun = Path(go).stat().st_mtime
    while True:
        mailer = Mailer(settings)
        at = datetime.fromisoformat(now) + timedelta(seconds=max(0.0, time.time() - begun))
        lease = timedelta(seconds=float(lease_s))
        send_due(settings, database, at, {"email": mailer}, lease=lease)
        mailer.close()
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
