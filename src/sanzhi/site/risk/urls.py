"""Addresses of risk."""

from django.urls import path

from sanzhi.site.shell.doors import Pages

app_name = "risk"

# All of them tell of the past, which is read with the parts of analysis.
board, editor, pages, policy_form, rule_form, trial = (
    Pages(f"sanzhi.site.risk.{name}")
    for name in ("board", "editor", "pages", "policy_form", "rule_form", "trial")
)

urlpatterns = [
    path("", pages.selections, name="selections"),
    path("yields/", pages.yields, name="yields"),
    path("settings/", editor.settings, name="settings"),
    path("settings/begin/", editor.begin, name="begin"),
    path("settings/<int:version>/", editor.setting, name="setting"),
    path("settings/<int:version>/rules.csv", editor.download, name="rules-file"),
    path("settings/<int:version>/rules/new/", rule_form.rule, name="rule-new"),
    path("settings/<int:version>/typed/", rule_form.live, name="rule-typed"),
    path("settings/<int:version>/rules/<str:name>/", rule_form.rule, name="rule"),
    path("settings/<int:version>/policy/", policy_form.policy, name="policy"),
    path("settings/<int:version>/trial/", trial.trial, name="trial"),
    path("models/", board.models, name="models"),
    path("models/<int:key>/", board.model, name="model"),
]
