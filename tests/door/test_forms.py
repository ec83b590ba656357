"""Every form, sent rightly once and twice, and wrongly in every way that is cheap to think of."""

import re
from collections.abc import Mapping

import pytest

from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, Sent

ALL = [
    pytest.param(sent, id=f"{endpoint}-{number}")
    for endpoint, several in FORMS.items()
    for number, sent in enumerate(several)
]
EACH = [(endpoint, sent) for endpoint, several in FORMS.items() for sent in several]
OPTIONAL_SECTIONS = ("/edit/specification", "/edit/partners")
OVER_20_MB = b"%PDF-" + bytes(20 * 1024 * 1024)
FAR_OVER = b"%PDF-" + bytes(24 * 1024 * 1024)


@pytest.mark.parametrize("sent", ALL)
def test_a_right_form_is_taken_and_recorded_and_a_double_click_counts_once(door: Door, sent: Sent):
    form = {**door.tokens(sent), **sent.answers(door.world)}
    before = door.state()
    first = door.send(sent, form)
    assert first.status_code == 303, first.text
    after = door.state()
    assert changed(before, after) - {"submission"}
    assert "audit_entry" in changed(before, after), "call record(…) in the verb"
    if sent.role and "/sign-out" not in door.address(sent):
        second = door.send(sent, form)
        assert (second.status_code, second.location) == (303, first.location)
        other = door.send(sent, {**form, "other": "answer"})
        assert other.status_code == 422
        assert "sent before with other answers" in other.text
        assert changed(after, door.state()) == set()


@pytest.mark.one_database
def test_a_verb_that_forgets_the_record_would_be_found(door: Door, monkeypatch):
    """The seeded fault: with recording switched off, the form is taken and nothing is recorded."""
    monkeypatch.setattr("marketplace.audit.services.wait_for_commit", lambda *entry: None)
    sent = FORMS["lots.ask"][0]
    form = {**door.tokens(sent), **sent.answers(door.world)}
    before = door.state()
    assert door.send(sent, form).status_code == 303
    assert "audit_entry" not in changed(before, door.state())


def test_a_form_without_its_token_changes_nothing(door: Door):
    forms = [(endpoint, sent, door.tokens(sent)) for endpoint, sent in EACH]
    before = door.state()
    for endpoint, sent, tokens in forms:
        form = {**tokens, **sent.answers(door.world)}
        for token in (None, form["csrf_token"][:-1] + "?"):
            forged = {name: value for name, value in form.items() if name != "csrf_token"}
            if token is not None:
                forged["csrf_token"] = token
            answer = door.send(sent, forged)
            assert answer.status_code == 400, (endpoint, token, answer.status_code)
            assert "pen the page again" in answer.text
    assert changed(before, door.state()) == set()


def test_a_token_of_somebody_else_changes_nothing(door: Door):
    theirs = door.of(door.world.stranger).hidden("/requirements/new?code=22113000")
    of_people = [(endpoint, sent) for endpoint, sent in EACH if sent.role is not None]
    for _, sent in of_people:
        door.of(sent.role)  # signs in
    before = door.state()
    for endpoint, sent in of_people:
        answer = door.send(sent, {**sent.answers(door.world), **theirs})
        assert answer.status_code == 400, (endpoint, answer.status_code)
    assert changed(before, door.state()) == set()


CHOSEN_FROM_A_LIST = ("requirements.set_category", "spend_decisions.categorise")
"""Buttons that each send a code; without one there is no such category."""


def test_a_form_without_answers_says_what_is_missing_and_changes_nothing(door: Door):
    for endpoint, sent in EACH:
        path = sent.at(door.world)
        if not sent.answers(door.world) or path.endswith(OPTIONAL_SECTIONS):
            continue
        tokens = door.tokens(sent)
        before = door.state()
        answer = door.send(sent, tokens)
        if endpoint in CHOSEN_FROM_A_LIST:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 422, (path, answer.status_code)
            assert "There is a problem" in answer.text, path
            assert "Error: " in answer.text, path
        assert changed(before, door.state()) == set(), path


def test_each_missing_answer_is_asked_for_at_its_field(door: Door):
    """One answer left out at a time: either it may be, or its field is what the error links to."""
    for endpoint, sent in EACH:
        answers = dict(sent.answers(door.world))
        for name in answers:
            form = {**door.tokens(sent), **answers}
            del form[name]
            answer = door.send(sent, form)
            assert answer.status_code < 500, (endpoint, name)
            if answer.status_code == 422:
                assert f'href="#{name}' in answer.text, (endpoint, name, answer.text)
            elif answer.status_code == 303:
                break  # it was taken, so the rest would meet another state


FOR_A_DATABASE = (
    "-1",
    "1e999",
    "NaN",
    "9" * 40,
    "x" * 6000,
    "a\0b",
    "'; DROP TABLE lot; --",
    "00000000-0000-0000-0000-000000000000",
    b"\xff\xfe\xfd",
)
"""Junk that one database might take and another not."""
FOR_FORMS = (
    "",
    " ",
    "0",
    "٣",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    ["1", "2", "3", "4"],
    ["31", "2", "2027"],
    [(b"MZ\x90", "virus.exe")],
)
"""Junk that never gets as far as a database, or is like any other words to one."""
JUNK = (*FOR_A_DATABASE, *FOR_FORMS)


def _one_of_each_kind(form: Mapping[str, object]) -> list[str]:
    """Fields that are made alike, such as question 1 to 5, are tried by one of them."""
    kinds = {re.split(r"_?[0-9a-f-]{36}|_?[0-9]", name)[0]: name for name in form}
    return [name for kind, name in kinds.items() if kind != "csrf_token"]


@pytest.mark.parametrize("sent", ALL)
def test_junk_in_any_field_is_refused_or_taken_as_it_is_but_never_a_fault(
    door: Door, sent: Sent, database: str
):
    junks = FOR_A_DATABASE if database == "postgresql" else JUNK
    form = {**door.tokens(sent), **sent.answers(door.world)}
    before = door.state()
    for name in _one_of_each_kind(form):
        for junk in junks:
            answer = door.send(sent, {**form, name: junk})
            if "/sign-in" in answer.headers.get("Location", ""):
                # It has signed out, which is what the form is for.
                door.forget(sent.role)
                door.of(sent.role)
                before = door.state()
                continue
            assert answer.status_code in (200, 303) or 400 <= answer.status_code < 500, (
                name,
                junk,
                answer.status_code,
            )
            assert "Traceback" not in answer.text
            assert "<script>alert" not in answer.text
            if answer.status_code == 303:
                before = door.state()
    assert changed(before, door.state()) == set()


def test_a_form_without_a_key_changes_nothing(door: Door):
    forms = [(sent, door.tokens(sent)) for _, sent in EACH if sent.role]
    before = door.state()
    for sent, tokens in forms:
        assert tokens.pop("idempotency_key", None), door.address(sent)
        answer = door.send(sent, {**tokens, **sent.answers(door.world)})
        assert answer.status_code == 422, (door.address(sent), answer.status_code)
        assert "no key of its own" in answer.text
    assert changed(before, door.state()) == set()


@pytest.mark.one_database
def test_without_keys_a_double_click_would_count_twice(door: Door, monkeypatch):
    """The seeded fault: keys are not claimed, and the question is asked twice."""
    monkeypatch.setattr("marketplace.web.unit_of_work._claim_key", lambda: None)
    sent = FORMS["lots.ask"][0]
    form = {**door.tokens(sent), **sent.answers(door.world)}
    assert door.send(sent, form).status_code == 303
    before = door.state()
    assert door.send(sent, form).status_code == 303
    assert "clarification" in changed(before, door.state())


@pytest.mark.parametrize("endpoint", ["lots.add_documents", "bids.submit"])
@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"MZ\x90\x00", "tool.exe", "not one of the kinds"),
        (b"\x89PNG\r\n\x1a\n", "picture.pdf", "not one of the kinds"),
        (b"GIF89a", "picture.png", "not one of the kinds"),
        (b"a\0b", "text.txt", "not one of the kinds"),
        (b"", "empty.pdf", "is empty"),
        (OVER_20_MB, "large.pdf", "over 20 MB"),
        (FAR_OVER, "larger.pdf", "at most 20 MB"),
    ],
    ids=["program", "png as pdf", "gif as png", "binary as text", "empty", "over", "far over"],
)
def test_a_file_of_the_wrong_kind_or_size_is_refused(door: Door, endpoint, content, name, says):
    sent = FORMS[endpoint][0]
    form = {**door.tokens(sent), **sent.answers(door.world), "documents": [(content, name)]}
    before = door.state()
    answer = door.send(sent, form)
    assert answer.status_code in (413, 422)
    assert says in answer.text
    assert changed(before, door.state()) == set()
