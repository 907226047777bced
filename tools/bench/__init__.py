"""Comparisons of Nyash programs with others; one command a folder."""
