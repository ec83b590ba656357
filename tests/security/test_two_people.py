"""Publishing and awarding take two people on two accounts: one asks, another confirms."""

import io

import pytest

from marketplace.accounts.models import Person
from marketplace.lots.models import LotStatus
from marketplace.security import two_people
from marketplace.security.two_people import Ending, PendingStep
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, lot

STEPS = {
    "publish": ("publication asked", "/publish/confirm", LotStatus.OPEN),
    "award": ("award asked", "/evaluation/award/confirm", LotStatus.AWARDED),
}
EACH = pytest.mark.parametrize("step", STEPS)


def page_of(door: Door, step: str) -> str:
    state, rest, _ = STEPS[step]
    return lot(state, rest)(door.world)


def tried(door: Door, step: str, person: Person) -> int:
    """What the person gets who sends the form of the confirmation as it stands."""
    browser, page = door.of(person), page_of(door, step)
    return browser.post(page, browser.hidden(page)).status_code


def status_of(door: Door, step: str) -> LotStatus:
    door.world.session.expire_all()
    return door.world.lots[STEPS[step][0]].status


@EACH
def test_who_asked_cannot_confirm_and_reads_why(door: Door, step: str):
    asker = door.of(door.world.reviewers[1])
    page = page_of(door, step)
    form = door.of(door.world.reviewers[0]).hidden(page) | asker.hidden("/")
    before = door.state()
    answer = asker.post(page, form | {"asked": str(asked(door, step).id)})
    assert answer.status_code == 403
    assert "another person has to confirm it" in answer.text
    assert changed(before, door.state()) == set()


def asked(door: Door, step: str) -> PendingStep:
    door.world.session.expire_all()
    return door.world.asked(door.world.lots[STEPS[step][0]])


@EACH
def test_another_confirms_and_it_is_done(door: Door, step: str):
    assert tried(door, step, door.world.reviewers[0]) == 303
    assert status_of(door, step) == STEPS[step][2]
    assert asked(door, step).ended == Ending.CONFIRMED


@EACH
def test_were_the_rule_forgotten_the_database_would_still_refuse(
    door: Door, step: str, monkeypatch
):
    """The seeded fault: the verb forgets who asked. The first test sees another answer then."""
    monkeypatch.setattr(two_people, "_asked_for_it", lambda asked, by: False)
    asker = door.of(door.world.reviewers[1])
    form = asker.hidden("/") | {"asked": str(asked(door, step).id)}
    answer = asker.post(page_of(door, step), form)
    assert answer.status_code == 409
    assert "another person has to confirm it" not in answer.text
    assert asked(door, step).ended is None


@EACH
def test_what_was_taken_back_or_turned_down_is_not_confirmed(door: Door, step: str):
    """And it can be asked anew, under another key: nobody confirms what they did not see."""
    waits = asked(door, step)
    for person, how in ((1, Ending.TAKEN_BACK), (0, Ending.TURNED_DOWN)):
        browser, page = door.of(door.world.reviewers[0]), page_of(door, step)
        seen = browser.hidden(page)
        ends = door.of(door.world.reviewers[person])
        place = f"/lots/{waits.lot_id}"
        answer = ends.send(f"{place}/waiting/{asked(door, step).id}/end", {}, page=place)
        assert answer.status_code == 303
        assert asked(door, step).ended == how
        assert browser.post(page, seen).status_code == 409
        ask_anew(door, step)
        assert browser.post(page, seen).status_code in (409, 422)
    assert tried(door, step, door.world.reviewers[0]) == 303


def ask_anew(door: Door, step: str) -> None:
    endpoint = {"publish": "publishing.publish", "award": "awarding.award"}[step]
    page = page_of(door, step).removesuffix("/confirm")
    answers = FORMS[endpoint][0].answers(door.world)
    answer = door.of(door.world.reviewers[1]).send(page, dict(answers))
    assert answer.status_code == 303, answer.text
    door.world.session.expire_all()


def test_somebody_removed_meanwhile_has_asked_for_nothing(door: Door):
    door.world.reviewers[1].active = False
    door.world.session.commit()
    assert tried(door, "publish", door.world.reviewers[0]) == 403


def test_documents_that_changed_since_are_not_published_unseen(door: Door):
    """Whoever confirms has seen the documents that there were."""
    page = lot("publication asked")(door.world)
    browser = door.of(door.world.reviewers[1])
    more = {"documents": [(io.BytesIO(b"Other terms"), "other.txt")]}
    assert browser.send(f"{page}/documents", more, page=page).status_code == 303
    assert tried(door, "publish", door.world.reviewers[0]) == 409


def test_the_pages_say_who_waits_for_whom(door: Door):
    asker, other = door.world.reviewers[1], door.world.reviewers[0]
    page = lot("publication asked")(door.world)
    own, theirs = door.of(asker).get(page).text, door.of(other).get(page).text
    waits_for = " ".join(own.split()).partition("It waits for another person: ")[2]
    assert other.name in waits_for.partition(".")[0]
    assert "Look at it and confirm" not in own
    assert f"<strong>{asker.name}</strong> asked on" in theirs
    assert "Look at it and confirm" in theirs
    assert "confirm that we publish this lot" in door.of(other).get("/").text
    assert "confirm that we publish this lot" not in door.of(asker).get("/").text
