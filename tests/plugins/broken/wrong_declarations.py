"""A Box library whose declarations are no Nyash."""

from pathlib import Path

from nyash_ir.hooks import BoxLibrary, hookimpl

NYASH_HOOKS = 1


@hookimpl
def nyash_box_providers():
    return [BoxLibrary("garbled", (Path(__file__).with_name("garbled.nyash"),))]
