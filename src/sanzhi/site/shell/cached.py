"""What takes long to count, kept for a while."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache

T = TypeVar("T")


def cached(key: str, make: Callable[[], T], seconds: int) -> T:
    """What `make` gives, or gave under this key within these seconds; None is made anew."""
    return cast("T", cache.get_or_set(key, make, seconds))
