"""A pass that fails."""

from nyash_ir.hooks import Pass, hookimpl

NYASH_HOOKS = 1


def _run(module, options):
    raise ZeroDivisionError("divided by zero")


@hookimpl
def nyash_passes(target):
    return [Pass("clumsy", _run)]
