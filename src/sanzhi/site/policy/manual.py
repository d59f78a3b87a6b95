"""The coding manual of a study, to be read and printed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.lookup import find_study
from sanzhi.site.policy.storing import study_of


@require_GET
def manual(request: PageRequest, key: str) -> HttpResponse:
    """Measures and objectives with what every score means, and the force of each kind of
    document."""
    request.actor.require("policy.view")
    record = find_study(request.actor, key)
    study = study_of(record)
    scale = study.force.scales[study.force.use]
    context = {
        "study": record,
        "tab": "manual",
        "whole": study,
        "groups": [
            (_("Measures"), study.codebook.measures),
            (_("Objectives"), study.codebook.objectives),
        ],
        "force": sorted(scale.items(), key=lambda row: -row[1]),
    }
    return render(request, "policy/manual.html", context)
