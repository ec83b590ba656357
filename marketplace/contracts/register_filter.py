"""What a person asks of a list of contracts or of imports, read from the address."""

import uuid
from datetime import date

from werkzeug.datastructures import MultiDict

from marketplace.contracts.import_queries import ImportFilter
from marketplace.contracts.models import ContractSource
from marketplace.contracts.queries import RegisterFilter, State
from marketplace.intake.models import ImportStatus

DAY_FAULT = "Enter a date like 2027-03-27"


def read_filter(args: MultiDict[str, str]) -> tuple[RegisterFilter, dict[str, str]]:
    """The filter, and for each part that could not be read what to enter instead."""
    faults: dict[str, str] = {}
    source, state = args.get("source", ""), args.get("state", "")
    asked = RegisterFilter(
        words=_line(args, "words"),
        category=_line(args, "category"),
        ends_from=_day(args, "ends_from", faults),
        ends_to=_day(args, "ends_to", faults),
        state=State(state) if state in ("current", "ended", "all") else State.CURRENT,
        source=ContractSource(source) if source in ("award", "import") else None,
        authority_id=_key(args.get("authority", "")),
        import_id=_key(args.get("import", "")),
        joinable=args.get("join", "") == "yes",
    )
    return asked, faults


def read_import_filter(args: MultiDict[str, str]) -> ImportFilter:
    """What somebody asks of the list of imports; anything odd asks for nothing."""
    status = args.get("status", "")
    return ImportFilter(
        words=_line(args, "q"),
        status=ImportStatus(status) if status in set(ImportStatus) else None,
        authority_id=_key(args.get("authority", "")),
    )


def _line(args: MultiDict[str, str], name: str) -> str:
    return args.get(name, "").replace("\0", "").strip()[:255]


def _day(args: MultiDict[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = _line(args, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults[name] = DAY_FAULT
        return None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
