"""What an app gives to the site: the one way in which apps meet.

Every app's configuration is a `SiteApp`. What it declares in its class is known before there are
models; what needs them it sets in `ready`. Whoever asks a hook goes over `site_apps()` and knows
no app by name. `docs/guide/developer.md` lists the hooks, and a test holds the list to this
class. What takes long to import is named by a dotted name, and imported when first asked for.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.apps import AppConfig, apps
from django.urls import reverse
from django.utils.functional import Promise

from sanzhi.core.findings import Finding, Text
from sanzhi.events import Payload
from sanzhi.site.permissions import Permission

if TYPE_CHECKING:  # needed by nobody who declares an app
    from sanzhi.border.clearance.lanes import Choosing
    from sanzhi.customs.risk.goods import Trade
    from sanzhi.events.tables import Table
    from sanzhi.law.needs import Need

#: Hits shown of each kind that is searched.
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the side bar.

    Shown to whom `permission` is granted somewhere (None: to everyone who has logged in); `order`
    sorts the entries, `group` is the heading they stand under.
    """

    key: str
    label: str | Promise
    url_name: str
    group: str | Promise
    permission: str | None = None
    order: int = 50
    args: tuple[str, ...] = ()
    """Of the address, where it takes some."""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found by the search box."""

    title: str
    url: str
    detail: str = ""


class Written(NamedTuple):
    """An event that was just written."""

    case: str
    sequence: int
    time: datetime
    payload: Payload


class Following(NamedTuple):
    """The kinds of events an app follows, and what takes those of one transaction, in order."""

    kinds: frozenset[str]
    take: Callable[[Sequence[Written]], None]


class Selection(Protocol):
    """An administration's own selection, as it is in force."""

    def choosing(self, trade: "Trade", moment: datetime) -> "Choosing":
        """What selects, for a declaration of these parties."""


@dataclass(frozen=True, slots=True)
class Selects:
    """How the app that keeps the administration's own selection answers clearance."""

    in_force: Callable[[], Selection | None]
    """None where nothing was approved, and the law's table selects alone."""
    why: Callable[..., Any]
    """What a “Why?” opens on a lane, by the events of a case and the law pack; None before there
    is one."""


@dataclass(frozen=True, slots=True)
class Login:
    """A documented account of the demonstration."""

    name: str
    family: str
    given: str
    role: Text
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a demonstration is loaded with."""

    now: datetime
    consignments: int
    seed: int
    progress: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """An app's part of the demonstration, loaded once; parts of a lower `order` stand already."""

    is_loaded: Callable[[], bool]
    load: Callable[[Played], None]
    order: int = 50
    logins: tuple[Login, ...] = ()
    password: str = ""


class SiteApp(AppConfig):
    """An app of the site with everything that it gives to the others."""

    #: Django takes the one configuration of a module that is a default: never this one.
    default = False

    areas: tuple[Area, ...] = ()
    """Its entries of the side bar."""
    permissions: Mapping[str, Permission] = {}
    """The permissions it asks for; each has one app."""
    addresses: tuple[tuple[str, str], ...] = ()
    """Where its pages stand: the beginning of the address, and the module of its addresses."""

    routers: str = ""
    """Dotted name of a function that gives its operations of the HTTP API."""
    searches: tuple[Callable[[str, Any], tuple[str, list[Hit]]], ...] = ()
    """Functions of a text and an actor, with a heading and hits that the actor may see."""
    names: Mapping[str, Callable[[str], Text | None]] = {}
    """Mark of a payload's field → what names its keys."""
    follows: tuple[Following, ...] = ()
    """The events it takes in the transaction that writes them."""
    tables: Callable[[], Iterable["Table"]] | None = None
    """Tables of the past in columns that it makes of events, beside that of every kind."""
    keep_up: Callable[[], int] | None = None
    """Makes the next batch of what it derives from the store, in the background; how much."""
    last_events: Callable[[], Iterable[tuple[str, int]]] | None = None
    """Its cases with the number of the last event of each, as the log must hold them."""
    reads: Callable[[Any, Collection[Any]], Collection[int]] | None = None
    """Of events of any cases, the keys of those that an actor may read in full words."""
    differences: Sequence[Callable[[], Iterable[Finding]]] = ()
    """A finding for everything it stores that is not what its events say."""
    selects: Selects | None = None
    """The administration's own selection; one app has it, or none."""
    demonstration: str = ""
    """Dotted name of its `Demonstration`."""
    needs: Iterable["Need"] = ()
    """What its procedures ask of the law pack by name; no site starts with a pack without it."""
    require_usable: Callable[[], object] | None = None
    """Raises `Unusable` where something that the operator set, and it needs, cannot be used."""

    def __init_subclass__(cls) -> None:
        cls.default = True


def site_apps() -> Iterator[SiteApp]:
    """The apps of the site, in the order in which the settings name them."""
    return (one for one in apps.get_app_configs() if isinstance(one, SiteApp))
