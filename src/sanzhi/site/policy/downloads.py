"""What can be taken away of a study: tables, report, and everything needed to do it again."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from sanzhi.core.findings import Text
from sanzhi.policy.exchange.folder import study_folder
from sanzhi.policy.exchange.project import write_project, zipped
from sanzhi.policy.reporting.page import page
from sanzhi.policy.reporting.results import Results
from sanzhi.policy.reporting.tables import csv_text
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.explaining import language
from sanzhi.site.policy.lookup import find_study
from sanzhi.site.policy.measuring import results_for
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.policy.results import Context, shown
from sanzhi.site.policy.storing import corpus_of, settled_codings, study_of

#: What each table holds.
TABLES = {
    "findings": Text("Findings with their verdicts, in words", "各项结论及判断"),
    "annual": Text("Effectiveness by year and category", "分年度、分类别的政策效力"),
    "intervals": Text(
        "Effectiveness with the bounds of the coder draws", "政策效力及编码员抽样区间"
    ),
    "measure_synergy": Text("Synergy of measures by year", "措施之间的年度协同"),
    "objective_synergy": Text("Synergy of objectives by year", "目标之间的年度协同"),
    "measure_objective_synergy": Text(
        "Synergy of measures with objectives by year", "措施与目标的年度协同"
    ),
    "agency_synergy": Text("Joint issuing by year", "年度联合发文"),
    "agency_pairs": Text("Agencies that issue together", "联合发文的机关对"),
    "agency_network": Text("Agencies and their place in the network", "发文机关及其网络位置"),
    "robustness": Text("Every cell of the grid of choices", "各种选择组合下的全部检验"),
    "stability": Text("How steady the policies are", "政策稳定性"),
    "gaps": Text("Gaps with the rows behind them", "政策缺口及依据"),
    "agreement": Text("Agreement of coders by group", "各组编码一致性"),
}


@require_GET
def tables(request: PageRequest, key: str) -> HttpResponse:
    """Every table and file of the study."""
    return shown(request, key, "tables", _tables)


@require_GET
def table(request: PageRequest, key: str, name: str) -> HttpResponse:
    """A table as CSV: the bytes that the command line writes."""
    found = results_for(find_study(request.actor, key)).tables()
    if name not in found:
        raise Http404(name)
    return _file(csv_text(found[name]), "text/csv; charset=utf-8", f"{key}-{name}.csv")


@require_GET
def report(request: PageRequest, key: str) -> HttpResponse:
    """The whole report as one file, in the reader's language."""
    found = results_for(find_study(request.actor, key))
    chosen = "zh" if language().startswith("zh") else "en"
    return _file(page(found, chosen), "text/html; charset=utf-8", f"{key}-report.html")


@require_GET
def folder(request: PageRequest, key: str) -> HttpResponse:
    """The study as a folder for the command line: study file, corpus, codings, outside index.

    Only codings of settled texts, as everywhere that results are shown."""
    record = find_study(request.actor, key)
    files = study_folder(study_of(record), corpus_of(record), settled_codings(record), record.index)
    return _file(zipped(files), "application/zip", f"{key}.zip")


@require_GET
def project(request: PageRequest, key: str) -> HttpResponse:
    """The study as a REFI-QDA project, for other tools."""
    record = find_study(request.actor, key)
    data = write_project(study_of(record), corpus_of(record), settled_codings(record))
    return _file(data, "application/zip", f"{key}.qdpx")


def _tables(_request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    return {
        "rows": [
            (name, TABLES[name], len(found.rows))
            for name, found in sorted(
                results.tables().items(), key=lambda one: list(TABLES).index(one[0])
            )
        ]
    }


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
