"""What the policy laboratory's pages keep in memory, between tests."""

from collections.abc import Iterator

import pytest

from sanzhi.site.policy import measuring


@pytest.fixture(autouse=True)
def _pages_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn results into the page that says they are being measured."""
    monkeypatch.setattr(measuring, "PATIENCE", 120.0)


@pytest.fixture(autouse=True)
def _nothing_is_measured() -> Iterator[None]:
    """Rows vanish between tests; what a process remembers of them must too."""
    measuring._runs.clear()
    yield
    measuring._runs.clear()


@pytest.fixture(autouse=True)
def _rows_are_told(rows_are_told: None) -> None:
    """No action changes a row in silence."""
