"""Every page, in both sizes and themes, has no barrier that axe knows of (WCAG 2.2 AA and best practice), asks nobody
else, breaks no policy, has no error and fits its window.
"""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.pages import DOORS, PAGES
from tests.browser.site import THEMES, VIEWPORTS, Site, visit

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that the other theme changes
LOOKS: tuple[tuple[str, Literal["light", "dark"], dict[str, Any]], ...] = (
    ("phone", "light", RULES),
    ("desktop", "light", RULES),
    ("desktop", "dark", COLOURS),
)


WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EXPECTED = {"not-found": "404"}


@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_a_page_has_no_barrier_asks_nobody_else_breaks_no_policy_and_fits(
    site: Site, chromium: Browser, name: str
) -> None:
    """Opened once, on a telephone, and then made as wide as a desk's window."""
    context = site.open(chromium, size="phone")
    page, seen = visit(context, site, name)
    wider = {}
    for size, viewport in VIEWPORTS.items():
        page.set_viewport_size(viewport)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            wider[size, theme] = page.evaluate(WIDER)
    told = [
        text for text in seen.told if EXPECTED.get(name, "nothing") not in text
    ]  # before axe tries styles of its own
    barriers = []
    for size, theme, rules in LOOKS:
        page.set_viewport_size(VIEWPORTS[size])
        page.emulate_media(color_scheme=theme)
        answer = Axe().run(page, options={"runOnly": rules}).response["violations"]
        barriers += [f"{size}, {theme}, {one['id']}: {node['html'][:160]}" for one in answer for node in one["nodes"]]
    context.close()
    assert barriers == []
    assert seen.elsewhere == []
    assert told == []
    assert not any(wider.values()), f"the page is so many pixels wider than its window: {wider}"
