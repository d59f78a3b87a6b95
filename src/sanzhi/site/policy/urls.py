"""Addresses of the policy laboratory."""

from django.urls import path

from sanzhi.site.policy import explorer, manual, pages, relations, texts
from sanzhi.site.shell.doors import Pages

app_name = "policy"

# These measure and suggest, with the parts of analysis.
workbench, downloads, leading, results = (
    Pages(f"sanzhi.site.policy.{name}") for name in ("workbench", "downloads", "leading", "results")
)

urlpatterns = [
    path("", pages.studies, name="studies"),
    path("new/", leading.new, name="new"),
    path("desk/", workbench.desk, name="desk"),
    path("desk/<int:pk>/", workbench.sheet, name="sheet"),
    path("desk/<int:pk>/score/", workbench.score, name="score"),
    path("desk/<int:pk>/note/", workbench.note, name="note"),
    path("desk/<int:pk>/finish/", workbench.finish, name="finish"),
    path("desk/<int:pk>/reopen/", workbench.reopen, name="reopen"),
    path("desk/<int:pk>/history/", workbench.history, name="history"),
    path("desk/<int:pk>/suggestions/", workbench.suggestions, name="suggestions"),
    path("<slug:key>/", pages.study, name="study"),
    path("<slug:key>/corpus/", explorer.corpus, name="corpus"),
    path("<slug:key>/corpus.csv", explorer.corpus_csv, name="corpus-csv"),
    path("<slug:key>/years.csv", explorer.years_csv, name="years-csv"),
    path("<slug:key>/texts/<int:pk>/", texts.text, name="text"),
    path("<slug:key>/graph/", relations.graph, name="graph"),
    path("<slug:key>/graph.json", relations.graph_json, name="graph-json"),
    path("<slug:key>/graph.csv", relations.graph_csv, name="graph-csv"),
    path("<slug:key>/manual/", manual.manual, name="manual"),
    path("<slug:key>/people/", leading.people, name="people"),
    path("<slug:key>/file/", leading.change, name="change"),
    path("<slug:key>/adjudicate/", workbench.adjudications, name="adjudicate"),
    path("<slug:key>/adjudicate/<int:pk>/", workbench.adjudicate, name="adjudicate-text"),
    path("<slug:key>/agreement/", results.agreement, name="agreement"),
    path("<slug:key>/results/", results.findings, name="results"),
    path("<slug:key>/results/findings/<int:number>/", results.finding, name="results-finding"),
    path("<slug:key>/results/years/", results.years, name="results-years"),
    path("<slug:key>/results/years/<int:number>/", results.year, name="results-year"),
    path("<slug:key>/results/synergy/", results.synergy, name="results-synergy"),
    path("<slug:key>/results/agencies/", results.agencies, name="results-agencies"),
    path("<slug:key>/results/robustness/", results.robustness, name="results-robustness"),
    path("<slug:key>/results/gaps/", results.gaps, name="results-gaps"),
    path("<slug:key>/results/tables/", downloads.tables, name="results-tables"),
    path("<slug:key>/results/<slug:name>.csv", downloads.table, name="results-table"),
    path("<slug:key>/report.html", downloads.report, name="report"),
    path("<slug:key>/study.zip", downloads.folder, name="study-zip"),
    path("<slug:key>/project.qdpx", downloads.project, name="qdpx"),
]
