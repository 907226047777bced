"""Feeds the compiler damaged input: `python -m tools.fuzz` from the repository's root."""
