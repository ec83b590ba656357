"""The worker's post round: answers to who forgot a password, and mail that is due."""

import logging

from marketplace import clock
from marketplace.accounts import attempts, resets
from marketplace.jobs.database import database
from marketplace.mail import services
from marketplace.mail.delivery import Post, message_of, post_of
from marketplace.settings import Settings

log = logging.getLogger(__name__)


def post_round(settings: Settings) -> None:
    """Do what is due now. It looks first, so that idle rounds never hold the database's lock."""
    with database.looking() as session:
        waiting, old = resets.are_waiting(session), attempts.are_old(session, at=clock.now())
    if waiting:
        with database.changing() as session:
            resets.answer_resets(session, public_url=settings.public_url, at=clock.now())
    if old:
        with database.changing() as session:
            attempts.forget_old(session, at=clock.now())
            services.forget_old(session, at=clock.now())
    if (post := post_of(settings)) is not None:
        deliver(post, settings.mail_from)


def deliver(post: Post, sender: str) -> None:
    """Send what is due; one message that cannot be sent never holds up the others."""
    with database.looking() as session:
        if not services.is_due(session, at=clock.now()):
            return
    with database.changing() as session:
        due = services.take_due(session, at=clock.now())
    for mail in due:
        try:
            post.send(message_of(mail, sender))
        except (OSError, ValueError) as fault:
            log.warning("Mail %s could not be sent: %s", mail.id, fault)
            with database.changing() as session:
                services.note_failed(session, mail, f"{type(fault).__name__}: {fault}")
        else:
            with database.changing() as session:
                services.note_sent(session, mail, at=clock.now())
