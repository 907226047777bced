"""A pass that does not say whether it changed anything."""

from nyash_ir.hooks import Pass, hookimpl

NYASH_HOOKS = 1


@hookimpl
def nyash_passes(target):
    return [Pass("mute", lambda module, options: None)]
