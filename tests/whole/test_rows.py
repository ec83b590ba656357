"""Rows that are drawn once for what they show are never those of something else."""

from marketplace.accounts.models import Role
from tests import factories


def test_a_row_that_was_drawn_before_shows_what_it_is_now_and_to_whom(session, sign_in):
    authority = factories.make_organisation(session, name="Borough of Lanterns")
    requirement = factories.make_requirement(session, authority, title="Grass <cutting>")
    staff = sign_in(factories.make_person(session, Role.REVIEWER))
    own = sign_in(factories.make_person(session, Role.COMMISSIONER, authority))
    cell = '<td class="govuk-table__cell">Borough of Lanterns</td>'
    for _ in range(2):
        seen, own_seen = staff.get("/requirements").text, own.get("/requirements").text
        assert "Grass &lt;cutting&gt;" in seen
        assert cell in seen
        assert cell not in own_seen
    requirement.title = "Tree surgery"
    for browser in (staff, own):
        page = browser.get("/requirements").text
        assert "Tree surgery" in page
        assert "Grass" not in page
