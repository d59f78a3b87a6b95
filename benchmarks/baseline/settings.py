"""The site's settings with one endpoint more: validate a declaration and store one row."""

from sanzhi.site.settings import *  # noqa: F403

ROOT_URLCONF = "baseline.urls"
