"""Pages that are loaded when one of them is first asked for.

The parts of analysis (numpy, Polars, scikit-learn, LightGBM) take longer to load than everything
else, and whoever starts the site, files or clears needs none of them.
"""

from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse

Page = Callable[..., HttpResponse]


class Pages:
    """The pages of a module, for its area's `urls.py`: `Pages("….board").models` is the page
    `models`, whose module is imported when the page is first asked for. What a page says of
    itself to the middleware (no login needed, no token) is not seen through this door."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Page:
        module = self._module

        def page(request: HttpRequest, **named: object) -> HttpResponse:
            answer: HttpResponse = getattr(import_module(module), name)(request, **named)
            return answer

        page.__module__, page.__name__, page.__qualname__ = module, name, name
        return page
