"""Reporting what a contract came to in a period, and taking a report back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.contracts.models import Contract
from marketplace.errors import Unacceptable, WrongState
from marketplace.savings import queries
from marketplace.savings.models import SavingsPeriod
from marketplace.savings.splitting import Trade, split
from marketplace.web.formatting import day


@dataclass(frozen=True)
class Report:
    """What an authority reports of a period."""

    begins: date
    ends: date
    unit: str
    trade: Trade


def report_period(
    session: Session, contract: Contract, report: Report, *, by: Person, at: datetime
) -> SavingsPeriod:
    """Add a period to the ledger; raises Unacceptable for days that cannot be or overlap."""
    session.refresh(contract, with_for_update={"of": Contract})
    _check(session, contract, report, at)
    trade, found = report.trade, split(report.trade)
    period = SavingsPeriod(
        contract_id=contract.id,
        begins=report.begins,
        ends=report.ends,
        unit=report.unit,
        expected_volume=trade.expected_volume,
        expected_price=trade.expected_price,
        volume=trade.volume,
        price=trade.price,
        index_factor=trade.index,
        specification=trade.specification,
        reported_at=at,
        reported_by_id=by.id,
        **vars(found),
    )
    session.add(period)
    detail = {"contract": contract.reference, "realised": str(found.saving)}
    record(session, Action.SAVING_REPORTED, period, by=by, at=at, **detail)
    return period


def trade_of(period: SavingsPeriod) -> Trade:
    """What was reported of a period, as it was reported."""
    return Trade(
        expected_volume=period.expected_volume,
        expected_price=period.expected_price,
        volume=period.volume,
        price=period.price,
        index=period.index_factor,
        specification=period.specification,
    )


def take_back(session: Session, period: SavingsPeriod, *, by: Person, at: datetime) -> None:
    """Take a report out of the ledger; it stays on record. Raises WrongState the second time."""
    session.refresh(period, with_for_update={"of": SavingsPeriod})
    if period.taken_back_at is not None:
        raise WrongState("This report is taken back already.")
    period.taken_back_at = at
    record(session, Action.SAVING_TAKEN_BACK, period, by=by, at=at)


def _check(session: Session, contract: Contract, report: Report, at: datetime) -> None:
    if report.begins > report.ends:
        raise Unacceptable("The period ends before it begins.")
    if report.ends > clock.london_day(at):
        raise Unacceptable("The period is not over yet. Report it once it is.")
    if contract.start_date and report.begins < contract.start_date:
        raise Unacceptable(f"The contract begins on {day(contract.start_date)}.")
    if contract.end_date and report.ends > contract.end_date:
        raise Unacceptable(f"The contract ends on {day(contract.end_date)}.")
    for other in queries.periods(session, contract.id):
        if other.begins <= report.ends and report.begins <= other.ends:
            raise Unacceptable(
                f"{day(other.begins)} to {day(other.ends)} is reported already. Take that back "
                "first, or choose other days."
            )
