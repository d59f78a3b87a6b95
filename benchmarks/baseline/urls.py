"""The site's addresses and the baseline endpoint."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sanzhi.declarations import Declaration
from sanzhi.site.accounts import tokens
from sanzhi.site.clearance.models import Draft
from sanzhi.site.storage import writing
from sanzhi.site.urls import *  # noqa: F403
from sanzhi.site.urls import urlpatterns as site


@csrf_exempt
def baseline(request: HttpRequest) -> HttpResponse:
    user = tokens.user_of(request.headers["Authorization"].removeprefix("Bearer "), timezone.now())
    document = Declaration.from_json(request.body)
    with writing():
        row = Draft.objects.create(user=user, content=document.to_json(), updated=timezone.now())
    return HttpResponse(str(row.pk), status=201)


baseline.login_required = False
urlpatterns = [*site, path("baseline", baseline)]
