"""A row that two people edit: the second, who did not see the first’s change, is shown both."""

import pytest

from marketplace.db import Base
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, Sent

EDITED = {
    "categories.edit": "category_policy",
    "categories.default": "category_policy",
    "precedents.edit": "precedent",
    "directory.edit": "directory_role",
    "cases.edit": "business_case",
    "cases.risk": "case_risk",
    "requirements.edit": "requirement",
    "requirements.set_category": "requirement",
    "requirements.drafts": "requirement",
    "scenarios.step": "scenario",
    "scenarios.change": "scenario",
    "suppliers.edit": "supplier_profile",
    "contracts.edit": "contract",
}
"""The forms that put words in the place of others, and what they edit."""

MOVED_ONLY = {"person", "lot", "proposal", "bid", "wave"}
"""Rows with a version that no form edits: verbs move them, one at a time, under their lock."""

CASES = [
    pytest.param(sent, id=f"{endpoint}-{number}")
    for endpoint in EDITED
    for number, sent in enumerate(FORMS[endpoint])
    # A specification of nothing says nothing new.
    if (endpoint, number) != ("requirements.edit", 2)
]


@pytest.mark.parametrize("sent", CASES)
def test_a_stale_edit_changes_nothing_and_shows_both(door: Door, sent: Sent):
    """The same page opened twice and both sent, the second under a key of its own."""
    form = {**door.tokens(sent), **sent.answers(door.world)}
    form.pop("post", None)  # only saved, for what is posted is no longer a draft
    assert door.send(sent, form).status_code == 303
    before = door.state()
    answer = door.send(sent, {**form, "idempotency_key": "of another window"})
    assert answer.status_code == 409, answer.status_code
    assert changed(before, door.state()) == set()
    assert any(words in answer.text for words in SHOWN), answer.text


SHOWN = ("There now", "Somebody else changed this scenario")
"""What stands beside the form that was sent; the desk is itself what is there now."""


@pytest.mark.parametrize("sent", CASES)
def test_an_edit_that_does_not_say_what_it_saw_is_refused(door: Door, sent: Sent):
    form = {**door.tokens(sent), **sent.answers(door.world)}
    form.pop("post", None)
    assert door.send(sent, form).status_code == 303
    blind = {name: value for name, value in form.items() if not name.startswith("version")}
    blind["idempotency_key"] = "of another window"
    before = door.state()
    answer = door.send(sent, blind)
    assert answer.status_code in (409, 422), answer.status_code
    assert changed(before, door.state()) == set()


def test_every_row_with_a_version_is_edited_with_it_or_moved_only():
    versioned = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.version_id_col is not None
    }
    assert versioned == set(EDITED.values()) | MOVED_ONLY
