"""HTTP servers side by side: `python -m tools.bench.http` from the repository's root."""
