"""How much of a file of spending we read: a year of a large authority in one file."""

MOST_UPLOADED_BYTES = 20 * 1024 * 1024
"""Of a file sent to the page; the command takes larger ones."""
MOST_BYTES = 400 * 1024 * 1024
MOST_ROWS = 3_000_000
MOST_COLUMNS = 200
MOST_MEMORY_BYTES = 1_700 * 1024 * 1024
MOST_CPU_SECONDS = 90
PATIENCE_SECONDS = 180
CHUNK_ROWS = 100_000
"""How many rows are looked at together, so that a large file needs no more memory than that."""
HEADER_WITHIN = 40
"""Reports often begin with some lines about themselves."""
MOST_FAULTS = 2_000
"""How many refused rows are shown one by one; all are counted."""
LONGEST_TEXT = 255
