"""Fixtures of the whole suite."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import settings

from sanzhi.site.messages import compile_messages

# Tests are never timed: a busy machine must not fail a property.
settings.register_profile("sanzhi", deadline=None)
settings.load_profile("sanzhi")


def pytest_configure() -> None:
    compile_messages()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file as in use, not Django's SQLite in memory: there every thread of the server that a
    browser visits shares one connection, and a request lands in another's transaction."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(
            tmp_path_factory.mktemp("database") / "test.sqlite3"
        )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data kept beside the checkout (`shared/data`), or where SANZHI_SHARED says."""
    given = os.environ.get("SANZHI_SHARED")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set SANZHI_SHARED to its folder")
    return folder


@pytest.fixture(autouse=True)
def _nothing_kept_of_another_test() -> None:
    """What a page keeps for a minute, such as the dashboard's tables, outlives a test's rows."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _no_draw_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lodgings in a hundred are drawn for inspection; no test hangs on the draw."""
    from sanzhi.site.clearance import selection

    monkeypatch.setattr(selection, "draw_of", lambda *_: Decimal("0.5"))
