"""A browser's name as coarse as a person needs it to know their own: "Firefox, Linux"; nothing that tells two apart."""

BROWSERS = (  # the first that is found: most claim to be others as well
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Of a User-Agent header; empty when it names nothing known, and never a word of its own."""
    found = (next((name for mark, name in names if mark in user_agent[:500]), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))
