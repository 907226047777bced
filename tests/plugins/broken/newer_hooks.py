"""Was written for hooks that this nyash does not have."""

NYASH_HOOKS = 999
