"""Acme's additions to Nyash."""
