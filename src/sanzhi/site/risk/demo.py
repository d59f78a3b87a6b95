"""Risk's part of the demonstration: a few rules that an officer wrote and a supervisor approved,
and one proposal that waits."""

from collections.abc import Iterable
from datetime import datetime

from sanzhi.customs.risk.cases import SETTING
from sanzhi.customs.risk.rules.files import rule_of
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.selectivity.rule import Rule
from sanzhi.site.accounts.access import Actor, actor_of
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.events.log import integrate
from sanzhi.site.hooks import Demonstration
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.models import Setting
from sanzhi.site.storage import writing

_RULES = (
    {
        "id": "finds-at-trader",
        "lane": "red",
        "weight": "5",
        "importer_finds_365d": ">= 2",
        "reason_en": "Two finds or more at the trader within a year",
        "reason_zh": "企业一年内查获两次以上",
    },
    {
        "id": "finds-in-goods",
        "lane": "yellow",
        "weight": "3",
        "goods_finds_365d": ">= 2",
        "reason_en": "Two finds or more in these goods from this origin within a year",
        "reason_zh": "同类商品同原产地一年内查获两次以上",
    },
    {
        "id": "finds-next-door",
        "lane": "yellow",
        "weight": "3",
        "linked_finds_365d": ">= 1",
        "reason_en": "Finds within a year at another trader of the same address",
        "reason_zh": "共用地址的其他企业一年内有查获",
    },
    {
        "id": "light-electronics",
        "lane": "yellow",
        "weight": "2",
        "code": "85*",
        "unit_value": "< 5",
        "reason_en": "Electronics declared at a very low price a kilogram",
        "reason_zh": "电子产品每千克申报价格过低",
    },
    {
        "id": "new-preference",
        "lane": "blue",
        "weight": "1",
        "preference_claimed": "true",
        "total_tax": ">= 50000",
        "reason_en": "Agreement rate claimed on much tax",
        "reason_zh": "享惠申报且税款较大",
    },
)
_WAITING = {
    "id": "cosmetics-by-parcel",
    "lane": "yellow",
    "weight": "2",
    "code": "3304*",
    "procedure": "9610",
    "total_value": ">= 4000",
    "reason_en": "Cosmetics by parcel near the limit",
    "reason_zh": "化妆品邮包接近限值",
}
_POLICY = SelectionPolicy(
    exploration=0.005, capacity={"2248": 12, "2233": 8, "5304": 10, "5301": 6}
)


def is_loaded() -> bool:
    return Setting.objects.exists()


def load(now: datetime) -> None:
    """Load the settings through what people do, whole or not at all."""
    day = pack().day_of(now)
    users = {
        user.username: user
        for user in User.objects.filter(username__in=["officer", "supervisor", "officer2"])
    }
    officer, other, supervisor = (
        actor_of(users[name], day) for name in ("officer", "officer2", "supervisor")
    )
    with writing():
        setting = _drafted(officer, _RULES, now)
        for name, said in (
            ("write_policy", {"policy": _POLICY}),
            ("propose", {"note": "First rules from the finds of the last two years"}),
        ):
            act(officer, setting, setting.sequence, name, said, now=now)
        act(supervisor, setting, setting.sequence, "approve", {"over": 0}, now=now)
        waiting = _drafted(other, [_WAITING], now)
        said = {"note": "Parcels just below the limit"}
        act(other, waiting, waiting.sequence, "propose", said, now=now)
    while integrate(now):
        pass


def _drafted(actor: Actor, rules: Iterable[dict[str, str]], now: datetime) -> Setting:
    """A draft of the actor's with rules in it."""
    setting: Setting = begin(actor, SETTING.name, "draft", {}, now=now)
    for cells in rules:
        said = {"rule": _rule(cells, actor.login)}
        act(actor, setting, setting.sequence, "write_rule", said, now=now)
    return setting


def _rule(cells: dict[str, str], owner: str) -> Rule:
    return rule_of({"owner": owner, "valid_from": "2026-01-01"} | cells, cells["id"])


DEMONSTRATION = Demonstration(is_loaded=is_loaded, load=lambda played: load(played.now), order=30)
