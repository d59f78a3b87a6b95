"""Pages that are loaded when first asked for: every address leads to one that is there."""

from importlib import import_module

import pytest

from sanzhi.site.policy import urls as policy
from sanzhi.site.risk import urls as risk


@pytest.mark.parametrize("pattern", [*policy.urlpatterns, *risk.urlpatterns], ids=str)
def test_every_address_leads_to_a_page(pattern):
    page = pattern.callback
    assert callable(getattr(import_module(page.__module__), page.__name__))
