"""What is told once on the next page does not pile up in the cookie."""

import secrets

from marketplace.accounts.models import Role
from tests import factories

LARGEST_COOKIE = 4096
"""Bytes; browsers drop a larger one, and whoever it signed in is signed out."""


def test_somebody_who_never_opens_the_next_page_stays_signed_in(session, sign_in):
    person = factories.make_person(session, Role.COMMISSIONER)
    need = factories.make_requirement(session, person.organisation, reference="REQ-1-1")
    browser = sign_in(person)
    form = browser.hidden(f"/requirements/{need.id}")
    for _ in range(60):
        form["idempotency_key"] = secrets.token_hex(16)
        answer = browser.post(f"/requirements/{need.id}/copy", form)
        assert answer.status_code == 303, answer.text
    cookie = browser.client.get_cookie("session")
    assert len(cookie.value) < LARGEST_COOKIE
    with browser.client.session_transaction() as kept:
        assert len(kept["_flashes"]) == 5
