"""Checks an exported record of the marketplace, and imports nothing of it.

    python -m verifier FILE… [--checkpoint SEQUENCE:HASH]…

Its 400 lines at most are meant to be read, or written anew by somebody else, by whoever has to
trust the result. docs/record.md says what a line of the export holds.
"""
