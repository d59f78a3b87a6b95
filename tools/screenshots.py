"""Take the screenshots of the README from a running demonstration.

    sanzhi migrate && sanzhi demo && sanzhi serve
    python tools/screenshots.py [--address http://127.0.0.1:8000] [--out docs/images]

Files the sample messages on the way, as a newcomer would.
"""
# ruff: noqa: INP001 - a script, not a package

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "docs" / "samples"
PASSWORD = "sanzhi-demo"  # noqa: S105 - the published password of the demonstration
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)


@click.command()
@click.option("--address", default="http://127.0.0.1:8000", show_default=True)
@click.option("--out", default=ROOT / "docs" / "images", type=click.Path(path_type=Path))
def main(address: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise click.UsageError("no chromium on the PATH")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with visiting(browser, address, "trader", "en") as page:
            file_and_taxes(page, out)
        with visiting(browser, address, "officer", "zh-hans", height=760) as page:
            officers_day(page, out)
        with visiting(browser, address, "analyst", "en") as page:
            figures_and_law(page, out)
        browser.close()


@contextmanager
def visiting(
    browser: Browser, address: str, user: str, language: str, height: int = 900
) -> Iterator[Page]:
    """A page of somebody who has logged in."""
    context = browser.new_context(viewport={"width": 1440, "height": height}, base_url=address)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def file_and_taxes(page: Page, out: Path) -> None:
    """The form with its estimate; the same declaration lodged, with a tax explained."""
    upload(page, "china-import.xml")
    page.click(".headline a.button")
    page.wait_for_load_state("networkidle")
    save(page, out / "file-en.png")
    page.go_back()
    lodge(page)
    first = page.locator("main details.why summary").nth(1)
    first.click()
    first.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
    save(page, out / "case-taxes-en.png", keep_scroll=True)
    upload(page, "cigarettes.json")
    lodge(page)


def lodge(page: Page) -> None:
    page.click("form.form button.primary")
    page.wait_for_load_state("networkidle")


def officers_day(page: Page, out: Path) -> None:
    page.goto("/consignments/inbox/")
    save(page, out / "inbox-zh.png")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state("networkidle")
    save(page, out / "case-zh.png")


def figures_and_law(page: Page, out: Path) -> None:
    page.goto("/consignments/dashboard/")
    save(page, out / "dashboard-en.png")
    page.goto("/law/values/vat.standard/")
    save(page, out / "law-value-en.png")


def upload(page: Page, sample: str) -> None:
    page.goto("/consignments/new/")
    page.set_input_files("input[type=file]", SAMPLES / sample)
    page.locator("form[enctype] button").click()
    page.wait_for_load_state("networkidle")


def save(page: Page, path: Path, *, keep_scroll: bool = False) -> None:
    if not keep_scroll:
        page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=path)
    click.echo(f"{path.name}  {path.stat().st_size // 1000} kB", err=True)


if __name__ == "__main__":
    main()
