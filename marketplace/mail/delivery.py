"""How mail leaves: by SMTP, or in the demo into a file beside the database."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url

from marketplace.mail.models import Mail
from marketplace.settings import Settings

PATIENCE_SECONDS = 20
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Post(Protocol):
    """Sends a message, or raises OSError (SMTP's faults are of that kind)."""

    def send(self, message: EmailMessage) -> None: ...


class SmtpPost:
    """A mail server: smtp://user:password@host:587 (STARTTLS), or smtps://…:465.

    What leaves this machine is encrypted: a server that cannot do so gets no mail.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        host, secure = self.url.hostname or "localhost", self.url.scheme == "smtps"
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, self.url.port or 465, timeout=PATIENCE_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, self.url.port or 587, timeout=PATIENCE_SECONDS)
        )
        with server:
            if not secure and (host not in THIS_MACHINE or self.url.username):
                server.starttls(context=context)
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(message)


class FilePost:
    """A file that grows by each message: nothing leaves the machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{message['Date']}\nTo: {message['To']}\n{message['Subject']}\n\n")
            file.write(f"{message.get_content()}\n{'-' * 72}\n")


def post_of(settings: Settings) -> Post | None:
    """How this installation sends mail; None where it cannot yet, and mail waits."""
    if settings.smtp_url:
        return SmtpPost(settings.smtp_url)
    return FilePost(demo_mail_file(settings)) if settings.demo else None


def demo_mail_file(settings: Settings) -> Path:
    """Where the demo's mail can be read."""
    return Path(str(make_url(settings.database_url).database)).parent / "mail.txt"


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The message as it goes out; the same each time it is tried."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.partition('@')[2].rstrip('>') or 'localhost'}>"
    message.set_content(mail.body)
    return message
