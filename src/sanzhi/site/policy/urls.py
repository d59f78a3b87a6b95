"""Addresses of the policy laboratory."""

from django.urls import path

from sanzhi.site.policy import bench, leading, pages

app_name = "policy"

urlpatterns = [
    path("", pages.studies, name="studies"),
    path("new/", leading.new, name="new"),
    path("desk/", bench.desk, name="desk"),
    path("desk/<int:pk>/", bench.sheet, name="sheet"),
    path("desk/<int:pk>/score/", bench.score, name="score"),
    path("desk/<int:pk>/note/", bench.note, name="note"),
    path("desk/<int:pk>/finish/", bench.finish, name="finish"),
    path("desk/<int:pk>/reopen/", bench.reopen, name="reopen"),
    path("desk/<int:pk>/history/", bench.history, name="history"),
    path("desk/<int:pk>/suggestions/", bench.suggestions, name="suggestions"),
    path("<slug:key>/", pages.study, name="study"),
    path("<slug:key>/people/", leading.people, name="people"),
    path("<slug:key>/file/", leading.change, name="change"),
    path("<slug:key>/adjudicate/", bench.adjudications, name="adjudicate"),
    path("<slug:key>/adjudicate/<int:pk>/", bench.adjudicate, name="adjudicate-text"),
]
