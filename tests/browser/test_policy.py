"""Every page, in both sizes and themes, asks nobody else, breaks no policy, has no error and fits its window."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import DOORS, PAGES
from tests.browser.site import THEMES, VIEWPORTS, Site, visit

EXPECTED = {"not-found": "404"}


@pytest.mark.parametrize("size", VIEWPORTS)
@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_a_page_asks_nobody_else_breaks_no_policy_and_has_no_error(
    site: Site, chromium: Browser, name: str, size: str
) -> None:
    context = site.open(chromium, size=size)
    page, seen = visit(context, site, name)
    wide = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        wide[theme] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0
    context.close()
    assert seen.elsewhere == []
    assert [text for text in seen.told if EXPECTED.get(name, "nothing") not in text] == []
    assert not any(wide.values()), f"the page is wider than its window: {wide}"
