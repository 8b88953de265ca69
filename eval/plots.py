"""The report's plots, drawn as SVG by hand: nothing to load, no network, colours from the page's own style.

Every function gives a whole `<svg>` as text. Whatever is written into one is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from eval.metrics import Figure

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 12, 42
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Axes:
    """The mapping from values to pixels of one plot."""

    x_low: float
    x_high: float
    y_high: float

    def x(self, value: float) -> float:
        span = (self.x_high - self.x_low) or 1.0
        return LEFT + (value - self.x_low) / span * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - min(value / (self.y_high or 1.0), 1.0) * (HEIGHT - TOP - BOTTOM)

    def path(self, points: Points) -> str:
        return " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _svg(title: str, parts: Sequence[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">\n<title>{escape(title)}</title>\n{inner}\n</svg>'
    )


def _frame(
    axes: _Axes,
    x_label: str,
    y_label: str,
    x_ticks: Sequence[tuple[float, str]],
    y_text: Callable[[float], str],
) -> list[str]:
    parts = []
    for step in range(5):
        value = axes.y_high * step / 4
        y = axes.y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="tick" x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{y_text(value)}</text>'
        )
    floor = HEIGHT - BOTTOM
    for value, text in x_ticks:
        x = axes.x(value)
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{floor + 17}" text-anchor="middle">{escape(text)}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text class="label" x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x_label)}</text>'
    )
    parts.append(f'<text class="label" x="4" y="{TOP - 2}">{escape(y_label)}</text>')
    return parts


SHARES = [(value / 4, _percent(value / 4)) for value in range(5)]


def risk_coverage(points: Sequence[tuple[float, float, float]], threshold: float | None) -> str:
    """Risk against coverage, with a mark where the run's threshold stands."""
    axes = _Axes(0.0, 1.0, _ceiling(max(risk for _, risk, _ in points)))
    parts = _frame(axes, "coverage: share of the questions answered", "", SHARES, _percent)
    line = [(points[0][0], points[0][1]), *((coverage, risk) for coverage, risk, _ in points)]
    area = [(line[0][0], 0.0), *line, (line[-1][0], 0.0)]
    parts.append(f'<polygon class="area" points="{axes.path(area)}"/>')
    parts.append(f'<polyline class="line" points="{axes.path(line)}"/>')
    given = [point for point in points if threshold is not None and point[2] >= threshold]
    if given:
        coverage, risk, _ = given[-1]
        x, y = axes.x(coverage), axes.y(risk)
        share = f"{_percent(coverage)} answered, {_percent(risk)} wrong"
        text = escape(f"threshold {threshold:.2f}: {share}")
        floor = HEIGHT - BOTTOM
        parts.append(f'<line class="ideal" x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{floor}"/>')
        parts.append(f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{text}</title></circle>')
        # Near the floor, under the curve, where no line runs through the words.
        anchor, nudge = ("end", -6) if coverage > 0.5 else ("start", 6)
        where = f'x="{x + nudge:.1f}" y="{floor - 8}" text-anchor="{anchor}"'
        parts.append(f'<text class="note" {where}>{share}</text>')
    return _svg("Risk against coverage", parts)


def calibration(groups: Sequence[tuple[float, float, int]]) -> str:
    """Share right against confidence; a dot's area grows with its cases, the diagonal is perfect."""
    axes = _Axes(0.0, 1.0, 1.0)
    parts = _frame(axes, "confidence", "", SHARES, _percent)
    parts.append(f'<polyline class="ideal" points="{axes.path([(0, 0), (1, 1)])}"/>')
    parts.append(f'<polyline class="line" points="{axes.path([(x, y) for x, y, _ in groups])}"/>')
    most = max(count for _, _, count in groups)
    for confidence, right, count in groups:
        radius = 3 + 5 * (count / most) ** 0.5
        text = f"confidence {confidence:.2f}: {_percent(right)} right of {count}"
        parts.append(
            f'<circle class="dot" cx="{axes.x(confidence):.1f}" cy="{axes.y(right):.1f}" r="{radius:.1f}">'
            f"<title>{escape(text)}</title></circle>"
        )
    return _svg("Calibration: share right against confidence", parts)


def at_k(series: dict[str, list[tuple[int, Figure]]]) -> str:
    """Shares at k with their intervals, a line for each named series."""
    ks = sorted({k for points in series.values() for k, _ in points})
    axes = _Axes(min(ks) - 0.5, max(ks) + 0.5, 1.0)
    parts = _frame(axes, "k: passages retrieved", "", [(k, str(k)) for k in ks], _percent)
    for number, (name, points) in enumerate(series.items()):
        shade = f"s{number}"
        shift = (number - (len(series) - 1) / 2) * 0.12
        line = [(k + shift, figure.value or 0.0) for k, figure in points]
        parts.append(f'<polyline class="line {shade}" points="{axes.path(line)}"/>')
        for (x, y), (k, figure) in zip(line, points, strict=True):
            if figure.low is not None and figure.high is not None:
                ends = f'y1="{axes.y(figure.low):.1f}" y2="{axes.y(figure.high):.1f}"'
                parts.append(
                    f'<line class="whisker {shade}" x1="{axes.x(x):.1f}" x2="{axes.x(x):.1f}" {ends}/>'
                )
            text = f"{name} at {k}: {_percent(y)}"
            parts.append(
                f'<circle class="dot {shade}" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="4">'
                f"<title>{escape(text)}</title></circle>"
            )
        y = HEIGHT - BOTTOM - 12 - 16 * number
        parts.append(f'<circle class="dot {shade}" cx="{WIDTH - 150}" cy="{y - 4}" r="4"/>')
        parts.append(f'<text class="note" x="{WIDTH - 140}" y="{y}">{escape(name)}</text>')
    return _svg("Found among the first k passages", parts)


def latency(series: dict[str, Sequence[float]]) -> str:
    """The share of the cases done within so many milliseconds, a line for each part of the work."""
    high = _round_up(max(max(values) for values in series.values()))
    ticks = [(high * step / 4, f"{high * step / 4:,.4g}") for step in range(5)]
    parts = _frame(_Axes(0.0, high, 1.0), "milliseconds", "", ticks, _percent)
    return _svg("Latency: share of the cases done in time", parts + _cumulative(series, high))


def confidence(series: dict[str, Sequence[float]]) -> str:
    """The share of the cases with no more than so much confidence, a line for each kind of case."""
    parts = _frame(_Axes(0.0, 1.0, 1.0), "confidence", "", SHARES, _percent)
    return _svg("Confidence: share of the cases with no more", parts + _cumulative(series, 1.0))


def _cumulative(series: dict[str, Sequence[float]], high: float) -> list[str]:
    axes, parts = _Axes(0.0, high, 1.0), []
    for number, (name, values) in enumerate(series.items()):
        ranked = sorted(values)
        shown = sorted({round(i * (len(ranked) - 1) / 200) for i in range(201)})
        line = [(0.0, 0.0), *((ranked[i], (i + 1) / len(ranked)) for i in shown), (high, 1.0)]
        parts.append(f'<polyline class="line s{number}" points="{axes.path(line)}"/>')
        y = HEIGHT - BOTTOM - 12 - 16 * number
        parts.append(f'<circle class="dot s{number}" cx="{WIDTH - 150}" cy="{y - 4}" r="4"/>')
        parts.append(f'<text class="note" x="{WIDTH - 140}" y="{y}">{escape(name)}</text>')
    return parts


def whisker(figure: Figure, low: float = 0.0, high: float = 1.0) -> str:
    """A small bar for a table: the value as a dot, its interval as a line."""
    if figure.value is None:
        return ""
    span = (high - low) or 1.0

    def place(value: float) -> str:
        return f"{5 + 110 * min(max((value - low) / span, 0.0), 1.0):.1f}"

    parts = ['<line class="rail" x1="5" x2="115" y1="8" y2="8"/>']
    if figure.low is not None and figure.high is not None:
        ends = f'x1="{place(figure.low)}" x2="{place(figure.high)}"'
        parts.append(f'<line class="whisker" {ends} y1="8" y2="8"/>')
    parts.append(f'<circle class="dot" cx="{place(figure.value)}" cy="8" r="4"/>')
    return f'<svg class="whiskers" viewBox="0 0 120 16" aria-hidden="true">{"".join(parts)}</svg>'


def difference_bar(value: float, low: float | None, high: float | None, reach: float) -> str:
    """A small bar for a table of differences: zero in the middle, `reach` at either end."""
    figure = Figure(value, low, high, 0)
    middle = '<line class="grid" x1="60" x2="60" y1="0" y2="16"/>'
    return whisker(figure, -reach, reach).replace("</svg>", f"{middle}</svg>")


def _ceiling(value: float) -> float:
    """The top of an axis of shares, whose quarters are whole percents."""
    return next((top for top in (0.08, 0.2, 0.4, 0.6, 0.8) if value <= top), 1.0)


def _round_up(value: float) -> float:
    """The next 1, 2, 4, 6, 8 or 10 of a power of ten."""
    scale = 1.0
    while scale * 10 < value:
        scale *= 10
    while scale > value and scale > 1e-3:
        scale /= 10
    return next((scale * step for step in (1, 2, 4, 6, 8, 10) if value <= scale * step), scale * 10)
