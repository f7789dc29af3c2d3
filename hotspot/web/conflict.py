"""Two people change the same thing: both texts side by side, to choose from field by field; nothing typed is lost.

A form carries the versions of the rows it was filled from, and as `base_<field>` what each field said then. The page of
a conflict posts the form again, with `pick_<field>` for the fields about which the two disagree.
"""

from collections.abc import Callable, Iterable, Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotspot.analytics.merge import differences

Words = Callable[[str, str], str]  # a field's name and its text, as people read it


def resolved(names: Iterable[str]) -> MultiDict[str, str]:
    """What was sent, each field as it was picked."""
    sent = MultiDict(request.form)
    for name in names:
        if sent.get(f"pick_{name}") == "theirs":
            sent[name] = sent.get(f"base_{name}", "")
    return sent


def base(names: Iterable[str]) -> dict[str, str]:
    """What the fields said when the form was filled."""
    return {name: request.form.get(f"base_{name}", "") for name in names}


def conflict_page(
    title: str,
    back: str,
    labels: Mapping[str, str],
    theirs: Mapping[str, str],
    yours: Mapping[str, str],
    versions: str,
    words: Words,
    hint: str = "",
) -> ResponseReturnValue:
    """409. `back` is the address to go to without saving; the form is posted to where it came from."""
    page = render_template(
        "_partials/conflict.html",
        title=title,
        back=back,
        labels=labels,
        theirs=theirs,
        yours=yours,
        versions=versions,
        differing=differences(base(theirs), theirs, yours),
        words=words,
        hint=hint,
    )
    return page, 409
