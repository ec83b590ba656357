"""The calendar and the waves as tables to take away, and a wave as a sentence."""

from collections.abc import Iterator, Sequence
from datetime import date

from marketplace.contracts.extensions import in_words
from marketplace.contracts.planning import Window
from marketplace.waves.asking import Register, ending_of
from marketplace.waves.finding import Wave
from marketplace.web.formatting import counted, months

ENDINGS = (
    *("Category", "CPV code", "Authority", "Contract", "Reference", "Supplier", "Starts", "Ends"),
    *("End is estimated", "Extension options", "May be followed from", "May be followed until"),
    *("Value", "Value a year", "Followed already"),
)
WAVES = (
    *("Category", "CPV code", "Start", "Authorities free", "Authorities extending"),
    *("Longest extension in months", "Authorities in the wave", "Authorities with contracts"),
    "Authorities ending early",
    *("Value", "Worth, low", "Worth, likely", "Worth, high", "Worth without extending"),
    *("Proven best", "Contracts"),
)


def sentence_of(wave: Wave, holders: int) -> str:
    """In April 2028, 7 of 11 authorities are free; extending 3 contracts by up to 5 months …"""
    meeting = wave.meeting
    free = meeting.free_authorities
    text = (
        f"In {meeting.start:%B %Y}, {free} of {counted(holders, 'authority', 'authorities')} "
        f"{'is' if free == 1 else 'are'} free"
    )
    moves = []
    if meeting.extended:
        many = counted(len(meeting.extended), "contract")
        moves.append(f"extending {many} by up to {months(meeting.longest)}")
    if meeting.broken:
        many = counted(len(meeting.broken), "contract")
        moves.append(f"ending {many} early under a break clause")
    if moves:
        text += f"; {' and '.join(moves)} makes it {meeting.authorities}"
    return f"{text}."


def ending_rows(found: Register, slack: Window, today: date) -> Iterator[list[object]]:
    """The contracts of the calendar, one a line."""
    names = found.names
    for row in found.rows:
        ending = ending_of(row, row.authority_code)
        yield [
            *(names[found.place(row)], row.category_code, row.authority, row.title, row.reference),
            *(row.supplier_name, row.start_date, row.end_date),
            "yes" if row.end_is_estimate else "no",
            in_words(row.extensions),
            *(ending.days(slack, today) if ending else ("", "")),
            *(row.value, row.yearly_value, "yes" if row.is_followed else "no"),
        ]


def wave_rows(found: Register, waves: Sequence[Wave]) -> Iterator[list[object]]:
    """The waves, one a line."""
    for wave in waves:
        meeting, worth = wave.meeting, wave.worth
        yield [
            *(found.names[wave.category_code], wave.category_code, meeting.start),
            *(meeting.free_authorities, meeting.extending_authorities, meeting.longest),
            *(meeting.authorities, found.holders.get(wave.category_code, 0)),
            *(meeting.breaking_authorities, worth.value),
            *(worth.net_benefit_low, worth.net_benefit_likely, worth.net_benefit_high),
            *(wave.without_extending, "yes" if wave.proven else "no"),
            "; ".join(wave.references),
        ]
