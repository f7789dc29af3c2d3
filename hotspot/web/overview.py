"""The overview: does it run, how far is it to the target, what needs somebody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotspot.web.access import login_required

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
@login_required
def index() -> ResponseReturnValue:
    return render_template("overview/index.html")


@blueprint.get("/age")
@login_required
def age() -> ResponseReturnValue:
    """How old the data are, for the head of every page."""
    return render_template("overview/age.html")
