from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.site.shell.areas import Area


def _condition(key: str) -> Text | None:
    from sanzhi.customs.risk.rules.words import text_of  # noqa: PLC0415 - asked for by few pages

    return text_of(key)


def _figure(key: str) -> Text | None:
    from sanzhi.customs.risk.stating import text_of  # noqa: PLC0415 - asked for by few pages

    return text_of(key)


def _reason(key: str) -> Text | None:
    from sanzhi.customs.risk.reasons import text_of  # noqa: PLC0415 - needs the parts of analysis

    return text_of(key)


class RiskConfig(AppConfig):
    name = "sanzhi.site.risk"
    label = "risk"
    verbose_name = _("Risk")
    areas: ClassVar = (
        Area(
            "selections",
            _("Selections"),
            "risk:selections",
            _("Risk"),
            permission="risk.view",
            order=30,
        ),
        Area("rules", _("Rules"), "risk:settings", _("Risk"), permission="risk.view", order=31),
        Area("models", _("Models"), "risk:models", _("Risk"), permission="risk.view", order=32),
    )

    names: ClassVar = {
        "risk_condition": _condition,
        "risk_figure": _figure,
        "risk_reason": _reason,
    }

    def ready(self) -> None:
        import sanzhi.customs.risk.events  # noqa: F401, PLC0415 - what the log says of risk
        from sanzhi.site.risk.finding import last_events  # noqa: PLC0415 - needs the apps ready
        from sanzhi.site.risk.lodged import make  # noqa: PLC0415 - needs the apps ready

        self.last_events = last_events
        self.keep_up = make
