"""Did you mean …?: the names closest to one that does not exist.

The distance is the number of insertions, deletions, replacements and swaps of neighbours (optimal
string alignment); another case counts little, for that is the commonest slip. A name may differ in
a third of its letters to be proposed.
"""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str], count: int = 1) -> list[str]:
    """Up to `count` names from `candidates`, the closest first; none that is unlike `name`."""
    limit = max(1.0, len(name) / 3)
    found: list[tuple[float, str]] = []
    for candidate in sorted(set(candidates) - {name}):
        if abs(len(candidate) - len(name)) <= limit:
            far = distance(name, candidate, limit)
            if far <= limit and far < max(len(name), len(candidate)):
                found.append((far, candidate))
    found.sort()
    return [candidate for _, candidate in found[:count]]


def distance(left: str, right: str, limit: float) -> float:
    """Edits from `left` to `right`; a value above `limit` once it is known to be above."""
    if left.casefold() == right.casefold():
        return 0.5
    before: list[float] = []
    row: list[float] = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        above, before, row = before, row, [float(i)]
        for j, other in enumerate(right, 1):
            cost = 0.0 if letter == other else 0.5 if letter.lower() == other.lower() else 1.0
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost)
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                best = min(best, above[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]
