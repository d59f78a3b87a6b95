"""Finding cases, drafts and enterprises for an actor: nothing is found that may not be seen."""

from django.db.models import Q, QuerySet

from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import BrokerAuthority, Enterprise
from sanzhi.site.clearance.models import Case
from sanzhi.site.law.catalogue import pack

_ENTERPRISE = f"SELECT * FROM {Enterprise._meta.db_table} WHERE id = %s"  # noqa: S608 - a name of our own


def plain_words(text: str, most: int = 80) -> str:
    """What somebody typed into an address or a small field: one line, no control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:most]


def whole(text: str | None) -> int:
    """A whole number from an address or a form; 0 where it is none that can be one of ours."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else 0


def cases_for(actor: Actor) -> QuerySet[Case]:
    """Cases the actor may see."""
    return Case.objects.filter(actor.visible()).select_related("trader", "declarant")


def find_case(actor: Actor, number: str) -> Case | None:
    return cases_for(actor).filter(number=number).first()


def search_cases(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Cases whose number, reference, goods or trader has the text."""
    text = text.strip()
    if not text:
        return cases
    return cases.filter(
        Q(number__icontains=text)
        | Q(reference__icontains=text)
        | Q(goods__icontains=text)
        | Q(trader__name_en__icontains=text)
        | Q(trader__name_zh__icontains=text)
        | Q(trader__credit_code=text.upper())
    )


def trader_of(actor: Actor, declaration: Declaration, code: str | None = None) -> Enterprise:
    """The enterprise a declaration is filed for: the one named by `code` (its own or its
    customs code), else by the declaration's trader, else the actor's only one."""
    codes = [code] if code else named_trader(declaration)
    if len(actor.enterprises) == 1:
        # A statement, since every lodging asks it and building a query takes longer.
        only = Enterprise.objects.raw(_ENTERPRISE, list(actor.enterprises))[0]
        if code and code not in (only.credit_code, only.customs_code):
            raise _not_yours(code)
        return only
    if codes:
        found = (
            Enterprise.objects.filter(pk__in=actor.enterprises)
            .filter(Q(credit_code__in=codes) | Q(customs_code__in=codes))
            .first()
        )
        if found is None:
            raise _not_yours(codes[0])
        return found
    raise Unusable.because(
        "trader.unclear",
        "trader",
        "You may file for several enterprises; say for which."
        if actor.enterprises
        else "You may file for no enterprise.",
        "您可为多家企业申报，请指明企业。" if actor.enterprises else "您没有可申报的企业。",
        mend=Text("Name the trader by its code.", "请填写企业代码。"),
    )


def named_trader(declaration: Declaration) -> list[str]:
    """Codes by which a declaration names its trader."""
    party = declaration.party("trader", "importer", "exporter")
    return [part for part in (party and party.credit_code, party and party.id) if part]


def other_trader(declaration: Declaration, trader: Enterprise) -> list[Finding]:
    """A warning where the declaration names another trader than it is filed for."""
    named = named_trader(declaration)
    if not named or {trader.credit_code, trader.customs_code} & set(named):
        return []
    return [
        Finding(
            code="trader.other",
            path="parties",
            severity=Severity.WARNING,
            text=Text(
                f"The declaration names the trader {named[0]}; it is filed for "
                f"{trader.credit_code}.",
                f"报关单所填收发货人为 {named[0]}，实际申报企业为 {trader.credit_code}。",
            ),
            mend=Text("Check that this is the right declaration.", "请核对是否为本企业报关单。"),
        )
    ]


def declarant_for(actor: Actor, trader: Enterprise) -> Enterprise:
    """Who lodges: the trader itself where the actor is of it, else the actor's broker with its
    authority on the actor's day."""
    if trader.pk in actor.own:
        return trader
    authority = (
        BrokerAuthority.objects.filter(
            BrokerAuthority.holding_on(actor.day),
            broker__in=actor.brokers,
            client=trader,
        )
        .select_related("broker")
        .first()
    )
    if authority is None:
        raise _not_yours(trader.credit_code)
    return authority.broker


def _not_yours(code: str) -> Unusable:
    return Unusable.because(
        "trader.not_yours",
        "trader",
        f"You may not file for the enterprise {code}.",
        f"您无权为企业 {code} 申报。",
        mend=Text(
            "Ask the enterprise for an authority, or file for your own.",
            "请取得该企业的委托授权，或为本企业申报。",
        ),
    )


def require_office(declaration: Declaration) -> None:
    """`Unusable` where the declaration names no customs office of the law pack: there is nobody
    to lodge it with."""
    office = declaration.office
    if not office:
        raise Unusable(_NO_OFFICE)
    if not pack().knows_office(office):
        raise Unusable.because(
            "declaration.office_unknown",
            "office",
            f"{office!r} is not a customs office of the law pack.",
            f"{office!r} 不在关区代码表中。",
            mend=_NO_OFFICE.mend,
        )


#: No rule of the document: without an office there is nobody to lodge with.
_NO_OFFICE = Finding(
    code="declaration.office_missing",
    path="office",
    text=Text("The customs office is missing.", "未填申报地海关。"),
    mend=Text("Give the code of the customs office.", "请填写关区代码。"),
)
