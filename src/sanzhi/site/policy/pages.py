"""The studies and one study: what it asks, how far it is, and what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def studies(request: HttpRequest) -> HttpResponse:
    request.actor.require("policy.view")
    return render(request, "policy/studies.html", {})
