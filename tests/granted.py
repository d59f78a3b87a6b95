"""Roles that a test's people have, come by as real ones are: proposed by one administrator and
granted by another."""

from datetime import UTC, datetime

from sanzhi.administration.grants import GrantedRole, Holding
from sanzhi.site.accounts.access import actor_of, operator
from sanzhi.site.accounts.models import BrokerAuthority, Membership, Notice, OfficerPost, User
from sanzhi.site.administration.authorities import tell_kept
from sanzhi.site.administration.holdings import held_by
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.storage import writing

BEFORE = datetime(2026, 5, 1, 2, tzinfo=UTC)
_ADMINISTRATOR = Holding(GrantedRole.ADMINISTRATOR)


def grant_all() -> None:
    """Take away every role that fixtures wrote by hand, and give it by a grant; tell of brokers'
    authorities. Two of the administrators act, or two that are made for it."""
    held = {user.username: held_by(user.username) or frozenset() for user in User.objects.all()}
    authorities = list(BrokerAuthority.objects.all())
    take_all()
    founders = [name for name, holdings in held.items() if _ADMINISTRATOR in holdings]
    missing = ("founder", "granter")[: max(0, 2 - len(founders))]
    founders += [User.objects.create_user(name).username for name in missing]
    for name in founders:
        begin(operator(BEFORE.date()), "grant", "make_administrator", {"account": name}, now=BEFORE)
    for account, holdings in held.items():
        for holding in sorted(holdings - {_ADMINISTRATOR}):
            grant(account, holding, by=(founders[0], founders[1]))
    with writing():
        for authority in BrokerAuthority.objects.bulk_create(authorities):
            tell_kept(authority, operator(BEFORE.date()), BEFORE)
    Notice.objects.all().delete()


def take_all() -> None:
    """Take away every role and authority that fixtures wrote by hand, of which no event tells."""
    for table in (OfficerPost, Membership, BrokerAuthority):
        table.objects.all().delete()
    User.objects.update(is_analyst=False, is_administrator=False)


def grant(account: str, holding: Holding, *, by: tuple[str, str]) -> None:
    """Propose and grant a role."""
    proposer, granter = (actor_of(User.objects.get(username=name), BEFORE.date()) for name in by)
    said = {"account": account, "change": "give", "role": holding.role, "place": holding.place}
    case = begin(proposer, "grant", "propose", said | {"reason": "joins"}, now=BEFORE)
    act(granter, case, 1, "decide", {"granted": True, "reason": "checked"}, now=BEFORE)
