"""Addresses of the account pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from sanzhi.site.accounts import pages

urlpatterns = [
    path("login/", pages.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", pages.account, name="account"),
    path("password/", pages.change_password, name="change-password"),
    path("tokens/", pages.make_token, name="make-token"),
    path("tokens/<int:pk>/revoke/", pages.revoke_token, name="revoke-token"),
]
