from sanzhi.core.findings import Finding, Severity, Text, Unusable, has_errors


def test_a_finding_is_shown_in_either_language() -> None:
    finding = Finding(
        code="a.b",
        path="items[0].code",
        text=Text("Wrong.", "有误。"),
        mend=Text("Mend it.", "请更正。"),
        line=3,
        citation="customs-law, art. 24",
    )
    assert finding.row() == {
        "code": "a.b",
        "path": "items[0].code",
        "text": "Wrong.",
        "severity": "error",
        "mend": "Mend it.",
        "line": 3,
        "citation": "customs-law, art. 24",
    }
    assert finding.row("zh-hans")["text"] == "有误。"


def test_only_errors_block() -> None:
    warning = Finding(code="a", path="", text=Text("w", "w"), severity=Severity.WARNING)
    error = Unusable.because("b", "", "e", "e").finding
    assert not has_errors([warning])
    assert has_errors([warning, error])


def test_texts_take_their_figures_in_both_languages() -> None:
    assert Text("{n} items", "{n} 项").format(n=3) == ("3 items", "3 项")
