"""Pictures of every page, light and dark, desktop and phone: `python -m tests.browser.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import DOORS, PAGES
from tests.browser.site import THEMES, VIEWPORTS, Site, launch, serve


def take(browser: Browser, site: Site, folder: Path, theme: str, size: str) -> None:
    context = site.open(browser, theme=theme, size=size)
    page = context.new_page()
    for name, path in {**PAGES, **DOORS}.items():
        if name in DOORS:
            context.clear_cookies()
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
    context.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serve(Path(data)) as site, sync_playwright() as playwright:
        browser = launch(playwright)
        for theme in THEMES:
            for size in VIEWPORTS:
                take(browser, site, folder, theme, size)
        browser.close()
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
