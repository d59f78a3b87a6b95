"""Pictures of a corpus: stacked years, and arcs between documents."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

from lxml import etree

from policy.studies import study_fields
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.browsing import Catalogue, Filter
from sanzhi.policy.corpus.connecting import Node
from sanzhi.policy.corpus.graph import Edge
from sanzhi.policy.reporting.arcs import arc_diagram
from sanzhi.policy.reporting.charts import Layer, stacked_bars
from sanzhi.policy.reporting.timeline import timeline

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
    assert abs(float(top.get("y")) + notices - float(bottom.get("y"))) < 0.11


def test_every_year_says_what_it_counts_and_leads_on():
    svg = drawn(
        stacked_bars(
            [2001, 2002], [Layer("laws", "#0072B2", [2, 0])], "policies", {2001: "?a=1&b=2"}
        )
    )
    assert [one.text for one in svg.iter("{*}title")] == ["2001: 2 (laws 2)", "2002: 0"]
    assert [one.get("href") for one in svg.iter("{*}a")] == ["?a=1&b=2"]
    assert svg.get("role") == "group"
    assert drawn(stacked_bars([2001], LAYERS[:1], "policies")).get("role") == "img"


def test_years_that_are_not_chosen_step_back():
    svg = drawn(stacked_bars([2001, 2002, 2003], LAYERS, "policies", chosen=[2003]))
    assert len(svg.findall(".//{*}g[@opacity]")) == 2


def test_names_beside_the_bars_never_lie_on_each_other():
    many = [Layer(f"kind {i}", "#0072B2", [0, 1 if i == 2 else 0]) for i in range(9)]
    svg = drawn(stacked_bars([2001, 2002], many, "policies"))
    places = sorted(
        float(one.get("y")) for one in svg.iter("{*}text") if (one.text or "").startswith("kind")
    )
    assert len(places) == 9
    assert min(b - a for a, b in pairwise(places)) >= 15.8
    assert places[0] > 0


def test_no_years_make_an_empty_picture():
    assert drawn(stacked_bars([], [], "policies")).get("aria-label") == "policies"


def over_the_years(kinds, by, **sought):
    """The timeline of policies given as (year, kind of document, text)."""
    study = Study.model_validate(
        study_fields(
            categories=[
                {"key": key, "title": {"en": key, "zh": word}, "rule": {"any": [word]}}
                for key, word in (("control", "监管"), ("service", "服务"))
            ]
        )
    )
    policies = {
        str(i): Policy(id=str(i), year=year, doc_type=kind, text=text)
        for i, (year, kind, text) in enumerate(kinds)
    }
    catalogue = Catalogue(study, policies)
    states = dict.fromkeys(policies, "unassigned")
    standings = catalogue.graph.standings(date(2020, 1, 1))
    return timeline(catalogue, catalogue.select(Filter(**sought), states, standings), by)


def test_a_timeline_has_every_year_and_the_kinds_of_most_force_first():
    line = over_the_years([(2001, "notice", ""), (2001, "law", ""), (2003, None, "")], "doc_type")
    assert line.rows() == [
        {"year": 2001, "policies": 2, "law": 1, "notice": 1, "other kinds": 0},
        {"year": 2002, "policies": 0, "law": 0, "notice": 0, "other kinds": 0},
        {"year": 2003, "policies": 1, "law": 0, "notice": 0, "other kinds": 1},
    ]
    assert line.totals == [2, 0, 1]


def test_kinds_keep_their_place_and_colour_whatever_is_chosen():
    kinds = [(2001, "notice", ""), (2001, "law", "")]
    line = over_the_years(kinds, "doc_type", doc_type="notice")
    assert line.rows() == [{"year": 2001, "policies": 1, "law": 0, "notice": 1}]
    assert 'fill="#E69F00"' in line.picture("en", "policies", {})
    assert 'fill="#E69F00"' in over_the_years(kinds, "doc_type").picture("en", "policies", {})


def test_a_policy_in_two_categories_is_counted_once():
    line = over_the_years(
        [(2001, "law", "监管"), (2001, "law", "服务与监管"), (2001, "law", "")], "category"
    )
    assert line.rows() == [
        {"year": 2001, "policies": 3, "control": 1, "control+service": 1, "no category": 1}
    ]
    assert [one.zh for one in line.titles] == ["监管", "监管 + 服务", "不属任何类别"]


def test_nothing_selected_has_no_years():
    assert over_the_years([(2001, "law", "")], "doc_type", words="无").rows() == []


def test_arcs_run_from_what_does_to_what_it_is_done_to():
    nodes = [
        Node("a", "甲法" * 60, 2001, Counter(cites=3, repeals=1), Counter()),
        Node("b", "乙 & 丙", None, Counter(), Counter(cites=1)),
    ]
    svg = drawn(
        arc_diagram(
            nodes,
            [Edge("b", "a", "cites", "《甲法》")],
            "graph",
            {"cites": "引用", "repeals": "废止"},
            {"b": "/b/"},
        )
    )
    [path] = svg.iterfind(".//{*}path")
    start, *_, end = re.findall(r",([\d.]+)", path.get("d"))
    assert (start, end) == ("72.0", "48.0")
    words = [one.text for one in svg.iter("{*}text")]
    assert {"乙 & 丙", "2001", "–", "4", "0"} <= set(words)
    assert any(one.endswith("…") for one in words)
    assert [one.get("href") for one in svg.iter("{*}a")] == ["/b/"]
