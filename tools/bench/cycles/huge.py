"""CPython's collector and one ring of a million dead objects, which it ends at one moment.

It would not come to it by itself for long: full collections wait until the objects have grown by a
quarter. So it is asked.
"""

import gc
import time


class Node:
    __slots__ = ("next", "other")

    def __init__(self, following: object = None, other: object = None) -> None:
        self.next = following
        self.other = other


def ring(count: int) -> None:
    first = Node()
    first.next = first
    for _ in range(count - 1):
        first.next = Node(first.next, first)


def main() -> None:
    ring(1_000_000)
    start = time.perf_counter()
    found = gc.collect()
    microseconds = int((time.perf_counter() - start) * 1e6)
    print(f"CPython: one ring of a million dead objects: {microseconds} us for {found}")


main()
