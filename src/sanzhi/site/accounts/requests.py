"""The request as pages get it, once the middleware has said who asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User


class PageRequest(HttpRequest):
    """A request that came through the middleware: the user has logged in, the actor is what the
    user is today, and `htmx` tells whether a part of the page is asked for.

    Django makes the requests, so that this is a name for the type checker; pages that need no
    login take `HttpRequest`, whose user may be unknown.
    """

    user: User
    actor: Actor
    htmx: HtmxDetails
