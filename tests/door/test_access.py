"""Who may come in where: roles, other people's things, and people who are not signed in."""

import re
import uuid

import pytest

from marketplace.accounts.models import Role
from marketplace.security.permissions import may
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, PAGES, C, R, S, joining, lot, requirement
from tests.world import World

EACH_PAGE = [(endpoint, page) for endpoint, pages in PAGES.items() for page in pages]
EACH_FORM = [(endpoint, sent) for endpoint, several in FORMS.items() for sent in several]


def permission_of(door: Door, endpoint: str):
    return door.of(None).client.application.view_functions[endpoint].permission


def test_a_role_without_the_permission_is_refused_each_page_and_form(door: Door):
    tokens = {role: door.of(role).hidden("/") for role in Role}
    before = door.state()
    tried = 0
    for endpoint, case in EACH_PAGE + EACH_FORM:
        permission = permission_of(door, endpoint)
        for role in Role:
            if permission is None or may(role, permission):
                continue
            tried += 1
            path = case.at(door.world)
            if (endpoint, case) in EACH_FORM:
                form = {**case.answers(door.world), **tokens[role]}
                answer = door.of(role).post(path, form)
            else:
                answer = door.of(role).get(path)
            assert answer.status_code == 403, (role, path, answer.status_code)
            assert "does not include this page" in answer.text
    assert tried > 100
    assert changed(before, door.state()) == set()


def test_whoever_is_not_signed_in_is_asked_to_and_changes_nothing(door: Door):
    tokens = door.nobody.hidden("/sign-in")
    before = door.state()
    for endpoint, case in EACH_PAGE + EACH_FORM:
        if permission_of(door, endpoint) is None:
            continue
        path = case.at(door.world)
        if (endpoint, case) in EACH_FORM:
            answer = door.nobody.post(path, {**case.answers(door.world), **tokens})
        else:
            answer = door.nobody.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in"), path
    assert changed(before, door.state()) == set()


def unpublished(rest: str):
    """Of a lot that a supplier, or an authority that is not asked, may not know of."""
    return lot("unpublished", rest)


def of_another_lot(rest: str, thing: str):
    return lambda world: f"{lot('open')(world)}{rest}{getattr(world, thing)('awarded').id}"


FOREIGN = (
    # who, the address, whether by post
    *(("stranger", requirement("posted", rest), False) for rest in ("", "/withdraw", "/category")),
    *(
        ("stranger", requirement("draft", f"/edit/{section}"), True)
        for section in ("what", "when", "specification", "partners")
    ),
    *(
        ("stranger", requirement("posted", rest), True)
        for rest in ("/post", "/withdraw", "/copy", "/category")
    ),
    (R, requirement("draft"), False),
    ("stranger", lambda world: f"/questions/{world.questions[0].id}", False),
    ("stranger", lambda world: f"/questions/{world.questions[0].id}", True),
    ("stranger", joining("joining"), False),
    ("stranger", joining("joining", "/commit"), True),
    ("stranger", joining("joining", "/decline"), True),
    ("stranger", unpublished(""), False),
    ("stranger", lot("awarded", "/award"), False),
    ("stranger", lambda world: f"/contracts/{world.contracts['imported'].id}", False),
    (S, unpublished(""), False),
    (S, unpublished("/bid"), True),
    (S, unpublished("/questions"), True),
    (
        S,
        lambda world: f"{unpublished('')(world)}/documents/{world.document('unpublished').id}",
        False,
    ),
    ("outsider", lot("open", "/bid/receipt/1"), False),
    ("outsider", lot("open", "/bid/receipt/1.txt"), False),
    ("outsider", lot("open", "/bid/withdraw"), False),
    ("outsider", lot("open", "/bid/withdraw"), True),
    ("outsider", lot("awarded", "/result"), False),
    (S, of_another_lot("/documents/", "document"), False),
    (R, of_another_lot("/questions/", "question"), True),
    (
        R,
        lambda world: f"{lot('opened')(world)}/bids/documents/{world.bid_document('awarded').id}",
        False,
    ),
    (R, lambda world: f"{lot('opened')(world)}/evaluation/{world.bid('awarded').id}/price", True),
    (R, lot("closed", "/bids"), False),
    (R, lot("closed", "/evaluation"), False),
    (R, lot("closed", "/evaluation/scores"), True),
)


def test_a_foreign_thing_and_a_missing_one_get_the_same_answer_to_the_byte(door: Door):
    state = None
    for who, address, by_post in FOREIGN:
        browser = door.of(
            getattr(door.world, who) if isinstance(who, str) and not isinstance(who, Role) else who
        )
        token = browser.hidden("/")
        state = state or door.state()
        path = address(door.world)
        missing = _last_key_replaced(path)
        ask = (lambda p, b=browser, t=token: b.post(p, t)) if by_post else browser.get
        foreign, nothing = ask(path), ask(missing)
        assert (foreign.status_code, nothing.status_code) == (404, 404), (who, path)
        assert _without_tokens(foreign.data) == _without_tokens(nothing.data), (who, path)
        assert _headers(foreign) == _headers(nothing)


def _last_key_replaced(path: str) -> str:
    keys = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)
    return path.replace(keys[-1], str(uuid.UUID(int=0)))


def _without_tokens(page: bytes) -> bytes:
    """What is fresh in each answer, whoever asks for what."""
    fresh = rb'(nonce|name="csrf_token" value|name="idempotency_key" value)="[^"]*"'
    return re.sub(fresh, b"", page)


def _headers(answer):
    fresh = {"Content-Security-Policy", "Set-Cookie", "Date"}
    return {name: value for name, value in answer.headers if name not in fresh}


def test_a_commissioner_sees_of_others_only_what_is_on_the_market(door: Door):
    """The lists of a stranger show nothing that belongs to somebody else."""
    browser = door.of(door.world.stranger)
    for path in ("/requirements", "/contracts?state=all", "/joining"):
        page = browser.get(path).text
        assert "REQ-" not in page, path
        assert "CON-" not in page, path
        assert "LOT-" not in page, path
    assert not _lots_on(browser, door.world) - _published(door.world)


def test_a_supplier_sees_published_lots_only(door: Door):
    assert not _lots_on(door.of(door.world.outsider), door.world) - _published(door.world)


def _lots_on(browser, world: World) -> set[str]:
    pages = "".join(browser.get(f"/lots?page={number}").text for number in (1, 2, 3))
    return {name for name, each in world.lots.items() if each.reference in pages}


def _published(world: World) -> set[str]:
    found = {name for name, each in world.lots.items() if each.published_at is not None}
    assert found
    assert found != set(world.lots)
    return found


@pytest.mark.one_database
def test_no_link_on_a_page_leads_its_reader_to_an_error(door: Door):
    """Each role follows each link of each page that it may open."""
    dead = {}
    for role in (C, S, R, Role.ADMINISTRATOR):
        browser, seen = door.of(role), set()
        for endpoint, page in EACH_PAGE:
            permission = permission_of(door, endpoint)
            if permission is None or not may(role, permission):
                continue
            answer = browser.get(page.at(door.world))
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for link in set(re.findall(r'href="(/[^"#]*)"', answer.text)):
                # Of links that differ by a key or an answer, the first on each kind of page.
                kind = endpoint + re.sub(r"[0-9a-f-]{36}|=[^&]*", "", link)
                if link.startswith("/static/") or kind in seen:
                    continue
                seen.add(kind)
                status = browser.client.get(link.replace("&amp;", "&")).status_code
                if status >= 400:
                    dead[link] = (role.value, status, page.at(door.world))
        assert len(seen) > 20
    assert dead == {}
