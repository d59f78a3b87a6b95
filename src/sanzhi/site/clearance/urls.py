"""Addresses of the clearance pages."""

from django.urls import path

from sanzhi.site.clearance import casepage, dashboard, filing, inbox, pages

app_name = "clearance"

urlpatterns = [
    path("", pages.consignments, name="list"),
    path("consignments.csv", pages.consignments_csv, name="csv"),
    path("new/", filing.new, name="new"),
    path("codes/", filing.codes, name="codes"),
    path("drafts/<int:pk>/", filing.draft, name="draft"),
    path("drafts/<int:pk>/items/", filing.draft_items, name="items"),
    path("drafts/<int:pk>/review/", filing.review, name="review"),
    path("drafts/<int:pk>/delete/", filing.drop_draft, name="drop"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/filters/", inbox.save_filter, name="save-filter"),
    path("inbox/filters/<int:pk>/delete/", inbox.drop_filter, name="drop-filter"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:name>.csv", dashboard.chart_csv, name="chart"),
    path("<str:number>/", casepage.case, name="case"),
    path("<str:number>/notice/", casepage.notice, name="notice"),
    path("<str:number>/original/", casepage.original, name="original"),
    path("<str:number>/edit/", filing.edit, name="edit"),
    path("<str:number>/do/<slug:name>/", casepage.act, name="act"),
]
