"""CPython's collector and a list of a million objects that refer to it; then it is garbage."""

import gc
import time


class Node:
    __slots__ = ("next", "other")

    def __init__(self, following: object = None, other: object = None) -> None:
        self.next = following
        self.other = other


def array(count: int) -> list[Node]:
    nodes: list[Node] = []
    for _ in range(count):
        nodes.append(Node(nodes))
    return nodes


def collect() -> int:
    start = time.perf_counter()
    gc.collect()
    return int((time.perf_counter() - start) * 1e6)


def main() -> None:
    nodes = array(1_000_000)
    living = collect()
    del nodes
    print(f"CPython: a list of a million: {living} us; when it is garbage {collect()} us")


main()
