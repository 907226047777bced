"""One function per instruction, in files named as those of `nyash_ir/instructions`."""

from . import (  # noqa: F401  (they fill the register)
    arithmetic,
    box,
    call,
    closure,
    collection,
    compare,
    constant,
    control,
    convert,
    error,
    ownership,
)
from .register import EMITTERS, emits

__all__ = ["EMITTERS", "emits"]
