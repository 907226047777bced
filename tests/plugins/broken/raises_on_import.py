"""Cannot be imported."""

NYASH_HOOKS = 1
raise RuntimeError("acme's licence server is down")
