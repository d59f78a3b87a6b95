"""Pictures of a corpus: stacked years, and arcs between documents."""

import re
from collections import Counter
from itertools import pairwise

from lxml import etree

from sanzhi.policy.corpus.connecting import Node
from sanzhi.policy.corpus.graph import Edge
from sanzhi.policy.reporting.arcs import arc_diagram
from sanzhi.policy.reporting.charts import Layer, stacked_bars

LAYERS = [Layer("laws <1>", "#0072B2", [1, 0, 2]), Layer("notices", "#E69F00", [3, 0, 0])]


def drawn(picture: str) -> etree._Element:
    return etree.fromstring(picture)


def heights(svg: etree._Element, colour: str) -> list[float]:
    return [float(one.get("height")) for one in svg.iterfind(".//{*}rect[@fill='" + colour + "']")]


def test_bars_are_as_tall_as_their_counts_and_lie_on_each_other():
    svg = drawn(stacked_bars([2001, 2002, 2003], LAYERS, "policies"))
    low, high = heights(svg, "#0072B2")
    [notices] = heights(svg, "#E69F00")
    assert high / low == notices * 2 / 3 / low == 2
    bottom, top = (svg.find(f".//{{*}}rect[@fill='{one}']") for one in ("#0072B2", "#E69F00"))
    assert abs(float(top.get("y")) + notices - float(bottom.get("y"))) < .11


def test_every_year_says_what_it_counts_and_leads_on():
    svg = drawn(stacked_bars([2001, 2002], [Layer("laws", "#0072B2", [2, 0])], "policies",
                             {2001: "?a=1&b=2"}))
    assert [one.text for one in svg.iter("{*}title")] == ["2001: 2 (laws 2)", "2002: 0"]
    assert [one.get("href") for one in svg.iter("{*}a")] == ["?a=1&b=2"]


def test_years_that_are_not_chosen_step_back():
    svg = drawn(stacked_bars([2001, 2002, 2003], LAYERS, "policies", chosen=[2003]))
    assert len(svg.findall(".//{*}g[@opacity]")) == 2


def test_names_beside_the_bars_never_lie_on_each_other():
    many = [Layer(f"kind {i}", "#0072B2", [0, 1 if i == 2 else 0]) for i in range(9)]
    svg = drawn(stacked_bars([2001, 2002], many, "policies"))
    places = sorted(float(one.get("y")) for one in svg.iter("{*}text")
                    if (one.text or "").startswith("kind"))
    assert len(places) == 9
    assert min(b - a for a, b in pairwise(places)) >= 15.8
    assert places[0] > 0


def test_no_years_make_an_empty_picture():
    assert drawn(stacked_bars([], [], "policies")).get("aria-label") == "policies"


def test_arcs_run_from_what_does_to_what_it_is_done_to():
    nodes = [Node("a", "甲法" * 60, 2001, Counter(cites=3, repeals=1), Counter()),
             Node("b", "乙 & 丙", None, Counter(), Counter(cites=1))]
    svg = drawn(arc_diagram(nodes, [Edge("b", "a", "cites", "《甲法》")], "graph",
                            {"cites": "引用", "repeals": "废止"}, {"b": "/b/"}))
    [path] = svg.iterfind(".//{*}path")
    start, *_, end = re.findall(r",([\d.]+)", path.get("d"))
    assert (start, end) == ("72.0", "48.0")
    words = [one.text for one in svg.iter("{*}text")]
    assert {"乙 & 丙", "2001", "–", "4", "0"} <= set(words)
    assert any(one.endswith("…") for one in words)
    assert [one.get("href") for one in svg.iter("{*}a")] == ["/b/"]
