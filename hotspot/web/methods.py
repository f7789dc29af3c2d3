"""The methods: how each figure is computed, and the small link to it that pages put beside their figures."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hotspot.analytics.method import GROUPS
from hotspot.analytics.methods import BY_KEY, METHODS
from hotspot.analytics.permissions import Act
from hotspot.web.access import requires
from hotspot.web.words import gettext, locale

blueprint = Blueprint("methods", __name__)


@blueprint.get("/methods")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    """In the reader's language first, each with the other below it."""
    groups = [(title, [one for one in METHODS if one.group == key]) for key, title in GROUPS.items()]
    mine = 0 if locale() == "id" else 1
    return render_template("methods/index.html", groups=groups, mine=mine, other=1 - mine, codes=("id", "en"))


@blueprint.app_template_global("method")
def method(key: str) -> Markup:
    """{{ method("availability") }}: a small question mark that leads to the definition."""
    asks = gettext("How %(name)s is computed", name=BY_KEY[key].name[0 if locale() == "id" else 1])
    address = url_for("methods.index", _anchor=key)
    return Markup('<a class="method" href="{}" title="{}" aria-label="{}">?</a>').format(address, asks, asks)
