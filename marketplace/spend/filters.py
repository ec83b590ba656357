"""What a person asks of the pages of spending, read from the address; anything odd asks nothing."""

import re
import uuid

from werkzeug.datastructures import MultiDict

from marketplace.intake.models import ImportStatus
from marketplace.spend.import_queries import SpendImportFilter
from marketplace.spend.line_queries import LineFilter, Mark
from marketplace.spend.preparing import ALL_YEARS
from marketplace.spend.total_queries import Frame, SpendFilter

Args = MultiDict[str, str]


def read_spend_filter(args: Args, frame: Frame) -> SpendFilter:
    """What is asked of the totals; without a year, the latest one."""
    latest = frame.years[0] if frame.years else ALL_YEARS
    return SpendFilter(
        year=_whole(args, "year", latest),
        authority_id=_key(args.get("authority", "")),
        category=_category(args),
        name=_line(args, "q"),
        common=args.get("common") == "yes",
        uncontracted=args.get("contract") == "no",
    )


def read_line_filter(args: Args) -> LineFilter:
    """Which lines are asked for."""
    return LineFilter(
        year=_whole(args, "year", ALL_YEARS),
        month=_whole(args, "month", 0),
        authority_id=_key(args.get("authority", "")),
        category=_category(args),
        supplier_id=_whole(args, "supplier", 0) or None,
        label_id=_whole(args, "label", 0) or None,
        import_id=_key(args.get("import", "")),
    )


def read_mark(args: Args) -> Mark:
    """Where the page of lines begins."""
    return Mark(min(_whole(args, "cell", 0), 10**6), _whole(args, "line", 0))


def read_import_filter(args: Args) -> SpendImportFilter:
    """What somebody asks of the list of imports."""
    status = args.get("status", "")
    return SpendImportFilter(
        words=_line(args, "q"),
        status=ImportStatus(status) if status in set(ImportStatus) else None,
        authority_id=_key(args.get("authority", "")),
    )


def _category(args: Args) -> str:
    text = args.get("category", "")
    return text if text == "none" or re.fullmatch(r"[0-9]{8}", text) else ""


def _line(args: Args, name: str) -> str:
    return args.get(name, "").replace("\0", "").strip()[:255]


def _whole(args: Args, name: str, otherwise: int) -> int:
    text = args.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else otherwise


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
