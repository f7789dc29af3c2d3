"""The store's refusals in the reader's language."""

from hotspot.store.accounts import AccountError
from hotspot.web.words import gettext


def in_words(error: AccountError) -> str:
    """The store says it in English; `key` tells which sentence it is."""
    if error.key == "name":
        return (
            gettext("An account with this name exists already")
            if "already" in str(error)
            else gettext("A name has 1 to 64 letters, digits or . _ - @ +")
        )
    return {
        "role": gettext("A role is administrator or viewer"),
        "password": gettext(str(error)),  # one of analytics.password_rules
        "last_admin": gettext("This is the last active administrator; make somebody else one first"),
    }[error.key]
