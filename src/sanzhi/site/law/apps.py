from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawPagesConfig(AppConfig):
    name = "sanzhi.site.law"
    label = "law_pages"
    verbose_name = _("Law")
