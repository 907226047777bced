"""Registers a backend under the name of nyash's own."""

from nyash_ir.hooks import Backend, hookimpl

NYASH_HOOKS = 1


@hookimpl
def nyash_backends():
    return [Backend("llvm", ("exe",), lambda: None)]
