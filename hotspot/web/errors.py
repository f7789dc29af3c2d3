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
        "role": gettext("Choose one of the roles"),
        "password": gettext(str(error)),  # one of analytics.password_rules
        "areas": gettext("An owner has the whole city: choose no areas, or another role")
        if "owner" in str(error)
        else gettext("This is no area of the city"),
        "to": gettext("Choose another person whose account is active"),
        "last_admin": gettext("This is the last active owner; make somebody else an owner first"),
    }[error.key]
