"""Chromium on the running site."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "screenshots"

# The browser's driver runs an event loop in this thread, where Django would refuse the store.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


#: What htmx says of a request that a user cut off by leaving the page. Failures say more.
LEFT = ("htmx:afterRequest,", "htmx:sendAbort,")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no chromium on the PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found,
            args=["--headless", "--no-sandbox", "--disable-gpu",
                  "--disable-background-networking", "--no-first-run"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server, client, request):
    """Open pages as a user: `page = visit(user, "/law/acts/", width=390, dark=True)`.

    Fails the test when the browser reports an error, and keeps a screenshot of each page left.
    """
    contexts = []
    under_way: set[object] = set()
    complaints: list[str] = []

    def open_page(user, address, *, width=1440, height=900, dark=False, language="en"):
        client.force_login(user)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            base_url=live_server.url,
        )
        context.add_cookies([
            {"name": "sessionid", "value": client.cookies["sessionid"].value,
             "url": live_server.url},
            {"name": "django_language", "value": language, "url": live_server.url},
        ])  # fmt: skip
        contexts.append(context)
        context.on("request", lambda begun: under_way.update([begun]))
        for end in ("requestfinished", "requestfailed"):
            context.on(end, lambda ended: under_way.difference_update([ended]))
        page = context.new_page()
        page.on(
            "console",
            lambda said: (
                said.type == "error"
                and not said.text.startswith(LEFT)
                and complaints.append(said.text)
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in request.node.name)
    for number, context in enumerate(contexts):
        for page in context.pages:
            # What is still being saved would be written among the rows of the next test.
            while under_way:
                page.wait_for_timeout(20)
            # Hiding the caret would add a style that the page's policy complains of, at times soon
            # enough to be heard.
            page.screenshot(path=ARTIFACTS / f"{name[:90]}-{number}.png", caret="initial")
        context.close()
    assert not complaints
