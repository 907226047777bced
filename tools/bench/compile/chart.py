"""What a line costs at each size of project, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP = 640, 180, 70, 34
SPACE = HEIGHT + 60


def svg(series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """`series`: by command, pairs of lines and microseconds a line. One diagram below the other,
    each from zero."""
    parts = [
        part
        for row, (name, points) in enumerate(series.items())
        for part in _diagram(name, points, row * SPACE + TOP)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + LEFT + 30}" '
        f'height="{len(series) * SPACE}" font-family="sans-serif" font-size="13">'
        f"{''.join(parts)}</svg>\n"
    )


def _diagram(name: str, points: Sequence[tuple[int, float]], top: int) -> list[str]:
    end = max(lines for lines, _ in points)
    most = max(cost for _, cost in points) * 1.1
    places = [
        (LEFT + lines / end * WIDTH, top + HEIGHT - cost / most * HEIGHT, lines, cost)
        for lines, cost in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in places)
    return [
        f'<text x="4" y="{top - 12}">nyash {escape(name)}: µs of processor time a line</text>',
        f'<rect x="{LEFT}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="#f4f4f4"/>',
        f'<polyline points="{line}" fill="none" stroke="#06c"/>',
        *(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#06c"/>'
            f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle">{cost:.0f}</text>'
            f'<text x="{x:.1f}" y="{top + HEIGHT + 16}" text-anchor="middle">{lines:,}</text>'
            for x, y, lines, cost in places
        ),
    ]
