"""The worker's round of messages: reminders that are due, and the mail of what people were told."""

from datetime import timedelta

from marketplace import capabilities, clock
from marketplace.jobs.database import database
from marketplace.messages import services
from marketplace.messages.reminding import REMINDERS
from marketplace.settings import Settings

REMINDED_EVERY = timedelta(minutes=5)


class Reminding:
    """When reminders were looked for last: every few minutes is enough."""

    def __init__(self) -> None:
        self._next = clock.now()

    def round(self, settings: Settings) -> None:
        """Do what is due now. It looks first, so that idle rounds never hold the lock."""
        now = clock.now()
        if now >= self._next:
            self._next = now + REMINDED_EVERY
            remind_round()
        mail_round(settings)


def remind_round() -> None:
    """Write the reminders that are due; those that were written before are left alone."""
    capabilities.import_reminders()
    for each in REMINDERS:
        with database.looking() as session:
            due = each.are_due(session, clock.now())
        if due:
            with database.changing() as session:
                each.write(session, clock.now())


def mail_round(settings: Settings) -> None:
    """Put the mail of new messages into the outbox."""
    with database.looking() as session:
        waiting = services.are_to_mail(session)
    if waiting:
        with database.changing() as session:
            services.mail_messages(session, public_url=settings.public_url, at=clock.now())
