"""What the collector says of a poll that failed, in the reader's language, with what to try."""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext

from hotspot.web.words import gettext


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` happened and what to `do`; `detail` is the collector's own sentence."""

    what: str
    do: str
    detail: str


# By the words of collectors, hotspot.followed and hotspot.store.targets; the first that fits.
KINDS = (
    (
        r"^its controller says that it is not connected",
        lazy_gettext("Its controller says that it is not connected."),
        lazy_gettext("Is the device powered, and does its cable or link reach the controller?"),
    ),
    (
        r"^its controller does not list it",
        lazy_gettext("Its controller does not list it."),
        lazy_gettext("Was it moved to another controller, or taken out there? If it is gone, stop its polling."),
    ),
    (
        r"^its controller ",
        lazy_gettext("Its controller could not say what it does."),
        lazy_gettext("Look at the page of the controller."),
    ),
    (
        r"^no answer",
        lazy_gettext("The device did not answer."),
        lazy_gettext(
            "Is the device powered? Does this server reach the address? Is SNMP on, and are version, port and "
            "community those of the device?"
        ),
    ),
    (
        r"cannot send to|is not an IP address",
        lazy_gettext("This server could not send to the device, so its state is unknown."),
        lazy_gettext("Look at the address below, and at the network and the routes of this server."),
    ),
    (
        r"user |secret|credential",
        lazy_gettext("The credential does not fit."),
        lazy_gettext(
            "Compare community, user, passwords and protocols with those of the device, and store them anew below."
        ),
    ),
    (
        r"answered (authorizationError|noAccess|noSuchName|noCreation)",
        lazy_gettext("The device refuses to show what is asked for."),
        lazy_gettext("Give this community or user the right to read the whole tree 1.3.6.1 on the device."),
    ),
    (
        r"answered ",
        lazy_gettext("The device answered with an error."),
        lazy_gettext("It is reachable. If this stays, restart its SNMP agent or bring its firmware up to date."),
    ),
    (
        r"no time left|the round ended|before the deadline",
        lazy_gettext("The poll was not finished in its time."),
        lazy_gettext("If this stays, give the device a longer interval below, or the server less to do."),
    ),
    (
        r"there is no profile",
        lazy_gettext("The profile set for this device does not exist."),
        lazy_gettext("Choose another one below, or leave it empty."),
    ),
    (
        r"internal error",
        lazy_gettext("The service made a mistake of its own, so the state is unknown."),
        lazy_gettext("The log of the collector says more; please report it."),
    ),
)


def trouble(error: str, *, answers_ping: bool = False) -> Trouble | None:
    """None when the last poll had no trouble."""
    if not error:
        return None
    if answers_ping:
        return Trouble(
            gettext("The device answers ping but not SNMP, so nobody can tell whether its service works."),
            gettext("Check the SNMP service of the device, the credential, or a firewall on the way."),
            error,
        )
    for pattern, what, do in KINDS:
        if re.search(pattern, error):
            return Trouble(str(what), str(do), error)
    return Trouble(
        gettext("The last poll was not complete."), gettext("What was read is shown; the rest has no data."), error
    )
