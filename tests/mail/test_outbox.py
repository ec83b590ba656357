"""Mail leaves after the commit, is tried again, and is never held up by other mail."""

import socketserver
import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from marketplace import clock
from marketplace.jobs.post import deliver
from marketplace.mail import delivery
from marketplace.mail.delivery import SmtpPost, post_of
from marketplace.mail.models import Mail
from marketplace.mail.services import MOST_ATTEMPTS, forget_old, post_mail, take_due
from marketplace.settings import Settings, SettingsFault
from tests.conftest import SECRET

pytestmark = pytest.mark.usefixtures("worker_database")


class PostOffice:
    """Keeps what it is given; refuses what is for the addresses that it does not know."""

    def __init__(self, *refused: str) -> None:
        self.refused, self.sent = refused, []

    def send(self, message: EmailMessage) -> None:
        if message["To"] in self.refused:
            raise OSError("no such address")
        self.sent.append(message)


def post(session, to: str) -> None:
    post_mail(session, to, "A subject", "Words", at=clock.now())
    session.commit()


def row(session, to: str) -> Mail:
    session.rollback()
    return session.scalars(select(Mail).where(Mail.recipient == to)).one()


def wait_is_over(session) -> None:
    session.execute(
        update(Mail)
        .where(Mail.next_attempt_at.is_not(None))
        .values(next_attempt_at=clock.now() - timedelta(seconds=1))
    )
    session.commit()


def test_mail_leaves_once_and_its_words_are_then_forgotten(session):
    office = PostOffice()
    post(session, "a@tests.example")
    for _ in range(2):
        deliver(office, "site@tests.example")
    (sent,) = office.sent
    assert (sent["To"], sent["From"], sent["Subject"]) == (
        *("a@tests.example", "site@tests.example"),
        "A subject",
    )
    assert sent.get_content().strip() == "Words"
    assert row(session, "a@tests.example").body == ""


def test_mail_of_a_transaction_that_failed_never_leaves(session):
    office = PostOffice()
    post_mail(session, "a@tests.example", "A subject", "Words", at=clock.now())
    session.rollback()
    deliver(office, "site@tests.example")
    assert office.sent == []


def test_what_cannot_be_sent_is_tried_again_later_and_holds_up_nothing(session):
    office = PostOffice("bad@tests.example")
    for to in ("bad@tests.example", "good@tests.example"):
        post(session, to)
    for _ in range(2):
        deliver(office, "site@tests.example")
    assert [message["To"] for message in office.sent] == ["good@tests.example"]
    waiting = row(session, "bad@tests.example")
    assert (waiting.attempts, waiting.fault) == (1, "OSError: no such address")
    assert waiting.next_attempt_at > clock.now()
    office.refused = ()
    wait_is_over(session)
    deliver(office, "site@tests.example")
    assert [message["To"] for message in office.sent][1:] == ["bad@tests.example"]


def test_who_was_written_to_is_forgotten_after_a_month(session):
    for to in ("sent@tests.example", "waiting@tests.example"):
        post(session, to)
        if to.startswith("sent"):
            deliver(PostOffice(), "site@tests.example")
    for days, left in ((29, 2), (31, 1)):
        forget_old(session, at=clock.now() + timedelta(days=days))
        session.commit()
        assert len(session.scalars(select(Mail)).all()) == left


def test_what_never_can_be_sent_is_given_up_and_stays_to_be_seen(session):
    office = PostOffice("bad@tests.example")
    post(session, "bad@tests.example")
    session.execute(update(Mail).values(attempts=MOST_ATTEMPTS - 1))
    session.commit()
    deliver(office, "site@tests.example")
    given_up = row(session, "bad@tests.example")
    assert (given_up.attempts, given_up.next_attempt_at) == (MOST_ATTEMPTS, None)
    assert given_up.body == "Words"


def test_a_worker_that_dies_while_sending_leaves_the_mail_to_be_sent_again(session):
    post(session, "a@tests.example")
    (taken,) = take_due(session, at=clock.now())
    first = taken.id
    session.commit()
    assert take_due(session, at=clock.now()) == []
    wait_is_over(session)
    office = PostOffice()
    deliver(office, "site@tests.example")
    assert office.sent[0]["Message-ID"] == f"<{first}@tests.example>"


def test_an_address_that_is_no_address_is_a_failed_attempt_and_no_fault(session):
    post(session, "a@tests.example\nBcc: b@tests.example")
    deliver(PostOffice(), "site@tests.example")
    assert "ValueError" in row(session, "a@tests.example\nBcc: b@tests.example").fault


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to be given one message."""

    heard: list[bytes] = []  # noqa: RUF012 - the test reads it

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        in_message = False
        for line in self.rfile:
            self.heard.append(line)
            if in_message and line == b".\r\n":
                in_message = False
            elif in_message:
                continue
            if line.upper().startswith(b"DATA"):
                in_message = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 well\r\n")


def test_mail_goes_to_a_mail_server(session):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        post(session, "a@tests.example")
        deliver(SmtpPost(f"smtp://127.0.0.1:{server.server_address[1]}"), "site@tests.example")
        server.shutdown()
    heard = b"".join(MailServer.heard)
    assert b"rcpt TO:<a@tests.example>" in heard
    assert b"Subject: A subject" in heard
    assert row(session, "a@tests.example").sent_at is not None


def test_no_mail_leaves_the_machine_unencrypted(session, monkeypatch):
    monkeypatch.setattr(delivery, "THIS_MACHINE", frozenset())
    MailServer.heard.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        post(session, "a@tests.example")
        deliver(SmtpPost(f"smtp://127.0.0.1:{server.server_address[1]}"), "site@tests.example")
        server.shutdown()
    assert b"A subject" not in b"".join(MailServer.heard)
    assert "STARTTLS" in row(session, "a@tests.example").fault


def test_a_mail_server_that_is_not_there_is_tried_again(session):
    post(session, "a@tests.example")
    deliver(SmtpPost("smtp://127.0.0.1:1"), "site@tests.example")
    assert row(session, "a@tests.example").fault != ""


def test_settings_for_mail_come_together_or_not_at_all():
    enough = {
        "MARKETPLACE_SECRET_KEY": SECRET,
        "MARKETPLACE_SMTP_URL": "smtp://mail.example",
        "MARKETPLACE_MAIL_FROM": "site@tests.example",
        "MARKETPLACE_PUBLIC_URL": "https://site.example",
    }
    assert isinstance(post_of(Settings.from_environment(enough)), SmtpPost)
    for name in ("MARKETPLACE_MAIL_FROM", "MARKETPLACE_PUBLIC_URL"):
        with pytest.raises(SettingsFault, match=name):
            Settings.from_environment({key: enough[key] for key in enough if key != name})
    with pytest.raises(SettingsFault, match="smtp://"):
        Settings.from_environment(enough | {"MARKETPLACE_SMTP_URL": "mail.example"})
    with pytest.raises(SettingsFault, match="MARKETPLACE_PROXIES"):
        Settings.from_environment(enough | {"MARKETPLACE_PROXIES": "one"})
    without = {"MARKETPLACE_SECRET_KEY": SECRET}
    assert post_of(Settings.from_environment(without)) is None
