"""Names an argument that the hook does not pass."""

from nyash_ir.hooks import hookimpl

NYASH_HOOKS = 1


@hookimpl
def nyash_passes(machine):
    return []
