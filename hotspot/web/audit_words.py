"""The audit log in words: what was done, and what is wrong with a log that was touched."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from hotspot.analytics.audit_chain import CHANGED, INSERTED, REMOVED, Fault
from hotspot.store.audit_check import ADDED, CUT, OUTSIDE, REWRITTEN, UNSEALED
from hotspot.web.words import gettext

ACTIONS: Mapping[str, str] = {  # every action that the code notes; an entry reads "ani changed point TS-0006"
    "acknowledge": lazy_gettext("acknowledged"),
    "add": lazy_gettext("added"),
    "announce": lazy_gettext("announced"),
    "assign": lazy_gettext("sent somebody to"),
    "cancel": lazy_gettext("cancelled"),
    "change": lazy_gettext("changed"),
    "change role": lazy_gettext("changed the role"),
    "convert": lazy_gettext("made a point of"),
    "create": lazy_gettext("created"),
    "create account": lazy_gettext("created the account"),
    "decline": lazy_gettext("declined"),
    "disable": lazy_gettext("disabled"),
    "disable account": lazy_gettext("disabled the account"),
    "enable": lazy_gettext("enabled"),
    "enable account": lazy_gettext("enabled the account"),
    "end": lazy_gettext("ended"),
    "end report": lazy_gettext("ended the schedule of the report"),
    "end sign-in": lazy_gettext("signed browsers out"),
    "finish work": lazy_gettext("finished the work at"),
    "hand over": lazy_gettext("handed over the role of"),
    "ignore": lazy_gettext("ignored"),
    "import": lazy_gettext("imported"),
    "link": lazy_gettext("made a link for"),
    "link sign-in": lazy_gettext("linked the sign-in elsewhere of"),
    "make": lazy_gettext("made"),
    "make link": lazy_gettext("made a link"),
    "make report": lazy_gettext("made the report"),
    "merge": lazy_gettext("merged"),
    "note": lazy_gettext("wrote a note at"),
    "notice": lazy_gettext("noticed again"),
    "open again": lazy_gettext("opened again"),
    "part": lazy_gettext("took apart"),
    "photograph": lazy_gettext("added a photograph to"),
    "place": lazy_gettext("placed"),
    "relocate": lazy_gettext("relocated"),
    "remove": lazy_gettext("removed"),
    "remove second factor": lazy_gettext("took the second factor away"),
    "renew recovery codes": lazy_gettext("made new recovery codes"),
    "replace": lazy_gettext("replaced"),
    "reset second factor": lazy_gettext("reset the second factor"),
    "restore": lazy_gettext("restored"),
    "revoke": lazy_gettext("revoked"),
    "revoke link": lazy_gettext("withdrew the link of"),
    "schedule report": lazy_gettext("scheduled the report"),
    "seal": lazy_gettext("sealed"),
    "search": lazy_gettext("searched for devices at"),
    "set password": lazy_gettext("set the password"),
    "set up second factor": lazy_gettext("set up a second factor"),
    "test message": lazy_gettext("sent a test message by"),
    "sign in": lazy_gettext("signed in"),
    "sign out": lazy_gettext("signed out everywhere"),
    "step": lazy_gettext("recorded a step of"),
    "take back": lazy_gettext("took back"),
    "take back work": lazy_gettext("took back the work at"),
    "test poll": lazy_gettext("asked for a test poll of"),
    "undo": lazy_gettext("undid"),
    "undo relocation": lazy_gettext("undid the relocation of"),
    "withdraw": lazy_gettext("withdrew"),
}
FAULTS: Mapping[str, str] = {
    CHANGED: lazy_gettext("Entry %(first)s is not the one that was written there: it was changed."),
    REMOVED: lazy_gettext("Entries %(first)s to %(last)s were removed."),
    INSERTED: lazy_gettext("Entry %(first)s was inserted."),
    OUTSIDE: lazy_gettext("Row %(first)s of the table was inserted past the chain."),
    CUT: lazy_gettext("Entries %(first)s to %(last)s were removed from the end."),
    ADDED: lazy_gettext("Entries %(first)s to %(last)s were inserted at the end, by something that lacks the key."),
    REWRITTEN: lazy_gettext("The entries fit each other, but not the sealed end: all of them may be written anew."),
    UNSEALED: lazy_gettext(
        "The entries fit each other, but their end is not sealed with this service's key: some may have been removed "
        "from the end, or the database was restored with another key."
    ),
}


def fault_in_words(fault: Fault) -> str:
    return gettext(str(FAULTS[fault.kind]), first=fault.first, last=fault.last)
