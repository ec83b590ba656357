"""Suppliers as real clients: sockets, cookies and forms, each with a ledger of its own."""

import http.client
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field

from tests.conftest import PASSWORD

BOUNDARY = "----proof"


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (file, content) in (files or {}).items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"'
        parts.append(f"{head}\r\nContent-Type: text/plain\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Answer:
    """What came back, or nothing: the server died."""

    status: int
    location: str = ""
    page: str = ""


NOTHING = Answer(0)


@dataclass
class Sending:
    """One bid in the ledger: sent again under its key until it is answered."""

    key: str
    price: int
    number: int = 0
    """Of its receipt, once it is acknowledged."""


@dataclass
class Client:
    """A supplier at a browser of their own."""

    port: int
    email: str
    cookie: str = ""
    token: str = ""
    sent: list[Sending] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, die_at: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        if die_at:
            headers["X-Die-At"] = die_at
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return NOTHING
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            if cookie.startswith("session="):
                self.cookie = cookie.partition(";")[0]
        return Answer(answer.status, answer.getheader("Location") or "", page)

    def sign_in(self) -> None:
        self._take_token("/sign-in")
        form = {"csrf_token": self.token, "email": self.email, "password": PASSWORD}
        answer = self.ask("POST", "/sign-in", multipart(form))
        assert answer.status == 303, answer.page

    def read_form(self, lot: uuid.UUID) -> None:
        """Open the page of the bid, whose token stays good."""
        self._take_token(f"/lots/{lot}/bid")

    def _take_token(self, path: str) -> None:
        page = self.ask("GET", path).page
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:2000]
        self.token = found[1]

    def form(self, authority: uuid.UUID, sending: Sending) -> dict[str, str]:
        return {
            "csrf_token": self.token,
            "idempotency_key": sending.key,
            f"price_{authority}": str(sending.price),
            "sure": "y",
        }

    def bid(
        self,
        lot: uuid.UUID,
        authority: uuid.UUID,
        *,
        die_at: str = "",
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> Sending:
        """Send a bid until it is answered, as somebody would who presses again."""
        sending = Sending(secrets.token_hex(16), 1000 + secrets.randbelow(9_000_000))
        self.sent.append(sending)
        body = multipart(self.form(authority, sending), files)
        for attempt in range(80):
            answer = self.ask("POST", f"/lots/{lot}/bid", body, "" if attempt else die_at)
            if answer.status == 303:
                sending.number = int(answer.location.rpartition("/")[2])
                break
            if answer.status:
                break  # it is refused, and stays unresolved
            time.sleep(0.01 * min(attempt, 10))
        return sending
