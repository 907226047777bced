"""Whether a series stays flat: Theil and Sen's slope with its distribution-free interval.

P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", JASA 63 (1968). At most
`MOST` evenly chosen samples are used, for the pairs grow by the square. Samples of a second are
correlated, so the interval is somewhat too narrow: a verdict errs towards "not flat".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 600
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Trend:
    """Units per hour: the slope and its 95 % interval."""

    slope: float
    low: float
    high: float


def trend(seconds: Sequence[float], values: Sequence[float]) -> Trend:
    step = max(1, len(values) // MOST)
    points = list(zip(seconds, values, strict=True))[::step]
    slopes = sorted(
        (later[1] - one[1]) / (later[0] - one[0]) * 3600
        for number, one in enumerate(points)
        for later in points[number + 1 :]
        if later[0] > one[0]
    )
    if not slopes:
        return Trend(0.0, 0.0, 0.0)
    count = len(points)
    spread = NORMAL_95 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, int((len(slopes) - spread) / 2))
    high = min(len(slopes) - 1, int((len(slopes) + spread) / 2) + 1)
    return Trend(slopes[len(slopes) // 2], slopes[low], slopes[high])
