"""Risk at a glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def selections(request: HttpRequest) -> HttpResponse:
    request.actor.require("risk.view")
    return render(request, "risk/selections.html", {})


def settings(request: HttpRequest) -> HttpResponse:
    request.actor.require("risk.view")
    return render(request, "risk/settings.html", {})


def models(request: HttpRequest) -> HttpResponse:
    request.actor.require("risk.view")
    return render(request, "risk/models.html", {})
