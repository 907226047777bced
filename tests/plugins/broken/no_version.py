"""Forgot to state the version of the hooks."""
