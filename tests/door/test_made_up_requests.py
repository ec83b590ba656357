"""Requests that no page of ours would send: never a fault, never a stack trace."""

import random
import re
import uuid

import pytest

from tests.door.conftest import Door, with_files
from tests.door.test_forms import JUNK
from tests.pages import FORMS, PAGES

REQUESTS, ON_DEMAND = 2000, 50_000
SEED = 2006
METHODS = ("GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")
QUERIES = (
    "q",
    "words",
    "sort",
    "order",
    "page",
    "status",
    "category",
    "code",
    "state",
    "authority",
)
ODD = ("", "-1", "0", "1e9", "x" * 3000, "%00", "\u202e", "' OR 1=1 --", "2027-13-45", "9" * 30)
KINDS = ("multipart/form-data", "application/x-www-form-urlencoded", "application/json", "text/x")


def test_two_thousand_made_up_requests_meet_no_fault(door: Door):
    send_made_up(door, REQUESTS)


@pytest.mark.prove
def test_fifty_thousand_made_up_requests_meet_no_fault(door: Door):
    send_made_up(door, ON_DEMAND)


@pytest.mark.one_database
def test_a_page_that_breaks_would_be_found(door: Door, monkeypatch):
    """The seeded fault: a few pages of many cannot be drawn."""
    application = door.nobody.client.application
    for broken in ("categories.index", "lots.index", "contracts.index", "home.index"):
        monkeypatch.setitem(application.view_functions, broken, lambda: 1 / 0)
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", False)
    with pytest.raises(AssertionError):
        send_made_up(door, REQUESTS)


def send_made_up(door: Door, requests: int) -> None:
    chance = random.Random(SEED)
    people = [
        *(door.world.commissioners[0], door.world.suppliers[0], door.world.reviewers[0]),
        *(door.world.administrator, door.world.stranger, door.world.outsider),
    ]
    browsers = [door.of(person) for person in people] + [door.nobody]
    tokens = {id(browser): browser.hidden("/sign-in") for browser in browsers}
    addresses, fields = _addresses(door), _fields(door)
    keys = sorted({key for path in addresses for key in re.findall(r"[0-9a-f-]{36}", path)})
    statuses: dict[int, int] = {}
    for _ in range(requests):
        browser = chance.choice(browsers)
        path = _bent(chance, chance.choice(addresses), keys)
        method = chance.choice(METHODS)
        kind = chance.choice(KINDS) if chance.random() < 0.2 else KINDS[0]
        form = _form(chance, fields)
        if chance.random() < 0.9:
            form |= {
                "csrf_token": tokens[id(browser)].get("csrf_token", ""),
                "idempotency_key": chance.choice([uuid.UUID(int=chance.getrandbits(128)).hex, ""]),
            }
        query = {chance.choice(QUERIES): chance.choice(ODD) for _ in range(chance.randrange(3))}
        what = (method, path, query, kind, form)
        answer = browser.client.open(
            path.split("?")[0] if query else path,
            method=method,
            query_string=query or None,
            data=_body(kind, form) if method not in ("GET", "HEAD", "OPTIONS") else None,
            content_type=kind if method not in ("GET", "HEAD", "OPTIONS") else None,
        )
        assert answer.status_code < 500, what
        assert b"Traceback" not in answer.data, what
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
    # They came through to the pages and the verbs, not only as far as the door.
    assert statuses.keys() >= {200, 303, 400, 403, 404, 405, 422}, statuses


def _addresses(door: Door) -> list[str]:
    cases = [case for several in (*PAGES.values(), *FORMS.values()) for case in several]
    return sorted({case.at(door.world) for case in cases} - {"/sign-out"})


def _fields(door: Door) -> dict[str, list[object]]:
    """Every field that some form has, with the answers that are right somewhere."""
    found: dict[str, list[object]] = {}
    for several in FORMS.values():
        for sent in several:
            for name, answer in sent.answers(door.world).items():
                found.setdefault(name, []).append(answer)
    return found


def _bent(chance: random.Random, path: str, keys: list[str]) -> str:
    """Mostly the path as it is; sometimes with another thing's key, or cut, or odd."""
    turn = chance.random()
    if turn < 0.3:
        return re.sub(r"[0-9a-f-]{36}", lambda _: chance.choice(keys), path)
    if turn < 0.35:
        # Two slashes at the beginning would be another host to the client of the tests.
        return (path.split("?")[0].rstrip("/") or "/lots") + chance.choice(
            ("/", "/0", "%00", "/..", "/%FF")
        )
    return path


def _form(chance: random.Random, fields: dict[str, list[object]]) -> dict[str, object]:
    names = chance.sample(sorted(fields), chance.randrange(len(fields) // 2))
    return {
        name: chance.choice(fields[name]) if chance.random() < 0.6 else chance.choice(JUNK)
        for name in names
    }


def _body(kind: str, form: dict[str, object]) -> object:
    if kind == KINDS[0]:
        return with_files(form)
    if kind == KINDS[1]:
        return {name: value for name, value in form.items() if isinstance(value, str | bytes)}
    return b'{"value": [1, {"a": null}], "title": 7, "csrf_token": 3}'
