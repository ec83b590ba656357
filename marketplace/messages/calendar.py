"""Deadlines as an iCalendar file (RFC 5545), which calendar programs read from its address."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from marketplace.home.deadlines import Deadline

WARNED = timedelta(days=-1)


def as_icalendar(deadlines: Iterable[Deadline], *, public_url: str, at: datetime) -> bytes:
    """One event for each deadline, with an alarm a day before; its identity stays when it moves."""
    site = public_url.rstrip("/")
    calendar = Calendar()
    calendar.add("prodid", "-//London Centre of Excellence//London Buys Together//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "London Buys Together")
    for each in deadlines:
        event = Event()
        event.add("uid", f"{each.about}@{site.partition('://')[2] or site}")
        event.add("dtstamp", at)
        event.add("dtstart", each.at)
        event.add("summary", each.what)
        event.add("url", f"{site}{each.path}")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", each.what)
        alarm.add("trigger", WARNED)
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
