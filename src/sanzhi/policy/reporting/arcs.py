"""The graph of a body of policy as a picture: one line a document, the oldest on top, and arcs from
what cites, amends or repeals to what is cited, amended or repealed.

Every kind has its own stroke and colour, so that it reads without colour too.
"""

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final, NamedTuple

from sanzhi.policy.corpus.connecting import Node
from sanzhi.policy.corpus.graph import KINDS, Edge, Kind
from sanzhi.policy.reporting.charts import BLUE, INK, ORANGE, drawing, drawn_width, text_at


class Stroke(NamedTuple):
    colour: str
    dashes: str
    width: float


STROKES: Final[dict[Kind, Stroke]] = {
    "cites": Stroke("#7F8A94", "", 1.2),
    "amends": Stroke(BLUE, "7 3", 2),
    "repeals": Stroke(ORANGE, "2 3", 2.4),
}

_ROW, _TOP, _WIDTH = 24, 36, 920
#: Where arcs end, years begin, titles begin, and bars begin.
_SPINE, _YEAR, _TITLE, _BARS = 190, 204, 248, 640


def arc_diagram(
    nodes: Sequence[Node],
    ties: Sequence[Edge],
    label: str,
    words: Mapping[Kind, str],
    links: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Nodes in the order given with the relations among them; the bars count what the whole body
    does to each. `words` name the kinds in the reader's language, `links` lead to nodes."""
    height = _TOP + _ROW * len(nodes) + 8
    place = {node.key: _TOP + _ROW * (i + 0.5) for i, node in enumerate(nodes)}
    reach = max((abs(place[one.source] - place[one.target]) for one in ties), default=1.0)
    parts = _legend([kind for kind in KINDS if kind in words], words)
    parts += [_arc(one, place[one.source], place[one.target], reach, words) for one in ties]
    most = max((node.referred for node in nodes), default=0)
    for node in nodes:
        row = _row(node, place[node.key], most, words)
        parts.append(f'<a href="{escape(links[node.key])}">{row}</a>' if node.key in links else row)
    return drawing(_WIDTH, height, label, parts)


def _legend(kinds: Sequence[Kind], words: Mapping[Kind, str]) -> list[str]:
    parts, x = [], 12.0
    for kind in kinds:
        parts.append(
            f'<line x1="{x:.1f}" x2="{x + 32:.1f}" y1="14" y2="14" {_stroke(kind)}/>'
            + text_at(x + 38, 18, words[kind], "start")
        )
        x += drawn_width(words[kind]) + 62
    return parts


def _arc(tie: Edge, start: float, end: float, reach: float, words: Mapping[Kind, str]) -> str:
    """Half an ellipse at the left of the spine, with its head at the target."""
    bow = 20 + (_SPINE - 40) * abs(start - end) / reach
    stroke = STROKES[tie.kind]
    return (
        f"<g><title>{escape(words[tie.kind])}: {escape(tie.named)}</title>"
        f'<path d="M{_SPINE},{start:.1f} C{_SPINE - bow:.1f},{start:.1f} '
        f'{_SPINE - bow:.1f},{end:.1f} {_SPINE - 6},{end:.1f}" fill="none" '
        f'{_stroke(tie.kind)} stroke-opacity="0.8"/>'
        f'<polygon points="{_SPINE - 1},{end:.1f} {_SPINE - 8},{end - 3.5:.1f} '
        f'{_SPINE - 8},{end + 3.5:.1f}" fill="{stroke.colour}"/></g>'
    )


def _row(node: Node, y: float, most: int, words: Mapping[Kind, str]) -> str:
    title = _fitting(node.title, _BARS - _TITLE - 16)
    year = str(node.year) if node.year else "–"
    told = ", ".join(
        f"{words[kind]} {many:,}" for kind, many in sorted(node.done_to.items()) if kind in words
    )
    parts = [
        f"<title>{escape(node.title)} ({year}){escape(': ' + told if told else '')}</title>",
        (
            f'<rect x="{_YEAR - 4}" y="{y - _ROW / 2:.1f}" width="{_WIDTH - _YEAR + 4}" '
            f'height="{_ROW}" fill-opacity="0"/>'
        ),
        f'<circle cx="{_SPINE + 3}" cy="{y:.1f}" r="3" fill="{INK}"/>',
        text_at(_YEAR, y + 4, year, "start"),
        text_at(_TITLE, y + 4, title, "start"),
    ]
    x = float(_BARS)
    for kind in KINDS:
        if many := node.done_to[kind]:
            length = max(2.0, (_WIDTH - _BARS - 48) * many / most)
            parts.append(
                f'<rect x="{x:.1f}" y="{y - 5:.1f}" width="{length:.1f}" height="10" '
                f'fill="{STROKES[kind].colour}"/>'
            )
            x += length + 1
    parts.append(text_at(x + 5, y + 4, f"{node.referred:,}", "start"))
    return f"<g>{''.join(parts)}</g>"


def _stroke(kind: Kind) -> str:
    colour, dashes, width = STROKES[kind]
    return f'stroke="{colour}" stroke-width="{width}"' + (
        f' stroke-dasharray="{dashes}"' if dashes else ""
    )


def _fitting(title: str, room: float) -> str:
    """As much of a title as fits, with … where it was cut."""
    if drawn_width(title) <= room:
        return title
    kept = title
    while kept and drawn_width(kept) > room - 12:
        kept = kept[:-1]
    return kept.rstrip() + "…"
