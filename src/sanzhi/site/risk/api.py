"""What the HTTP API says of settings beside what it says of every kind: their rules and policy."""

import json

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from sanzhi.core.findings import Text
from sanzhi.customs.risk.cases import SETTING, SettingStanding
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.api.door import REFUSALS, actor_from
from sanzhi.site.cases.actions import standing_of
from sanzhi.site.cases.api import PermittedSomewhere, row_of
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.cases.documents import require_logged
from sanzhi.site.risk.models import Setting

router = Router(tags=[SETTING.name])
_CONTENT = Text("The content", "内容")


class SettingDocument(BaseModel):
    """Rules and selection policy of a version, as they are stored."""

    number: str
    version: int
    state: str
    sequence: int
    content: str = Field(
        description="SHA-256, in hex, of `rules` and then `policy`, each as it is written here, in "
        "UTF-8: what the newest event that changed them bears."
    )
    rules: RuleTable
    policy: SelectionPolicy


def routers() -> list[Router]:
    """The operations of risk that no kind has of itself."""
    return [router]


@router.get(
    "/risk/settings/{number}/document",
    response={200: SettingDocument, **REFUSALS},
    operation_id="risk_setting_document",
    auth=PermittedSomewhere("risk.view"),
)
def document(request: HttpRequest, number: str) -> HttpResponse:
    """The rules and the selection policy of a version, with the hash that its events bear."""
    setting: Setting = row_of(DESKS[SETTING.name], actor_from(request), number)
    standing: SettingStanding = standing_of(setting)
    text = setting.text
    require_logged(setting.number, _CONTENT, text.rules + text.policy, standing.content)
    head = {
        "number": setting.number,
        "version": standing.version,
        "state": str(standing.state),
        "sequence": standing.sequence,
        "content": standing.content,
    }
    # Written as they are stored: whoever hashes what was received gets the hash of the event.
    body = f'{json.dumps(head)[:-1]}, "rules": {text.rules}, "policy": {text.policy}}}'
    return HttpResponse(body, "application/json; charset=utf-8")
