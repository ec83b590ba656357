"""Named errors of the business verbs; `web/error_pages.py` turns each into a page."""


class MarketplaceError(Exception):
    """Something that a person asked for and that cannot be done; the message says why."""

    status = 400
    title = "That cannot be done"


class WrongState(MarketplaceError):
    """The thing is not in a state in which this can be done."""

    status = 409
    title = "This has already moved on"


class NotAllowed(MarketplaceError):
    """This person may not do this."""

    status = 403
    title = "You may not do this"


class NotFound(MarketplaceError):
    """It does not exist, or this person may not know that it does."""

    status = 404
    title = "Page not found"


class NotSetUp(MarketplaceError):
    """The centre has not set something without which this cannot be done; the message says what."""

    status = 409
    title = "This site is not set up yet"


class Unacceptable(MarketplaceError):
    """What was sent breaks a rule; the message says which and how to mend it."""

    status = 422
    title = "There is a problem"


class StaleEdit(MarketplaceError):
    """Somebody else changed it since this person opened it."""

    status = 409
    title = "Somebody else changed this first"


class TooManyAttempts(MarketplaceError):
    """So many failed attempts came from here, for this account or in all, that no more is heard."""

    status = 429
    title = "Too many attempts"


class ClockBehind(MarketplaceError):
    """The clock says that it is earlier than what is already recorded."""

    status = 503
    title = "The service’s clock is wrong"
