"""The series one below the other, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 900, 150, 30


def svg(seconds: Sequence[float], series: Mapping[str, Sequence[float]]) -> str:
    end = max(seconds[-1], 1.0)
    parts = []
    for row, (name, values) in enumerate(series.items()):
        top = row * (HEIGHT + MARGIN) + MARGIN
        most = max(max(values), 1)
        points = " ".join(
            f"{second / end * WIDTH:.1f},{top + HEIGHT - value / most * HEIGHT:.1f}"
            for second, value in zip(seconds, values, strict=True)
        )
        parts.append(f'<text x="4" y="{top - 6}">{name}: 0 to {most:,.0f}, {end:.0f} s</text>')
        parts.append(f'<rect y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="#f4f4f4"/>')
        parts.append(f'<polyline points="{points}" fill="none" stroke="#06c"/>')
    height = len(series) * (HEIGHT + MARGIN) + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="13">{"".join(parts)}</svg>\n'
    )
