"""Every page, in both sizes and themes, has no barrier that axe knows of (WCAG 2.2 AA and best practice), asks nobody
else, breaks no policy, has no error and fits its window.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.pages import DOORS, PAGES
from tests.browser.site import THEMES, VIEWPORTS, Site, visit

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that the other theme changes


WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EXPECTED = {"not-found": "404"}


@pytest.mark.parametrize("size", VIEWPORTS)
@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_a_page_has_no_barrier_asks_nobody_else_breaks_no_policy_and_fits(
    site: Site, chromium: Browser, name: str, size: str
) -> None:
    context = site.open(chromium, size=size)
    page, seen = visit(context, site, name)
    wider = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        wider[theme] = page.evaluate(WIDER)
    told = [
        text for text in seen.told if EXPECTED.get(name, "nothing") not in text
    ]  # before axe tries styles of its own
    barriers = []
    for theme, rules in zip(THEMES, (RULES, COLOURS), strict=True):
        page.emulate_media(color_scheme=theme)
        answer = Axe().run(page, options={"runOnly": rules}).response["violations"]
        barriers += [f"{theme}, {one['id']}: {node['html'][:160]}" for one in answer for node in one["nodes"]]
    context.close()
    assert barriers == []
    assert seen.elsewhere == []
    assert told == []
    assert not any(wider.values()), f"the page is so many pixels wider than its window: {wider}"
