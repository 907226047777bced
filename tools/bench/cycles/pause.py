"""What pause.nyash does, for CPython's collector."""

import gc
import time


class Node:
    __slots__ = ("next", "other")

    def __init__(self, following: object = None, other: object = None) -> None:
        self.next = following
        self.other = other


live = Node()
live.next = live
for _ in range(999_999):
    live.next = Node(live.next, live)
worst, start = 0.0, time.perf_counter()
last = start
ROUNDS = 2_000_000
for i in range(ROUNDS):
    a = Node()
    a.next = Node(a)
    if i % 64 == 0:
        now = time.perf_counter()
        worst = max(worst, now - last)
        last = now
each = (time.perf_counter() - start) * 1e9 / (2 * ROUNDS)
before = time.perf_counter()
gc.collect()
full = time.perf_counter() - before
print(
    f"CPython: longest pause {worst * 1e6:.0f} us; {each:.0f} ns an object; "
    f"full collection {full * 1e6:.0f} us"
)
