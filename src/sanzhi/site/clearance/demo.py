"""The demonstration: people of every role, invented enterprises, and two years of their trade."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from sanzhi.administration.authorities import LAW as AUTHORISING
from sanzhi.administration.authorities import AuthorityKept, authority_case
from sanzhi.border.exercise import Firm, broker_of, brokers, consignments, traders
from sanzhi.border.exercise.trade import DAYS
from sanzhi.core.findings import Text, Unusable
from sanzhi.site.accounts.access import actor_of, operator
from sanzhi.site.accounts.models import BrokerAuthority, Enterprise, Notice, User
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.clearance.models import Case
from sanzhi.site.clearance.playing import Cast, Play
from sanzhi.site.events.log import integrate, record_new
from sanzhi.site.hooks import Demonstration, Login, Played
from sanzhi.site.law.catalogue import pack
from sanzhi.site.storage import writing

#: The one password of all documented logins.
PASSWORD = "sanzhi-demo"  # noqa: S105 - published on purpose: the demonstration holds nothing real


LOGINS = (
    Login("trader", "葆", "玉", Text("trader, Baoyu Trading (Shanghai)", "企业，上海葆玉贸易")),
    Login(
        "trader2",
        "华",
        "钟",
        Text("trader, Huazhong Electronics (certified)", "企业，武汉华钟电子（高级认证）"),
    ),
    Login(
        "broker",
        "明",
        "禾",
        Text(
            "broker, Minghe: acts for both and others", "报关企业，宁波明禾报关：代理上述及其他企业"
        ),
    ),
    Login(
        "officer",
        "杨",
        "山",
        Text("officer, Yangshan and Pudong Airport", "关员，洋山、浦东机场海关"),
        ("2248", "2233"),
    ),
    Login(
        "officer2",
        "佘",
        "口",
        Text("officer, Shekou and Huanggang", "关员，蛇口、皇岗海关"),
        ("5304", "5301"),
    ),
    Login(
        "supervisor",
        "苏",
        "审",
        Text("supervisor of the four offices", "主管，上述四个海关"),
        ("2248", "2233", "5304", "5301"),
    ),
    Login("analyst", "艾", "析", Text("analyst, leads the policy study", "分析员，主持政策研究")),
    Login("coder", "林", "墨", Text("coder of the policy study", "政策研究编码员")),
    Login("coder2", "高", "远", Text("coder of the policy study", "政策研究编码员")),
    Login("administrator", "关", "理", Text("administrator", "管理员")),
    Login(
        "administrator2",
        "权",
        "衡",
        Text("administrator, decides what the other proposes", "管理员，审批另一名管理员的提请"),
    ),
)
#: Under whose law the invented trade is.
COUNTRY = "CN"
#: The administrators, of whom one grants what the other proposes, and what both say.
_PROPOSES, _GRANTS = "administrator", "administrator2"
_REASON = "演示数据 demonstration"
#: Days before now at which everybody has their role: the first consignment comes later.
_BEFORE = DAYS + 30
_DOCUMENTED = {login.name for login in LOGINS}


def is_loaded() -> bool:
    """Whether the demonstration stands in this database."""
    first = LOGINS[0]
    return (
        User.objects.filter(username=first.name, last_name=first.family).exists()
        and Case.objects.exists()
    )


def load(
    count: int, seed: int, now: datetime, progress: Callable[[int], None] = lambda _number: None
) -> None:
    """Load the demonstration, whole or not at all; `Unusable` where the database holds other
    people's consignments or accounts."""
    if pack().country_code != COUNTRY:
        raise Unusable.because(
            "demo.country",
            "",
            f"The demonstration plays trade under the law of {COUNTRY}; this is the law of "
            f"{pack().country_code}.",
            f"演示数据按 {COUNTRY} 的法规编制，当前法规包属于 {pack().country_code}。",
            mend=Text("Start without SANZHI_LAW.", "请勿设置 SANZHI_LAW。"),
        )
    if Case.objects.exists() or User.objects.filter(username__in=_DOCUMENTED).exists():
        raise Unusable.because(
            "demo.not_empty",
            "",
            "The database holds other accounts or consignments; the "
            "demonstration goes into an empty one.",
            "数据库已有其他账户或单证；演示数据只能载入空库。",
            mend=Text("Name another folder in SANZHI_HOME.", "请在 SANZHI_HOME 指定其他目录。"),
        )
    with writing():
        cast = _people(now)
        trade = consignments(seed, count, now, pack())
        Play(cast, now, Random(f"play:{seed}"), progress).run(trade)  # noqa: S311 - an invented trade keeps no secrets
        # What was told long ago has been read.
        Notice.objects.filter(created__lt=now - timedelta(days=14)).update(read=now)
    while integrate(now):
        pass


def _people(now: datetime) -> Cast:
    """Everybody who acts, and the enterprises they act for."""
    today = pack().day_of(now)
    documented = make_password(PASSWORD)
    everybody = [
        User(
            username=login.name,
            last_name=login.family,
            first_name=login.given,
            password=documented,
        )
        for login in LOGINS
    ]
    undocumented = {firm.user for firm in brokers()} | {"officer.inland", "supervisor.inland"}
    everybody += [
        User(username=name, last_name=name, password=make_password(None))
        for name in sorted(undocumented - _DOCUMENTED)
    ]
    User.objects.bulk_create(everybody)
    moment = now - timedelta(days=_BEFORE)
    enterprises = _enterprises(moment)
    posts = _posts()
    _grant_all(posts, moment)
    users = User.objects.filter(username__in=_DOCUMENTED | undocumented)
    acting = {user.username: actor_of(user, today) for user in users}
    return Cast(
        filers={firm.key: acting[firm.user] for firm in (*traders(), *brokers()) if firm.user},
        officers={office: acting[name] for office, name in posts["officer"].items()},
        supervisors={office: acting[name] for office, name in posts["supervisor"].items()},
        enterprises=enterprises,
    )


def _enterprises(moment: datetime) -> dict[str, Enterprise]:
    """The enterprises, and the brokers' authorities to act for them, from a moment on."""
    firms: tuple[Firm, ...] = (*traders(), *brokers())
    made = {
        firm.key: Enterprise(
            name_en=firm.name.en,
            name_zh=firm.name.zh,
            credit_code=firm.credit_code,
            customs_code=firm.customs_code,
            tier=firm.tier,
            is_broker=not firm.sectors,
            address=firm.address,
        )
        for firm in firms
    }
    Enterprise.objects.bulk_create(made.values())
    since = pack().day_of(moment)
    authorities = BrokerAuthority.objects.bulk_create(
        BrokerAuthority(broker=made[broker_of(firm).key], client=made[firm.key], valid_from=since)
        for firm in traders()
    )
    record_new(
        [(authority_case(one.pk), [(_kept(one), (AUTHORISING,))]) for one in authorities],
        _PROPOSES,
        moment,
    )
    return made


def _kept(one: BrokerAuthority) -> AuthorityKept:
    return AuthorityKept(
        broker=one.broker.credit_code,
        client=one.client.credit_code,
        valid_from=one.valid_from.isoformat(),
        until=None,
    )


def _posts() -> dict[str, dict[str, str]]:
    """By role, who sits at which office."""
    seats: dict[str, dict[str, str]] = {}
    for role in ("officer", "supervisor"):
        taken = {
            office: login.name
            for login in LOGINS
            if login.name.startswith(role)
            for office in login.offices
        }
        others = {firm.office: f"{role}.inland" for firm in traders() if firm.office not in taken}
        seats[role] = taken | others
    return seats


def _grant_all(posts: dict[str, dict[str, str]], moment: datetime) -> None:
    """Every role as a real one is come by: whoever operates the machine makes two administrators,
    one proposes and the other grants."""
    day = pack().day_of(moment)
    for name in (_PROPOSES, _GRANTS):
        begin(operator(day), "grant", "make_administrator", {"account": name}, now=moment)
    proposer, granter = (
        actor_of(User.objects.get(username=name), day) for name in (_PROPOSES, _GRANTS)
    )
    for account, role, place in _roles(posts):
        said = {"account": account, "change": "give", "role": role, "place": place}
        grant = begin(proposer, "grant", "propose", said | {"reason": _REASON}, now=moment)
        act(granter, grant, 1, "decide", {"granted": True, "reason": _REASON}, now=moment)


def _roles(posts: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Who is to have which role, at which place."""
    yield "analyst", "analyst", ""
    for role, seats in posts.items():
        for office, name in seats.items():
            yield name, role, office
    for firm in (*traders(), *brokers()):
        if firm.user:
            yield firm.user, "trader" if firm.sectors else "broker", firm.credit_code


def _play(played: Played) -> None:
    load(played.consignments, played.seed, played.now, played.progress)


DEMONSTRATION = Demonstration(
    is_loaded=is_loaded, load=_play, order=10, logins=LOGINS, password=PASSWORD
)
