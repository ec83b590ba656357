"""The registers that councils really published: read whole, and the second time adding nothing."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.importing import GivenFile, accept_import, preview_contracts
from marketplace.contracts.models import Contract, ContractImport
from marketplace.errors import Unacceptable
from marketplace.finding import IndexedWord
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.shared

LANCASHIRE = {
    "blackburn": "Blackburn with Darwen",
    "blackpool": "Blackpool",
    "chorley": "Chorley",
    "fylde": "Fylde",
    "hyndburn": "Hyndburn",
    "lancashire_cc": "Lancashire",
    "pendle": "Pendle",
    "preston": "Preston",
    "ribble_valley": "Ribble Valley",
    "rossendale": "Rossendale",
    "south_ribble": "South Ribble",
    "west_lancashire": "West Lancashire",
    "wyre": "Wyre",
}
NOT_AWARDED = "“awarded”: a notice that was not awarded is no contract"


@pytest.fixture
def give(session):
    """give(path, format, …) is the preview of a file."""

    def read(path: Path, format_: RegisterFormat, authority=None, term=None) -> ContractImport:
        return preview_contracts(
            session,
            GivenFile(path.name, path.read_bytes(), format_),
            authority=authority,
            term_months=term,
            by=None,
            at=NOW,
        )

    return read


def every_row_is_somewhere(import_: ContractImport) -> None:
    assert import_.rows_read == import_.rows_new + import_.rows_known + import_.rows_refused
    assert sum(reason["count"] for reason in import_.reasons) >= import_.rows_refused


def test_the_norfolk_register_is_understood_whole_and_added_once(session, shared, give):
    norfolk = factories.make_organisation(session, name="Norfolk", code="E10000020")
    path = shared / "data/contracts/norfolk_contracts_register_2015-03.csv"
    first = give(path, RegisterFormat.LGA, norfolk)
    every_row_is_somewhere(first)
    assert (first.rows_read, first.rows_refused, first.rows_known) == (5_729, 0, 29)
    assert accept_import(session, first, by=None, at=NOW) == 5_700
    again = give(path, RegisterFormat.LGA, norfolk)
    assert (again.rows_new, again.rows_known) == (0, 5_729)
    # Bracketed amounts are negative; dates in both forms of the column are read.
    negative = select(func.count()).select_from(Contract).where(Contract.value < 0)
    assert session.scalar(negative) == 6
    dated = select(func.count()).select_from(Contract).where(Contract.start_date.is_not(None))
    assert session.scalar(dated) > 5_200
    findable = select(func.count(func.distinct(IndexedWord.thing_id)))
    assert session.scalar(findable) == 5_700


def test_a_register_without_an_authority_says_what_to_do_about_each_row(session, shared, give):
    path = shared / "data/contracts/norfolk_contracts_register_2015-03.csv"
    import_ = give(path, RegisterFormat.LGA)
    every_row_is_somewhere(import_)
    assert import_.rows_refused == 5_729
    assert {reason["values"][0] for reason in import_.reasons} == {"Norfolk County Council", ""}
    assert all("say whose it is" in reason["expected"] for reason in import_.reasons)


@pytest.mark.parametrize("council", LANCASHIRE)
def test_a_lancashire_council_is_imported_under_its_own_name(session, shared, give, council):
    for number, name in enumerate(LANCASHIRE.values()):
        factories.make_organisation(session, name=name, code=f"E070001{number:02d}")
    own = factories.make_organisation(session, name="Elsewhere", code="E07000199")
    for authority in session.scalars(select(type(own))):
        own = authority if authority.name == LANCASHIRE[council] else own
    path = shared / f"data/contracts/lancashire/{council}.json"
    first = give(path, RegisterFormat.CONTRACTS_FINDER, own, 36)
    every_row_is_somewhere(first)
    expected = Counter(reason["expected"] for reason in first.reasons)
    assert set(expected) <= {
        NOT_AWARDED,
        "Blackburn with Darwen, whose register this is said to be",
    }
    if first.rows_new:
        accept_import(session, first, by=None, at=NOW)
    assert give(path, RegisterFormat.CONTRACTS_FINDER, own, 36).rows_new == 0
    contracts = session.scalars(select(Contract)).all()
    assert all(contract.end_is_estimate and contract.awarded_on for contract in contracts)
    assert not any("&amp;" in contract.title + contract.supplier_name for contract in contracts)


def test_the_open_contracting_file_gives_each_london_authority_its_own(session, shared, give):
    for number, name in enumerate(["Merton", "Ealing", "Enfield", "Greenwich", "Westminster"]):
        factories.make_organisation(session, name=name, code=f"E0900080{number}")
    path = shared / "data/contracts/contracts_finder_england_2025_flat.csv"
    first = give(path, RegisterFormat.OCDS_CSV)
    every_row_is_somewhere(first)
    assert first.rows_read == 320
    assert {reason["column"] for reason in first.reasons} == {"tag", "buyer"}
    assert accept_import(session, first, by=None, at=NOW) == first.rows_new > 0
    assert give(path, RegisterFormat.OCDS_CSV).rows_new == 0


def test_the_suppliers_of_one_award_count_its_value_once(session, shared, give):
    espo = factories.make_organisation(session, name="Espo", code="E07000198")
    path = shared / "data/contracts/contracts_finder_england_2025_flat.csv"
    accept_import(session, give(path, RegisterFormat.OCDS_CSV, espo), by=None, at=NOW)
    (contract,) = session.scalars(select(Contract)).all()
    assert len(contract.all_suppliers) == 35


def test_each_real_file_in_each_wrong_format_is_refused_in_words(session, shared, give):
    files = [
        (shared / "data/contracts/norfolk_contracts_register_2015-03.csv", RegisterFormat.LGA),
        (shared / "data/contracts/lancashire/wyre.json", RegisterFormat.CONTRACTS_FINDER),
        (shared / "data/contracts/contracts_finder_england_2025_flat.csv", RegisterFormat.OCDS_CSV),
    ]
    own = factories.make_organisation(session, name="Ambridge", code="E07000197")
    for path, right in files:
        for wrong in {RegisterFormat.LGA, RegisterFormat.CONTRACTS_FINDER, RegisterFormat.OCDS_CSV}:
            if wrong != right:
                with pytest.raises(Unacceptable):
                    give(path, wrong, own, 24)


@pytest.mark.parametrize(
    "path",
    [
        "spend/hyndburn",
        "spend/lambeth",
        "spend/barnet",
        "spend/xlsx",
        "reference/category_labels_seen.csv",
    ],
)
def test_files_of_other_kinds_are_refused_or_read_and_never_break(session, shared, give, path):
    own = factories.make_organisation(session, name="Ambridge", code="E07000197")
    root = shared / "data" / path
    for file in sorted(root.iterdir()) if root.is_dir() else [root]:
        for format_ in (RegisterFormat.LGA, RegisterFormat.MARKETPLACE):
            with suppress(Unacceptable):
                every_row_is_somewhere(give(file, format_, own))
