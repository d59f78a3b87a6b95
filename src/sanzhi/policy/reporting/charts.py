"""Charts as SVG, drawn by code: nothing to load, readable in print and without colour.

Colours are those of Okabe and Ito, which stay apart for every kind of colour vision; signs and
labels say the same as the colours.
"""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from math import ceil, cos, floor, log10, pi, sin
from types import MappingProxyType
from typing import NamedTuple

BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#BBBBBB", "#222222"
#: For kinds that lie on each other, most apart first.
KINDS = (BLUE, "#E69F00", "#56B4E9", ORANGE, "#009E73", "#CC79A7")
FONT = "system-ui, 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif"


class Point(NamedTuple):
    """A year's value with its bounds; None where not defined."""

    year: int
    value: float | None
    low: float | None
    high: float | None


class Layer(NamedTuple):
    """One kind of what stacked bars count, from the bottom up: a value a year."""

    title: str
    colour: str
    values: Sequence[int]


class Edge(NamedTuple):
    first: str
    second: str
    weight: float


def figure(value: float | None) -> str:
    """A number to read: four digits, whole from a thousand on, a dash for what is not defined."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def line_chart(points: Sequence[Point], label: str) -> str:
    """A yearly series with its band; gaps where a year has no value."""
    width, height, left, top, bottom = 800, 230, 66, 14, 26
    right = drawn_width(label) + 16
    most = max((one.high or one.value or 0.0 for one in points), default=0.0)
    step = _step(most)
    ceiling = step * max(1, ceil(most / step))
    across = (width - left - right) / max(1, len(points) - 1)

    def x(i: int) -> float:
        return left + i * across

    def y(value: float) -> float:
        return height - bottom - value / ceiling * (height - top - bottom)

    parts = []
    for tick in range(round(ceiling / step) + 1):
        at = y(tick * step)
        parts.append(
            f'<line x1="{left}" x2="{width - right}" y1="{at:.1f}" y2="{at:.1f}" '
            f'stroke="#DDDDDD"/>{text_at(left - 8, at + 4, figure(tick * step), "end")}'
        )
    every = max(1, ceil(len(points) / 11))
    parts += [
        text_at(x(i), height - 8, str(one.year), "middle")
        for i, one in enumerate(points)
        if i % every == 0
    ]
    for run in _runs(points):
        band = [(i, points[i].high) for i in run] + [(i, points[i].low) for i in reversed(run)]
        path = " ".join(f"{x(i):.1f},{y(value or 0):.1f}" for i, value in band)
        line = " ".join(f"{x(i):.1f},{y(points[i].value or 0):.1f}" for i in run)
        parts.append(
            f'<polygon points="{path}" fill="{BLUE}" fill-opacity="0.18"/>'
            f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{x(i):.1f}" cy="{y(points[i].value or 0):.1f}" r="2.6" '
            f'fill="{BLUE}"><title>{points[i].year}: {figure(points[i].value)}</title>'
            "</circle>"
            for i in run
        ]
    known = [i for i, one in enumerate(points) if one.value is not None]
    if known:
        last = points[known[-1]]
        parts.append(text_at(x(known[-1]) + 8, y(last.value or 0) + 4, label, "start", BLUE))
    return drawing(width, height, label, parts)


def stacked_bars(
    years: Sequence[int],
    layers: Sequence[Layer],
    label: str,
    links: Mapping[int, str] = MappingProxyType({}),
    chosen: Collection[int] = (),
) -> str:
    """A bar a year, its kinds on each other and named at the last; `links` are where a click on a
    year leads. Where years are chosen, the others step back."""
    width, height, left, top, bottom = 1120, 180, 44, 12, 26
    right = max((drawn_width(one.title) for one in layers), default=0.0) + 40
    totals = [sum(values) for values in zip(*(one.values for one in layers), strict=True)]
    step = max(1.0, _step(max(totals, default=0)))
    ceiling = step * max(1, ceil(max(totals, default=0) / step))
    across = (width - left - right) / max(1, len(years))
    tall = (height - top - bottom) / ceiling
    parts = [
        f'<line x1="{left}" x2="{width - right:.1f}" y1="{height - bottom - tick * tall:.1f}" '
        f'y2="{height - bottom - tick * tall:.1f}" stroke="#DDDDDD"/>'
        + text_at(left - 8, height - bottom - tick * tall + 4, figure(tick), "end")
        for tick in (step * i for i in range(round(ceiling / step) + 1))
    ]
    every = max(1, ceil(len(years) / 16))
    for i, year in enumerate(years):
        x, y = left + i * across, float(height - bottom)
        bar = ""
        for layer in layers:
            y -= layer.values[i] * tall
            bar += (
                f'<rect x="{x + across * 0.1:.1f}" y="{y:.1f}" width="{across * 0.8:.1f}" '
                f'height="{layer.values[i] * tall:.1f}" fill="{layer.colour}"/>'
                if layer.values[i]
                else ""
            )
        told = "; ".join(
            f"{layer.title} {layer.values[i]:,}" for layer in layers if layer.values[i]
        )
        bar = (
            f"<g><title>{year}: {totals[i]:,}{escape(f' ({told})' if told else '')}</title>"
            f'<rect x="{x:.1f}" y="{top}" width="{across:.1f}" height="{height - top}" '
            f'fill-opacity="0"/><g{"" if not chosen or year in chosen else _BACK}>{bar}</g>'
            + (text_at(x + across / 2, height - 8, str(year), "middle") if i % every == 0 else "")
            + "</g>"
        )
        parts.append(f'<a href="{escape(links[year])}">{bar}</a>' if year in links else bar)
    return drawing(
        width, height, label, parts + _named(layers, width - right, height - bottom, tall, top)
    )


#: What steps back behind what is chosen.
_BACK = ' opacity="0.35"'


def _named(layers: Sequence[Layer], x: float, foot: float, tall: float, top: float) -> list[str]:
    """The names of layers beside the last bar, each at its own part and none on another."""
    parts, y, least = [], foot, foot + 16.0
    for layer in layers:
        part = (layer.values[-1] if layer.values else 0) * tall
        middle = y - part / 2
        y -= part
        least = min(middle, least - 16)
        parts.append((layer, middle, least))
    over = max(0.0, top + 6 - least)  # too many to fit above the foot: they go down together
    return [
        f'<polyline points="{x - 4:.1f},{at:.1f} {x + 6:.1f},{at:.1f} {x + 14:.1f},'
        f'{place + over:.1f} {x + 20:.1f},{place + over:.1f}" fill="none" '
        f'stroke="{layer.colour}" stroke-width="2"/>'
        + text_at(x + 25, place + over + 4, layer.title, "start")
        for layer, at, place in parts
    ]


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    label: str,
) -> str:
    """Values by row and column, darker for more; a dash where there is none."""
    top, side, tall = 20, 24, 19
    left = max(map(drawn_width, rows), default=0) + 16
    most = max((value for row in values for value in row if value is not None), default=0.0)
    parts = []
    every = max(1, ceil(len(columns) / 11))
    parts += [
        text_at(left + side * (j + 0.5), 13, name, "middle")
        for j, name in enumerate(columns)
        if j % every == 0
    ]
    for i, (name, row) in enumerate(zip(rows, values, strict=True)):
        at = top + i * tall
        parts.append(text_at(left - 8, at + 14, name, "end"))
        for j, value in enumerate(row):
            if value is None:
                parts.append(text_at(left + side * (j + 0.5), at + 13, "–", "middle", GREY))
                continue
            parts.append(
                f'<rect x="{left + side * j}" y="{at}" width="{side - 1}" height="{tall - 1}" '
                f'fill="{_shade(value / most if most else 0.0)}"><title>{escape(name)} '
                f"{escape(columns[j])}: {figure(value)}</title></rect>"
            )
    return drawing(left + side * len(columns) + 8, top + tall * len(rows) + 6, label, parts)


def network(nodes: Sequence[tuple[str, str, float]], edges: Sequence[Edge], label: str) -> str:
    """Nodes (key, title, weight) on a circle, ties as wide as they are strong."""
    width, height, radius = 760, 400, 140
    middle = (width / 2, height / 2)
    place = {
        key: (
            middle[0] + radius * sin(2 * pi * i / len(nodes)),
            middle[1] - radius * cos(2 * pi * i / len(nodes)),
        )
        for i, (key, _, _) in enumerate(nodes)
    }
    strongest = max((edge.weight for edge in edges), default=0.0)
    heaviest = max((weight for _, _, weight in nodes), default=0.0)
    parts = []
    for edge in edges:
        if edge.weight <= 0:
            continue
        (x1, y1), (x2, y2) = place[edge.first], place[edge.second]
        parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{BLUE}" '
            f'stroke-opacity="0.55" stroke-width="{0.6 + 9 * edge.weight / strongest:.2f}">'
            f"<title>{figure(edge.weight)}</title></line>"
        )
    for key, title, weight in nodes:
        x, y = place[key]
        size = 5 + 13 * (weight / heaviest if heaviest else 0) ** 0.5
        side = "middle" if abs(x - middle[0]) < 1 else "start" if x > middle[0] else "end"
        shift = 0 if side == "middle" else (size + 6) * (1 if side == "start" else -1)
        rise = 4 if side != "middle" else (-size - 6 if y < middle[1] else size + 16)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{ORANGE}" '
            f'stroke="#FFFFFF"><title>{escape(title)}: {figure(weight)}</title></circle>'
            f"{text_at(x + shift, y + rise, title, side)}"
        )
    return drawing(width, height, label, parts)


def direction_grid(
    rows: Sequence[str],
    columns: Sequence[str],
    panels: Sequence[tuple[str, Sequence[Sequence[int | None]]]],
    label: str,
) -> str:
    """Panels of directions (1 ▲, −1 ▼, 0 ·, None blank): rows and columns are what is left out."""
    side, top, gap = 21, 34, 16
    left = max(map(drawn_width, rows), default=0) + 16
    wide = max(side * len(columns), *(drawn_width(title) + 8 for title, _ in panels))
    parts = []
    signs = {1: ("▲", BLUE, "#FFFFFF"), -1: ("▼", ORANGE, "#FFFFFF"), 0: ("·", "#EEEEEE", INK)}
    for i, name in enumerate(rows):
        parts.append(text_at(left - 8, top + side * i + 15, name, "end"))
    for number, (title, cells) in enumerate(panels):
        at = left + number * (wide + gap)
        parts.append(text_at(at, 12, title, "start", weight="600"))
        parts += [text_at(at + side * (j + 0.5), 28, str(j), "middle") for j in range(len(columns))]
        for i, row in enumerate(cells):
            for j, value in enumerate(row):
                if value is None:
                    continue
                sign, fill, ink = signs[value]
                parts.append(
                    f'<rect x="{at + side * j}" y="{top + side * i}" width="{side - 1}" '
                    f'height="{side - 1}" fill="{fill}"><title>{escape(title)}; '
                    f"{escape(rows[i])}; {escape(columns[j])}</title></rect>"
                    f"{text_at(at + side * (j + 0.5), top + side * i + 15, sign, 'middle', ink)}"
                )
    return drawing(left + len(panels) * (wide + gap), top + side * len(rows) + 6, label, parts)


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Runs of years with a value."""
    runs: list[list[int]] = []
    for i, one in enumerate(points):
        if one.value is None:
            continue
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _step(most: float) -> float:
    """A round step that makes three to six ticks."""
    if most <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(most))
    return next((power * part for part in (0.2, 0.5, 1.0) if most / (power * part) <= 6), 2 * power)


def _shade(share: float) -> str:
    """White to dark blue."""
    light, dark = (247, 251, 255), (8, 48, 107)
    return "#" + "".join(
        f"{round(a + (b - a) * share):02X}" for a, b in zip(light, dark, strict=True)
    )


def text_at(
    x: float, y: float, words: str, anchor: str, fill: str = INK, weight: str = "400"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def drawn_width(words: str) -> float:
    """About how wide words are drawn, in the chart's units."""
    return sum(12.5 if ord(sign) > 0x2E80 else 6.8 for sign in words)


def drawing(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    # An image is read as one; what has links inside must not be.
    role = "group" if any(part.startswith("<a ") for part in parts) else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" role="{role}" aria-label="{escape(label)}" font-size="12" '
        f'font-family="{FONT}">{"".join(parts)}</svg>'
    )
