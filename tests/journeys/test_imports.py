"""A commissioner brings its register in; an administrator brings in one of several authorities."""

import pytest

from marketplace.accounts.models import Role
from tests import factories
from tests.contracts import registers


@pytest.fixture
def upload(tmp_path):
    """upload(visitor, content, name) chooses a file on the page."""

    def choose(visitor, content, name):
        path = tmp_path / name
        path.write_bytes(content)
        visitor.page.set_input_files("input[type=file]", path)

    return choose


@pytest.mark.parametrize("width", [1280, 390])
def test_a_register_is_previewed_mended_and_accepted(session, visit, upload, width):
    ambridge = factories.make_organisation(session, name="Ambridge", code="E09000901")
    visitor = visit(factories.make_person(session, Role.COMMISSIONER, ambridge), width=width)
    visitor.go("/contracts")
    visitor.follow("Import a register")
    visitor.press("Show what would be added")
    assert visitor.sees("Choose the file of the register")
    upload(visitor, registers.notices({}, {"status": "closed", "id": "b"}), "notices.json")
    visitor.page.get_by_label("Contracts Finder notices").check()
    visitor.press("Show what would be added")
    assert visitor.sees("Give the term in months")
    upload(visitor, registers.notices({}, {"status": "closed", "id": "b"}), "notices.json")
    visitor.fill("Months that such contracts usually last", "24")
    visitor.press("Show what would be added")
    assert visitor.sees("Why 1 row was refused")
    visitor.picture(f"import-preview-{width}")
    visitor.follow("Refused (1)")
    visitor.follow("Known already (0)")
    visitor.go("/contracts/imports")
    visitor.follow("notices.json")
    visitor.press("Accept and add 1 contract")
    assert visitor.sees("1 contract added to the register")
    visitor.follow("See the contracts that it added")
    assert visitor.sees("ESTIMATED") or visitor.sees("Estimated")
    visitor.follow("Books & maps")
    assert visitor.sees("estimated from the day of the award and a term of 2 years")
    visitor.follow("See the import")


def test_an_administrator_adds_an_authority_and_imports_for_it(session, visit, upload):
    visitor = visit(factories.make_person(session, Role.ADMINISTRATOR))
    visitor.go("/authorities")
    visitor.follow("Add an authority")
    visitor.press("Add this authority")
    assert visitor.sees("There is a problem")
    visitor.fill("Code", "E09000901")
    visitor.fill("Name", "Ambridge")
    visitor.press("Add this authority")
    visitor.go("/contracts/imports/new")
    upload(visitor, registers.lga({}, {"Organisation name": "Hollerton"}), "register.csv")
    visitor.page.get_by_label("Local transparency template").check()
    visitor.press("Show what would be added")
    assert visitor.sees("“Hollerton”")
    visitor.press("Leave it")
    assert visitor.sees("Nothing was added")
