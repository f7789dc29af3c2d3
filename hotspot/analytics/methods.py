"""How each figure is computed, in both languages: what pages, reports and docs/methods.md say comes from here.

A definition that changes gets the next version and its day; figures of before are then not compared with those after.
"""

from hotspot.analytics.method import GROUPS, Method
from hotspot.analytics.methods_measured import MEASURED
from hotspot.analytics.methods_planned import PLANNED

METHODS: tuple[Method, ...] = MEASURED + PLANNED
BY_KEY = {one.key: one for one in METHODS}


def markdown(language: int = 1) -> str:
    """docs/methods.md: the definitions in English (1) or Indonesian (0)."""
    lines = [
        "# Methods",
        "",
        "How each figure is computed. The page Methods shows the same in Indonesian and English; both come from",
        "`hotspot/analytics/methods.py`, and `python -m hotspot.analytics.methods > docs/methods.md` writes this one.",
    ]
    for group, title in GROUPS.items():
        lines += ["", f"## {title[language]}"]
        for one in (method for method in METHODS if method.group == group):
            lines += ["", f"### {one.name[language]}", "", f"Version {one.version}, since {one.since}."]
            lines += [f"`{one.formula[language]}`"] if one.formula[language] else []
            lines += ["", one.text[language]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201  # it is asked for
