"""Facts that rules read from official documents, on examples written for the purpose."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.policy.corpus.dates import day_of
from sanzhi.policy.corpus.recognising import doc_type, recognise
from sanzhi.policy.corpus.references import canonical, chinese_number, references
from sanzhi.policy.corpus.relations import relations_in
from sanzhi.policy.corpus.vocabulary import DOC_TYPES, ENGLISH_KINDS, KINDS, LETTERS


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("国发〔2016〕4号", "国发〔2016〕4号"),
        ("国办发[2015]55号", "国办发〔2015〕55号"),
        ("财关税（２０１８）４９号", "财关税〔2018〕49号"),
        ("海关总署公告2019年第39号", "海关总署公告2019年第39号"),
        ("海关总署2019年第39号公告", "海关总署公告2019年第39号"),
        ("中华人民共和国海关总署 公　告 2019年 第39号", "海关总署公告2019年第39号"),
        ("海关总署令第237号", "海关总署令第237号"),
        ("署令〔2018〕237号", "海关总署令第237号"),
        ("海关总署、公安部令第7号", "海关总署、公安部令第7号"),
        ("国务院第392号令", "国务院令第392号"),
        ("GACC Order 237", "海关总署令第237号"),
        ("GACC Announcement 2019 No. 127", "海关总署公告2019年第127号"),
        ("Caiguanshui 2018 No. 49", "财关税〔2018〕49号"),
        ("没有编号", ""),
    ],
)
def test_one_number_has_one_spelling(written: str, one: str) -> None:
    assert canonical(written) == one


def test_a_number_without_issuer_is_completed_by_the_issuers() -> None:
    assert canonical("公告〔2024〕21号", ("海关总署", "农业农村部")) == (
        "海关总署、农业农村部公告2024年第21号"
    )


@given(st.integers(1, 99))
def test_chinese_numerals_up_to_ninety_nine(number: int) -> None:
    tens, ones = divmod(number, 10)
    signs = "零一二三四五六七八九"
    written = (("" if tens == 1 else signs[tens]) + "十" if tens else "") + (
        signs[ones] if ones else ""
    )
    assert chinese_number(written) == number


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019年3月1日", date(2019, 3, 1)),
        ("二○一○年八月二十二日", date(2010, 8, 22)),
        ("2019-03-01", date(2019, 3, 1)),
        ("2019年2月30日", None),
        ("某年某月", None),
    ],
)
def test_dates_as_written(written: str, day: date | None) -> None:
    assert day_of(written) == day


@pytest.mark.parametrize(
    ("title", "number", "issuers", "kind"),
    [
        ("中华人民共和国海关法", "", (), "law"),
        ("中华人民共和国海关关衔条例", "", ("全国人大常委会",), "law"),
        ("进出口关税条例", "国务院令第392号", ("国务院",), "administrative regulation"),
        ("海关稽查条例", "", (), "administrative regulation"),
        ("船舶吨税暂行条例", "国务院令第610号", ("国务院",), "interim administrative regulation"),
        (
            "国务院关于促进加工贸易创新发展的若干意见",
            "国发〔2016〕4号",
            (),
            "State Council opinion",
        ),
        (
            "国务院关于印发优化口岸营商环境工作方案的通知",
            "国发〔2018〕37号",
            (),
            "State Council scheme",
        ),
        ("国务院关于取消一批行政许可事项的决定", "国发〔2019〕6号", (), "State Council decision"),
        ("国务院关于同意设立综合试验区的批复", "国函〔2020〕47号", (), "State Council reply"),
        ("国务院办公厅关于做好稳外贸工作的通知", "国办发〔2020〕1号", (), "State Council notice"),
        ("海关企业信用管理办法", "海关总署令第237号", ("海关总署",), "ministry order"),
        ("海关预裁定管理暂行办法", "", ("海关总署",), "interim provision"),
        ("进出口货物申报管理规定", "", ("海关总署",), "ministry rule"),
        ("海关监管办法（试行）", "", ("海关总署",), "ministry measure"),
        ("关于修改部分规章的决定", "", ("海关总署",), "ministry decision"),
        ("关于促进通关便利的指导意见", "署监发〔2012〕3号", ("海关总署",), "ministry opinion"),
        ("关于“两步申报”改革的公告", "海关总署公告2019年第127号", ("海关总署",), "announcement"),
        ("关于跨境电子商务零售进口税收政策的通知", "财关税〔2016〕18号", (), "notice"),
        ("2021年关税调整方案", "税委会〔2020〕33号", (), "plan"),
        ("关于同意变更的复函", "", ("商务部",), "reply"),
        ("无法判断的题目", "", (), None),
    ],
)
def test_kind_from_number_and_title(
    title: str, number: str, issuers: tuple[str, ...], kind: str | None
) -> None:
    assert doc_type(title, number, issuers) == kind


def test_every_kind_of_the_tables_is_a_kind() -> None:
    given_kinds = (
        {kind.state_council for kind in KINDS}
        | {kind.ministry for kind in KINDS}
        | {one.doc_type for one in LETTERS}
        | {kind for _, kind in ENGLISH_KINDS}
    )
    assert given_kinds - {""} <= set(DOC_TYPES)


ANNOUNCEMENT = (
    "海关总署 商务部关于试行新申报方式的公告\n"
    "海关总署 商务部公告2019年第300号\n"
    "为提高通关效率，根据《中华人民共和国海关法》和《海关进出口货物申报管理规定》"
    "（海关总署令第103号），现公告如下：一、企业可以分两步申报。"
    "二、对海关总署公告2018年第12号附件进行修订。"
    "三、本公告自2019年9月1日起施行，有效期至2021年8月31日。"
    "海关总署公告2017年第5号同时废止。特此公告。\n"
    "海关总署 商务部\n2019年8月20日"
)


def test_an_announcement_says_everything_of_itself() -> None:
    found = recognise(ANNOUNCEMENT)
    assert found.title == "海关总署 商务部关于试行新申报方式的公告"
    assert found.number == "海关总署、商务部公告2019年第300号"
    assert found.doc_type == "announcement"
    assert found.issuers == ("海关总署", "商务部")
    assert (found.issued, found.effective, found.repealed) == (
        date(2019, 8, 20),
        date(2019, 9, 1),
        date(2021, 9, 1),
    )
    assert [str(one) for one in found.relations.cites] == [
        "《中华人民共和国海关法》",
        "《海关进出口货物申报管理规定》（海关总署令第103号）",
    ]
    assert [one.number for one in found.relations.amends] == ["海关总署公告2018年第12号"]
    assert [one.number for one in found.relations.repeals] == ["海关总署公告2017年第5号"]


def test_traditional_script_is_read_as_simplified() -> None:
    found = recognise(
        "海關總署關於調整申報要求的公告\n本公告自2020年1月1日起實施。特此公告。"
        "海關總署2019年12月20日"
    )
    assert (found.doc_type, found.issuers, found.effective) == (
        "announcement",
        ("海关总署",),
        date(2020, 1, 1),
    )


def test_an_order_is_dated_by_its_head() -> None:
    found = recognise(
        "（2018年3月3日海关总署令第237号公布 自2018年5月1日起施行）\n"
        "第一条 为了建设诚信体系，制定本办法。\n第二十条 本办法自2018年5月1日起施行。"
        "2014年10月8日海关总署令第225号公布的《海关企业信用管理暂行办法》同时废止。"
    )
    assert (found.number, found.doc_type) == ("海关总署令第237号", "ministry order")
    assert (found.issued, found.effective) == (date(2018, 3, 3), date(2018, 5, 1))
    assert [str(one) for one in found.relations.repeals] == [
        "《海关企业信用管理暂行办法》（海关总署令第225号）"
    ]


def test_from_the_day_of_issue_is_that_day() -> None:
    found = recognise("本公告自发布之日起施行。特此公告。海关总署2020年6月5日")
    assert found.effective == found.issued == date(2020, 6, 5)


def test_english_documents_by_fewer_rules() -> None:
    found = recognise(
        "Announcement of the General Administration of Customs No. 12 of 2020\n"
        "Issued on 3 March 2020. This announcement takes effect on April 1, 2020."
    )
    assert (found.doc_type, found.issuers, found.issued, found.effective, found.language) == (
        "announcement",
        ("海关总署",),
        date(2020, 3, 3),
        date(2020, 4, 1),
        "en",
    )


@pytest.mark.parametrize(
    ("sentence", "cites", "amends", "repeals"),
    [
        ("根据《甲办法》，制定本公告。", ["甲办法"], [], []),
        (
            "本办法自2020年1月1日起施行，《乙规定》《丙规定》同时废止。",
            [],
            [],
            ["乙规定", "丙规定"],
        ),
        ("《丁公告》第三条及附件停止执行。", [], ["丁公告"], []),
        ("决定修改《戊办法》。", [], ["戊办法"], []),
        ("对《己规定》作如下修改。", [], ["己规定"], []),
        ("《庚决定书》自动失效。", ["庚决定书"], [], []),
        ("根据《辛办法》第三条规定，《壬通知》予以废止。", ["辛办法"], [], ["壬通知"]),
        ("《癸办法》（根据海关总署令第198号修改）继续有效。", ["癸办法"], [], []),
        ("以下简称《子办法》。", [], [], []),
    ],
)
def test_what_a_sentence_does_to_other_acts(
    sentence: str, cites: list[str], amends: list[str], repeals: list[str]
) -> None:
    found = relations_in(sentence)
    assert [one.title for one in found.cites if one.title] == cites
    assert [one.title for one in found.amends] == amends
    assert [one.title for one in found.repeals] == repeals


def test_a_document_does_not_cite_itself() -> None:
    assert relations_in("《甲办法》自2020年1月1日起施行。", title="甲办法").cites == ()


@given(
    st.text(
        alphabet=("《》〈〉〔〕（）2019年第号公告令海关总署自起施行同时废止修改，。\n一二十"),
        max_size=200,
    )
)
def test_references_lie_inside_any_text_and_rules_never_fail(text: str) -> None:
    for one in references(text):
        assert 0 <= one.start < one.end <= len(text)
    found = recognise(text)
    everything = found.relations
    keys = [one.key for one in (*everything.cites, *everything.amends, *everything.repeals)]
    assert len(keys) == len(set(keys))


@pytest.mark.shared
def test_rules_agree_with_the_stated_facts_of_real_documents(shared_data: Path) -> None:
    """255 full texts with issuers and dates stated beside them; 25 State Council numbers; 85
    laws and regulations."""
    lines = (shared_data / "policy" / "customs_policy_corpus.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    right: Counter[str] = Counter()
    for row in rows:
        if row["id"].startswith("gaccf"):
            found = recognise(row["text"])
            right["full"] += 1
            right["issuers"] += list(found.issuers) == row["issuers"]
            right["issued"] += str(found.issued) == row["date"]
            right["kind"] += found.doc_type == {"ministry rule": "ministry order"}.get(
                row["doc_type"], row["doc_type"]
            )
        elif row["id"].startswith(("sc-", "law-")):
            kind = doc_type(row["title"], canonical(row["number"] or ""), tuple(row["issuers"]))
            right["acts"] += 1
            right["acts kind"] += (kind or "").removeprefix("interim ").split()[0] in (
                row["doc_type"]
            )
    assert right["issuers"] >= 0.99 * right["full"]
    assert right["issued"] >= 0.97 * right["full"]
    assert right["kind"] == right["full"]
    assert right["acts kind"] >= 0.97 * right["acts"]
