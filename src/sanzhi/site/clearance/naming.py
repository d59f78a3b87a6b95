"""How clearance names the keys in its events: rows of the law's table, findings of the checks."""

import json
from collections.abc import Callable, Mapping

from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Text
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.events.wording import SiteWording
from sanzhi.site.law.catalogue import pack


def _row(key: str) -> Text:
    return row_words(key, pack())


NAMES: Mapping[str, Callable[[str], Text | None]] = {"lane_rule": _row}


def wording_of(case: Case) -> SiteWording:
    """Names as on the pages of a case: an event that names findings tells them in full, as they
    are kept with the versions."""
    return SiteWording({"finding": _Findings(case).words})


class _Findings:
    """The findings of a case by code and path, read when first asked for."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._texts: dict[str, Text] | None = None

    def words(self, key: str) -> Text | None:
        if self._texts is None:
            kept = DeclarationVersion.objects.filter(case=self._case).order_by("version")
            self._texts = {
                f"{one['code']} {one['path']}".strip(): Text(*one["text"])
                for findings in kept.values_list("findings", flat=True)
                for one in json.loads(findings)
            }
        return self._texts.get(key)
