"""How much of a file we read."""

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_PARTS = 1_000
"""Files inside a workbook, which is a zip archive."""
MOST_ROWS = 20_000
"""Several times the register of a large county."""
MOST_COLUMNS = 200
MOST_SHEETS = 12
LONGEST_CELL = 32_767
"""What Excel holds in a cell."""
MOST_CHARACTERS = 40_000_000
MOST_MEMORY_BYTES = 768 * 1024 * 1024
MOST_CPU_SECONDS = 10
PATIENCE_SECONDS = 20
"""Below the time for which a writer waits for SQLite, so that one file holds up nobody else."""
