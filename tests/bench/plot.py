"""Two curves, clients to the right, answers a second upwards."""

from collections.abc import Sequence

from sale import Run

_WIDTH, _HEIGHT, _STEP = 640, 320, 160


def plot(grouped: Sequence[Run], single: Sequence[Run]) -> str:
    top = max(run.measured.rate for run in [*grouped, *single]) * 1.1
    curves = [
        _curve(grouped, top, "#2563eb", "in batches"),
        _curve(single, top, "#6b7280", "one each"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12" role="img"'
        ' aria-label="Reservations a second by clients">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
        + "".join(curves)
        + "</svg>\n"
    )


def _curve(runs: Sequence[Run], top: float, colour: str, name: str) -> str:
    points = [
        (60 + _STEP * n, 280 - 240 * run.measured.rate / top)
        for n, run in enumerate(runs)
    ]
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    marks = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">'
        f"{run.measured.rate:.0f}/s</text>"
        f'<text x="{x:.0f}" y="300" text-anchor="middle">{run.clients}</text>'
        for (x, y), run in zip(points, runs, strict=True)
    )
    x, y = points[-1]
    label = f'<text x="{x - 60:.0f}" y="{y + 20:.0f}" fill="{colour}">{name}</text>'
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return line + marks + label
