"""A commissioner posts what it will need: by form, and from contracts that end."""

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.categories.models import CategoryAttribute
from marketplace.contracts.months import months_after
from tests import factories


def commissioner(session):
    policy = factories.make_policy(session)
    policy.attributes = [
        CategoryAttribute(name="servicing", label="Servicing", position=1, values=["full", "none"])
    ]
    return factories.make_person(session, Role.COMMISSIONER)


def test_a_requirement_is_posted_by_form(session, visit, scripts):
    person = commissioner(session)
    visitor = visit(person)
    visitor.go("/requirements")
    visitor.follow("Post a requirement")
    visitor.fill("Words that describe it", "library book")
    if scripts:
        visitor.page.get_by_role("link", name="Library books").wait_for()
    else:
        visitor.press("Find")
    visitor.follow("Library books")
    visitor.press("Save and continue")
    assert visitor.sees("There is a problem")
    visitor.fill("What do you need?", "Books for adults")
    visitor.fill("Value over the whole term, without VAT", "120k")
    visitor.press("Save and continue")
    visitor.press("Save and continue")  # when it starts: the usual window is there already
    visitor.page.get_by_label("full").check()
    visitor.press("Save and continue")
    visitor.fill("The most other authorities you accept in a lot (optional)", "3")
    visitor.press("Save and continue")
    assert visitor.sees("Check your answers")
    visitor.press("Post this requirement")
    assert visitor.sees("is posted")
    visitor.page.get_by_role("link", name="Change value over the term").click()
    visitor.fill("Value over the whole term, without VAT", "£130,000")
    visitor.press("Save and continue")
    assert visitor.sees("£120,000 became £130,000")


def test_contracts_that_end_become_posted_requirements_on_a_telephone(session, visit):
    person = commissioner(session)
    end = months_after(clock.london_day(clock.now()), 9)
    known = factories.make_contract(
        session, person.organisation, end_date=end, category_code="22113000"
    )
    poor = factories.make_contract(
        session,
        person.organisation,
        end_date=end,
        category_code=None,
        title="Xyzzy",
        value=None,
        yearly_value=None,
    )
    titles = known.title, poor.title
    visitor = visit(person, width=390)
    visitor.go("/contracts")
    visitor.follow("Plan what follows those that end")
    visitor.page.get_by_label(f"Follow {titles[1]}", exact=True).check()
    visitor.press("Make drafts of those ticked")
    assert visitor.sees("Choose a category")
    visitor.page.get_by_label(f"Category of {titles[1]}").select_option(label="Library books")
    visitor.fill(f"Value of {titles[1]}", "90k")
    visitor.press("Make drafts of those ticked")
    assert visitor.sees("2 drafts made")
    visitor.page.get_by_role("textbox", name="Title of").first.fill("Books for adults")
    visitor.press("Post those ticked")
    assert visitor.sees("2 requirements posted")
    visitor.go("/requirements?status=posted")
    assert visitor.sees("Books for adults")


def test_a_file_of_requirements_is_looked_over_and_posted(session, visit, tmp_path):
    person = commissioner(session)
    file = tmp_path / "needs.csv"
    file.write_text(
        "Title,CPV code,Value,Earliest start,Latest start,Term in months\n"
        "Books for adults,22113000,120000,01/04/2090,01/10/2090,24\n"
        "Books for children,22113000,lots,01/04/2090,01/10/2090,24\n"
    )
    visitor = visit(person, width=390)
    visitor.go("/requirements")
    visitor.follow("Requirements by file")
    visitor.follow("Send a file")
    visitor.press("Show what would be added")
    assert visitor.sees("Choose the file of your requirements")
    visitor.page.get_by_label("The file").set_input_files(file)
    visitor.press("Show what would be added")
    assert visitor.sees("An amount in pounds")
    visitor.follow("Refused (1)")
    visitor.press("Accept and post")
    assert visitor.sees("1 requirement posted from the file")
    assert visitor.sees("Books for adults")
