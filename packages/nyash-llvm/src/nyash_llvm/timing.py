"""How long the backend's steps take, for the driver's watcher."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from nyash_ir.hooks.records import EmitOptions


@contextmanager
def timed(options: EmitOptions, step: str) -> Iterator[None]:
    begin = time.perf_counter()
    try:
        yield
    finally:
        options.times[step] = options.times.get(step, 0.0) + time.perf_counter() - begin
