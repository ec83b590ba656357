"""Registers broken at random: understood or refused in words, and never a fault of ours."""

import random

import pytest
from sqlalchemy import func, select

from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.importing import GivenFile, accept_import, preview_contracts
from marketplace.contracts.models import ContractImport
from marketplace.errors import Unacceptable
from tests import factories
from tests.contracts import registers
from tests.factories import NOW

PIECES = [
    *(
        b"\0",
        b"\xff",
        b'"',
        b",",
        b"\n",
        b"\r",
        b"NaN",
        b"1e400",
        b"-",
        b"(",
        b")",
        b"[",
        b"{",
        b"}",
    ),
    *(b"&#0;", b"&#xD800;", b"\\ud800", b"\\u0000", b"31/12/9999", b"0000-00-00", b"null", b"true"),
    *(b"=cmd", b"\xe2\x80\xae", b"9" * 50, b"A" * 300, b"&" * 50, b"\xc2\xa3", b"\xef\xbb\xbf"),
]
OWN = (
    b'Authority,Title,Supplier,CPV code,Value,End date\nE09000901,Books,"A;B",22113000,5,1/2/2025\n'
)
WHOLE = {
    RegisterFormat.LGA: registers.lga({}, {"Supplier name": "Other"}),
    RegisterFormat.CONTRACTS_FINDER: registers.notices({}, {"id": "b"}),
    RegisterFormat.OCDS_CSV: registers.awards({}, {"ocid": "b"}),
    RegisterFormat.MARKETPLACE: OWN,
}


def broken(content: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes lost, changed or put in."""
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 10)):
        at, length = chance.randrange(len(damaged)), chance.randrange(1, 20)
        piece = chance.choice([b"", bytes([chance.randrange(256)]), *PIECES])
        damaged[at : at + chance.choice([0, length])] = piece
    return bytes(damaged)


@pytest.mark.prove
@pytest.mark.parametrize("format_", WHOLE)
def test_a_register_broken_anywhere_never_breaks_the_reading(session, format_):
    ambridge = factories.make_organisation(session, name="Ambridge", code="E09000901")
    session.commit()
    chance = random.Random(2006)
    read = refused = 0
    for _ in range(150):
        file = GivenFile("register", broken(WHOLE[format_], chance), format_)
        owner = chance.choice([ambridge, None])
        try:
            preview = preview_contracts(
                session, file, authority=owner, term_months=24, by=None, at=NOW
            )
        except Unacceptable as fault:
            refused += 1
            assert str(fault)  # noqa: PT017 - the one fault that is allowed says something
            assert session.scalar(select(func.count()).select_from(ContractImport)) == 0
        else:
            read += 1
            if preview.rows_new:
                accept_import(session, preview, by=None, at=NOW)
        session.rollback()
    assert read
    assert refused
