"""How far a run has come: a bar on a terminal, plain lines elsewhere."""

import io

from optimiser.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_progress_is_plain_lines():
    stream = io.StringIO()
    progress = Progress(stream, "categories")
    progress.say("Read 3 requirements.")
    for done in (1, 2, 3):
        progress.tell(done, 3, note="so far")
    progress.end()
    # The second comes too soon after the first to be told; the last one always is.
    assert stream.getvalue().splitlines() == [
        "Read 3 requirements.",
        "1 of 3 categories, so far",
        "3 of 3 categories, so far",
    ]


def test_on_a_terminal_progress_is_one_bar_that_ends_full():
    stream = Terminal()
    progress = Progress(stream, "categories")
    progress.tell(0, 2)
    progress.tell(2, 2)
    progress.end()
    first, last = stream.getvalue().removesuffix("\n").split("\r\x1b[K")[1:]
    assert (first.count("█"), last.count("·")) == (0, 0)
    assert last.endswith("2 of 2 categories")
    assert stream.getvalue().endswith("\n")


def test_nothing_to_do_is_a_full_bar():
    stream = Terminal()
    Progress(stream, "lots").tell(0, 0)
    assert "·" not in stream.getvalue()
